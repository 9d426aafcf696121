"""Organisations that a broadcast has not reached, for those who call them."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, and_, bindparam, case, exists, func, or_, select

from gateway.directory.model import Contact, Organisation, without
from gateway.ledger.directory import denied_addresses, organisations
from gateway.ledger.follow_up.unsigned import REACHED_BY_CALL
from gateway.ledger.schema import acknowledgements, broadcasts, calls, deliveries, lanes

# unreached: nothing arrived, and nothing is under way any more; pending: nothing is known to have
# arrived yet; unsigned: it arrived and nobody signed; objected: somebody said that it cannot be done
UnreachedState = Literal["unreached", "pending", "unsigned", "objected"]


@dataclass(frozen=True, slots=True)
class Unreached:
    """An organisation to be called; `contacts` in the order in which they are called.

    `area` is the organisation's code; `since` in milliseconds since 1970 UTC.
    """

    organisation: Organisation
    area: str
    contacts: tuple[Contact, ...]
    state: UnreachedState
    since: int


_arrived = or_(
    deliveries.c.state.in_(("delivered", "read")),
    and_(deliveries.c.state == "accepted", lanes.c.final_on_accept.is_(True)),
)
_under_way = deliveries.c.state.in_(("queued", "sending", "accepted", "sent", "unknown"))
# the page was opened, somebody answered, or was told by telephone: they need not be called
_knows = exists().where(
    acknowledgements.c.broadcast_id == deliveries.c.broadcast_id,
    acknowledgements.c.organisation_id == deliveries.c.organisation_id,
    or_(
        acknowledgements.c.opened_at.is_not(None),
        acknowledgements.c.signed_at.is_not(None),
        acknowledgements.c.objected_at.is_not(None),
        exists().where(
            calls.c.acknowledgement_id == acknowledgements.c.id, calls.c.result.in_(REACHED_BY_CALL)
        ),
    ),
)
_of_broadcast = (
    select(deliveries.c.organisation_id, func.max(case((_under_way, 1), else_=0)))
    .outerjoin(lanes, lanes.c.id == deliveries.c.lane_id)
    .where(deliveries.c.broadcast_id == bindparam("broadcast"), deliveries.c.state != "cancelled", ~_knows)
    .group_by(deliveries.c.organisation_id)
    .having(func.max(case((_arrived, 1), else_=0)) == 0)
    .order_by(deliveries.c.organisation_id)
)
_launched = select(broadcasts.c.launched_at).where(broadcasts.c.id == bindparam("broadcast"))


def by_delivery(connection: Connection, broadcast_id: int, area: str | None = None) -> list[Unreached]:
    """The organisations at which no message of the broadcast is known to have arrived, and that have not
    shown otherwise that they know of it; by id.

    `area` bounds it to the organisations of a code and of the streets and towns under it.
    """
    rows = connection.execute(_of_broadcast, {"broadcast": broadcast_id})
    pending: dict[int, bool] = {organisation_id: bool(under_way) for organisation_id, under_way in rows}
    since = connection.execute(_launched, {"broadcast": broadcast_id}).scalar_one_or_none() or 0
    denied = denied_addresses.values_of(connection)
    return [
        Unreached(
            one,
            one.area,
            one.contacts,
            "pending" if pending[each.id] else "unreached",
            since,
        )
        for each in organisations.by_ids(connection, pending)
        for one in [without(each.organisation, denied.get(each.id, {}))]
        if area is None or one.area.startswith(area)
    ]
