"""Page after page of a sorted list: the rows after one that is named by its number, in any order of the list.

No page costs more than another, and none shows a row twice when rows come in between.
"""

from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, or_, select

from gateway.errors import InputError


def paged(
    connection: Connection,
    query: Select[Any],
    key: Column[int],
    value: ColumnElement[Any],
    *,
    descending: bool,
    after: int | None,
    limit: int | None,
) -> Select[Any]:
    """The query in the order of `value` (never null), rows of the same value in that of `key`; at most so
    many rows, from the one after the row whose key is `after`. Raises `InputError` (ROW_UNKNOWN)."""
    if after is not None:
        last = connection.execute(select(value).where(key == after)).scalar_one_or_none()
        if last is None:
            raise InputError(
                "ROW_UNKNOWN",
                "没有这一行，请从第一页看起",
                "there is no such row: begin with the first page",
                field="after",
            )
        beyond, behind = (value < last, key < after) if descending else (value > last, key > after)
        query = query.where(or_(beyond, and_(value == last, behind)))
    order = (value.desc(), key.desc()) if descending else (value, key)
    return query.order_by(*order).limit(limit)
