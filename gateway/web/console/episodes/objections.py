"""`/console/objections`: organisations that object, whom somebody has to call, and what they said then."""

from dataclasses import replace
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.bus.words import Word
from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.follow_up.signatures import calling
from gateway.follow_up.signatures.calling import heard_json
from gateway.follow_up.signatures.people import people_json
from gateway.ledger.decisions import decisions
from gateway.ledger.directory import contacts, denied_addresses, organisations
from gateway.ledger.directory.changes import mask_numbers
from gateway.ledger.directory.organisations import Stored
from gateway.ledger.follow_up import acknowledgements, calls
from gateway.ledger.follow_up import objections as ledger
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.ledger.follow_up.calls import RESULTS
from gateway.ledger.follow_up.objections import Objection
from gateway.web.console.episodes.objection_words import RESULT_WORDS, SHOWN, TEXTS
from gateway.web.console.frame import for_people, framed, moment, went_to
from gateway.web.console.limits import areas_of
from gateway.web.console.table import Asked, Column, Filter, Table, answer, told
from gateway.web.console.table_words import KINDS
from gateway.web.keys import BUS, CLOCK, LEDGER
from gateway.web.live.live_words import AUDIENCES
from gateway.web.looking import shown_numbers
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

PATH = "/console/objections"
_ONE = PATH + r"/{id:\d{1,18}}"

OBJECTIONS: Table[Objection] = Table(
    "objections",
    TEXTS["objections"],
    (
        Column(
            "organisation",
            TEXTS["organisation"],
            lambda row, _say: row.organisation,
            link=lambda row: f"{PATH}/{row.id}",
        ),
        Column(
            "state",
            TEXTS["state"],
            lambda row, say: say.of(SHOWN["waits" if row.waits else "settled"]),
            mark=lambda row: "waits" if row.waits else "rests",
            matters="deciding",
        ),
        Column("objection", TEXTS["objection"], lambda row, _say: row.objection, long=True),
        Column("at", TEXTS["at"], lambda row, _say: moment(row.objected_at), sorts=True),
        Column(
            "audience",
            TEXTS["audience"],
            lambda row, say: say.among(AUDIENCES, row.audience),
            matters="beside",
        ),
        Column(
            "broadcast",
            TEXTS["broadcast"],
            lambda row, _say: str(row.broadcast_id),
            number=True,
            link=lambda row: f"/live/{row.broadcast_id}",
            matters="beside",
        ),
        Column("signed", TEXTS["signed"], lambda row, _say: moment(row.signed_at), matters="beside"),
        Column(
            "kind",
            TEXTS["kind"],
            lambda row, say: say.of(KINDS["exercise"]) if row.exercise else "",
            mark=lambda row: "exercise" if row.exercise else "",
            matters="name",
        ),
    ),
    lambda row: row.id,
    "-at",
    (
        Filter("show", TEXTS["state"], SHOWN, usual="waits"),
        Filter("broadcast", TEXTS["broadcast"], longest=18),
        Filter("kind", TEXTS["kind"], KINDS),
    ),
)
routes = web.RouteTableDef()


@routes.get(PATH)
@for_people()
async def get_objections(request: web.Request, person: Person) -> web.Response:
    """Who objects, those first that somebody has to call; numbers in their words as others are shown."""
    full = await shown_numbers(person, "objections")

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Objection]:
        shown, kind = asked.chosen.get("show", "waits"), asked.chosen.get("kind")
        broadcast = asked.chosen.get("broadcast")
        if broadcast is not None and not (broadcast.isascii() and broadcast.isdecimal()):
            raise InputError(
                "FIELD_INVALID", "发布任务是一个编号", "a broadcast is a number", field="broadcast"
            )
        found = ledger.objections(
            connection,
            limits=person.user.areas,
            broadcast_id=None if broadcast is None else int(broadcast),
            waits=None if shown == "all" else shown == "waits",
            exercise=None if kind is None else kind == "exercise",
            descending=asked.descending,
            after=after,
            limit=limit,
        )
        return found if full else [replace(row, objection=mask_numbers(row.objection)) for row in found]

    return await answer(
        person,
        OBJECTIONS,
        OBJECTIONS.asked(request.query),
        fetch,
        "objections.html",
        words=TEXTS,
        replies=False,
    )


@routes.get(_ONE)
@for_people()
async def get_answer(_request: web.Request, person: Person) -> web.Response:
    """One organisation's objection: its words, whom to call, what was heard, and what to note."""
    return await _page(person, *await _found(person))


@routes.post(_ONE)
@for_people("duty_officer")
async def post_heard(request: web.Request, person: Person) -> web.Response:
    """Keeps what was said in a call."""
    asked, of = await _found(person)
    form = await sent_form(person, ("result", "name", "note"))
    app = request.app
    try:
        result = next((each for each in RESULTS if each == form["result"]), None)
        if result is None:
            raise InputError("FIELD_INVALID", "请选择结果", "choose what was heard", field="result")
        await app[LEDGER].write(
            calling.record,
            asked.id,
            result,
            app[CLOCK](),
            caller=person.caller.name,
            by=person.user.person,
            name=form["name"].strip() or None,
            note=form["note"].strip() or None,
        )
    except InputError as error:
        return await _page(person, asked, of, form, error)
    app[BUS].say(Word.CHANGED)
    return went_to(f"{PATH}/{asked.id}")


async def _found(person: Person) -> tuple[Acknowledgement, Stored]:
    """The answer of the path; one outside their areas is as one that is not there."""
    ledger, number = person.request.app[LEDGER], int(person.request.match_info["id"])
    asked = await ledger.read(acknowledgements.by_id, number)
    of = None if asked is None else await ledger.read(organisations.by_id, asked.organisation_id)
    if asked is None or of is None or not person.sees(of.organisation.area):
        raise InputError("ACKNOWLEDGEMENT_UNKNOWN", "没有这条答复", "there is no such answer", field="id")
    return asked, of


async def _page(
    person: Person,
    asked: Acknowledgement,
    of: Stored,
    form: Form | None = None,
    error: InputError | None = None,
) -> web.Response:
    full = await shown_numbers(person, "objection")
    areas = await areas_of(person)
    values = await person.request.app[LEDGER].read(_told, asked, of, full)
    return framed(
        person,
        "objection.html",
        status=200 if error is None else status_of(error),
        exercise=asked.exercise,
        words=TEXTS,
        asked=asked if full else replace(asked, objection=mask_numbers(asked.objection or "")),
        organisation=of,
        area=areas.get(of.organisation.area),
        full=full,
        told=told,
        results=RESULT_WORDS,
        may_record=person.holds("duty_officer") and asked.ended_at is None,
        filled={name: form[name] if form else "" for name in ("result", "name", "note")},
        error=error,
        **values,
    )


def _told(connection: Connection, asked: Acknowledgement, of: Stored, full: bool) -> dict[str, Any]:
    decision_id = decisions.of_broadcast(connection, asked.broadcast_id)
    entry = None if decision_id is None else decisions.entry(connection, decision_id)
    people = contacts.of_organisations(connection, [of.id])
    denied = denied_addresses.values_of(connection, [of.id])
    return {
        "decision_id": decision_id,
        "decision": None if entry is None else Decision.model_validate_json(entry.document),
        "people": people_json(of.organisation, people.get(of.id, ()), denied.get(of.id, {}), full=full),
        "calls": [
            {**each, "note": each["note"] if full else mask_numbers(each["note"] or "")}
            for each in map(heard_json, calls.heard(connection, [asked.id]))
        ],
    }
