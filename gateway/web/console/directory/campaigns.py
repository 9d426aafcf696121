"""`/console/directory/campaigns`: people are asked whether their numbers are still right; what they say."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.bus.words import Word
from gateway.delivery.words import STATE_WORDS
from gateway.directory import selection as selections
from gateway.directory.campaign import Wish
from gateway.directory.masking import mask, masked_name
from gateway.errors import InputError
from gateway.follow_up.campaigns import campaigns, present
from gateway.follow_up.campaigns.campaigns import DAYS, MOST_DAYS, Prepared
from gateway.ledger.directory import campaigns as ledger
from gateway.ledger.directory import verifications
from gateway.ledger.directory.campaigns import Campaign
from gateway.ledger.directory.verifications import Verification
from gateway.vocabulary import AUDIENCES as AUDIENCE_CODES
from gateway.web.console.actors import actor_in_words
from gateway.web.console.directory.campaign_words import ANSWERS, LEFT_OUT, STAGES, TEXTS, VIAS
from gateway.web.console.directory.directory_words import KIND_OF_ADDRESS
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.frame import for_people, framed, moment, went_to
from gateway.web.console.limits import areas_of, plans_of
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table import Asked, Column, Filter, Table, answer, told
from gateway.web.console.table_words import KINDS
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.live.live_words import AUDIENCES, SECTORS
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

_CAMPAIGNS = f"{PATH}/campaigns"
_ONE = _CAMPAIGNS + r"/{id:\d{1,18}}"
_FIELDS = ("groups", "since", "never", "failed", "days", "exercise")
_SEVERAL = ("audiences", "sectors", "areas")
_SHOWN = 50  # of those who would be asked
_WORDS = DIRECTORY_TEXTS | TEXTS
_STATES = {str(state): words for state, words in STATE_WORDS.items()}

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a form means: the wish, of which kind, for how many days."""

    wish: Wish
    exercise: bool
    days: int


def campaigns_table() -> Table[Campaign]:
    """The list of campaigns, the newest first."""
    return Table(
        "campaigns",
        TEXTS["campaigns"],
        (
            Column(
                "began",
                TEXTS["began"],
                lambda row, _say: moment(row.at),
                link=lambda row: f"{_CAMPAIGNS}/{row.id}",
            ),
            Column("by", TEXTS["started_by"], lambda row, say: actor_in_words(row.started_by, say.language)),
            Column("until", TEXTS["until"], lambda row, _say: moment(row.expires_at)),
            Column(
                "stage",
                TEXTS["stage"],
                lambda row, say: say.of(STAGES["running" if row.ended_at is None else "ended"]),
                mark=lambda row: "waits" if row.ended_at is None else "rests",
                matters="deciding",
            ),
            Column(
                "kind",
                DIRECTORY_TEXTS["kind"],
                lambda row, say: say.of(KINDS["exercise"]) if row.exercise else "",
                mark=lambda row: "exercise" if row.exercise else "",
                matters="name",
            ),
        ),
        lambda row: row.id,
        "",
        (Filter("kind", DIRECTORY_TEXTS["kind"], KINDS),),
    )


def questions_table() -> Table[Verification]:
    """The list of a campaign's questions; names and numbers are masked."""
    return Table(
        "questions",
        TEXTS["questions"],
        (
            Column(
                "name",
                DIRECTORY_TEXTS["org_name"],
                lambda row, _say: row.organisation,
                link=lambda row: f"{PATH}/{row.organisation_id}",
            ),
            Column("contact", DIRECTORY_TEXTS["contact"], lambda row, _say: masked_name(row.contact) or ""),
            Column("address", TEXTS["address"], lambda row, _say: mask(row.kind, row.address)),
            Column("asked", TEXTS["asked_at"], lambda row, _say: moment(row.asked_at), matters="beside"),
            Column(
                "delivery",
                TEXTS["delivery"],
                lambda row, say: say.among(_STATES, row.state) if row.state else "",
            ),
            Column(
                "answer",
                TEXTS["answer"],
                lambda row, say: say.of(ANSWERS[row.answer or "open"]),
                matters="deciding",
            ),
            Column("answered", TEXTS["answered_at"], lambda row, _say: moment(row.answered_at)),
            Column(
                "via",
                TEXTS["via"],
                lambda row, say: say.among(VIAS, row.via) if row.via else "",
                matters="beside",
            ),
        ),
        lambda row: row.id,
        "",
        (Filter("answer", TEXTS["answer"], ANSWERS),),
    )


