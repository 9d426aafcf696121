"""Sign boards and call sheets to print, as PDF; people's numbers stand on them in full."""

import asyncio
from typing import Annotated, Any

from pydantic import Field

from gateway.boards import making
from gateway.boards.calls_document import call_document
from gateway.boards.printing import MEDIA_TYPE, Document, Paper, font_folders, to_pdf
from gateway.boards.sign import Boards
from gateway.boards.sign_document import board_document
from gateway.broadcasts.prepare import moment
from gateway.ledger import audit
from gateway.web.api.operation import INTEGER, Answer, Call, Download, Files, Operations, Query
from gateway.web.api.values import Area, Flag
from gateway.web.keys import CLOCK, DESK, LEDGER, SETTINGS

OPERATIONS = Operations()
_PDF = Files((MEDIA_TYPE,))


class OneBoard(Query):
    """Under which plan; on which paper; `link` is the page behind the QR code, else the settings' own."""

    plan: Annotated[str, Field(max_length=100)]
    paper: Paper = "a3"
    link: Annotated[str | None, Field(max_length=300)] = None


class ManyBoards(OneBoard):
    """Of which area; with `exercise` those of drills."""

    area: Area | None = None
    exercise: Flag = False


class Calls(Query):
    """Of which area."""

    area: Area | None = None


@OPERATIONS("GET", "/api/v1/boards/{code}", "directory", {200: _PDF}, query=OneBoard)
async def get_board(call: Call[OneBoard]) -> Answer:
    """The sign board (公示牌) of a plant or a site."""
    app, query, code = call.app, call.query, call.path["code"]
    made = [await app[LEDGER].read(making.board_of, await _boards(call), code)]
    return await _download(
        call, board_document(made, query.paper, moment(app[CLOCK]())), f"boards:{query.plan}", "board", code
    )


@OPERATIONS("GET", "/api/v1/boards", "directory", {200: _PDF}, query=ManyBoards)
async def get_boards(call: Call[ManyBoards]) -> Answer:
    """The sign boards of every plant and site that the inventory lists, a sheet each."""
    app, query = call.app, call.query
    plan = (await asyncio.to_thread(app[DESK].catalogue.load, query.plan)).plan
    made = await app[LEDGER].read(
        making.boards_of_plan, await _boards(call), plan, query.area, exercise=query.exercise
    )
    return await _download(
        call,
        board_document(made, query.paper, moment(app[CLOCK]())),
        f"boards:{query.plan}",
        "boards",
        query.area,
    )


@OPERATIONS("GET", f"/api/v1/broadcasts/{{id:{INTEGER}}}/calls", "directory", {200: _PDF}, query=Calls)
async def get_calls(call: Call[Calls]) -> Answer:
    """The call sheets of those whom a broadcast has not reached, by district, with what to read out."""
    app, area = call.app, call.query.area
    broadcast, now = int(call.path["id"]), app[CLOCK]()
    made = await app[LEDGER].read(making.calls_of, app[DESK].catalogue, broadcast, now, area)
    document = call_document(made.sheets, app[SETTINGS].office.contacts, moment(now))
    return await _download(call, document, f"broadcast:{broadcast}", "calls", area)


async def _boards(call: Call[Any]) -> Boards:
    configured = call.app[SETTINGS]
    loaded = await asyncio.to_thread(call.app[DESK].catalogue.load, call.query.plan)
    address = making.page_in_force(configured, call.query.link)
    return Boards(loaded.plan, address, configured.office.contacts)


async def _download(call: Call[Any], document: Document, subject: str, what: str, of: str | None) -> Answer:
    """The document as a file, written into the audit trail before it leaves."""
    app = call.app
    content = await asyncio.to_thread(to_pdf, document, font_folders(app[SETTINGS].fonts_folder))
    detail: dict[str, object] = {"what": what, "of": of, "sheets": len(document.sheets)}
    await app[LEDGER].write(audit.append, app[CLOCK](), call.caller.name, "exported", subject, detail)
    return 200, Download(content, MEDIA_TYPE, f"{what}-{of}.pdf" if of else f"{what}.pdf")
