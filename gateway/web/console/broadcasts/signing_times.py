"""`/console/broadcasts/{id}/signatures`: how soon organisations signed, as a picture with its table."""

from dataclasses import dataclass

from aiohttp import web

from gateway.errors import InputError
from gateway.ledger.follow_up import signing_times
from gateway.ledger.follow_up.signing_times import SigningTimes
from gateway.vocabulary import Words
from gateway.web.console.frame import for_people, framed
from gateway.web.keys import LEDGER
from gateway.web.live.live_words import Speech
from gateway.web.people import Person

WIDTH, HEIGHT = 480, 220  # small, so that its words can be read on a phone
_TOP, _BOTTOM, _SIDE = 24, 32, 4
_GAP = 8
TEXTS: dict[str, Words] = {
    "times": Words("签收用时", "Time to signature"),
    "about_times": Words(
        "从发布到签收用了多少分钟；柱上的数是这一段内签收的单位数。",
        "Minutes from the launch to the signature; above each bar stands how many organisations signed then.",
    ),
    "asked": Words("应签收", "To sign"),
    "signed": Words("已签收", "Signed"),
    "in_time": Words("按时签收", "Signed in time"),
    "open": Words("未签收", "Not signed"),
    "minutes": Words("分钟", "Minutes"),
    "in_span": Words("这一段内", "In this span"),
    "by_then": Words("累计", "By then"),
    "share": Words("占应签收", "Of all"),
    "later": Words("{} 以上", "over {}"),
    "nobody": Words("这个任务不要求签收。", "Nobody is asked to sign this broadcast."),
}

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Bar:
    """One span in units of the picture, which is `WIDTH` by `HEIGHT`; `mark` is its label there."""

    label: str
    mark: str
    number: int
    x: float
    y: float
    width: float
    height: float


@routes.get(r"/console/broadcasts/{id:\d{1,18}}/signatures")
@for_people()
async def get_signing_times(request: web.Request, person: Person) -> web.Response:
    """The times of the organisations in the areas of whoever looks."""
    identifier = int(request.match_info["id"])
    found = await request.app[LEDGER].read(signing_times.of_broadcast, identifier, person.user.areas)
    if found is None:
        raise InputError("BROADCAST_UNKNOWN", "没有这个发布任务", "there is no such broadcast", field="id")
    return framed(
        person,
        "signing_times.html",
        exercise=found.exercise,
        words=TEXTS,
        identifier=identifier,
        live_say=Speech(person.language),
        times=found,
        bars=bars(found, TEXTS["later"].zh if person.language == "zh" else TEXTS["later"].en),
        width=WIDTH,
        height=HEIGHT,
        bottom=HEIGHT - _BOTTOM,
    )


def bars(times: SigningTimes, later: str) -> list[Bar]:
    """The picture of the spans; `later` names the last of them."""
    highest = max([1, *(each.signed for each in times.spans)])
    step = (WIDTH - 2 * _SIDE) / len(times.spans)
    room = HEIGHT - _TOP - _BOTTOM
    return [
        Bar(
            later.format(each.since) if each.until is None else f"{each.since}–{each.until}",
            f"{each.since}+" if each.until is None else f"{each.since}–{each.until}",
            each.signed,
            round(_SIDE + number * step + _GAP / 2, 1),
            round(_TOP + room * (1 - each.signed / highest), 1),
            round(step - _GAP, 1),
            round(room * each.signed / highest, 1),
        )
        for number, each in enumerate(times.spans)
    ]
