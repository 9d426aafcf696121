"""The names of bodies and titles as people write them, against those that a plan prints."""

import re
from collections.abc import Iterable

from gateway.plans.model import Plan

_NO_NAME = {"办公室", "办公厅", "委员会"}  # any body has one
_UPPER_PLACE = re.compile(r"^(.{0,8}?)(?:省|自治区|市)")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]|\s+")  # a remark such as （代章）, and spaces


def is_title(plan: Plan, role: str, title: str, counties: Iterable[str] = ()) -> bool:
    """Whether a stated role is a printed title, with or without place or body before either.

    `counties` are the names of those whose own ranks count too.
    """
    return not _cores(plan, role, counties).isdisjoint(_cores(plan, title))


def is_issuer(plan: Plan, issuer: str) -> bool:
    """Whether an issuer is the plan's body, its office, or the government above both.

    Short forms keep the order of the full name's characters (生态环境保护委员会办公室 → 环委会办公室),
    so any such form of a printed name counts; a name with a character of its own (another place's, a
    county's) does not.
    """
    body = plan.issuing_body
    names = [
        body.name,
        body.short_name,
        *body.also_known_as,
        "人民政府办公厅",
        "人民政府办公室",
        "行政公署办公室",
    ]
    printed = [core for name in names for core in _cores(plan, name)]
    for written in _cores(plan, issuer) - {""}:
        for core in {written, written.removesuffix("办公室")}:
            if len(core) >= 3 and core not in _NO_NAME and any(_shortens(core, name) for name in printed):
                return True
    return False


def is_upper_body(stated: str, printed: str) -> bool:
    """Whether a stated body is a printed one of the level above, with or without its place in front
    (河南省环委会办公室 for 省生态环境保护委员会办公室), but not with another place's name. A body and its
    office both count."""
    names = [_BRACKETS.sub("", name) for name in (stated, printed)]
    places = {place[1] for place in map(_UPPER_PLACE.match, names) if place} - {""}
    short, full = (_UPPER_PLACE.sub("", name).removesuffix("办公室") for name in names)
    return len(places) < 2 and _shortens(short, full)


def _shortens(short: str, full: str) -> bool:
    characters = iter(full)
    return all(character in characters for character in short)


def _cores(plan: Plan, written: str, counties: Iterable[str] = ()) -> set[str]:
    """The name as written, and every form of it without the place's and the body's name in front."""
    body = plan.issuing_body
    kind = next((word for word in ("地区", "自治州") if plan.place.endswith(word)), plan.place[-1])
    bodies = [body.name, body.short_name, *body.also_known_as]
    prefixes = {plan.place, kind, *bodies, *(name.removeprefix(plan.place) for name in bodies)}
    prefixes |= {part for name in counties for part in (name, name[-1:])}
    prefixes.discard("")
    cores: set[str] = set()
    waiting = [_BRACKETS.sub("", written)]
    while waiting:
        name = waiting.pop()
        if name not in cores:
            cores.add(name)
            waiting += [name[len(prefix) :] for prefix in prefixes if name.startswith(prefix)]
    return cores
