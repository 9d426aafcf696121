"""What citizens read: what is in force, what was issued, whether a text is ours. No sign-in, no script.

The pages are made of the data that `gateway.web.public.feeds` gives to programs, with the same age, limits
and copies; the words are those that were frozen with the decisions.
"""

from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import Any

from aiohttp import web

from gateway.errors import InputError
from gateway.exchange import public_json
from gateway.exchange.register import texts_of
from gateway.notices.aloud import aloud
from gateway.notices.aloud_english import aloud_english
from gateway.web.keys import DESK, LEDGER, SETTINGS
from gateway.web.live.live_words import LEVELS, Speech
from gateway.web.public.badge import HEIGHT, WIDTH
from gateway.web.public.badges import BADGES, get_badge
from gateway.web.public.checking import checkable, of_form
from gateway.web.public.control_list import get_control_list
from gateway.web.public.doors import NEWEST, Refusals, before, open_to_all
from gateway.web.public.newest import Unknown
from gateway.web.public.reader import ORIGIN, SHELF, Reader
from gateway.web.public.rendering import fill, unkept
from gateway.web.public.shelf import Place, Shelf
from gateway.web.public.sign_pages import contact_line
from gateway.web.public.telling import Released, earlier_of
from gateway.web.public.wish import Wish, wish_of

_PAGE = 100  # messages, as in issued.json


def add_public_pages(app: web.Application, origin: str) -> None:
    """Add the pages. `origin` is where readers reach us."""
    app[SHELF] = Shelf(app[NEWEST], app[LEDGER], app[DESK])
    app[ORIGIN] = origin.rstrip("/")
    pages = {
        "/public": _front,
        "/public/spoken": _spoken,
        "/public/messages": _messages,
        r"/public/messages/{identifier:[A-Za-z0-9_.-]{1,100}}": _message,
        "/public/check": _check,
        "/public/control-list": get_control_list,
    }
    for path, work in pages.items():
        app.router.add_get(path, open_to_all(work, _PAGES))
    app.router.add_get("/public/badge.svg", open_to_all(get_badge, BADGES))


async def _front(request: web.Request) -> web.Response:
    reader = await Reader.of(request)
    plans = reader.plans()
    if len(plans) == 1:
        return await _one_place(reader, plans[0])
    state = reader.shelf.state(reader.told)
    places = {plan: reader.named(await reader.shelf.place(plan)) for plan in plans}
    make = partial(reader.fill, "places.html", "", state=state, places=places, levels=LEVELS)
    return reader.answer(reader.kept()(make))


async def _one_place(reader: Reader, plan: str) -> web.Response:
    app, register = reader.request.app, reader.register
    place, state, found = await _stands(reader, plan)
    telling = reader.telling(place)
    newest = register.newest(plan)
    settings = app[SETTINGS]
    code = f'<a href="{app[ORIGIN]}/public?plan={plan}"><img src="{app[ORIGIN]}/public/badge.svg?plan={plan}"'

    def make() -> bytes:
        return reader.fill(
            "front.html",
            reader.named(place),
            state=state,
            notices=telling.notices(register, state, found.get),
            newest=newest,
            headline=telling.headline(newest),
            newest_at=telling.hour(newest.sent),
            steps=telling.steps(register, newest.episode),
            progress=[telling.progress(each) for each in app[NEWEST].progress_of([plan])],
            report_to=[contact_line(each) for each in settings.public.report_to or settings.office.contacts],
            snippet=f'{code} width="{WIDTH}" height="{HEIGHT}" alt="{place.name}重污染天气预警"></a>',
            badge=f"/public/badge.svg{Wish(reader.wish.language, plan=plan).query()}",
            badge_size=(WIDTH, HEIGHT),
        )

    complete = all(found.values())  # what could not be read is looked for again
    return reader.answer(reader.kept(plan, complete)(make))


async def _stands(reader: Reader, plan: str) -> tuple[Place, dict[str, Any], dict[str, Released | None]]:
    """A plan's place and state, and the messages that it is told by: what is current, and what was before
    it; None for one that cannot be read now."""
    (state,) = (each for each in reader.shelf.state(reader.told)["plans"] if each["plan"] == plan)
    standing = {each["identifier"] for each in (*state["warnings"], *state["advice"])}
    standing |= {before for each in standing if (before := earlier_of(reader.register, each))}
    found = {identifier: await reader.shelf.message(identifier) for identifier in sorted(standing)}
    return await reader.shelf.place(plan), state, found


