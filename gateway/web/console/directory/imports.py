"""`/console/directory/imports`: a list is sent, looked at row by row, and imported once that is confirmed."""

import asyncio
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, cast, get_args

from aiohttp import web
from sqlalchemy import Connection

from gateway.directory import samples
from gateway.directory.header_words import Kind
from gateway.directory.importing import MAX_BYTES, Options
from gateway.directory.inventory import InventoryList
from gateway.errors import InputError
from gateway.identifiers import uuid7
from gateway.ledger.directory import imports, kinds, uploads
from gateway.ledger.directory.imports import ColumnMapping, Import
from gateway.ledger.directory.uploads import Upload
from gateway.moments import local
from gateway.moments import moment as instant
from gateway.plans.model import Plan
from gateway.spreadsheets import TABLE_TYPES, TableForm
from gateway.vocabulary import Audience, Sector, Words
from gateway.web.console.actors import actor_in_words
from gateway.web.console.directory.directory_words import LISTS
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.directory.import_report import report_page
from gateway.web.console.directory.import_words import KINDS, OUTCOMES, TEXTS
from gateway.web.console.frame import for_people, moment, went_to
from gateway.web.console.limits import plans_of, usual_plan
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.heavy import HEAVY
from gateway.web.importing.limited import EVERYWHERE, refuse_everywhere
from gateway.web.importing.lists import AnyReading, read_list, store_list
from gateway.web.importing.organisations import Wishes
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.live.live_words import AUDIENCES, SECTORS
from gateway.web.live.rendering import HEADERS
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of
from gateway.web.uploads import sent_upload

_IMPORTS = f"{PATH}/imports"
_ONE = _IMPORTS + r"/{id:\d{1,18}}"
_WAITING = _IMPORTS + r"/waiting/{upload:[0-9a-f-]{36}}"
_SAMPLE = _IMPORTS + r"/sample/{kind:[a-z]{1,20}}.{form:csv|xlsx}"
_FIELDS = (
    *("kind", "inventory", "sheet", "audience", "sector", "mapping", "columns", "save_mapping"),
    *("unit", "plan", "remove_missing"),
)
_TOLD = 1_000  # changed organisations of which a report says what changes
_LONGEST = 60  # characters of a sheet's or mapping's name
_KINDS: tuple[Kind, ...] = get_args(Kind)
_WORDS = DIRECTORY_TEXTS | TEXTS

routes = web.RouteTableDef()


