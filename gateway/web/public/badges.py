"""`/public/badge.svg`: the badge that other sites show as an image."""

from datetime import datetime
from functools import partial

from aiohttp import web

from gateway.errors import InputError
from gateway.exchange.model import read_moment
from gateway.notices.words import WORDS
from gateway.web.live.live_words import LEVELS
from gateway.web.public.badge import MEDIA_TYPE, badge
from gateway.web.public.documents import answer
from gateway.web.public.doors import Refusals, age, keep
from gateway.web.public.reader import Reader
from gateway.web.public.rendering import speech
from gateway.web.public.wish import wish_of


async def get_badge(request: web.Request) -> web.Response:
    """The badge of one plan. Raises `Unknown`, and `InputError`: PLAN_UNKNOWN, PLAN_MISSING."""
    reader = await Reader.of(request)
    plans = reader.plans()
    if len(plans) > 1:
        raise InputError("PLAN_MISSING", "请在地址中写明 plan", "name the plan in the address", field="plan")
    state = reader.shelf.state(reader.told)
    place = await reader.place_name()
    say = speech(reader.wish)
    colour, words = "", say("none")
    for each in state["plans"]:
        if each["plan"] not in plans:
            continue
        if each["newest"]["state"] == "ran_out":
            colour, words = "unknown", say("over")
        if each["level"] is not None:
            level = each["level_begun"] or each["level"]
            colour, words = level, say.of(LEVELS[level])
            if each["level_begun"] is None:
                since = min(one["since"] for one in each["warnings"] if one["level"] == level)
                words = f"{words} {say('begins', _hour(reader, read_moment(since)))}"
    moment = say("as_of", _hour(reader, reader.told.moment))
    make = partial(badge, place or say("title_of_all"), colour, words, moment, say.html_language)
    found = reader.shelf.page((request.path, reader.wish), reader.told, MEDIA_TYPE, make)
    return answer(request, found, keep(reader.seconds), **age(stale=reader.told.stale))


def _hour(reader: Reader, at: datetime) -> str:
    return WORDS["en" if reader.wish.language == "en" else "zh-CN"].hour(at, year=False)


def _no_badge(request: web.Request, status: int) -> web.Response:
    say = speech(wish_of(request.query))
    content = badge(say("title_of_all"), "unknown", say("unknown_title"), "", say.html_language)
    return web.Response(
        body=content, status=status, headers={"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    )


BADGES = Refusals(
    lambda request: _no_badge(request, 429),
    lambda request, _unknown: _no_badge(request, 503),
    lambda request, error: _no_badge(request, 404 if error.code == "PLAN_UNKNOWN" else 422),
)
