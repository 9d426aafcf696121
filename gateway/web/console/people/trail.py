"""`/console/audit`: who did what and when, and whether the record is still as it was written."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import partial

from aiohttp import web
from sqlalchemy import Connection

from gateway.ledger.trail import audit
from gateway.ledger.trail.named import actors_of, subjects_of
from gateway.ledger.trail.verifying import verify
from gateway.moments import BEIJING, milliseconds
from gateway.plans.model import Plan
from gateway.web.console.frame import for_people, framed, moment
from gateway.web.console.limits import plans_of
from gateway.web.console.people.trail_view import (
    Told,
    about,
    as_stored,
    facts,
    link,
    sentence,
    told,
    who,
    whole,
)
from gateway.web.console.people.trail_words import KINDS, TEXTS
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.keys import LEDGER, SETTINGS
from gateway.web.people import Person, sent_form

PATH = "/console/audit"
TABLE: Table[Told] = Table(
    "audit",
    TEXTS["audit"],
    (
        Column("act", TEXTS["act"], sentence, link=link),
        Column(
            "exercise",
            TEXTS["exercise"],
            lambda row, say: say.of(TEXTS["exercise"]) if row.exercise else "",
            mark=lambda row: "exercise" if row.exercise else "",
            matters="name",
        ),
        Column("at", TEXTS["at"], lambda row, _say: moment(row.entry.at), matters="deciding"),
        Column("number", TEXTS["number"], lambda row, _say: str(row.entry.id), sorts=True, matters="beside"),
        Column("actor", TEXTS["actor"], who, matters="file"),
        Column("kind", TEXTS["kind"], lambda row, say: say.among(KINDS, row.entry.kind), matters="file"),
        Column("about", TEXTS["subject"], about, matters="file"),
        Column("subject", TEXTS["subject"], lambda row, _say: row.entry.subject, matters="file"),
        Column("detail", TEXTS["detail"], lambda row, _say: as_stored(row), matters="file"),
        Column("sha256", TEXTS["sha256"], lambda row, _say: row.entry.sha256, matters="file"),
    ),
    lambda row: row.entry.id,
    "-number",
    (
        Filter("kind", TEXTS["kind"], KINDS),
        Filter("actor", TEXTS["person"]),
        Filter("decision", TEXTS["decision"]),
        Filter("day", TEXTS["day"], day=True),
    ),
    facts=facts,
    whole=whole,
)

routes = web.RouteTableDef()


@routes.get(PATH)
@for_people("auditor")
async def get_audit(request: web.Request, person: Person) -> web.Response:
    """The trail, the newest first."""
    if person.user.areas:
        return _not_theirs(person)
    fetch = partial(_fetch, await plans_of(person))
    return await answer(person, TABLE, TABLE.asked(request.query), fetch, "audit.html", words=TEXTS)


@routes.post(f"{PATH}/verify")
@for_people("auditor")
async def post_verify(request: web.Request, person: Person) -> web.Response:
    """Checks all of it and says what was found."""
    await sent_form(person)
    if person.user.areas:
        return _not_theirs(person)
    app = request.app
    found = await asyncio.to_thread(verify, app[LEDGER], app[SETTINGS].data_folder)
    return framed(person, "audit_verified.html", words=TEXTS, found=found)


def _fetch(
    plans: Mapping[str, Plan], connection: Connection, asked: Asked, after: int | None, limit: int
) -> list[Told]:
    chosen = asked.chosen
    day = (
        datetime.combine(datetime.fromisoformat(chosen["day"]), time(), BEIJING) if "day" in chosen else None
    )
    found = audit.recorded(
        connection,
        subjects=subjects_of(connection, chosen["decision"]) if "decision" in chosen else None,
        kind=chosen.get("kind"),
        actors=actors_of(connection, chosen["actor"]) if "actor" in chosen else None,
        since=None if day is None else milliseconds(day),
        until=None if day is None else milliseconds(day + timedelta(days=1)),
        descending=asked.descending,
        after=after,
        limit=limit,
    )
    return told(connection, found, {each: plan.title for each, plan in plans.items()})


def _not_theirs(person: Person) -> web.Response:
    return framed(person, "audit_whole.html", status=403, words=TEXTS)
