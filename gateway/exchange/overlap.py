"""Where a message from elsewhere holds in a plan's own area: by code, and never more than both name."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from gateway.decisions.areas import standing
from gateway.exchange.model import OWN_AREA, Area
from gateway.plans.model import Plan

# How senders name the codes of GB/T 2260, without blanks and strokes, in upper case.
_DIVISION_NAMES = {"GBT2260", "GB2260", "GBT22602007", "行政区划代码", "DIVISIONCODE"}
_NOT_LETTERS = re.compile(r"[\s/_.—-]+")
_COUNTRY = "100000"
_SHOWN = 20  # codes or names; a message may hold any number
_CODE = re.compile(r"\d{6}(\d{3}|\d{6}|\d{8})?\Z")


@dataclass(frozen=True, slots=True)
class Meeting:
    """`common`: codes of the plan, in its order; `elsewhere`: of other places; `finer`: of parts of the
    plan's areas, which it does not know; `unknown`: of no place; `uncoded`: names without any code."""

    common: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    finer: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    uncoded: tuple[str, ...] = ()

    @property
    def named(self) -> bool:
        """Whether the message names any place at all."""
        return any((self.common, self.elsewhere, self.finer, self.unknown, self.uncoded))


def meet(plan: Plan, own: Sequence[str], areas: Iterable[Area]) -> Meeting:
    """What the areas of a message and `own`, codes of the plan, have in common.

    A code holds what begins with it: 210200 holds 210203, 410100 all of its counties. A street is not its
    district: nothing is widened.
    """
    ours = _ours(plan, own)
    stems = {each: stem(each) for each in ours if _CODE.match(each)}
    common: set[str] = set()
    elsewhere, finer, unknown, uncoded = [], [], [], []
    for area in areas:
        codes = _codes(area, ours)
        if not codes:
            uncoded.append(area.description)
        for code in codes:
            met, part = _met(plan, own, ours, stems, code)
            if met:
                common |= met
            elif part:
                finer.append(code)
            elif _CODE.match(code) and standing(plan, code[:6]) != "unknown":
                elsewhere.append(code)
            else:
                unknown.append(code)
    kept = tuple(code for code in own if code in common)
    found = kept or tuple(code for code in ours if code in common)
    return Meeting(found, *(tuple(dict.fromkeys(each)) for each in (elsewhere, finer, unknown, uncoded)))


def few(named: Sequence[str]) -> str:
    """The first of them for people, and how many more there are."""
    more = len(named) - _SHOWN
    return "、".join(named[:_SHOWN]) + (f"… (+{more})" if more > 0 else "")


def stem(code: str) -> str:
    """The part of a division's code that its own parts begin with: 2102 of 210200, 410122 of 410122000000."""
    if code == _COUNTRY:
        return ""
    if len(code) > 6:
        code = re.sub(r"(000)+\Z", "", code[:12]) if code[6:].strip("0") else code[:6]
    return re.sub(r"(00){1,2}\Z", "", code) if len(code) == 6 else code


def _ours(plan: Plan, own: Sequence[str]) -> list[str]:
    """The codes that may be told apart: with the whole area also those of its counties."""
    if plan.area not in own:
        return list(own)
    return [plan.area, *(area.code for area in plan.areas if area.code != plan.area)]


def _codes(area: Area, ours: Sequence[str]) -> list[str]:
    """The codes of an area; one that a plan made itself is named as such, and may stand beside the official
    one, which counts where that plan is another."""
    own = [code.value.strip() for code in area.geocodes if code.name == OWN_AREA]
    divisions = (
        code.value for code in area.geocodes if _NOT_LETTERS.sub("", code.name).upper() in _DIVISION_NAMES
    )
    official = [each for value in divisions for each in re.split(r"[\s,，、]+", value) if each]
    return [code for code in own if code in ours] or official or own


def _met(
    plan: Plan, own: Sequence[str], ours: Sequence[str], stems: Mapping[str, str], code: str
) -> tuple[set[str], bool]:
    """Our codes that lie in this one; and whether it lies in one of ours as a part that we do not know.
    `stems` are those of our official codes."""
    if code in ours:
        return {code}, False
    if not _CODE.match(code):
        return set(), False
    begins = stem(code)
    met = {each for each, own_stem in stems.items() if own_stem.startswith(begins)}
    if plan.area in own and stem(plan.area).startswith(begins):
        return {plan.area}, False
    if met:
        return met, False
    inner = (own_stem for each, own_stem in stems.items() if each != plan.area or len(plan.areas) == 1)
    return set(), any(begins.startswith(own_stem) for own_stem in inner)
