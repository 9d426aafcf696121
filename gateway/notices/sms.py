"""The SMS of one reader: as much as fits well, cut by meaning, or refused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gateway.notices.announcement import Announcement
from gateway.notices.essentials import Main, labelled, lessons, mains
from gateway.notices.fit import EACH, SINGLE, SMS_UNITS, TooLong, sms_form, utf16_units
from gateway.notices.model import NoticeMeasure
from gateway.notices.reading import Reading
from gateway.notices.templates import fill

EXERCISE = "演练："


@dataclass(frozen=True, slots=True)
class _Cut:
    """What one attempt carries besides what every SMS says."""

    chosen: tuple[Main, ...]
    place: str
    end: bool = True
    ended: bool = True
    number: bool = True
    serial: bool = True
    link: bool = True
    thanks: bool = True


def sms(
    announcement: Announcement, reading: Reading, signature: str, reply_minutes: int | None, kind: str
) -> tuple[str, tuple[NoticeMeasure, ...]]:
    """The text with its signature, and the measures that it carries.

    The public reads at most two segments and a lift is one; others aim at three and may take 500
    units. Raises `TooLong` (in UTF-16 units) and `InputError` for a character that SMS cannot hold.
    """
    comfortable, limit = _room(announcement, reading)
    opening = f"【{signature}】{EXERCISE if announcement.exercise else ''}"
    text = ""
    last: _Cut | None = None
    for cut, essential in _cuts(announcement, reading):
        carried = labelled(cut.chosen)
        body = fill(
            "sms.j2",
            a=announcement,
            cut=cut,
            place=cut.place,
            carried=carried,
            lessons=lessons(reading),
            ended=[each.short for each in reading.ended if each.short and not each.successors],
            rest=len(reading.items) - len(cut.chosen),
            reply_minutes=reply_minutes,
            kind=kind,
        )
        text = opening + sms_form("".join(body.splitlines()))
        if utf16_units(text) <= (limit if essential else comfortable):
            last = cut
            break
    if last is None:
        raise TooLong(utf16_units(text), limit)
    return text, tuple(main.item.measure(main.item.short or main.item.text) for main in last.chosen)


def _room(announcement: Announcement, reading: Reading) -> tuple[int, int]:
    """UTF-16 units: what to aim at, and what must not be passed."""
    if announcement.action == "lift":
        return SINGLE, SINGLE
    if reading.audience == "public":
        return 2 * EACH, 2 * EACH
    return 3 * EACH, SMS_UNITS


def _cuts(announcement: Announcement, reading: Reading) -> Iterator[tuple[_Cut, bool]]:
    """From the fullest to the shortest; True from where only what every SMS must say is left."""
    cut = _Cut(mains(reading), announcement.short_place)
    yield cut, False
    cut = replace(cut, number=False)
    yield cut, False
    cut = replace(cut, ended=False, thanks=False)
    yield cut, False
    while any(main.rank > 1 for main in cut.chosen):
        cut = replace(cut, chosen=cut.chosen[:-1])
        yield cut, False
    cut = replace(cut, place=announcement.shortest_place)
    yield cut, False
    while any(main.rank > 0 for main in cut.chosen):
        cut = replace(cut, chosen=cut.chosen[:-1])
        yield cut, False
    cut = replace(cut, end=False)
    yield cut, False
    cut = replace(cut, serial=False)
    yield cut, True
    while len(cut.chosen) > 1:
        cut = replace(cut, chosen=cut.chosen[:-1])
        yield cut, True
    yield replace(cut, link=False), True
