"""Duty rosters (值班表): where nobody is on duty. Pure."""

from collections.abc import Iterable

Span = tuple[int, int]  # from and until, in milliseconds since 1970 UTC


def gaps(shifts: Iterable[Span], start: int, end: int) -> list[Span]:
    """The spans between `start` and `end` that no shift covers, in order; shifts may overlap."""
    found: list[Span] = []
    covered = start
    for begins, ends in sorted(shifts):
        if begins >= end:
            break
        if begins > covered:
            found.append((covered, begins))
        covered = max(covered, ends)
    if covered < end:
        found.append((covered, end))
    return found