@routes.get(_CAMPAIGNS)
@for_people("directory_keeper")
async def get_campaigns(_request: web.Request, person: Person) -> web.Response:
    """The form of a campaign, and the campaigns that there were."""
    return await _page(person)


@routes.post(_CAMPAIGNS)
@for_people("directory_keeper")
async def post_choice(_request: web.Request, person: Person) -> web.Response:
    """Whom it would ask; nothing leaves."""
    form = await sent_form(person, _FIELDS, _SEVERAL)
    try:
        choice = await _choice(person, form)
        prepared = await _prepared(person, choice)
    except InputError as error:
        return await _page(person, form, error)
    return await _preview(person, form, choice, prepared)


@routes.post(_CAMPAIGNS + "/start")
@for_people("directory_keeper")
async def post_start(request: web.Request, person: Person) -> web.Response:
    """Asks those who were shown; where that has changed since, shows it anew instead."""
    form = await sent_form(person, (*_FIELDS, "shown"), _SEVERAL)
    app = request.app
    try:
        choice = await _choice(person, form)
        prepared = await _prepared(person, choice)
        if _sign(prepared) != form["shown"]:
            return await _preview(person, form, choice, prepared, differs=True)
        started = await app[LEDGER].write(
            campaigns.start,
            prepared,
            choice.wish,
            choice.exercise,
            app[CLOCK](),
            caller=person.caller.name,
            days=choice.days,
        )
    except InputError as error:
        return await _page(person, form, error)
    app[BUS].say(Word.TIMER)
    return went_to(f"{_CAMPAIGNS}/{started.id}")


@routes.get(_ONE)
@for_people("directory_keeper")
async def get_campaign(request: web.Request, person: Person) -> web.Response:
    """How far a campaign is, and its questions about organisations of theirs."""
    app = request.app
    told_of, campaign = await app[LEDGER].read(_told, int(request.match_info["id"]))
    shown = questions_table()
    asked = shown.asked(request.query)

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Verification]:
        said: Any = asked.chosen.get("answer")
        return verifications.page(
            connection, campaign.id, answer=said, after=after or 0, limit=limit, limits=person.user.areas
        )

    return await answer(
        person,
        shown,
        asked,
        fetch,
        "campaign.html",
        words=_WORDS,
        exercise=campaign.exercise,
        one=told_of,
        told=told,
        answers=[(code, words, told_of[code]) for code, words in ANSWERS.items()],
        may_end=campaign.ended_at is None and _may_end(person, campaign),
    )


@routes.post(_ONE + "/end")
@for_people("directory_keeper")
async def post_end(request: web.Request, person: Person) -> web.Response:
    """Ends it early. Whoever is limited to areas ends what they began."""
    await sent_form(person)
    app = request.app
    _, campaign = await app[LEDGER].read(_told, int(request.match_info["id"]))
    if not _may_end(person, campaign):
        raise InputError(
            "PERSON_NOT_ALLOWED",
            "这次核实不是您发起的，也不限于您的区域",
            "somebody else began it, and not for your areas alone",
        )
    await app[LEDGER].write(campaigns.end, campaign, app[CLOCK](), person.caller.name)
    app[BUS].say(Word.TIMER)
    return went_to(f"{_CAMPAIGNS}/{campaign.id}")


def _told(connection: Connection, identifier: int) -> tuple[dict[str, Any], Campaign]:
    campaign = campaigns.known(connection, identifier)
    return present.campaign_json(connection, campaign), campaign


