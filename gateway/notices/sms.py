"""The SMS of one reader: as much as fits well, cut by meaning, or refused."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from gateway.notices.announcement import Announcement
from gateway.notices.essentials import Main, labelled, lessons, mains, takes_orders
from gateway.notices.fit import EACH, SINGLE, SMS_UNITS, TooLong, sms_form, utf16_units
from gateway.notices.model import NoticeMeasure
from gateway.notices.page import Page
from gateway.notices.reading import Reading
from gateway.notices.templates import fill

_REST = 40  # what saying where the rest stands takes at most: the last measure saves it
_BEFORE_LINK = 2  # measures that are worth more than the address of the full text


@dataclass(frozen=True, slots=True)
class Cut:
    """What one attempt carries besides what every SMS says; `advice` counts pieces."""

    chosen: tuple[Main, ...]
    place: str
    corrects: Literal["both", "right", ""] = "both"
    advice: int = 1
    link: bool = True
    sign: bool = True
    former: bool = False
    elsewhere: bool = False
    serial: bool = False
    end: bool = False
    ended: bool = False
    number: bool = False
    thanks: bool = False


def sms(page: Page) -> tuple[str, tuple[NoticeMeasure, ...]]:
    """The text with its signature, and the measures that it carries.

    In Chinese the public reads at most two segments, and so does everyone of a hint or a tip; a lift is
    one, a retraction one or two, a correction at most three; others aim at three and may take 500 units.
    English needs more than twice the room. Raises `TooLong` (in UTF-16 units) and `InputError` for a
    character that SMS cannot hold.
    """

    announcement, reading = page.announcement, page.reading

    def written(cut: Cut) -> str:
        return write(page, cut, labelled(reading, cut.chosen), _ended(reading), _uncarried(reading, cut))

    limits, wanted = _room(announcement, reading)
    cut, text, limit = _shortest(page, written, limits)
    wanted = min(wanted, limit)
    for more, least in _additions(page, cut.chosen):
        if utf16_units(text) + least > wanted:
            continue
        fuller = more(cut)
        longer = written(fuller)
        if utf16_units(longer) <= wanted:
            cut, text = fuller, longer
    return text, tuple(main.item.measure(main.item.short or main.item.text) for main in cut.chosen)


def write(
    page: Page,
    cut: Cut,
    carried: Sequence[tuple[str, Sequence[str]]],
    ended: Sequence[str],
    rest: int,
) -> str:
    """The text of one cut: `carried` are phrases by label, `ended` what is no longer done, `rest` how many
    items stand elsewhere only. Raises `InputError` for a character that SMS cannot hold."""
    announcement, reading, words = page.announcement, page.reading, page.reading.words
    body = fill(
        page.language,
        "sms.j2",
        a=announcement,
        s=page.sentences,
        cut=cut,
        audience=reading.audience,
        carried=carried,
        lessons=lessons(reading),
        ended=ended,
        nothing=not reading.items and not carried,
        rest=rest,
        advice=[piece.short for piece in page.advice[: cut.advice]],
        reply_minutes=page.reply_minutes,
        reply=words.reply_within(page.reply_minutes) if page.reply_minutes else "",
        sign=page.sign_link if cut.sign else None,
        may_reply=page.sign_link is not None,
        verify=_verify(announcement) if cut.link else "",
        kind=page.kind,
    )
    opening = f"【{page.signature}】{words.SMS_EXERCISE if announcement.exercise else ''}"
    return opening + sms_form("".join(body.splitlines()).strip())


def _uncarried(reading: Reading, cut: Cut) -> int:
    return len(reading.items) - len(cut.chosen)


def _room(announcement: Announcement, reading: Reading) -> tuple[tuple[int, ...], int]:
    """UTF-16 units: what must not be passed (the first that everything needed fits in), what to aim at."""
    action, content = announcement.action, announcement.content
    if reading.words.LANGUAGE == "en":
        short = content in ("lift", "none") or action == "retract"
        wanted = (
            2 + announcement.partial
            if content == "lift"
            else 4
            if short
            else 5
            if reading.audience == "public"
            else 6
        )
        return (SMS_UNITS,), wanted * EACH
    if action == "retract" or (content == "lift" and action == "lift"):
        return (SINGLE, 2 * EACH), 2 * EACH
    if action == "correct":
        return (3 * EACH,), 3 * EACH
    if reading.audience == "public" or content in ("hint", "tip"):
        return (2 * EACH,), 2 * EACH
    return (SMS_UNITS,), 3 * EACH


def _shortest(page: Page, written: Callable[[Cut], str], limits: tuple[int, ...]) -> tuple[Cut, str, int]:
    """What every SMS must say, and the limit that it keeps.

    Where that is too long: with fewer measures, or without the link. Where there are two limits, the
    first is for a text that loses nothing but a link that nobody needs to verify it by. The page behind
    a sign link holds the full text, so that no other link is needed.
    """
    announcement, reading = page.announcement, page.reading
    lifts = announcement.content == "lift"
    place = announcement.short_place if lifts else announcement.shortest_place
    main = () if announcement.action == "retract" else _mains_at_once(reading)
    whole = Cut(main, place, link=page.sign_link is None or announcement.action == "retract")
    for limit in limits:
        cut: Cut | None = whole
        while cut is not None:
            text = written(cut)
            if utf16_units(text) <= limit:
                return cut, text, limit
            if limit == limits[-1]:
                cut = _shorter(announcement, cut)
            else:
                cut = replace(cut, link=False) if cut.link and lifts else None
    raise TooLong(utf16_units(text), limit)


def _mains_at_once(reading: Reading) -> tuple[Main, ...]:
    return tuple(each for each in mains(reading) if each.rank == 0)


def _shorter(announcement: Announcement, cut: Cut) -> Cut | None:
    """The cut without what it can lose most easily; None where it can lose nothing more.

    The first two measures (for the public: health, and what is forbidden) and whether lessons are
    suspended outweigh a long address.
    """
    if cut.corrects == "both" and announcement.wrong and announcement.right:
        return replace(cut, corrects="right")
    if cut.link and sum(not main.item.suspends for main in cut.chosen) <= _BEFORE_LINK:
        return replace(cut, link=False)
    if len(cut.chosen) > 1:
        return replace(cut, chosen=_without_one(cut.chosen))
    if cut.corrects and (announcement.wrong or announcement.right):
        return replace(cut, corrects="")
    if cut.place != announcement.shortest_place:
        return replace(cut, place=announcement.shortest_place)
    if cut.advice:
        return replace(cut, advice=0)
    if cut.sign:
        return replace(cut, sign=False)
    return None


def _without_one(chosen: tuple[Main, ...]) -> tuple[Main, ...]:
    """Without the last that does not speak of suspending lessons."""
    least = next((main for main in reversed(chosen) if not main.item.suspends), chosen[-1])
    return tuple(main for main in chosen if main is not least)


def _verify(announcement: Announcement) -> str:
    """Where a retraction can be verified: the page or the telephone, whichever is shorter."""
    places = (announcement.full_text_at, *announcement.contacts[:1])
    return min(filter(None, places), key=utf16_units, default="")


def _additions(page: Page, chosen: tuple[Main, ...]) -> Iterator[tuple[Callable[[Cut], Cut], int]]:
    """What is added while there is room, the most useful first, and how many units it needs at least."""
    for main, change in _wished(page, chosen):
        yield change, 0 if main is None else utf16_units(main.phrase) - _REST


def _wished(page: Page, chosen: tuple[Main, ...]) -> Iterator[tuple[Main | None, Callable[[Cut], Cut]]]:
    announcement, reading = page.announcement, page.reading
    content = announcement.content
    lost = [main for main in _mains_at_once(reading) if main not in chosen]
    rest = [main for main in mains(reading) if main.rank > 0]
    orders = [main for main in rest if takes_orders(reading) and main.item.category == "mandatory"]
    if content == "lift":
        yield None, lambda cut: replace(cut, elsewhere=True)
    for main in lost:  # without the link there may be room again
        yield main, partial(_with, main=main)
    if announcement.action in ("raise", "lower"):
        yield None, lambda cut: replace(cut, former=True)
    if announcement.short_place != announcement.shortest_place:
        yield None, lambda cut: replace(cut, place=announcement.short_place)
    for number in range(2, len(page.advice) + 1):
        yield None, partial(replace, advice=number)
    if content == "lift":
        yield None, lambda cut: replace(cut, serial=True)
        yield None, lambda cut: replace(cut, thanks=True)
    if _ended(reading):
        yield None, lambda cut: replace(cut, ended=True)
    for main in orders:
        yield main, partial(_with, main=main)
    if content != "lift":
        yield None, lambda cut: replace(cut, end=True)
        yield None, lambda cut: replace(cut, serial=True)
    for main in rest:
        if main not in orders:
            yield main, partial(_with, main=main)
    if announcement.number:
        yield None, lambda cut: replace(cut, number=True)


def _ended(reading: Reading) -> list[str]:
    """In short words, what nothing has taken the place of."""
    return [each.short for each in reading.ended if each.short and not each.successors]


def _with(cut: Cut, main: Main) -> Cut:
    return replace(cut, chosen=(*cut.chosen, main))
