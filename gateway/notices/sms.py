"""The SMS of one reader: as much as fits well, cut by meaning, or refused."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from gateway.notices.announcement import Announcement
from gateway.notices.essentials import Main, labelled, lessons, mains, takes_orders
from gateway.notices.fit import EACH, SINGLE, SMS_UNITS, TooLong, sms_form, utf16_units
from gateway.notices.model import NoticeMeasure
from gateway.notices.page import Page
from gateway.notices.reading import Reading
from gateway.notices.templates import fill

_BEFORE_LINK = 2  # measures that are worth more than the address of the full text


@dataclass(frozen=True, slots=True)
class _Cut:
    """What one attempt carries besides what every SMS says."""

    chosen: tuple[Main, ...]
    place: str
    link: bool = True
    former: bool = False
    serial: bool = False
    end: bool = False
    ended: bool = False
    number: bool = False
    thanks: bool = False


def sms(page: Page) -> tuple[str, tuple[NoticeMeasure, ...]]:
    """The text with its signature, and the measures that it carries.

    In Chinese the public reads at most two segments and a lift is one; others aim at three and may take
    500 units. English needs more than twice the room: it aims at five, two and six, within 500 units.
    Raises `TooLong` (in UTF-16 units) and `InputError` for a character that SMS cannot hold.
    """

    def written(cut: _Cut) -> str:
        body = fill(
            page.language,
            "sms.j2",
            a=announcement,
            cut=cut,
            audience=reading.audience,
            carried=labelled(reading, cut.chosen),
            lessons=lessons(reading),
            ended=_ended(reading),
            nothing=not reading.items,
            rest=len(reading.items) - len(cut.chosen),
            reply_minutes=page.reply_minutes,
            reply=words.reply_within(page.reply_minutes) if page.reply_minutes else "",
            kind=page.kind,
        )
        return opening + sms_form("".join(body.splitlines()).strip())

    announcement, reading, words = page.announcement, page.reading, page.reading.words
    opening = f"【{page.signature}】{words.SMS_EXERCISE if announcement.exercise else ''}"
    wanted, limit = _room(announcement, reading)
    cut, text = _shortest(announcement, reading, written, limit)
    for more in _additions(announcement, reading, cut.chosen):
        fuller = more(cut)
        longer = written(fuller)
        if utf16_units(longer) <= wanted:
            cut, text = fuller, longer
    return text, tuple(main.item.measure(main.item.short or main.item.text) for main in cut.chosen)


def _room(announcement: Announcement, reading: Reading) -> tuple[int, int]:
    """UTF-16 units: what to aim at, and what must not be passed."""
    if reading.words.LANGUAGE == "en":
        wanted = 2 if announcement.action == "lift" else 5 if reading.audience == "public" else 6
        return wanted * EACH, SMS_UNITS
    if announcement.action == "lift":
        return SINGLE, SINGLE
    if reading.audience == "public":
        return 2 * EACH, 2 * EACH
    return 3 * EACH, SMS_UNITS


def _shortest(
    announcement: Announcement, reading: Reading, written: Callable[[_Cut], str], limit: int
) -> tuple[_Cut, str]:
    """What every SMS must say; where that is too long, with fewer measures, or without the link.

    The first two measures (for the public: health, and what is forbidden) outweigh a long address.
    """
    main = tuple(each for each in mains(reading) if each.rank == 0)
    cut = _Cut(main, announcement.shortest_place)
    while utf16_units(text := written(cut)) > limit:
        if cut.link and len(cut.chosen) <= _BEFORE_LINK:
            cut = replace(cut, link=False)
        elif len(cut.chosen) > 1:
            cut = replace(cut, chosen=cut.chosen[:-1])
        else:
            raise TooLong(utf16_units(text), limit)
    return cut, text


def _additions(
    announcement: Announcement, reading: Reading, chosen: tuple[Main, ...]
) -> Iterator[Callable[[_Cut], _Cut]]:
    """What is added while there is room, the most useful first."""
    lost = [main for main in mains(reading) if main.rank == 0 and main not in chosen]
    rest = [main for main in mains(reading) if main.rank > 0]
    orders = [main for main in rest if takes_orders(reading) and main.item.category == "mandatory"]
    for main in lost:  # without the link there may be room again
        yield partial(_with, main=main)
    if announcement.action in ("raise", "lower"):
        yield lambda cut: replace(cut, former=True)
    if announcement.short_place != announcement.shortest_place:
        yield lambda cut: replace(cut, place=announcement.short_place)
    if announcement.action == "lift":
        yield lambda cut: replace(cut, serial=True)
        yield lambda cut: replace(cut, thanks=True)
    if _ended(reading):
        yield lambda cut: replace(cut, ended=True)
    for main in orders:
        yield partial(_with, main=main)
    if announcement.action != "lift":
        yield lambda cut: replace(cut, end=True)
        yield lambda cut: replace(cut, serial=True)
    for main in rest:
        if main not in orders:
            yield partial(_with, main=main)
    if announcement.number:
        yield lambda cut: replace(cut, number=True)


def _ended(reading: Reading) -> list[str]:
    """In short words, what nothing has taken the place of."""
    return [each.short for each in reading.ended if each.short and not each.successors]


def _with(cut: _Cut, main: Main) -> _Cut:
    return replace(cut, chosen=(*cut.chosen, main))
