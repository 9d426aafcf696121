"""How a table of elements is written: what may stand in an element, in which order and how often."""

from dataclasses import dataclass

from gateway.exchange.validation.values import Value, anything

MANY = 10**9  # "unbounded"


@dataclass(frozen=True, slots=True)
class Row:
    """An element of a sequence: `least` to `most` of that name, with a value or with rows of its own."""

    name: str
    least: int
    most: int
    value: Value | None = None
    rows: tuple["Row", ...] = ()


def required(name: str, value: Value = anything) -> Row:
    """Exactly one."""
    return Row(name, 1, 1, value)


def optional(name: str, value: Value = anything) -> Row:
    """None or one."""
    return Row(name, 0, 1, value)


def several(name: str, value: Value = anything, *, least: int = 0) -> Row:
    """Any number, at least so many."""
    return Row(name, least, MANY, value)


def group(name: str, *rows: Row, least: int = 0, most: int = MANY) -> Row:
    """An element that holds others in this order."""
    return Row(name, least, most, None, rows)
