"""The call list as a table for a spreadsheet: a row for each person to call. Numbers stand in full."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Literal

from gateway.boards.calls import CallSheet
from gateway.spreadsheets import inert, workbook_cell

Table = Literal["csv", "xlsx"]
TABLE_TYPES: dict[Table, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COLUMNS = (
    "演练",
    "区县",
    "受众",
    "编码",
    "名称",
    "地址",
    "状态",
    "次序",
    "身份",
    "姓名",
    "电话",
    "结果",
    "备注",
)


def to_table(sheets: Sequence[CallSheet], form: Table) -> bytes:
    """The calls in the order of the sheets; the last two columns are empty, for the result.

    CSV is UTF-8 with the mark by which Excel knows it.
    """
    file = io.BytesIO()
    if form == "csv":
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows([inert(cell) for cell in row] for row in _rows(sheets))
        text.detach()
        return file.getvalue()
    from openpyxl import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to load

    book = Workbook(write_only=True)
    body = book.create_sheet("待通知 calls")
    body.freeze_panes = "A2"
    body.append(list(COLUMNS))
    for row in _rows(sheets):
        body.append([workbook_cell(cell) for cell in row])
    book.save(file)
    return file.getvalue()


def _rows(sheets: Sequence[CallSheet]) -> Iterator[tuple[str, ...]]:
    for sheet in sheets:
        drill = "是" if sheet.exercise else "否"
        for call in sheet.calls:
            head = (drill, sheet.area, sheet.readers, call.code, call.organisation, call.place, call.state)
            for order, person in enumerate(call.people, 1):
                yield (*head, str(order), person.role, person.name, "；".join(person.numbers), "", "")
            if not call.people:
                yield (*head, "", "", "", "", "", "")
