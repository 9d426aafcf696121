"""In which order a channel's accounts are used, where two administrators decided it: it counts before the
settings' own, and for new messages at once."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, select, update

from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import accounts, lanes, route_orders


def decided(connection: Connection) -> dict[str, list[str]]:
    """The accounts' names by channel, where it was decided."""
    rows = connection.execute(select(route_orders.c.channel, route_orders.c.accounts))
    return {channel: json.loads(names) for channel, names in rows}


def in_use(connection: Connection) -> dict[str, list[str]]:
    """The names of the accounts that serve each channel, in the order in which they are used."""
    query = (
        select(lanes.c.channel, accounts.c.name)
        .join(accounts, accounts.c.id == lanes.c.account_id)
        .where(lanes.c.enabled.is_(True))
        .order_by(lanes.c.channel, lanes.c.route, accounts.c.id)
    )
    found: dict[str, dict[str, None]] = {}
    for channel, name in connection.execute(query):
        found.setdefault(channel, {})[name] = None
    return {channel: list(names) for channel, names in found.items()}


def decide(connection: Connection, channel: str, names: Sequence[str], now: int) -> None:
    """Use a channel's accounts in this order from now on. `now` in milliseconds since 1970 UTC."""
    kept = insert(route_orders).values(
        channel=channel, accounts=json.dumps(list(names), ensure_ascii=False), decided_at=now
    )
    connection.execute(
        kept.on_conflict_do_update(
            index_elements=[route_orders.c.channel],
            set_={"accounts": kept.excluded.accounts, "decided_at": kept.excluded.decided_at},
        )
    )
    for place, name in enumerate(names):
        account = select(accounts.c.id).where(accounts.c.name == name).scalar_subquery()
        of_account = update(lanes).where(lanes.c.account_id == account, lanes.c.channel == channel)
        connection.execute(of_account.values(route=place))
