"""Writes a report as CSV, as a workbook, or as a page to print; row by row, to any binary file."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files
from typing import BinaryIO, Literal

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from gateway.follow_up.papers.report import COUNT_COLUMNS, TEXT_COLUMNS, Summary
from gateway.spreadsheets import inert, workbook_cell

Format = Literal["csv", "xlsx", "html"]
Rows = Iterable[Sequence[str]]


def write_csv(file: BinaryIO, _summary: Summary, rows: Rows, columns: Sequence[str]) -> None:
    """The rows alone, one table under its head: UTF-8 with the mark by which Excel knows it."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([inert(cell) for cell in row])
    text.flush()
    text.detach()


def write_xlsx(file: BinaryIO, summary: Summary, rows: Rows, columns: Sequence[str]) -> None:
    """Three sheets: summary, rows, texts. Every cell is a text."""
    from openpyxl import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to load

    book = Workbook(write_only=True)
    head = book.create_sheet("概况 summary")
    head.column_dimensions["A"].width = 32
    head.column_dimensions["B"].width = 48
    for row in ((summary.title,), *summary.facts, (), COUNT_COLUMNS, *summary.counts):
        head.append(_texts(row))
    body = book.create_sheet("明细 rows")
    body.freeze_panes = "A2"
    body.append(list(columns))
    for row in rows:
        body.append(_texts(row))
    words = book.create_sheet("文本 texts")
    for row in (TEXT_COLUMNS, *summary.texts):
        words.append(_texts(row))
    book.save(file)


def _texts(row: Sequence[str]) -> list[str]:
    return [workbook_cell(cell) for cell in row]


def write_html(file: BinaryIO, summary: Summary, rows: Rows, columns: Sequence[str]) -> None:
    """One page to print, whole in itself."""
    environment = SandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.from_string(
        files("gateway.follow_up.papers").joinpath("report.html.j2").read_text("utf-8")
    )
    parts = page.stream(
        summary=summary,
        rows=rows,
        columns=columns,
        count_columns=COUNT_COLUMNS,
        text_columns=TEXT_COLUMNS,
    )
    parts.enable_buffering(1000)
    parts.dump(file, encoding="utf-8")


WRITERS: dict[Format, Callable[[BinaryIO, Summary, Rows, Sequence[str]], None]] = {
    "csv": write_csv,
    "xlsx": write_xlsx,
    "html": write_html,
}
