"""`report`: what became of a broadcast, for the office's files."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast, get_args

import typer

from gateway.cli.exporting import record
from gateway.cli.output import Json, SettingsFile, note, print_json, write_file
from gateway.errors import InputError

if TYPE_CHECKING:
    from gateway.settings import Settings


def report(
    broadcast: Annotated[int, typer.Argument(metavar="BROADCAST", help="任务号 · its number")],
    format_: Annotated[
        str | None, typer.Option("--format", metavar="F", help="csv（明细）、xlsx、html（打印）")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="默认标准输出 · stdout by default")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="可覆盖 FILE · may overwrite")] = False,
    full: Annotated[
        bool, typer.Option("--full-addresses", help="号码和邮箱不打码 · addresses in full")
    ] = False,
    trail: Annotated[
        bool,
        typer.Option("--trail", help="每单位一行：通知到否及经过 · a row an organisation, with its trail"),
    ] = False,
    within: Annotated[
        int, typer.Option("--within", min=1, metavar="MIN", help="与 --trail 同用：发布后多少分钟")
    ] = 180,
    area: Annotated[
        str | None, typer.Option("--area", metavar="CODE", help="与 --trail 同用：只要这个区县、街道")
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """发布情况报告：概况和逐条明细 · What became of a broadcast: a summary and every delivery."""
    from gateway import settings as settings_module
    from gateway.broadcasts.launching.overview import overview
    from gateway.cli.client import reader
    from gateway.follow_up.papers.report import COLUMNS, rows, summarise
    from gateway.follow_up.papers.report_files import WRITERS, Format
    from gateway.follow_up.signatures.reached import TRAIL_COLUMNS, trail_report

    if format_ not in (*get_args(Format), None):
        raise typer.BadParameter(f"{format_}: {', '.join(get_args(Format))}", param_hint="--format")
    if (format_ is None and not as_json) or (format_ is None and output is not None):
        raise typer.BadParameter(f"须指定 · needed: {', '.join(get_args(Format))}", param_hint="--format")
    if as_json and format_ is not None and output is None:
        raise typer.BadParameter("--json 与 --format 同用时须有 · needed with --json", param_hint="--output")
    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        now = ledger.now()
        areas = _areas(configured, ledger.read_now(overview, broadcast, now)["plan"])
        summary = ledger.read_now(summarise, broadcast, areas, configured.exchange.duty_minutes, now)
        columns: Sequence[str] = COLUMNS
        content: Iterable[Sequence[str]] = ()
        if trail:
            columns = TRAIL_COLUMNS
            summary, content = trail_report(ledger, broadcast, areas, summary, within, now, area, full=full)
        elif format_ is not None:
            content = rows(ledger, broadcast, areas, full=full)
        if format_ is None:
            print_json({"summary": summary.as_json()})
            return
        write = WRITERS[cast(Format, format_)]
        counted = _Counted(content)

        def export(file: BinaryIO) -> None:
            told = {"format": format_, "full_addresses": full, "trail": trail, "area": area}
            record(configured, f"broadcast:{broadcast}", told)
            write(file, summary, counted, columns)

        if output is None:
            _refuse_terminal(format_)
            export(sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            write_file(output, force, export)
            note(f"已写出 {output}：{counted.number} 条 · {counted.number} rows")
    if as_json:
        print_json(
            {"file": str(output), "format": format_, "rows": counted.number, "summary": summary.as_json()}
        )


class _Counted:
    """Rows on their way, counted; a word about it on a terminal every 10,000."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        self._rows = rows
        self.number = 0

    def __iter__(self) -> Iterator[Sequence[str]]:
        for row in self._rows:
            self.number += 1
            if self.number % 10_000 == 0 and sys.stderr.isatty():
                note(f"{self.number} 条…")
            yield row


def _areas(configured: "Settings", plan: str) -> Mapping[str, str]:
    """The names of a plan's areas; none where the plan is no longer there, and codes stand for them."""
    from gateway.plans.catalogue import Catalogue

    try:
        loaded = Catalogue(configured.plans_folder).load(plan)
    except InputError:
        return {}
    return {area.code: area.name for area in loaded.plan.areas}


def _refuse_terminal(format_: str) -> None:
    if format_ == "xlsx" and sys.stdout.isatty():
        raise typer.BadParameter("xlsx 不能显示在终端上 · a workbook needs a file", param_hint="--output")
