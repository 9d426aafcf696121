"""`/console/directory/campaigns`: people are asked whether their numbers are still right."""

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import web
from sqlalchemy import Connection

from gateway.bus.words import Word
from gateway.errors import InputError
from gateway.follow_up.campaigns import campaigns, present
from gateway.follow_up.campaigns.campaigns import DAYS, Prepared
from gateway.ledger.directory import campaigns as ledger
from gateway.ledger.directory.campaigns import Campaign
from gateway.vocabulary import AUDIENCES as AUDIENCE_CODES
from gateway.web.console.actors import actor_in_words
from gateway.web.console.directory.campaign_choice import (
    FIELDS,
    SEVERAL,
    Choice,
    choice_of,
    prepared_for,
    sign_of,
)
from gateway.web.console.directory.campaign_words import LEFT_OUT, STAGES, TEXTS
from gateway.web.console.directory.directory_words import KIND_OF_ADDRESS
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.frame import for_people, framed, moment, went_to
from gateway.web.console.limits import areas_of
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table import Asked, Column, Filter, Table, answer, told
from gateway.web.console.table_words import KINDS
from gateway.web.keys import BUS, CLOCK, LEDGER
from gateway.web.live.live_words import AUDIENCES, SECTORS
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

CAMPAIGNS = f"{PATH}/campaigns"
_SHOWN = 50  # of those who would be asked
_WORDS = DIRECTORY_TEXTS | TEXTS

routes = web.RouteTableDef()


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
                link=lambda row: f"{CAMPAIGNS}/{row.id}",
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


@routes.get(CAMPAIGNS)
@for_people("directory_keeper")
async def get_campaigns(_request: web.Request, person: Person) -> web.Response:
    """The form of a campaign, and the campaigns that there were."""
    return await _page(person)


@routes.post(CAMPAIGNS)
@for_people("directory_keeper")
async def post_choice(_request: web.Request, person: Person) -> web.Response:
    """Whom it would ask; nothing leaves."""
    form = await sent_form(person, FIELDS, SEVERAL)
    try:
        choice = await choice_of(person, form)
        prepared = await prepared_for(person, choice)
    except InputError as error:
        return await _page(person, form, error)
    return await _preview(person, form, choice, prepared)


@routes.post(CAMPAIGNS + "/start")
@for_people("directory_keeper")
async def post_start(request: web.Request, person: Person) -> web.Response:
    """Asks those who were shown; where that has changed since, shows it anew instead."""
    form = await sent_form(person, (*FIELDS, "shown"), SEVERAL)
    app = request.app
    try:
        choice = await choice_of(person, form)
        prepared = await prepared_for(person, choice)
        if sign_of(prepared) != form["shown"]:
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
    return went_to(f"{CAMPAIGNS}/{started.id}")


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
        fields=[(name, form[name]) for name in FIELDS] + [(n, v) for n in SEVERAL for v in form.all(n)],
        sign=sign_of(prepared),
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

    filled: Mapping[str, str] = {name: form[name] if form is not None else "" for name in FIELDS}
    response = await answer(
        person,
        shown,
        asked,
        fetch,
        "campaigns.html",
        words=_WORDS,
        filled={**filled, "days": filled["days"] or str(DAYS)},
        chosen={name: form.all(name) if form is not None else () for name in SEVERAL},
        audiences={code: AUDIENCES[code] for code in AUDIENCE_CODES if code != "public"},
        sectors=SECTORS,
        areas=sorted((await areas_of(person)).items()),
        error=error,
    )
    if error is not None:
        response.set_status(status_of(error))
    return response