def history() -> Table[Import]:
    """The list of what was imported."""
    return Table(
        "imports",
        TEXTS["past_imports"],
        (
            Column(
                "at", TEXTS["at"], lambda row, _say: moment(row.at), link=lambda row: f"{_IMPORTS}/{row.id}"
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


@routes.get(_IMPORTS)
@for_people("directory_keeper")
async def get_imports(_request: web.Request, person: Person) -> web.Response:
    """The form for a file, and what was imported, the newest first."""
    return await _page(person)


@routes.post(_IMPORTS)
@for_people("directory_keeper")
async def post_file(request: web.Request, person: Person) -> web.Response:
    """Reads a file and shows what it would change; nothing of it is stored but itself, for an hour."""
    app, now = request.app, request.app[CLOCK]()
    sent = await sent_upload(person, _FIELDS, "file", MAX_BYTES)
    try:
        if not sent.content:
            raise InputError("FIELD_MISSING", "请选择文件", "choose a file", field="file")
        asked = _asked(sent.form)
        name = PurePath(sent.file_name.replace("\\", "/")).name
        reading = await _read(person, sent.content, name, asked)
        report = await app[LEDGER].read(
            store_list, reading, now, caller=person.caller.name, wishes=_wishes(person, asked, dry_run=True)
        )
    except InputError as error:
        return await _page(person, sent.form, error)
    upload = Upload(uuid7(now), person.user.id, name, sent.content, asked, report, now)
    await app[LEDGER].write(uploads.put, upload)
    return went_to(f"{_IMPORTS}/waiting/{upload.id}")


@routes.get(_SAMPLE)
@for_people("directory_keeper")
async def get_sample(request: web.Request, person: Person) -> web.Response:
    """A list of a kind to begin with, under the plan that the person keeps a directory for."""
    kind = next((each for each in _KINDS if each == request.match_info["kind"]), None)
    plan = await _usual_plan(person)
    if kind is None or plan is None:
        raise InputError("SAMPLE_UNKNOWN", "没有这种样表", "there is no such sample", field="kind")
    form = cast(TableForm, request.match_info["form"])
    return web.Response(
        body=await asyncio.to_thread(samples.sample, kind, plan, form),
        content_type=TABLE_TYPES[form],
        charset="utf-8" if form == "csv" else None,
        headers=HEADERS | {"Content-Disposition": f'attachment; filename="{kind}-sample.{form}"'},
    )


@routes.get(_WAITING)
@for_people("directory_keeper")
async def get_waiting(_request: web.Request, person: Person) -> web.Response:
    """What a file would change."""
    return await report_page(person, await _waiting(person))


@routes.post(_WAITING + "/confirm")
@for_people("directory_keeper")
async def post_confirm(request: web.Request, person: Person) -> web.Response:
    """Imports exactly what was shown; where the directory has changed since, it is shown anew instead."""
    upload = await _waiting(person)
    await sent_form(person)
    app, now = request.app, request.app[CLOCK]()
    reading = await _read(person, upload.content, upload.file_name, upload.options)
    try:
        identifier = await app[LEDGER].write(
            _store, upload, reading, now, person.caller.name, _wishes(person, upload.options)
        )
    except InputError as error:
        if error.code != "IMPORT_DIFFERS":
            raise
        report = await app[LEDGER].read(
            store_list,
            reading,
            now,
            caller=person.caller.name,
            wishes=_wishes(person, upload.options, dry_run=True),
        )
        await app[LEDGER].write(uploads.shown, upload.id, report)
        return await report_page(person, await _waiting(person), differs=True)
    return went_to(f"{_IMPORTS}/{identifier}")


@routes.post(_WAITING + "/discard")
@for_people("directory_keeper")
async def post_discard(request: web.Request, person: Person) -> web.Response:
    """The file is not wanted."""
    upload = await _waiting(person)
    await sent_form(person)
    await request.app[LEDGER].write(uploads.drop, upload.id, person.user.id)
    return went_to(_IMPORTS)


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


def _store(
    connection: Connection, upload: Upload, reading: AnyReading, now: int, actor: str, wishes: Wishes
) -> int:
    """Import a file that was looked at. Raises `InputError` (IMPORT_DIFFERS) where something else would come
    of it than was shown."""
    report = store_list(connection, reading, now, caller=actor, wishes=wishes)
    if _told(report) != _told(upload.report):
        raise InputError(
            "IMPORT_DIFFERS", "结果和您看到的不同，没有导入", "the outcome differs from what was shown"
        )
    uploads.drop(connection, upload.id, upload.user_id)
    return int(report["id"])


def _told(report: Mapping[str, Any]) -> list[Any]:
    """What of a report people decide by."""
    return [report.get(name) for name in ("counts", "rows", "missing", "removed", "findings", "changes")]


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


async def _waiting(person: Person) -> Upload:
    app = person.request.app
    found = await app[LEDGER].read(
        uploads.get, person.request.match_info["upload"], person.user.id, app[CLOCK]()
    )
    if found is None:
        raise InputError(
            "IMPORT_UNKNOWN",
            "文件已导入或已过 1 小时，请重新上传",
            "the file was imported, or more than an hour has passed: send it again",
            field="id",
        )
    return found


async def _read(person: Person, content: bytes, name: str, asked: Mapping[str, Any]) -> AnyReading:
    """The rows of a file, if this person may import it; a workbook is read by a process of its own.

    Raises `InputError`: AREA_NOT_YOURS, MAPPING_TAKEN, and those of reading.
    """
    app = person.request.app
    if person.user.areas:
        await app[LEDGER].read(refuse_everywhere, asked["kind"], asked["save_mapping"], person.caller.name)
    mapping = None
    if asked["mapping"]:
        mapping = await app[LEDGER].read(imports.mapping, asked["mapping"], asked["kind"])
    options = Options(
        asked["kind"],
        asked["inventory"] or None,
        asked["sheet"] or None,
        asked["audience"] or None,
        asked["sector"] or None,
        mapping,
        asked["columns"] or None,
    )
    return await app[HEAVY].run(
        person.caller.name,
        read_list,
        content,
        name,
        app[DESK].catalogue,
        options,
        unit=asked["unit"] or None,
        plan=asked["plan"] or None,
    )


def _asked(form: Form) -> dict[str, Any]:
    """How a file is to be read. Raises `InputError` (FIELD_INVALID)."""
    kind = _one(form, "kind", _KINDS)
    columns = {}
    for line in form["columns"].split("\n"):
        printed, equals, field = line.rpartition("=")
        if line.strip() and not (equals and printed.strip() and field.strip()):
            raise _invalid(
                "columns", f"“{line[:40]}”应写成 列名=字段", f"write {line[:40]!r} as printed=field"
            )
        if line.strip():
            columns[printed.strip()] = field.strip()
    return {
        "kind": kind,
        "inventory": _one(form, "inventory", ("", *get_args(InventoryList))),
        "audience": _one(form, "audience", ("", *get_args(Audience))),
        "sector": _one(form, "sector", ("", *get_args(Sector))),
        "columns": columns,
        "remove_missing": _one(form, "remove_missing", ("", "yes")) == "yes",
        **{name: _short(form, name) for name in ("sheet", "mapping", "save_mapping", "unit", "plan")},
    }


def _wishes(person: Person, asked: Mapping[str, Any], *, dry_run: bool = False) -> Wishes:
    return Wishes(
        dry_run,
        asked["remove_missing"],
        asked["save_mapping"] or None,
        limits=person.user.areas,
        told=_TOLD,
    )


def _one(form: Form, name: str, choices: tuple[str, ...]) -> str:
    if form[name] not in choices:
        raise _invalid(name, "请选择", "choose one")
    return form[name]


def _short(form: Form, name: str) -> str:
    text = form[name].strip()
    if len(text) > _LONGEST:
        raise _invalid(name, f"最多 {_LONGEST} 个字", f"{_LONGEST} characters at most")
    return text


async def _usual_plan(person: Person) -> Plan | None:
    """The plan whose areas and measures a sample names."""
    app = person.request.app
    today = local(instant(app[CLOCK]())).date()
    plans = list((await plans_of(person)).values())
    found = await app[LEDGER].read(kinds.kinds, False, today)
    return usual_plan(plans, found, today) or next(iter(plans), None)


def _samples(plan: Plan | None) -> list[tuple[Kind, Words, list[str]]]:
    """The kinds of which there are samples, each with the columns that it cannot be without."""
    if plan is None:
        return []
    return [
        (kind, KINDS[kind], [each.name for each in samples.columns(kind, plan) if each.needed])
        for kind in _KINDS
    ]


def _invalid(name: str, message: str, english: str) -> InputError:
    return InputError("FIELD_INVALID", message, english, field=name)


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
    filled = {name: form[name] if form is not None else "" for name in _FIELDS}
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
        samples=_samples(await _usual_plan(person)),
        waits=waits,
        filled=filled,
        error=error,
        own_only=bool(own),
    )
    if error is not None:
        response.set_status(status_of(error))
    return response
