"""Long lists of values, a slice for each statement."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

V = TypeVar("V")
_SLICE = 500  # values in one IN list


def slices(values: Iterable[V]) -> Iterator[list[V]]:
    """The values in their order, at most 500 together; nothing for none."""
    all_of_them = list(values)
    for start in range(0, len(all_of_them), _SLICE):
        yield all_of_them[start : start + _SLICE]
