"""What goes into tables that people open in a spreadsheet.

Names come from directories that others keep: a cell that a spreadsheet would take for a formula gets
an apostrophe before it (OWASP, CSV injection), in CSV and in the workbook, which may become a CSV.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

TableForm = Literal["csv", "xlsx"]
TABLE_TYPES: dict[TableForm, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # the full-width ones count in East Asian versions
_LONGEST = 32_767  # characters that a cell of a workbook holds
_NOT_IN_XML = {code: None for code in range(32) if code not in (9, 10, 13)}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a workbook, under its title."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[str]]


def inert(cell: str) -> str:
    """The cell as a text that no spreadsheet computes."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def workbook_cell(cell: str) -> str:
    """The same, without what a workbook cannot hold."""
    return inert(cell).translate(_NOT_IN_XML)[:_LONGEST]


def table_file(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], form: TableForm) -> bytes:
    """A table as a file; `title` names the workbook's sheet. CSV is UTF-8 with the mark by which Excel
    knows it."""
    file = io.BytesIO()
    if form == "csv":
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(header)
        writer.writerows([inert(cell) for cell in row] for row in rows)
        text.detach()
        return file.getvalue()
    return workbook([Sheet(title, header, rows)])


def workbook(sheets: Iterable[Sheet]) -> bytes:
    """Tables as a workbook, a sheet each."""
    from openpyxl import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to load

    book = Workbook(write_only=True)
    for sheet in sheets:
        body = book.create_sheet(sheet.title)
        body.freeze_panes = "A2"
        body.append(list(sheet.header))
        for row in sheet.rows:
            body.append([workbook_cell(cell) for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
