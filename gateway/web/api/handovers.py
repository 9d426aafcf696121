"""How an alert was handed over to operators and other systems, and how far they are."""

from typing import Literal

from gateway.follow_up.obligations.duty import Standing
from gateway.follow_up.obligations.handover import handover
from gateway.vocabulary import Action, Audience, Level
from gateway.web.api.deliveries import OrganisationName
from gateway.web.api.operation import INTEGER, Answer, Call, Operations, Output, Query
from gateway.web.api.unsigned import Person
from gateway.web.api.values import Time
from gateway.web.keys import CLOCK, LEDGER, SETTINGS

OPERATIONS = Operations()


class Network(Output):
    """One network's newest figures, in people; `operator` null: the receiver speaks of itself. `fell`: a
    figure was smaller than the one before it. Minutes count from the release."""

    operator: str | None
    state: Literal["accepted", "running", "finished", "refused"]
    targeted: int | None
    sent: int | None
    failed: int | None
    fell: bool
    message: str | None
    reported_at: Time
    minutes_to_accepted: float
    minutes_to_begun: float | None
    minutes_to_first_sent: float | None
    minutes_to_95_percent: float | None
    standing: Standing
    words: str
    words_en: str


class Receiver(Output):
    """A system that takes the alert. `standing` is the worst of its networks'; `advice` what to do, and
    `people` whom to call."""

    receiver: str
    organisation: OrganisationName
    audience: Audience
    delivery: int
    state: str
    state_words: str
    reason: str | None
    reason_words: str | None
    reason_words_en: str | None
    attempts: int
    taken_at: Time | None
    minutes_to_taken: float | None
    standing: Standing
    words: str
    words_en: str
    advice: str
    advice_en: str
    networks: list[Network]
    people: list[Person]


class Handover(Output):
    """Against the duty: 95 % reached in `duty_minutes`, begun in `begin_minutes` (null: no such duty)."""

    broadcast: int
    action: Action
    level: Level | None
    document_number: str | None
    exercise: bool
    live: bool
    released_at: Time
    as_of: Time
    duty_minutes: int
    begin_minutes: int | None
    counts: dict[str, int]
    receivers: list[Receiver]


@OPERATIONS(
    "GET",
    f"/api/v1/broadcasts/{{id:{INTEGER}}}/handover",
    "read",
    {200: Handover},
    query=Query,
    areas="within",
)
async def get_handover(call: Call[Query]) -> Answer:
    """Who has taken the alert, how many people each network has reached, and who is late."""
    app = call.app
    return 200, await app[LEDGER].read(
        handover,
        int(call.path["id"]),
        app[SETTINGS].exchange.duty_minutes,
        app[CLOCK](),
        full="operate" in call.caller.scopes,
        limits=call.caller.areas,
    )
