"""What a share of delivered messages is of: those whose channel gives receipts.

Of what a WeCom group or a mail server took, nothing better is ever known. Counted in, it would keep a
broadcast from its 95 % for good; so every page asks here which messages can become delivered at all.
"""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, bindparam, case, func, select

from gateway.ledger.delivery.counters import Count
from gateway.ledger.delivery.minutes import STAGES
from gateway.ledger.schema import broadcasts, counters, delivery_groups, lanes

_of_broadcast = delivery_groups.c.broadcast_id == bindparam("broadcast")
_reported = (
    select(delivery_groups.c.channel)
    .join(counters, counters.c.group_id == delivery_groups.c.id)
    .where(_of_broadcast, counters.c.state.in_(STAGES["delivered"]), counters.c.deliveries > 0)
)
_final = case((lanes.c.final_on_accept.is_(True), 1), else_=0)
_without_receipts = (
    select(lanes.c.channel)
    .join(broadcasts, broadcasts.c.exercise == lanes.c.exercise)
    .where(
        broadcasts.c.id == bindparam("broadcast"),
        lanes.c.channel.in_(select(delivery_groups.c.channel).where(_of_broadcast)),
        lanes.c.channel.not_in(_reported),
    )
    .group_by(lanes.c.channel)
    .having(func.coalesce(func.min(case((lanes.c.enabled.is_(True), _final))), func.min(_final)) == 1)
)


def without_receipts(connection: Connection, broadcast_id: int) -> frozenset[str]:
    """The channels of a broadcast that give no receipts: all lanes in use (where none is any more: all that
    were) know nothing better than accepted, and none of its messages was ever reported delivered there."""
    return frozenset(connection.execute(_without_receipts, {"broadcast": broadcast_id}).scalars())


def with_receipts(counts: Iterable[Count], silent: Collection[str]) -> list[Count]:
    """Those counts that a delivered share is of; `silent`: the channels `without_receipts`."""
    return [each for each in counts if each.channel not in silent]
