"""What citizens read: what is in force, what was issued, whether a text is ours. No sign-in, no script.

The pages are made of the data that `gateway.web.public.feeds` gives to programs, with the same age, limits
and copies; the words are those that were frozen with the decisions.
"""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from hashlib import sha256

from aiohttp import web

from gateway.errors import InputError
from gateway.exchange import public_json
from gateway.exchange.model import written
from gateway.exchange.register import texts_of
from gateway.ledger import control_list
from gateway.notices.aloud import aloud
from gateway.notices.aloud_english import aloud_english
from gateway.web.keys import DESK, LEDGER, SETTINGS
from gateway.web.live.words import LEVELS
from gateway.web.public.badge import HEIGHT, WIDTH, badge
from gateway.web.public.badge import MEDIA_TYPE as SVG
from gateway.web.public.checking import checkable, of_form
from gateway.web.public.documents import Document, answer, document
from gateway.web.public.doors import NEWEST, Refusals, age, before, keep, open_to_all
from gateway.web.public.looks import MEDIA_TYPE, fill, policy, speech, unkept
from gateway.web.public.newest import Told, Unknown
from gateway.web.public.public_words import GRADES
from gateway.web.public.public_words import SECTORS as SECTOR_WORDS
from gateway.web.public.shelf import Place, Shelf
from gateway.web.public.sign_pages import contact_line
from gateway.web.public.telling import Telling, earlier_of
from gateway.web.public.wish import Wish, wish_of

_SHELF = web.AppKey("shelf", Shelf)
_ORIGIN = web.AppKey("public origin", str)
_PAGE = 100  # messages, as in issued.json
_LISTED = 200  # enterprises on a page
_LONGEST_NAME = 40  # characters of a name that is searched for


def add_public_pages(app: web.Application, origin: str) -> None:
    """Add the pages. `origin` is where readers reach us."""
    app[_SHELF] = Shelf(app[NEWEST], app[LEDGER], app[DESK])
    app[_ORIGIN] = origin.rstrip("/")
    pages = {
        "/public": _front,
        "/public/spoken": _spoken,
        "/public/messages": _messages,
        r"/public/messages/{identifier:[A-Za-z0-9_.-]{1,100}}": _message,
        "/public/check": _check,
    }
    if app[SETTINGS].public.control_list is not None:
        pages["/public/control-list"] = _control_list
    for path, work in pages.items():
        app.router.add_get(path, open_to_all(work, _PAGES))
    app.router.add_get("/public/badge.svg", open_to_all(_badge, _BADGES))


class _Reader:
    """One request: what is told, in which words. Raises `Unknown`."""

    def __init__(self, request: web.Request, told: Told, seconds: int) -> None:
        self.request = request
        self.told = told
        self.shelf = request.app[_SHELF]
        self.register = request.app[NEWEST].register
        wish = wish_of(request.query)
        self.knows_plan = wish.plan is None or wish.plan in self.register.plans()
        self.wish = wish if self.knows_plan else replace(wish, plan=None)
        self.now = request.app[NEWEST].now()
        self.seconds = seconds

    @classmethod
    async def of(cls, request: web.Request) -> "_Reader":
        return cls(request, *await request.app[NEWEST].told())

    def telling(self, place: Place | None = None) -> Telling:
        """Who puts it into words."""
        return Telling(self.wish, speech(self.wish), {} if place is None else place.areas_en)

    def fill(self, template: str, place: str, /, **values: object) -> bytes:
        """A page with what all of them show."""
        return fill(
            template,
            self.wish,
            **{
                "place": place,
                "path": self.request.path,
                "stale": self.telling().hour(self.told.moment) if self.told.stale else "",
                "listed": self.request.app[SETTINGS].public.control_list is not None,
                **values,
            },
        )

    def answer(self, found: Document) -> web.Response:
        """The page, or that the reader's copy is still good."""
        return answer(self.request, found, keep(self.seconds), **policy(), **age(stale=self.told.stale))

    def kept(self, *asked: object) -> partial[Document]:
        """A page by what was asked for."""
        return partial(self.shelf.page, (self.request.path, self.wish, *asked), self.told, MEDIA_TYPE)

    def plans(self) -> list[str]:
        """The plans that the address asks about. Raises `InputError` (PLAN_UNKNOWN)."""
        if not self.knows_plan:
            raise InputError(
                "PLAN_UNKNOWN", "没有这个地方的预警", "nothing was ever issued for that place", field="plan"
            )
        return self.register.plans() if self.wish.plan is None else [self.wish.plan]

    async def place_name(self) -> str:
        """What the pages are of: the one place that the address asks about; "" for all."""
        plans = self.plans()
        return self.named(await self.shelf.place(plans[0])) if len(plans) == 1 else ""

    def named(self, place: Place) -> str:
        return place.name_en if self.wish.language == "en" else place.name


