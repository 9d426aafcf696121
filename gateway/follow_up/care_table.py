"""What is to be mended in the directory, as a table for a spreadsheet; names and numbers stay masked."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from gateway.delivery.words import reason_words
from gateway.directory.care import PROBLEM_WORDS
from gateway.spreadsheets import inert, workbook_cell
from gateway.vocabulary import AUDIENCE_WORDS

Table = Literal["csv", "xlsx"]
TABLE_TYPES: dict[Table, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COLUMNS = ("编码", "名称", "受众", "区域", "问题", "联系人", "号码或地址", "说明", "怎么办")


def to_table(findings: Sequence[Mapping[str, Any]], form: Table) -> bytes:
    """The findings of `check_json` in their order. CSV is UTF-8 with the mark by which Excel knows it."""
    file = io.BytesIO()
    if form == "csv":
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
        writer = csv.writer(text)
        writer.writerow(COLUMNS)
        writer.writerows([inert(cell) for cell in row] for row in _rows(findings))
        text.detach()
        return file.getvalue()
    from openpyxl import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415 - slow to load

    book = Workbook(write_only=True)
    body = book.create_sheet("待处理 to mend")
    body.freeze_panes = "A2"
    body.append(list(COLUMNS))
    for row in _rows(findings):
        body.append([workbook_cell(cell) for cell in row])
    book.save(file)
    return file.getvalue()


def detail_words(finding: Mapping[str, Any]) -> str:
    """What a finding says more, in Chinese."""
    detail: str = finding["detail"] or ""
    return reason_words(detail).zh if finding["problem"] == "dead_address" else detail


def _rows(findings: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, ...]]:
    for each in findings:
        yield (
            each["code"],
            each["name"],
            {str(code): word for code, word in AUDIENCE_WORDS.items()}[each["audience"]],
            each["area"],
            {str(code): word for code, word in PROBLEM_WORDS.items()}[each["problem"]],
            each["contact"] or "",
            each["address"] or "",
            detail_words(each),
            each["to_do"],
        )
