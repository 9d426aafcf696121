"""The call list as a table for a spreadsheet: a row for each person to call. Numbers stand in full."""

from collections.abc import Iterator, Sequence

from gateway.boards.calls import CallSheet
from gateway.spreadsheets import TableForm, table_file

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


def to_table(sheets: Sequence[CallSheet], form: TableForm) -> bytes:
    """The calls in the order of the sheets; the last two columns are empty, for the result.

    CSV is UTF-8 with the mark by which Excel knows it.
    """
    return table_file("待通知 calls", COLUMNS, _rows(sheets), form)


def _rows(sheets: Sequence[CallSheet]) -> Iterator[tuple[str, ...]]:
    for sheet in sheets:
        drill = "是" if sheet.exercise else "否"
        for call in sheet.calls:
            head = (drill, sheet.area, sheet.readers, call.code, call.organisation, call.place, call.state)
            for order, person in enumerate(call.people, 1):
                yield (*head, str(order), person.role, person.name, "；".join(person.numbers), "", "")
            if not call.people:
                yield (*head, "", "", "", "", "", "")