async def _front(request: web.Request) -> web.Response:
    reader = await _Reader.of(request)
    plans = reader.plans()
    if len(plans) == 1:
        return await _one_place(reader, plans[0])
    state = reader.shelf.state(reader.told)
    places = {plan: reader.named(await reader.shelf.place(plan)) for plan in plans}
    make = partial(reader.fill, "places.html", "", state=state, places=places, levels=LEVELS)
    return reader.answer(reader.kept()(make))


async def _one_place(reader: _Reader, plan: str) -> web.Response:
    app, shelf, register = reader.request.app, reader.shelf, reader.register
    place = await shelf.place(plan)
    (state,) = (each for each in shelf.state(reader.told)["plans"] if each["plan"] == plan)
    standing = {each["identifier"] for each in (*state["warnings"], *state["advice"])}
    standing |= {each for identifier in standing if (each := earlier_of(register, identifier))}
    found = {identifier: await shelf.message(identifier) for identifier in standing}
    telling = reader.telling(place)
    newest = register.newest(plan)
    settings = app[SETTINGS]
    code = (
        f'<a href="{app[_ORIGIN]}/public?plan={plan}"><img src="{app[_ORIGIN]}/public/badge.svg?plan={plan}"'
    )

    def make() -> bytes:
        return reader.fill(
            "front.html",
            reader.named(place),
            state=state,
            notices=telling.notices(register, state, reader.now, found.get),
            newest=newest,
            headline=telling.headline(newest),
            newest_at=telling.hour(newest.sent),
            steps=telling.steps(register, newest.episode),
            report_to=[contact_line(each) for each in settings.public.report_to or settings.office.contacts],
            snippet=f'{code} width="{WIDTH}" height="{HEIGHT}" alt="{place.name}重污染天气预警"></a>',
            badge=f"/public/badge.svg{Wish(reader.wish.language, plan=plan).query()}",
            badge_size=(WIDTH, HEIGHT),
        )

    complete = all(found.values())  # what could not be read is looked for again
    return reader.answer(reader.kept(plan, complete)(make))


async def _spoken(request: web.Request) -> web.Response:
    reader = await _Reader.of(request)
    state = reader.shelf.state(reader.told)
    said: list[tuple[str, str]] = []
    for plan in reader.plans():
        place = await reader.shelf.place(plan)
        (each,) = (one for one in state["plans"] if one["plan"] == plan)
        told = [
            spoken
            for identifier in dict.fromkeys(one["identifier"] for one in (*each["warnings"], *each["advice"]))
            if (released := await reader.shelf.message(identifier)) is not None
            and (spoken := reader.telling(place).spoken(released)) is not None
        ]
        if not told and each["in_force"]:
            raise Unknown(guarded=False)  # silence would be taken for an all-clear
        said += told or [_aloud(reader, f"{reader.named(place)}：", each)]
    said = said or [_aloud(reader, "", state)]
    make = partial(reader.fill, "spoken.html", await reader.place_name(), said=said)
    return reader.answer(reader.kept(len(said))(make))


def _aloud(reader: _Reader, before_it: str, state: Mapping[str, str]) -> tuple[str, str]:
    if reader.wish.language == "en":
        return aloud_english(f"{before_it.replace('：', ': ')}{state['said_en']}."), "en"
    return aloud(f"{before_it}{state['said']}。"), "zh-CN"


