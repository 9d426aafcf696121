"""`episode list|bulletin|draft|archive`: what the office files about a course of pollution."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.exporting import record
from gateway.cli.output import Json, SettingsFile, minute, note, print_json, say, table, write_file
from gateway.cli.papers import ForceOption, FormatOption, OutputOption, as_plain, check_format, write_paper

if TYPE_CHECKING:
    from gateway.ledger.database import Ledger
    from gateway.notices.papers.model import Paper
    from gateway.settings import Settings

Episode = Annotated[str, typer.Argument(metavar="EPISODE", help="污染过程编号 · its id")]


def list_(settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出污染过程 · List the episodes."""
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.ledger.decisions import chronicles
    from gateway.moments import iso

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        found = ledger.read_now(chronicles.page, "", 100_000)
    rows: list[dict[str, Any]] = [
        {
            "id": each.id,
            "plan": each.plan,
            "exercise": each.exercise,
            "opened_at": iso(each.opened_at),
            "closed_at": iso(each.closed_at),
        }
        for each in found
    ]
    if as_json:
        print_json({"episodes": rows})
        return
    table(
        "污染过程 · episodes",
        ["编号", "预案", "开始", "结束", "演练"],
        [
            [
                row["id"],
                row["plan"],
                minute(row["opened_at"]),
                minute(row["closed_at"]) if row["closed_at"] else "尚未结束",
                "演练" if row["exercise"] else "",
            ]
            for row in rows
        ],
    )


def bulletin(
    episode: Episode,
    number: Annotated[
        int | None,
        typer.Option("--number", metavar="N", help="已出的第几期；不写则新出一期 · an earlier one"),
    ] = None,
    format_: FormatOption = "text",
    output: OutputOption = None,
    force: ForceOption = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """出一期情况通报，数字取自台账 · Make out the next situation bulletin, filled from the ledger."""
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.follow_up.papers.bulletins import kept_bulletin

    check_format(format_, output, one=True)
    configured = settings_module.load(settings)
    if number is None:
        number = _make(configured, episode)
        note(f"已出第 {number} 期 · made out")
    with reader(configured) as ledger:
        paper, now = ledger.read_now(kept_bulletin, episode, number), ledger.now()
    _give(paper, format_, output, force, as_json, now)


def draft(
    episode: Episode,
    code: Annotated[str, typer.Argument(metavar="CODE", help="预案中报告的代码 · the report's code")],
    covers: Annotated[
        str | None,
        typer.Option("--covers", metavar="DATE", help="日报反映哪一天 · the day of a daily report"),
    ] = None,
    format_: FormatOption = "text",
    output: OutputOption = None,
    force: ForceOption = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """起草一份报告，能填的取自台账 · Draft a report that the plan asks for, filled from the ledger."""
    from gateway import settings as settings_module
    from gateway.cli.client import desk, reader
    from gateway.follow_up.papers.bulletins import draft as run

    check_format(format_, output, one=True)
    try:
        day = None if covers is None else date.fromisoformat(covers)
    except ValueError:
        raise typer.BadParameter(f"{covers}: 2024-01-10", param_hint="--covers") from None
    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        now = ledger.now()
        paper = ledger.read_now(run, desk(configured), episode, code, day, now)
    _give(paper, format_, output, force, as_json, now)


def archive(
    episode: Episode,
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="ZIP 文件 · the ZIP file")],
    force: ForceOption = False,
    full: Annotated[
        bool, typer.Option("--full-addresses", help="号码和邮箱不打码 · addresses in full")
    ] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """全过程归档：决定、审批、文本、回执、报告 · Everything about an episode in one ZIP file."""
    from gateway import settings as settings_module
    from gateway.cli.client import desk, reader
    from gateway.follow_up.papers.archive import archive as run

    configured = settings_module.load(settings)
    files = 0
    with reader(configured) as ledger:
        at, now = desk(configured), ledger.now()

        def write(file: Any) -> None:
            nonlocal files
            record(configured, f"episode:{episode}", {"what": "archive", "full_addresses": full})
            files = run(ledger, at, episode, file, now, full=full)

        write_file(output, force, write)
    if as_json:
        print_json({"file": str(output), "files": files, "full": full})
    else:
        note(f"已写出 {output}：{files} 个文件 · {files} files")


def _make(configured: "Settings", episode: str) -> int:
    """Make out the next bulletin, by the running server or alone; gives its number."""
    from urllib.parse import quote

    from gateway.broadcasts.actor import LOCAL
    from gateway.cli.client import desk, through
    from gateway.follow_up.papers.bulletins import make_bulletin

    def here(ledger: "Ledger") -> dict[str, int]:
        made = ledger.write_now(make_bulletin, desk(configured), episode, LOCAL, ledger.now())
        return {"number": made.number}

    path = f"/api/v1/episodes/{quote(episode, safe='')}/bulletins"
    return int(through(configured, "airwarn episode bulletin", path, b"", here)["number"])


def _give(paper: "Paper", format_: str, output: Path | None, force: bool, as_json: bool, now: int) -> None:
    from gateway.moments import moment

    if output is not None:
        write_paper(paper, format_, output, force, moment(now))
    if as_json:
        print_json(as_plain(paper))
    elif output is None:
        say(paper.text if format_ == "text" else paper.html)
