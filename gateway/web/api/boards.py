"""Sign boards and call sheets to print, as PDF; people's numbers stand on them in full."""

from typing import Annotated, Any, Literal

from pydantic import Field

from gateway.boards import making
from gateway.boards.calls_document import call_document
from gateway.boards.calls_table import to_table
from gateway.boards.printing import MEDIA_TYPE, Document, Paper, font_folders, to_pdf
from gateway.boards.sign import Boards
from gateway.boards.sign_document import ADDRESS, board_document
from gateway.ledger.delivery import live
from gateway.moments import moment
from gateway.spreadsheets import TABLE_TYPES
from gateway.web.api import areas
from gateway.web.api.operation import INTEGER, Answer, Call, Download, Files, Operations, Query
from gateway.web.api.plans import plan_of_path
from gateway.web.api.values import Area, Flag
from gateway.web.heavy import HEAVY
from gateway.web.keys import CLOCK, DESK, LEDGER, SETTINGS
from gateway.web.local.exports import exported

OPERATIONS = Operations()
_PDF = Files((MEDIA_TYPE,))
_CALLS = Files((MEDIA_TYPE, *TABLE_TYPES.values()))


class OneBoard(Query):
    """Under which plan; on which paper; `link` is the page behind the QR code, else the settings' own."""

    plan: Annotated[str, Field(max_length=100)]
    paper: Paper = "a3"
    link: Annotated[str, Field(pattern=ADDRESS)] | None = None


class ManyBoards(OneBoard):
    """Of which area; with `exercise` those of drills."""

    area: Area | None = None
    exercise: Flag = False


class Calls(Query):
    """Of which area, and in which form: to be printed, or a table."""

    area: Area | None = None
    format: Literal["pdf", "csv", "xlsx"] = "pdf"


@OPERATIONS(
    "GET",
    "/api/v1/boards/{code}",
    "directory",
    {200: _PDF},
    query=OneBoard,
    problems=(409,),
    areas=areas.organisation,
)
async def get_board(call: Call[OneBoard]) -> Answer:
    """The sign board (公示牌) of a plant or a site."""
    app, query, code = call.app, call.query, call.path["code"]
    made = [await app[LEDGER].read(making.board_of, await _boards(call), code)]
    return await _download(
        call, board_document(made, query.paper, moment(app[CLOCK]())), f"boards:{query.plan}", "board", code
    )


@OPERATIONS(
    "GET", "/api/v1/boards", "directory", {200: _PDF}, query=ManyBoards, problems=(404, 409), areas="within"
)
async def get_boards(call: Call[ManyBoards]) -> Answer:
    """The sign boards of every plant and site that the inventory lists, a sheet each."""
    app, query = call.app, call.query
    plan = await plan_of_path(call.app, call.query.plan)
    areas.refuse_other_areas(call.caller, [query.area or plan.area])
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


@OPERATIONS(
    "GET",
    f"/api/v1/broadcasts/{{id:{INTEGER}}}/calls",
    "directory",
    {200: _CALLS},
    query=Calls,
    problems=(409,),
    areas="within",
)
async def get_calls(call: Call[Calls]) -> Answer:
    """Those whom a broadcast has not reached, by district, with what to read out."""
    app, query = call.app, call.query
    broadcast, now = int(call.path["id"]), app[CLOCK]()
    if call.caller.areas:
        named = await app[LEDGER].read(live.concerned, broadcast) if query.area is None else [query.area]
        areas.refuse_other_areas(call.caller, named)
    made = await app[LEDGER].read(making.calls_of, app[DESK].catalogue, broadcast, now, query.area)
    subject = f"broadcast:{broadcast}"
    if query.format == "pdf":
        document = call_document(made.sheets, app[SETTINGS].office.contacts, moment(now))
        return await _download(call, document, subject, "calls", query.area)
    content = await app[HEAVY].run(call.caller.name, to_table, made.sheets, query.format)
    await _exported(call, subject, {"what": "calls", "of": query.area, "format": query.format})
    return 200, Download(content, TABLE_TYPES[query.format], f"calls.{query.format}")


async def _boards(call: Call[Any]) -> Boards:
    configured = call.app[SETTINGS]
    plan = await plan_of_path(call.app, call.query.plan)
    return Boards(plan, making.page_in_force(configured, call.query.link), configured.office.contacts)


async def _download(call: Call[Any], document: Document, subject: str, what: str, of: str | None) -> Answer:
    """The document as a file, written into the audit trail before it leaves."""
    app = call.app
    fonts = font_folders(app[SETTINGS].fonts_folder)
    content = await app[HEAVY].run(call.caller.name, to_pdf, document, fonts)
    await _exported(call, subject, {"what": what, "of": of, "sheets": len(document.sheets)})
    return 200, Download(content, MEDIA_TYPE, f"{what}-{of}.pdf" if of else f"{what}.pdf")


async def _exported(call: Call[Any], subject: str, detail: dict[str, object]) -> None:
    app = call.app
    await app[LEDGER].write(exported, app[CLOCK](), call.caller.name, subject, detail)