def _may_end(person: Person, campaign: Campaign) -> bool:
    return not person.user.areas or campaign.started_by == person.caller.name


async def _choice(person: Person, form: Form) -> Choice:
    """What a form means. Whoever is limited to areas asks there alone. Raises `InputError`."""
    theirs = await areas_of(person)
    chosen: dict[str, Any] = {name: list(form.all(name)) for name in _SEVERAL if form.all(name)}
    if form.lines("groups"):
        chosen["groups"] = list(form.lines("groups"))
    if any(code not in theirs for code in chosen.get("areas", ())):
        raise InputError("AREA_NOT_YOURS", "不在您负责的区域", "it is not in your areas", field="areas")
    if person.user.areas and "areas" not in chosen:
        chosen["areas"] = sorted(theirs)
    since = form["since"].strip()
    try:
        day = date.fromisoformat(since) if since else None
        days = int(form["days"])
    except ValueError:
        days, day = 0, None
        if since and form["days"].isdigit():
            raise InputError("FIELD_INVALID", "日期不对", "this is no date", field="since") from None
    if not 1 <= days <= MOST_DAYS:
        raise InputError(
            "FIELD_INVALID", f"填 1 到 {MOST_DAYS} 天", f"from 1 to {MOST_DAYS} days", field="days"
        )
    selection = selections.build(chosen) if chosen else selections.EVERYONE
    wish = Wish(selection, day, form["never"] == "yes", form["failed"] == "yes")
    return Choice(wish, form["exercise"] == "yes", days)


async def _prepared(person: Person, choice: Choice) -> Prepared:
    app = person.request.app
    plans = list((await plans_of(person)).values())
    return await app[LEDGER].read(
        campaigns.prepare, app[DESK].office, plans, choice.wish, choice.exercise, app[CLOCK]()
    )


def _sign(prepared: Prepared) -> str:
    """A sign of whom a campaign would ask: another one, and it asks others."""
    asked = [each.first.address_id for each in prepared.chosen.questions]
    return sha256(repr((asked, len(prepared.chosen.left_out), prepared.segments)).encode()).hexdigest()[:16]


async def _preview(
    person: Person, form: Form, choice: Choice, prepared: Prepared, *, differs: bool = False
) -> web.Response:
    app = person.request.app
    shown = await asyncio.to_thread(
        present.prepared_json, prepared, choice.wish, choice.exercise, app[CLOCK](), choice.days
    )
    return framed(
        person,
        "campaign_preview.html",
        status=409 if differs else 200,
        exercise=choice.exercise,
        words=_WORDS,
        shown=shown,
        first=shown["asked"][:_SHOWN],
        told=told,
        meant=choice.wish.selection.words(),
        fields=[(name, form[name]) for name in _FIELDS] + [(n, v) for n in _SEVERAL for v in form.all(n)],
        sign=_sign(prepared),
        kinds=KIND_OF_ADDRESS,
        left_out=LEFT_OUT,
        differs=differs,
    )


async def _page(person: Person, form: Form | None = None, error: InputError | None = None) -> web.Response:
    shown = campaigns_table()
    asked = shown.asked(person.request.query)

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> Sequence[Campaign]:
        kind = asked.chosen.get("kind")
        return ledger.page(connection, None if kind is None else kind == "exercise", limit, before=after)

    filled: Mapping[str, str] = {name: form[name] if form is not None else "" for name in _FIELDS}
    response = await answer(
        person,
        shown,
        asked,
        fetch,
        "campaigns.html",
        words=_WORDS,
        filled={**filled, "days": filled["days"] or str(DAYS)},
        chosen={name: form.all(name) if form is not None else () for name in _SEVERAL},
        audiences={code: AUDIENCES[code] for code in AUDIENCE_CODES if code != "public"},
        sectors=SECTORS,
        areas=sorted((await areas_of(person)).items()),
        error=error,
    )
    if error is not None:
        response.set_status(status_of(error))
    return response
