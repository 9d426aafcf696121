"""Orders of other levels: what came in, the draft of a decision on one, and dismissing one."""

from typing import Annotated, Any, Literal

from pydantic import StringConstraints

from gateway.bus.words import Word
from gateway.ledger.exchange import orders
from gateway.ledger.exchange.orders import STATES, State, Verdict
from gateway.orders.dismissing import concerns, dismiss
from gateway.orders.present import draft_json, order_detail, order_json
from gateway.vocabulary import Level
from gateway.web.api import areas
from gateway.web.api.operation import (
    INTEGER,
    Answer,
    Body,
    Call,
    Input,
    Operations,
    Output,
    Query,
    json_body,
    page_of,
)
from gateway.web.api.values import Flag, Page, Time
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER

OPERATIONS = Operations()
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class Refusal(Output):
    """Why a message cannot be followed; codes are listed in docs/orders.md."""

    code: str
    message: str
    message_en: str


class Order(Output):
    """A message of another level. `in_force`: what it says counts for the checks here; `decision`: the
    launched decision that took it."""

    id: int
    sender: str
    identifier: str | None
    event: str | None
    exercise: bool
    plan: str
    relation: Literal["upper", "lower", "neighbour"]
    meaning: Literal["order", "warning", "prompt"]
    kind: Literal["warning", "end", "hint", "tip"] | None
    level: Level | None
    area: list[str]
    starts_at: Time | None
    document_number: str | None
    headline: str | None
    verdict: Verdict
    refusal: Refusal | None
    state: State
    in_force: bool
    sent_at: Time | None
    received_at: Time
    decision: str | None
    settled_at: Time | None
    settled_because: str | None


class OrderAnswer(Output):
    """What its sender was told."""

    state: Literal["accepted", "running", "finished", "refused"]
    message: str
    made_at: Time
    sent_at: Time | None
    given_up_at: Time | None


class Remark(Output):
    """What a person should know of it besides."""

    message: str
    message_en: str


class OrderDetail(Order):
    """An order with how it was proved, and what its sender was told."""

    message_type: str | None
    earlier: list[str]
    format: Literal["cap", "national", "json"] | None
    proof: Literal["signature", "webhook"]
    sha256: str
    expected_end_at: Time | None
    expires: Time | None
    issuer: str | None
    remarks: list[Remark]
    answers: list[OrderAnswer]


class Orders(Output):
    """A page of orders, and the number to go on after (null: this is the last page)."""

    orders: list[Order]
    next: int | None


class DraftWord(Output):
    """Something that people state (a `field` of the document) or check."""

    field: str | None
    message: str
    message_en: str


class OrderDraft(Output):
    """A decision document that is not whole; `text` is the same as a file to complete."""

    order: int
    document: dict[str, Any]
    missing: list[DraftWord]
    remarks: list[DraftWord]
    text: str


class Listed(Page):
    """Which orders."""

    state: State | None = None
    exercise: Flag | None = None


class Dismissing(Input):
    """Why, and who says so; without `by` it is the token's name."""

    reason: Words
    by: Words | None = None


@OPERATIONS("GET", "/api/v1/orders", "read", {200: Orders}, query=Listed, areas="within")
async def list_orders(call: Call[Listed]) -> Answer:
    """A page of the orders that came in, by number.

    A token limited to areas may get pages shorter than `limit`: it goes on until `next` is null.
    """
    query = call.query
    found = await call.app[LEDGER].read(
        orders.page,
        after=query.after,
        limit=query.limit,
        states=STATES if query.state is None else (query.state,),
        exercise=query.exercise,
    )
    theirs = [each for each in found if concerns(each, call.caller.areas)]
    return 200, {"orders": [order_json(each) for each in theirs], "next": page_of(found, query.limit)}


@OPERATIONS(
    "GET", f"/api/v1/orders/{{id:{INTEGER}}}", "read", {200: OrderDetail}, query=Query, areas=areas.order
)
async def get_order(call: Call[Query]) -> Answer:
    """One order, how it was proved, and what its sender was told."""
    return 200, await call.app[LEDGER].read(order_detail, int(call.path["id"]))


@OPERATIONS(
    "GET",
    f"/api/v1/orders/{{id:{INTEGER}}}/draft",
    "read",
    {200: OrderDraft},
    query=Query,
    problems=(409,),
    areas=areas.order,
)
async def get_order_draft(call: Call[Query]) -> Answer:
    """The draft of a decision on it, by what is in force now; people complete and submit it."""
    app = call.app
    identifier = int(call.path["id"])
    return 200, await app[LEDGER].read(draft_json, app[DESK].catalogue, identifier, app[CLOCK]())


@OPERATIONS(
    "POST",
    f"/api/v1/orders/{{id:{INTEGER}}}/dismiss",
    "submit",
    {200: OrderDetail},
    query=Query,
    body=Body(("application/json",), 20_000, Dismissing),
    problems=(409,),
    areas=areas.order,
)
async def dismiss_order(call: Call[Query]) -> Answer:
    """Nobody acts on it, and it puts no level in force any more; its sender is told why."""
    app, identifier = call.app, int(call.path["id"])
    given: Dismissing = json_body(call.body, Dismissing)
    by = given.by or call.caller.name
    await app[LEDGER].write(dismiss, identifier, by, given.reason, app[CLOCK](), call.caller.actor)
    app[BUS].say(Word.TIMER)
    app[BUS].say(Word.CHANGED)
    return 200, await app[LEDGER].read(order_detail, identifier)
