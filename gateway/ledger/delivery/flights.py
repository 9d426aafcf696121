"""Requests under way to an address: newer words to it wait until those of the earlier are surely over."""

from collections.abc import Collection

from sqlalchemy import (
    BigInteger,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    update,
)

from gateway.ledger.backends.rows import pack, rows
from gateway.ledger.delivery.attempts import at_work, at_work_until
from gateway.ledger.schema import (
    attempts,
    broadcasts,
    deliveries,
    lanes,
)

_asked = rows(address_id=BigInteger)
_under_way = (
    select(deliveries.c.address_id, func.max(attempts.c.started_at + lanes.c.request_timeout))
    .select_from(attempts)
    .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .join(lanes, lanes.c.id == attempts.c.lane_id)
    .where(
        attempts.c.answered_at.is_(None),
        broadcasts.c.episode_id == bindparam("episode"),
        deliveries.c.address_id.in_(select(_asked.c.address_id)),
    )
    .group_by(deliveries.c.address_id)
)
_at_work = (
    select(deliveries.c.address_id, func.max(at_work_until))
    .select_from(_asked)
    .join(deliveries, deliveries.c.address_id == _asked.c.address_id)
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .join(attempts, attempts.c.delivery_id == deliveries.c.id)
    .join(lanes, lanes.c.id == attempts.c.lane_id)
    .where(
        broadcasts.c.episode_id == bindparam("episode"),
        or_(and_(attempts.c.answered_at.is_(None), lanes.c.idempotent.is_(True)), at_work),
    )
    .group_by(deliveries.c.address_id)
)
_landed = rows(id=BigInteger)
_told = deliveries.alias("told")
_ended = broadcasts.alias("ended")
_in_flight = deliveries.alias("in_flight")
_release = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(
            select(deliveries.c.id)
            .select_from(_landed)
            .join(_told, _told.c.id == _landed.c.id)
            .join(_ended, _ended.c.id == _told.c.broadcast_id)
            .join(broadcasts, and_(broadcasts.c.episode_id == _ended.c.episode_id, broadcasts.c.live))
            .join(
                deliveries,
                and_(
                    deliveries.c.broadcast_id == broadcasts.c.id,
                    deliveries.c.address_id == _told.c.address_id,
                ),
            )
            .where(
                deliveries.c.attempts == 0,
                deliveries.c.due_at > bindparam("now"),
                ~exists().where(  # another message of the earlier words to this address is under way
                    _in_flight.c.broadcast_id == _ended.c.id,
                    _in_flight.c.address_id == _told.c.address_id,
                    attempts.c.delivery_id == _in_flight.c.id,
                    lanes.c.id == attempts.c.lane_id,
                    or_(
                        attempts.c.answered_at.is_(None),
                        and_(at_work, at_work_until > bindparam("now")),
                    ),
                ),
            )
        )
    )
    .values(due_at=bindparam("now"))
)


def under_way(connection: Connection, episode_id: str, address_ids: Collection[int]) -> dict[int, int]:
    """Addresses with a request of the episode under way, and the latest moment its answer may come."""
    asked = pack((each,) for each in address_ids)
    found = connection.execute(_under_way, {"episode": episode_id, "rows": asked})
    return dict(found.all())


def still_at_work(connection: Connection, episode_id: str, address_ids: Collection[int]) -> dict[int, int]:
    """Those of a few addresses whose system may still be at work on a request of the episode, and until when:
    one that did not answer in time may have begun it."""
    if not address_ids:
        return {}
    asked = pack((each,) for each in address_ids)
    return dict(connection.execute(_at_work, {"episode": episode_id, "rows": asked}).all())


def release(connection: Connection, landed: Collection[int], now: int) -> bool:
    """Let newer words go to whom these deliveries of a superseded broadcast were under way; gives
    whether any may leave now. They had waited for the longest that the answers could take."""
    released = connection.execute(_release, {"rows": pack((each,) for each in landed), "now": now})
    return released.rowcount > 0
