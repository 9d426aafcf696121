"""`board sign|calls`: what is hung up and what is called from, as PDF."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, cast, get_args

import typer

from gateway.cli.output import Json, SettingsFile, note, print_json, write_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import BinaryIO

    from gateway.boards.sign import SignBoard
    from gateway.spreadsheets import TableForm

app = typer.Typer(
    help="公示牌和电话通知单（PDF）· sign boards and call sheets", no_args_is_help=True, rich_markup_mode=None
)

_Paper = Literal["a3", "a4"]
Output = Annotated[Path, typer.Option("--output", metavar="FILE.pdf", help="写到文件 · write to a file")]
Force = Annotated[bool, typer.Option("--force", help="可覆盖 FILE · may overwrite")]
Area = Annotated[
    str | None, typer.Option("--area", metavar="CODE", help="只要这个区县、街道 · only of this area")
]


@app.command("sign")
def sign(
    output: Output,
    plan: Annotated[str, typer.Option("--plan", metavar="P", help="按哪份预案 · under which plan")],
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="企业或工地的编码 · of a plant or a site")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="清单中的所有企业和工地 · every listed one")] = False,
    area: Area = None,
    exercise: Annotated[bool, typer.Option("--exercise", help="与 --all 同用：演练的 · of drills")] = False,
    paper: Annotated[str, typer.Option("--paper", metavar="A3|A4", help="纸张")] = "A3",
    link: Annotated[
        str | None,
        typer.Option("--link", metavar="URL", help="二维码指向的网页 · the page behind the QR code"),
    ] = None,
    force: Force = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """打印公示牌：企业或工地，内容按预案 · Sign boards with what the plan prints, measures and a QR code."""
    from gateway import settings as settings_module
    from gateway.boards import making
    from gateway.boards.printing import font_folders, to_pdf
    from gateway.boards.sign import Boards
    from gateway.boards.sign_document import board_document
    from gateway.cli.client import reader
    from gateway.cli.exporting import record
    from gateway.plans.catalogue import Catalogue

    if (code is None) != all_:
        raise typer.BadParameter("CODE 与 --all 须有一个 · one of the two is needed", param_hint="CODE")
    if code is not None and (area is not None or exercise):
        raise typer.BadParameter("只与 --all 同用 · with --all only", param_hint="--area, --exercise")
    if paper.lower() not in get_args(_Paper):
        raise typer.BadParameter(f"{paper}: A3, A4", param_hint="--paper")
    configured = settings_module.load(settings)
    loaded = Catalogue(configured.plans_folder).load(plan).plan
    boards = Boards(loaded, making.page_in_force(configured, link), configured.office.contacts)
    with reader(configured) as ledger:
        made = (
            [ledger.read_now(making.board_of, boards, code)]
            if code is not None
            else ledger.read_now(making.boards_of_plan, boards, loaded, area, exercise=exercise)
        )
        now = ledger.now()
    document = board_document(made, cast(_Paper, paper.lower()), _moment(now))
    content = to_pdf(document, font_folders(configured.fonts_folder))

    def export(file: "BinaryIO") -> None:
        record(configured, f"boards:{plan}", {"code": code, "area": area, "boards": len(made)})
        file.write(content)

    write_file(output, force, export)
    _told(made, output, as_json)


@app.command("calls")
def calls(
    broadcast: Annotated[int, typer.Argument(metavar="BROADCAST", help="任务号 · its number")],
    output: Annotated[
        Path, typer.Option("--output", metavar="FILE", help=".pdf、.csv、.xlsx · the suffix says which")
    ],
    area: Area = None,
    force: Force = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """电话通知单：还没有通知到的单位；.csv、.xlsx 为名单 · Whom to call: sheets as PDF, or a table."""
    from gateway import settings as settings_module
    from gateway.boards.calls_document import call_document
    from gateway.boards.calls_table import to_table
    from gateway.boards.making import calls_of
    from gateway.boards.printing import font_folders, to_pdf
    from gateway.cli.client import reader
    from gateway.cli.exporting import record
    from gateway.plans.catalogue import Catalogue
    from gateway.spreadsheets import TABLE_TYPES

    form = output.suffix.lower().removeprefix(".")
    if form not in ("pdf", *TABLE_TYPES):
        raise typer.BadParameter(f"{output}: .pdf, .csv, .xlsx", param_hint="--output")
    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        now = ledger.now()
        made = ledger.read_now(calls_of, Catalogue(configured.plans_folder), broadcast, now, area)
    if form == "pdf":
        document = call_document(made.sheets, configured.office.contacts, _moment(now))
        content = to_pdf(document, font_folders(configured.fonts_folder))
    else:
        content = to_table(made.sheets, cast("TableForm", form))

    def export(file: "BinaryIO") -> None:
        record(configured, f"broadcast:{broadcast}", {"what": "calls", "format": form, "area": area})
        file.write(content)

    write_file(output, force, export)
    if as_json:
        print_json({"file": str(output), "sheets": len(made.sheets), "organisations": made.organisations})
    else:
        note(f"已写出 {output}：{made.organisations} 家待通知 · {made.organisations} to call")


def _told(made: "Sequence[SignBoard]", output: Path, as_json: bool) -> None:
    """What was written, and what has to be filled in by hand."""
    blank = [board for board in made if board.blanks]
    without = [board for board in made if not any(level.measures for level in board.levels)]
    if as_json:
        print_json(
            {
                "file": str(output),
                "boards": len(made),
                "blanks": [{"code": board.code, "fields": list(board.blanks)} for board in blank],
                "without_measures": [board.code for board in without],
            }
        )
        return
    note(f"已写出 {output}：{len(made)} 块公示牌 · {len(made)} boards")
    for board in blank[:10]:
        note(f"  {board.code} {board.organisation}：待手填 {'、'.join(board.blanks)} · to be filled in")
    if len(blank) > 10:
        note(f"  …共 {len(blank)} 块有待手填 · {len(blank)} boards have blanks")
    for board in without[:10]:
        note(f"  {board.code} {board.organisation}：清单没有列出措施 · no measures listed")
    if len(without) > 10:
        note(f"  …共 {len(without)} 块没有措施 · {len(without)} without measures")


def _moment(now: int) -> "datetime":
    from gateway.moments import moment

    return moment(now)
