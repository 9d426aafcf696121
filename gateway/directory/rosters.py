"""Duty rosters (值班表): where nobody is on duty, and who answers then. Pure."""

from collections.abc import Iterable, Sequence
from typing import Literal, TypeVar

from gateway.directory.model import ContactRole
from gateway.moments import local, moment

T = TypeVar("T")

Answering = Literal["roster", "night_duty", "liaison", "first_contact", "nobody"]
ANSWERING_WORDS: dict[Answering, str] = {
    "roster": "值班表",
    "night_duty": "夜间值班",
    "liaison": "联络员",
    "first_contact": "第一联系人",
    "nobody": "无人",
}

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


def hour_of(milliseconds: int) -> str:
    """A moment as a roster prints it, such as 1月5日20时, China Standard Time."""
    at = local(moment(milliseconds))
    return f"{at.month}月{at.day}日{at.hour}时" + (f"{at.minute:02}分" if at.minute else "")


def answers(
    on_shift: Sequence[T], people: Sequence[tuple[ContactRole, T]], *, night: bool
) -> tuple[Answering, Sequence[T]]:
    """Who answers for an organisation now, and why these: whoever is on shift; else at night who has night
    duty; else the liaison officers, else the first who is its own. `people`: those who can be reached, in
    their order."""
    if on_shift:
        return "roster", on_shift
    of_role = {role: [each for its, each in people if its == role] for role in ("night_duty", "liaison")}
    if night and of_role["night_duty"]:
        return "night_duty", of_role["night_duty"]
    if of_role["liaison"]:
        return "liaison", of_role["liaison"]
    own = [each for role, each in people if role not in ("supervisor", "grid_member", "duty", "head")]
    return ("first_contact", own[:1]) if own else ("nobody", ())
