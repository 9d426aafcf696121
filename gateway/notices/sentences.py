"""What a decision's documents say alike to all their readers, in whole sentences."""

from dataclasses import dataclass
from functools import lru_cache

from gateway.notices.announcement import Announcement
from gateway.notices.templates import say
from gateway.vocabulary import Language

_TEMPLATE = "macros.j2"


@dataclass(frozen=True, slots=True)
class Sentences:
    """The macros of an announcement as they speak of it, each one line; "" where there is nothing to say.

    `mending` are the lines that come first in a correction or retraction. `chip` is the level in two
    words, `starting` and `ending` the response behind it in brackets; `matter` names in short the
    message that is mended, `doing` what is done from the start on.
    """

    mending: tuple[str, ...]
    former: str
    chip: str
    heading: str
    level: str
    starting: str
    ending: str
    start: str
    ends: str
    forecast: str
    observed: str
    decision: str
    lift_means: str
    doing: str
    matter: str


@lru_cache(maxsize=32)
def sentences(language: Language, announcement: Announcement, kind: str) -> Sentences:
    """The sentences for readers of a `kind` of text (通知, 通告). Raises `InputError` like `say`."""

    def said(macro: str, *values: object) -> str:
        return say(language, _TEMPLATE, macro, announcement, *values)

    decides = announcement.content != "none" and announcement.action != "retract"
    return Sentences(
        mending=tuple(said("mending", kind).splitlines()),
        former=said("former", kind),
        chip=said("chip"),
        heading=said("heading"),
        level=said("level") if announcement.level else "",
        starting=said("starting"),
        ending=said("ending"),
        start=said("start"),
        ends=said("ends"),
        forecast=said("forecast"),
        observed=said("observed"),
        decision=said("decision") if decides else "",
        lift_means=said("lift_means"),
        doing=said("doing"),
        matter=said("matter_short"),
    )