async def _messages(request: web.Request) -> web.Response:
    since = before(request.query.get("before"))
    reader = await _Reader.of(request)
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
    reader = await _Reader.of(request)
    identifier = request.match_info["identifier"]
    if identifier not in reader.register:
        return unkept("refused.html", reader.wish, 404, **_about(request, "missing"))
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
    reader = await _Reader.of(request)
    make = partial(reader.fill, "check.html", "", found=None, text="", fault="")
    return reader.answer(reader.kept()(make))


async def post_check(request: web.Request) -> web.Response:
    """The page's form: the answer stands above it, nothing is kept. Raises `Unknown`."""
    reader = await _Reader.of(request)
    found, text, fault = None, "", ""
    try:
        text = checkable(of_form(await request.read()))
        newest = request.app[NEWEST]
        found = public_json.checked(newest.register, text, reader.now, reader.told.moment, newest.address)
    except InputError as error:
        fault = error.message_en if reader.wish.language == "en" else error.message
    page = reader.fill("check.html", "", found=found, text=text, fault=fault)
    return web.Response(
        body=page,
        status=422 if fault else 200,
        headers={**policy(), "Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"},
    )


async def _control_list(request: web.Request) -> web.Response:
    reader = await _Reader.of(request)
    columns = request.app[SETTINGS].public.control_list or ()
    name = request.query.get("name", "").strip()[:_LONGEST_NAME]
    after = request.query.get("after", "0")
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0
    try:
        found = await request.app[LEDGER].read(control_list.page, start, _LISTED + 1, name)
    except Exception:
        raise Unknown(guarded=False) from None
    areas = await reader.shelf.areas()
    make = partial(
        reader.fill,
        "control_list.html",
        "",
        entries=found[:_LISTED],
        columns=columns,
        areas=areas,
        sectors=SECTOR_WORDS,
        grades=GRADES,
        name=name,
        next=found[_LISTED - 1].id if len(found) > _LISTED else None,
    )
    return reader.answer(document(make(), MEDIA_TYPE, reader.told.state.modified))


async def _badge(request: web.Request) -> web.Response:
    reader = await _Reader.of(request)
    plans = reader.plans()
    if len(plans) > 1:
        raise InputError("PLAN_MISSING", "请在地址中写明 plan", "name the plan in the address", field="plan")
    state = reader.shelf.state(reader.told)
    place = await reader.place_name()
    say = speech(reader.wish)
    colour, words = "", say("none")
    for each in state["plans"]:
        if each["plan"] in plans and each["level"] is not None:
            level = each["level_begun"] or each["level"]
            colour, words = level, say.of(LEVELS[level])
            if each["level_begun"] is None:
                words = f"{words} · {say('to_begin')}"
    moment = say("as_of", written(reader.told.moment)[5:16].replace("T", " "))
    make = partial(badge, place or say("title_of_all"), colour, words, moment, say.html_language)
    found = reader.shelf.page((request.path, reader.wish), reader.told, SVG, make)
    return answer(request, found, keep(reader.seconds), **age(stale=reader.told.stale))


def _about(request: web.Request, why: str) -> dict[str, object]:
    return {"place": "", "path": request.path, "stale": "", "listed": False, "why": why}


def _page_refused(status: int, why: str, request: web.Request) -> web.Response:
    return unkept("refused.html", wish_of(request.query), status, **_about(request, why))


def _page_wrong(request: web.Request, error: InputError) -> web.Response:
    missing = error.code == "PLAN_UNKNOWN"
    return _page_refused(404 if missing else 422, "missing" if missing else "wrong", request)


def _no_badge(request: web.Request, status: int) -> web.Response:
    say = speech(wish_of(request.query))
    content = badge(say("title_of_all"), "unknown", say("unknown_title"), "", say.html_language)
    return web.Response(
        body=content, status=status, headers={"Content-Type": SVG, "Cache-Control": "no-store"}
    )


_PAGES = Refusals(
    partial(_page_refused, 429, "too_often"),
    lambda request, _unknown: _page_refused(503, "unknown", request),
    _page_wrong,
)
_BADGES = Refusals(
    lambda request: _no_badge(request, 429),
    lambda request, _unknown: _no_badge(request, 503),
    lambda request, error: _no_badge(request, 404 if error.code == "PLAN_UNKNOWN" else 422),
)
