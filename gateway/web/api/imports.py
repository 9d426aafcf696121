"""Imports into the directory: a file with a result for every row, what was imported, saved mappings."""

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.directory.header_words import Kind
from gateway.directory.importing import MAX_BYTES, Options
from gateway.directory.inventory import InventoryList
from gateway.errors import InputError
from gateway.ledger.directory import imports
from gateway.moments import iso
from gateway.vocabulary import Audience, Sector
from gateway.web.api.operation import INTEGER, Answer, Body, Call, Operations, Output, Query
from gateway.web.api.values import Flag, Page, Sha256, Time
from gateway.web.heavy import HEAVY
from gateway.web.importing.limited import refuse_everywhere
from gateway.web.importing.lists import read_list, store_list
from gateway.web.importing.organisations import Wishes
from gateway.web.keys import CLOCK, DESK, LEDGER

OPERATIONS = Operations()
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TABLE = Body(
    ("text/csv", _WORKBOOK),
    MAX_BYTES,
    text="a table with a heading line, CSV or .xlsx, as in docs/directory.md",
)
_Name = Annotated[str, Field(min_length=1, max_length=60)]


class RowFault(Output):
    """Why a row was refused, or what of it is not stored; numbers are masked."""

    field: str | None
    message: str
    message_en: str


class RowResult(Output):
    """What became of a row."""

    row: int
    code: str
    outcome: Literal["added", "changed", "unchanged", "refused"]
    faults: list[RowFault]
    remarks: list[RowFault]


class ImportCounts(Output):
    """Rows by what became of them."""

    added: int
    changed: int
    unchanged: int
    refused: int


class ColumnRead(Output):
    """A column and the field that it is read as; null: it is not read, `-`: it says nothing."""

    column: str
    printed: str
    field: str | None


class RowNote(Output):
    """A row that is no entry: a title, a remark, a total."""

    row: int
    text: str


class FirstRow(Output):
    """One of the first rows, numbers masked."""

    row: int
    fields: dict[str, str]


class Understood(Output):
    """What was made of the file."""

    kind: Kind
    inventory: InventoryList | None
    sheet: str | None
    header_row: int
    columns: list[ColumnRead]
    unread: list[str]
    notes: list[RowNote]
    assumed: dict[str, str]
    first: list[FirstRow]


class ImportFinding(Output):
    """Something to look at; it kept no row from being stored."""

    code: str
    message: str
    message_en: str
    clause: str | None


class Unnamed(Output):
    """An organisation that the file might have named and does not."""

    code: str
    name: str


class ImportReport(Output):
    """An import: refused rows were left out, the others are stored."""

    stored: bool
    id: int | None
    counts: ImportCounts
    understood: Understood
    findings: list[ImportFinding]
    missing: list[Unnamed]
    removed: int
    rows: list[RowResult]


class Import(Query):
    """`file` is the name to show in faults; `columns` a JSON object of printed columns to fields; `unit` the
    code of whose roster it is, `plan` whose measures a table of duties names."""

    dry_run: Flag = False
    file: Annotated[str, Field(max_length=300)] | None = None
    kind: Kind = "organisations"
    inventory: InventoryList | None = None
    sheet: Annotated[str, Field(max_length=60)] | None = None
    audience: Audience | None = None
    sector: Sector | None = None
    mapping: _Name | None = None
    save_mapping: _Name | None = None
    columns: Annotated[str, Field(max_length=4000)] | None = None
    unit: Annotated[str, Field(max_length=40)] | None = None
    plan: Annotated[str, Field(max_length=60)] | None = None
    remove_missing: Flag = False


class StoredImport(Output):
    """An import as it is listed."""

    id: int
    kind: Kind
    file_name: str
    sha256: Sha256
    actor: str
    counts: ImportCounts
    at: Time


class ImportPage(Output):
    """Imports, the newest first."""

    imports: list[StoredImport]
    next: int | None