async def _spoken(request: web.Request) -> web.Response:
    reader = await Reader.of(request)
    said: list[tuple[str, str]] = []
    for plan in reader.plans():
        place, state, found = await _stands(reader, plan)
        telling = reader.telling(place)
        told: list[tuple[str, str]] = []
        for notice in telling.notices(reader.register, state, found.get):
            until_then = earlier_of(reader.register, notice.identifier) if notice.earlier else None
            for released in (found[notice.identifier], found.get(until_then or "")):
                if released is not None and (spoken := telling.spoken(released)) is not None:
                    told.append(spoken)
        if not told and state["in_force"]:
            raise Unknown(guarded=False)  # silence would be taken for an all-clear
        said += told or [_aloud(reader, reader.named(place), state)]
    said = said or [_aloud(reader, "", reader.shelf.state(reader.told))]
    make = partial(reader.fill, "spoken.html", await reader.place_name(), said=said)
    return reader.answer(reader.kept(len(said))(make))


def _aloud(reader: Reader, place: str, state: Mapping[str, str]) -> tuple[str, str]:
    if reader.wish.language == "en":
        return aloud_english(f"{place}: {state['said_en']}." if place else f"{state['said_en']}."), "en"
    return aloud(f"{place}：{state['said']}。" if place else f"{state['said']}。"), "zh-CN"


async def _messages(request: web.Request) -> web.Response:
    since = before(request.query.get("before"))
    reader = await Reader.of(request)
    telling, register = reader.telling(), reader.register
    since = None if since is None or since > len(register.issued) else since
    found = register.page(since, _PAGE)

    def make() -> bytes:
        told = [
            (each, telling.headline(each), telling.hour(each.sent), register.state(each, reader.now)[0])
            for each in found
        ]
        later = found[-1].number if found and found[-1].number > 1 else None
        return reader.fill("messages.html", "", messages=told, next=later, since=since)

    return reader.answer(reader.kept(since)(make))


async def _message(request: web.Request) -> web.Response:
    reader = await Reader.of(request)
    identifier = request.match_info["identifier"]
    if identifier not in reader.register:
        return _page_refused(404, "missing", request)
    issued = reader.register[identifier]
    released = await reader.shelf.message(identifier)
    if released is None:
        raise Unknown(guarded=False)
    place = await reader.shelf.place(issued.plan)
    telling = reader.telling(place)
    became, later, zh, en = public_json.standing(reader.register, issued, reader.now)

    def make() -> bytes:
        return reader.fill(
            "message.html",
            reader.named(place),
            issued=issued,
            headline=telling.headline(issued),
            issued_at=telling.hour(issued.sent),
            became=became,
            said=en if reader.wish.language == "en" else zh,
            later=later,
            paper=telling.paper(released, "public", None),
            dropped=telling.dropped(released),
            spoken=telling.spoken(released),
            texts=[
                (name, language, words, sha256(words.encode()).hexdigest())
                for name, language, words in texts_of(released.alert)
            ],
            cap=f"/cap/{identifier}.xml",
        )

    return reader.answer(reader.kept()(make))


async def _check(request: web.Request) -> web.Response:
    reader = await Reader.of(request)
    make = partial(reader.fill, "check.html", "", found=None, text="", fault="")
    return reader.answer(reader.kept()(make))


async def post_check(request: web.Request) -> web.Response:
    """The page's form: the answer stands above it, nothing is kept. Raises `Unknown`."""
    reader = await Reader.of(request)
    found, text, fault = None, "", ""
    try:
        text = checkable(of_form(await request.read()))
        newest = request.app[NEWEST]
        found = public_json.checked(newest.register, text, reader.now, reader.told.moment, newest.address)
    except InputError as error:
        fault = Speech(reader.wish.language).told(error)
    page = reader.fill("check.html", "", found=found, text=text, fault=fault)
    return unkept(page, 422 if fault else 200)


def _page_refused(status: int, why: str, request: web.Request) -> web.Response:
    about: dict[str, object] = {"place": "", "path": request.path, "stale": "", "listed": False, "why": why}
    return unkept(fill("refused.html", wish_of(request.query), **about), status)


def _page_wrong(request: web.Request, error: InputError) -> web.Response:
    missing = error.code in ("PLAN_UNKNOWN", "LIST_UNKNOWN")
    return _page_refused(404 if missing else 422, "missing" if missing else "wrong", request)


_PAGES = Refusals(
    partial(_page_refused, 429, "too_often"),
    lambda request, _unknown: _page_refused(503, "unknown", request),
    _page_wrong,
)
