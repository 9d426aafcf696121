"""A person says that an order is not acted upon, or that what it put in force is over."""

from collections.abc import Collection

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.directory.areas import within
from gateway.errors import InputError
from gateway.ledger.exchange import order_answers, orders
from gateway.ledger.exchange.orders import StoredOrder
from gateway.ledger.follow_up import obligations
from gateway.ledger.trail import audit

DISMISSED = "不采用：{reason}（{by}）"


def known(connection: Connection, identifier: int, limits: Collection[str] = ()) -> StoredOrder:
    """The order of that number, where any of its area lies within these (none: everywhere). Raises
    `InputError` (ORDER_UNKNOWN)."""
    found = orders.by_id(connection, identifier)
    if found is None or not concerns(found, limits):
        raise InputError(
            "ORDER_UNKNOWN",
            f"没有指令 {identifier}；见 airwarn order list",
            f"there is no order {identifier}; see airwarn order list",
            field="id",
        )
    return found


def concerns(order: StoredOrder, limits: Collection[str]) -> bool:
    """Whether any of an order's area lies within these (none: everywhere)."""
    return not limits or any(within(code, limits) for code in order.area)


def dismiss(
    connection: Connection, identifier: int, by: str, reason: str, now: int, actor: Actor
) -> StoredOrder:
    """Nobody acts on it, and it puts nothing in force any more; its sender is told why.

    Of one that was acted upon: the level that it put in force is over, as is known from elsewhere. `now`:
    milliseconds since 1970 UTC. Raises `InputError` (ORDER_UNKNOWN, ORDER_DISMISSED).
    """
    order = known(connection, identifier)
    if order.state == "dismissed":
        raise InputError(
            "ORDER_DISMISSED",
            f"指令 {identifier} 已有人处理：{order.settled_because}",
            f"order {identifier} was dismissed before: {order.settled_because}",
            field="id",
        )
    said = DISMISSED.format(reason=reason, by=by)
    orders.settle(connection, identifier, "dismissed", now, by=by, because=reason)
    if order.obligation_id is not None and order.state == "received":
        obligations.end(connection, order.obligation_id, said, now)
    if order.state == "received":
        order_answers.add(connection, identifier, "refused", said, now)
    detail: dict[str, object] = {"by": by, "reason": reason, "was": order.state}
    audit.append(connection, now, actor.name, "order_dismissed", f"order:{identifier}", detail)
    return known(connection, identifier)
