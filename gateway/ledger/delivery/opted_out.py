"""Addresses that refuse our messages, kept as it is heard: whose provider said last that they opted out.

Who is told, and who is shown as left out, asks for them again and again: nobody goes through the deliveries
of a season for that. Only what fails for this reason, or arrives after it did, pays for keeping them.

What counts is the order of the messages, not the order in which receipts come in: a refusal that is heard
late says nothing of an address at which a later message has arrived.
"""

from collections.abc import Collection

from sqlalchemy import BigInteger, Connection, bindparam, delete, exists, false, func, select

from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.upserts import insert
from gateway.ledger.delivery.minutes import STAGES
from gateway.ledger.schema import broadcasts, deliveries, opted_out_addresses

_named = rows(id=BigInteger)
_later = deliveries.alias()
_arrived_later = exists().where(  # looked up in each broadcast: nobody goes through deliveries
    _later.c.broadcast_id == func.coalesce(broadcasts.c.id, 0),
    _later.c.address_id == deliveries.c.address_id,
    func.coalesce(_later.c.id > deliveries.c.id, false()),
    _later.c.state.in_(STAGES["delivered"]),
)
_new = insert(opted_out_addresses).from_select(
    ["address_id", "exercise", "delivery_id"],
    select(deliveries.c.address_id, deliveries.c.exercise, func.max(deliveries.c.id))
    .where(deliveries.c.id.in_(select(_named.c.id)), ~_arrived_later)
    .group_by(deliveries.c.address_id, deliveries.c.exercise)
    .order_by(deliveries.c.address_id),  # two who write take rows in the same order
)
_put = _new.on_conflict_do_update(
    index_elements=[opted_out_addresses.c.address_id],
    set_={"delivery_id": _new.excluded.delivery_id},
    where=opted_out_addresses.c.delivery_id < _new.excluded.delivery_id,
)
_arrived = select(deliveries.c.address_id).where(deliveries.c.id.in_(select(_named.c.id)))
_take_away = delete(opted_out_addresses).where(
    opted_out_addresses.c.address_id.in_(_arrived),  # by its key: they are looked up, not gone through
    exists().where(
        deliveries.c.id.in_(select(_named.c.id)),
        deliveries.c.address_id == opted_out_addresses.c.address_id,
        deliveries.c.id >= opted_out_addresses.c.delivery_id,
    ),
)
_recounted = (
    select(deliveries.c.address_id, func.max(deliveries.c.id))
    .where(
        deliveries.c.broadcast_id.in_(select(broadcasts.c.id)),
        deliveries.c.reason == "opted_out",
        deliveries.c.state == "failed",
        ~_arrived_later,
    )
    .group_by(deliveries.c.address_id)
)
_kept = select(opted_out_addresses.c.address_id, opted_out_addresses.c.delivery_id)
_of = select(opted_out_addresses.c.address_id).where(opted_out_addresses.c.exercise == bindparam("exercise"))


def put(connection: Connection, delivery_ids: Collection[int]) -> None:
    """These deliveries just failed because their addresses opted out. Where a later message has arrived, it
    was heard late."""
    if delivery_ids:
        connection.execute(_put, {"rows": _rows(delivery_ids)})


def take_away(connection: Connection, delivery_ids: Collection[int]) -> None:
    """These deliveries just arrived: an earlier refusal at their addresses, or of themselves, is over."""
    if delivery_ids:
        connection.execute(_take_away, {"rows": _rows(delivery_ids)})


def of(connection: Connection, exercise: bool) -> set[int]:
    """The ids of addresses that refuse our messages: theirs are left out of lists."""
    return set(connection.execute(_of, {"exercise": exercise}).scalars())


def recounted(connection: Connection) -> dict[int, int]:
    """What is kept as it should be, from the deliveries themselves: addresses with the last one that was
    refused there. For `doctor` alone: it looks into every broadcast."""
    return dict(connection.execute(_recounted).all())


def kept(connection: Connection) -> dict[int, int]:
    """What is kept."""
    return dict(connection.execute(_kept).all())


def _rows(delivery_ids: Collection[int]) -> str:
    return pack((each,) for each in sorted(delivery_ids))
