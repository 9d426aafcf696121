"""`/console/directory/imports`: a list is sent to be looked at, and what was imported before."""

from pathlib import PurePath
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory.importing import MAX_BYTES
from gateway.errors import InputError
from gateway.identifiers import uuid7
from gateway.ledger.directory import imports, uploads
from gateway.ledger.directory.imports import ColumnMapping, Import
from gateway.ledger.directory.uploads import Upload
from gateway.vocabulary import Words
from gateway.web.console.actors import actor_in_words
from gateway.web.console.directory.directory_words import LISTS
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.directory.import_report import report_page
from gateway.web.console.directory.import_samples import offered
from gateway.web.console.directory.import_wishes import FIELDS, read_file, stated_by, would_store
from gateway.web.console.directory.import_words import KINDS, OUTCOMES, TEXTS
from gateway.web.console.frame import for_people, moment, went_to
from gateway.web.console.limits import plans_of
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.importing.limited import EVERYWHERE
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.live.live_words import AUDIENCES, SECTORS
from gateway.web.people import Form, Person
from gateway.web.problems import status_of
from gateway.web.uploads import sent_upload

IMPORTS = f"{PATH}/imports"
_ONE = IMPORTS + r"/{id:\d{1,18}}"
_WORDS = DIRECTORY_TEXTS | TEXTS

routes = web.RouteTableDef()


def history() -> Table[Import]:
    """The list of what was imported."""
    return Table(
        "imports",
        TEXTS["past_imports"],
        (
            Column(
                "at", TEXTS["at"], lambda row, _say: moment(row.at), link=lambda row: f"{IMPORTS}/{row.id}"
            ),
            Column("file", TEXTS["file"], lambda row, _say: row.file_name, matters="deciding"),
            Column("kind", TEXTS["kind"], lambda row, say: say.among(KINDS, row.kind)),
            Column("by", TEXTS["by"], lambda row, say: actor_in_words(row.actor, say.language)),
            *(_number(outcome, words) for outcome, words in OUTCOMES.items()),
        ),
        lambda row: row.id,
        "",
        (Filter("kind", TEXTS["kind"], KINDS),),
    )


def _number(outcome: str, words: Words) -> Column[Import]:
    return Column(outcome, words, lambda row, _say: str(row.counts.get(outcome, 0)), number=True)


@routes.get(IMPORTS)
@for_people("directory_keeper")
async def get_imports(_request: web.Request, person: Person) -> web.Response:
    """The form for a file, and what was imported, the newest first."""
    return await _page(person)


@routes.post(IMPORTS)
@for_people("directory_keeper")
async def post_file(request: web.Request, person: Person) -> web.Response:
    """Reads a file and shows what it would change; nothing of it is stored but itself, for an hour."""
    app, now = request.app, request.app[CLOCK]()
    sent = await sent_upload(person, FIELDS, "file", MAX_BYTES)
    try:
        if not sent.content:
            raise InputError("FIELD_MISSING", "请选择文件", "choose a file", field="file")
        asked = stated_by(sent.form)
        name = PurePath(sent.file_name.replace("\\", "/")).name
        reading = await read_file(person, sent.content, name, asked)
        report = await would_store(person, reading, asked)
    except InputError as error:
        return await _page(person, sent.form, error)
    upload = Upload(uuid7(now), person.user.id, name, sent.content, asked, report, now)
    await app[LEDGER].write(uploads.put, upload)
    return went_to(f"{IMPORTS}/waiting/{upload.id}")


@routes.get(_ONE)
@for_people("directory_keeper")
async def get_import(request: web.Request, person: Person) -> web.Response:
    """What an import changed. Whoever is limited to areas sees their own."""
    identifier = int(request.match_info["id"])
    found = await request.app[LEDGER].read(_imported, identifier)
    if found is None or (person.user.areas and found[0].actor != person.caller.name):
        raise InputError(
            "IMPORT_UNKNOWN", f"没有导入 {identifier}", f"there is no import {identifier}", field="id"
        )
    return await report_page(person, *found)


def _beside(
    connection: Connection, user_id: str, now: int
) -> tuple[tuple[str, str] | None, list[ColumnMapping], bool]:
    return (
        uploads.waiting(connection, user_id, now),
        imports.mappings(connection),
        uploads.old(connection, now),
    )


def _imported(connection: Connection, identifier: int) -> tuple[Import, dict[str, Any]] | None:
    found, report = imports.one(connection, identifier), imports.report(connection, identifier)
    return None if found is None or report is None else (found, report)


async def _page(person: Person, form: Form | None = None, error: InputError | None = None) -> web.Response:
    app = person.request.app
    shown = history()
    asked = shown.asked(person.request.query)
    own = person.caller.name if person.user.areas else None

    def fetch(connection: Connection, asked: Asked, after: int | None, limit: int) -> list[Import]:
        return imports.page(connection, before=after, limit=limit, kind=asked.chosen.get("kind"), actor=own)

    now = app[CLOCK]()
    waits, mappings, old = await app[LEDGER].read(_beside, person.user.id, now)
    if old:
        await app[LEDGER].write(uploads.drop_old, now)
    filled = {name: form[name] if form is not None else "" for name in FIELDS}
    filled["kind"] = filled["kind"] or asked.chosen.get("kind", "organisations")
    response = await answer(
        person,
        shown,
        asked,
        fetch,
        "imports.html",
        words=_WORDS,
        megabytes=MAX_BYTES // 1_000_000,
        kinds={kind: words for kind, words in KINDS.items() if not own or kind not in EVERYWHERE},
        inventories=LISTS,
        audiences=AUDIENCES,
        sectors=SECTORS,
        mappings=[each.name for each in mappings],
        plans=[(plan.id, plan.title) for plan in (await plans_of(person)).values()],
        samples=await offered(person),
        waits=waits,
        filled=filled,
        error=error,
        own_only=bool(own),
    )
    if error is not None:
        response.set_status(status_of(error))
    return response
