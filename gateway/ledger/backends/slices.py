"""Long lists, a slice for each statement: of values, and of rows in the order of their ids."""

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, false, func

V = TypeVar("V")
_SLICE = 500  # values in one IN list


def slices(values: Iterable[V]) -> Iterator[list[V]]:
    """The values in their order, at most 500 together; nothing for none."""
    all_of_them = list(values)
    for start in range(0, len(all_of_them), _SLICE):
        yield all_of_them[start : start + _SLICE]


def by_id(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    """`condition`, for a statement that takes the next rows of many by their ids.

    Served by an index, all that are left would be sorted for each slice. Hidden so no index serves it,
    and PostgreSQL takes every second row for one that fits, with or without statistics: it stops at the
    limit.
    """
    return func.coalesce(condition, false())
