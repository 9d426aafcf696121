"""What is to be mended in the directory, as a table for a spreadsheet; names and numbers stay masked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.delivery.words import reason_words
from gateway.directory.care import PROBLEM_WORDS
from gateway.spreadsheets import TableForm, table_file
from gateway.vocabulary import AUDIENCE_WORDS

COLUMNS = ("编码", "名称", "受众", "区域", "问题", "联系人", "号码或地址", "说明", "怎么办")


def to_table(findings: Sequence[Mapping[str, Any]], form: TableForm) -> bytes:
    """The findings of `check_json` in their order. CSV is UTF-8 with the mark by which Excel knows it."""
    return table_file("待处理 to mend", COLUMNS, _rows(findings), form)


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
