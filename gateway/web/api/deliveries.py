"""Deliveries of a broadcast, page by page; addresses are masked."""

from gateway.broadcasts.launching.overview import delivery_json, overview
from gateway.delivery.states import DeliveryState
from gateway.directory.model import AddressKind
from gateway.ledger.delivery import deliveries
from gateway.vocabulary import Audience
from gateway.web.api.operation import INTEGER, Answer, Call, Operations, Output, page_of
from gateway.web.api.values import Area, Page, ReasonWord, Time
from gateway.web.keys import CLOCK, LEDGER

OPERATIONS = Operations()


class OrganisationName(Output):
    """Whose address it is."""

    code: str
    name: str


class Delivery(Output):
    """One message to one address. `repeated`: sent once more although the first may have arrived."""

    id: int
    organisation: OrganisationName
    audience: Audience
    area: str
    channel: AddressKind
    address: str
    part: int
    state: DeliveryState
    reason: str | None
    attempts: int
    repeated: bool
    due_at: Time | None
    claimed_at: Time | None
    accepted_at: Time | None
    sent_at: Time | None
    delivered_at: Time | None
    read_at: Time | None
    ended_at: Time | None


class DeliveryPage(Output):
    """Deliveries in the order in which they were made."""

    deliveries: list[Delivery]
    next: int | None


class Filter(Page):
    """Which deliveries."""

    state: DeliveryState | None = None
    audience: Audience | None = None
    channel: AddressKind | None = None
    area: Area | None = None
    reason: ReasonWord | None = None


@OPERATIONS(
    "GET",
    f"/api/v1/broadcasts/{{id:{INTEGER}}}/deliveries",
    "read",
    {200: DeliveryPage},
    query=Filter,
    areas="within",
)
async def list_deliveries(call: Call[Filter]) -> Answer:
    """A page of a broadcast's deliveries, filtered."""
    app, query, broadcast_id = call.app, call.query, int(call.path["id"])
    limits = call.caller.areas
    await app[LEDGER].read(overview, broadcast_id, app[CLOCK](), limits)  # 404 where there is none
    page = await app[LEDGER].read(
        deliveries.page,
        broadcast_id,
        state=query.state,
        audience=query.audience,
        channel=query.channel,
        area=query.area,
        reason=query.reason,
        after=query.after,
        limit=query.limit,
        limits=limits,
    )
    return 200, {
        "deliveries": [delivery_json(each) for each in page],
        "next": page_of(page, query.limit),
    }
