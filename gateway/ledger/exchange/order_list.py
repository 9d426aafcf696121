"""Orders of other levels as a list for people: filtered, sorted, page by page, limited to their areas."""

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from gateway.ledger.backends.keysets import paged
from gateway.ledger.exchange import orders as ledger
from gateway.ledger.exchange.orders import StoredOrder
from gateway.ledger.schema import orders


def page(
    connection: Connection,
    *,
    areas: Collection[str] | None = None,
    state: str | None = None,
    plan: str | None = None,
    relation: str | None = None,
    exercise: bool | None = None,
    search: str | None = None,
    descending: bool = True,
    after: int | None = None,
    limit: int | None = None,
) -> list[StoredOrder]:
    """Orders as they came, the newest first unless told otherwise. `areas`: the codes of which one must be in
    the order's (None: no limits); `search` is part of its sender's or its document's name.

    Raises `InputError` (ROW_UNKNOWN).
    """
    wanted = {"state": state, "plan": plan, "relation": relation, "exercise": exercise}
    conditions: list[ColumnElement[bool]] = [
        orders.c[name] == value for name, value in wanted.items() if value is not None
    ]
    if areas is not None:
        conditions.append(_of(areas))
    if search is not None:
        named = (orders.c[name].contains(search, autoescape=True) for name in ("sender", "document_number"))
        conditions.append(or_(*named))
    query = paged(
        connection,
        select(orders.c.id).where(*conditions),
        orders.c.id,
        orders.c.id,
        descending=descending,
        after=after,
        limit=limit,
    )
    ids: list[int] = list(connection.execute(query).scalars())
    found = ledger.by_ids(connection, ids)
    return [found[identifier] for identifier in ids]


def _of(areas: Collection[str]) -> ColumnElement[bool]:
    quoted: list[Any] = [orders.c.area.contains(json.dumps(code), autoescape=True) for code in sorted(areas)]
    return or_(*quoted) if quoted else orders.c.id < 0
