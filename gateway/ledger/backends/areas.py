"""The areas that a person is limited to, as a part of statements; the rule is `gateway.directory.areas`."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, or_, true

from gateway.directory.areas import beginning


def reached(area: ColumnElement[str], limits: Collection[str]) -> ColumnElement[bool]:
    """Whether a column's area lies within these limits; none are everywhere."""
    if not limits:
        return true()
    return or_(*(area == limit for limit in limits), *_inside(area, limits))


def _inside(area: ColumnElement[str], limits: Collection[str]) -> list[ColumnElement[bool]]:
    begins = {begin for limit in limits if (begin := beginning(limit)) is not None}
    return [area.startswith(begin, autoescape=True) for begin in sorted(begins)]
