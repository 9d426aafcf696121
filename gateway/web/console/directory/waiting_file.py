"""`/console/directory/imports/waiting/…`: a file that was read and waits to be imported, or thrown away."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.ledger.directory import uploads
from gateway.ledger.directory.uploads import Upload
from gateway.web.console.directory.import_report import report_page
from gateway.web.console.directory.import_wishes import read_file, wishes_of, would_store
from gateway.web.console.directory.imports import IMPORTS
from gateway.web.console.frame import for_people, went_to
from gateway.web.importing.lists import AnyReading, store_list
from gateway.web.importing.organisations import Wishes
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.people import Person, sent_form

_WAITING = IMPORTS + r"/waiting/{upload:[0-9a-f-]{36}}"

routes = web.RouteTableDef()


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
    reading = await read_file(person, upload.content, upload.file_name, upload.options)
    try:
        identifier = await app[LEDGER].write(
            _store, upload, reading, now, person.caller.name, wishes_of(person, upload.options)
        )
    except InputError as error:
        if error.code != "IMPORT_DIFFERS":
            raise
        report = await would_store(person, reading, upload.options)
        await app[LEDGER].write(uploads.shown, upload.id, report)
        return await report_page(person, await _waiting(person), differs=True)
    return went_to(f"{IMPORTS}/{identifier}")


@routes.post(_WAITING + "/discard")
@for_people("directory_keeper")
async def post_discard(request: web.Request, person: Person) -> web.Response:
    """The file is not wanted."""
    upload = await _waiting(person)
    await sent_form(person)
    await request.app[LEDGER].write(uploads.drop, upload.id, person.user.id)
    return went_to(IMPORTS)


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
