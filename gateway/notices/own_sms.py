"""The SMS of one enterprise: level, hour, its own main lines, safety, the answer; cut by meaning.

What its sector's SMS says of the decision is said in the same words; its own lines stand in the place
of the sector's measures, which the full text holds.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from gateway.errors import InputError
from gateway.notices.fit import EACH, SMS_UNITS, sms_form, utf16_units
from gateway.notices.own import Own, OwnItem
from gateway.notices.page import Page
from gateway.notices.sms import Cut, write
from gateway.notices.templates import say
from gateway.vocabulary import Language

_TEMPLATE = "own.j2"
_WANTED = 4 * EACH  # a plant's orders are worth a segment more than its sector's
_SPARED = ("guaranteed", "white_list")
_CARRIED, _ENDED = "\0", "\1"  # stand for own words in what all enterprises of a sector share


class _Marks(NamedTuple):
    """What stands after a sentence, and between the lines of an SMS."""

    stop: str
    between: str


_MARKS: dict[Language, _Marks] = {"zh-CN": _Marks("。", "；"), "en": _Marks(". ", "; ")}


class OwnSms:
    """Writes the SMS of each enterprise that reads `page`, the page of its sector.

    The first of its lines may take all 500 units of an SMS, the others four segments together. A line
    that does not fit, or that an SMS cannot hold, is counted among those that stand in the full text.
    """

    def __init__(self, page: Page) -> None:
        self._page = page
        self._frames: dict[tuple[Cut, bool, bool, int], str] = {}
        announcement = page.announcement
        self._marks = _MARKS[page.language]
        self._safety = ""
        if announcement.content == "warning" and announcement.action != "retract":
            self._safety = (
                f"{self._marks.stop}{sms_form(say(page.language, _TEMPLATE, 'sms_safety', announcement))}"
            )
        place = announcement.short_place if announcement.content == "lift" else announcement.shortest_place
        linked = page.sign_link is None or announcement.action == "retract"
        self._cuts = tuple(_ever_shorter(Cut((), place, link=linked)))

    def __call__(self, own: Own) -> str | None:
        """The text with its signature; None where even without a line it is too long."""
        language, between = self._page.language, self._marks.between
        phrases = list(_phrases(language, own))
        label = sms_form(say(language, _TEMPLATE, "sms_label", own, strip=False))
        number = len(own.ended if own.lifts else own.items) + len(self._page.reading.items)
        ended = between.join(_sendable(language, "short", own.ended)) if not own.lifts else ""

        def written(cut: Cut, chosen: Sequence[str]) -> str:
            carried = f"{label}{between.join(chosen)}{self._safety}" if chosen else ""
            frame = self._frame(cut, bool(carried), cut.ended, number - len(chosen))
            return frame.replace(_CARRIED, carried).replace(_ENDED, ended)

        cut = next((each for each in self._cuts if utf16_units(written(each, ())) <= _WANTED), self._cuts[-1])
        text = written(cut, ())
        chosen: list[str] = []
        if utf16_units(text) > SMS_UNITS:
            return None
        for phrase in phrases:
            longer = written(cut, [*chosen, phrase])
            if utf16_units(longer) <= (_WANTED if chosen else SMS_UNITS):
                text = longer
                chosen.append(phrase)
        for change in self._wished(bool(ended)):
            fuller = replace(cut, **change)
            longer = written(fuller, chosen)
            if utf16_units(longer) <= _WANTED:
                cut, text = fuller, longer
        return text

    def _frame(self, cut: Cut, carried: bool, ended: bool, rest: int) -> str:
        key = (cut, carried, ended, rest)
        if key not in self._frames:
            self._frames[key] = write(
                self._page, cut, [("", (_CARRIED,))] if carried else [], (_ENDED,) if ended else (), rest
            )
        return self._frames[key]

    def _wished(self, ended: bool) -> Iterator[dict[str, Any]]:
        """What is added where there is room, the most useful first."""
        announcement = self._page.announcement
        if ended:
            yield {"ended": True}
        if announcement.content == "lift":
            yield {"elsewhere": True}
        elif announcement.action in ("raise", "lower"):
            yield {"former": True}
        if announcement.content != "lift" and announcement.short_place != announcement.shortest_place:
            yield {"place": announcement.short_place}
        if announcement.content != "lift":
            yield {"end": True}
        yield {"serial": True}
        if announcement.content == "lift":
            yield {"thanks": True}
        elif announcement.number:
            yield {"number": True}


def _ever_shorter(cut: Cut) -> Iterator[Cut]:
    yield cut
    yield replace(cut, corrects="right")
    yield replace(cut, corrects="")
    yield replace(cut, corrects="", link=False)
    yield replace(cut, corrects="", link=False, sign=False)


def _phrases(language: Language, own: Own) -> Iterator[str]:
    """What changed first, then what is surely understood; what an order does not touch last."""
    if own.lifts:
        yield from _sendable(language, "short", own.ended)
        return
    by_weight = sorted(own.items, key=lambda each: (each.list in _SPARED, not each.mark, not each.certain))
    yield from _sendable(language, "phrase", by_weight)


def _sendable(language: Language, macro: str, items: Sequence[OwnItem]) -> Iterator[str]:
    for item in items:
        try:
            yield sms_form(say(language, _TEMPLATE, macro, item))
        except InputError as error:
            if error.code != "SMS_CHARACTER":
                raise
