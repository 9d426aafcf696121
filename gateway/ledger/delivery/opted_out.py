"""Addresses that refuse our messages, kept as it is heard: whose provider said last that they opted out.

Who is told, and who is shown as left out, asks for them again and again: nobody goes through the deliveries
of a season for that. Only what fails for this reason, or arrives after it did, pays for keeping them.
"""

from collections.abc import Collection

from sqlalchemy import BigInteger, Connection, bindparam, delete, exists, func, select

from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import deliveries, opted_out_addresses

_named = rows(id=BigInteger)
_new = insert(opted_out_addresses).from_select(
    ["address_id", "exercise", "delivery_id"],
    select(deliveries.c.address_id, deliveries.c.exercise, func.max(deliveries.c.id))
    .where(deliveries.c.id.in_(select(_named.c.id)))
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
_of = select(opted_out_addresses.c.address_id).where(opted_out_addresses.c.exercise == bindparam("exercise"))


def put(connection: Connection, delivery_ids: Collection[int]) -> None:
    """These deliveries just failed because their addresses opted out."""
    if delivery_ids:
        connection.execute(_put, {"rows": _rows(delivery_ids)})


def take_away(connection: Connection, delivery_ids: Collection[int]) -> None:
    """These deliveries just arrived: an earlier refusal at their addresses, or of themselves, is over."""
    if delivery_ids:
        connection.execute(_take_away, {"rows": _rows(delivery_ids)})


def of(connection: Connection, exercise: bool) -> set[int]:
    """The ids of addresses that refuse our messages: theirs are left out of lists."""
    return set(connection.execute(_of, {"exercise": exercise}).scalars())


def _rows(delivery_ids: Collection[int]) -> str:
    return pack((each,) for each in sorted(delivery_ids))
