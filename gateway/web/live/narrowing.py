"""What the address of the board of signatures asks: filters, order, page, and whose call is written down."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import cast, get_args
from urllib.parse import urlencode

from multidict import MultiMapping

from gateway.follow_up.signatures.board import Narrowed
from gateway.ledger.follow_up.unsigned import Reached, Sort, Wanted
from gateway.vocabulary import AUDIENCES, SECTORS

SORTED: tuple[Sort, ...] = ("due", "name", "area", "audience")
REACHED: tuple[Reached, ...] = ("none", "channel", "contact", "phone")
_AREA = re.compile(r"[0-9A-Za-z-]{1,12}")
_NUMBER = re.compile(r"[0-9]{1,18}")
_KNOWN: Mapping[str, Callable[[str], bool]] = {
    "standing": lambda value: value in get_args(Wanted),
    "audience": lambda value: value in AUDIENCES,
    "sector": lambda value: value in SECTORS,
    "step": lambda value: value in REACHED,
    "late": lambda value: value in ("yes", "no"),
    "area": lambda value: _AREA.fullmatch(value) is not None,
    "sort": lambda value: value.removeprefix("-") in SORTED,
    "after": lambda value: _NUMBER.fullmatch(value) is not None,
    "call": lambda value: _NUMBER.fullmatch(value) is not None,
}


def chosen_by(query: MultiMapping[str]) -> dict[str, str]:
    """What an address narrows; what nobody could have clicked is left out."""
    return {name: query[name] for name, fits in _KNOWN.items() if name in query and fits(query[name])}


def narrowed_to(chosen: Mapping[str, str]) -> Narrowed:
    """The same as the board takes it."""
    sort, late = chosen.get("sort", "due"), chosen.get("late")
    found = Narrowed(
        wanted=cast(Wanted, chosen.get("standing", "unsigned")),
        area=chosen.get("area"),
        audience=chosen.get("audience"),
        sector=chosen.get("sector"),
        step=cast(Reached | None, chosen.get("step")),
        late=None if late is None else late == "yes",
        sort=cast(Sort, sort.removeprefix("-")),
        descending=sort.startswith("-"),
        after=int(chosen.get("after", "0")),
    )
    return replace(found, call=int(chosen["call"])) if "call" in chosen else found


def written(chosen: Mapping[str, str | None]) -> str:
    """The query that asks it, with its question mark; "?" alone for nothing."""
    return f"?{urlencode({name: value for name, value in chosen.items() if value})}"