class SavedMapping(Output):
    """Which printed column is which field."""

    name: str
    kind: Kind
    columns: dict[str, str]
    actor: str
    saved_at: Time


class SavedMappings(Output):
    """All of them, by name."""

    mappings: list[SavedMapping]


@OPERATIONS(
    "POST", "/api/v1/directory", "directory", {200: ImportReport}, query=Import, body=_TABLE, areas="within"
)
async def import_directory(call: Call[Import]) -> Answer:
    """Import a list, with a result for every row; with `dry_run` store nothing."""
    app, query, limits = call.app, call.query, call.caller.areas
    if limits:
        await app[LEDGER].read(refuse_everywhere, query.kind, query.save_mapping, call.caller.name)
    mapping = (
        None if query.mapping is None else await app[LEDGER].read(imports.mapping, query.mapping, query.kind)
    )
    options = Options(
        query.kind,
        query.inventory,
        query.sheet,
        query.audience,
        query.sector,
        mapping,
        _columns(query.columns),
    )
    reading = await app[HEAVY].run(
        call.caller.name,
        read_list,
        call.body,
        query.file,
        app[DESK].catalogue,
        options,
        unit=query.unit,
        plan=query.plan,
    )
    run = app[LEDGER].read if query.dry_run else app[LEDGER].write
    wishes = Wishes(query.dry_run, query.remove_missing, query.save_mapping, limits)
    return 200, await run(store_list, reading, app[CLOCK](), caller=call.caller.name, wishes=wishes)


@OPERATIONS("GET", "/api/v1/directory/imports", "directory", {200: ImportPage}, query=Page, areas="within")
async def list_imports(call: Call[Page]) -> Answer:
    """What was imported, the newest first; by a token limited to areas, what it imported itself."""
    query, own = call.query, call.caller.name if call.caller.areas else None
    found = await call.app[LEDGER].read(
        imports.page, before=query.after or None, limit=query.limit, actor=own
    )
    return 200, {
        "imports": [
            {
                "id": each.id,
                "kind": each.kind,
                "file_name": each.file_name,
                "sha256": each.sha256,
                "actor": each.actor,
                "counts": each.counts,
                "at": iso(each.at),
            }
            for each in found
        ],
        "next": found[-1].id if len(found) == query.limit else None,
    }


@OPERATIONS(
    "GET",
    f"/api/v1/directory/imports/{{id:{INTEGER}}}",
    "directory",
    {200: ImportReport},
    query=Query,
    areas="within",
)
async def show_import(call: Call[Query]) -> Answer:
    """The report that an import gave."""
    identifier = int(call.path["id"])
    found = await call.app[LEDGER].read(imports.one, identifier)
    report = await call.app[LEDGER].read(imports.report, identifier)
    if found is None or report is None or (call.caller.areas and found.actor != call.caller.name):
        raise InputError(
            "IMPORT_UNKNOWN", f"没有导入 {identifier}", f"there is no import {identifier}", field="id"
        )
    return 200, {**report, "id": identifier}


@OPERATIONS("GET", "/api/v1/directory/mappings", "directory", {200: SavedMappings}, query=Query, areas="any")
async def list_mappings(call: Call[Query]) -> Answer:
    """The mappings of columns that were saved."""
    found = await call.app[LEDGER].read(imports.mappings)
    return 200, {
        "mappings": [
            {
                "name": each.name,
                "kind": each.kind,
                "columns": each.columns,
                "actor": each.actor,
                "saved_at": iso(each.saved_at),
            }
            for each in found
        ]
    }


def _columns(text: str | None) -> Mapping[str, str] | None:
    if text is None:
        return None
    try:
        columns: Any = json.loads(text)
    except (ValueError, RecursionError):
        columns = None
    if not isinstance(columns, dict) or not all(isinstance(field, str) for field in columns.values()):
        raise InputError(
            "FIELD_INVALID",
            "columns 应为 JSON 对象：列名到字段",
            "columns must be a JSON object of printed columns to fields",
            field="columns",
        )
    return columns
