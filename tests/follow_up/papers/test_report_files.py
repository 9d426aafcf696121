"""What a spreadsheet, a printer and a person find in a written report."""

import csv
import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook  # type: ignore[import-untyped]

from gateway.follow_up.papers.report import COLUMNS, Summary
from gateway.follow_up.papers.report_files import WRITERS, Format
from gateway.spreadsheets import inert

SUMMARY = Summary(
    title="【演练】重污染天气预警发布情况",
    exercise=True,
    facts=[("文号 document number", "=HYPERLINK(1)"), ("发布单位 issuer", "某市<指挥部>")],
    counts=[("学校", "短信", "已送达", "3")],
    texts=[("学校", "sms", "zh-CN", "@标题", "0" * 64)],
)
WICKED = ["=1+1", "+86", "-2", "@SUM(A1)", "\t=1", "\r=1", "＝1", "\n=1"]


def row(name: str) -> list[str]:
    return ["1", "S1", name, *["x"] * (len(COLUMNS) - 3)]


def written(format_: Format, rows: Iterator[list[str]] | list[list[str]]) -> bytes:
    file = io.BytesIO()
    WRITERS[format_](file, SUMMARY, rows, COLUMNS)
    return file.getvalue()


@pytest.mark.parametrize("cell", WICKED)
def test_no_cell_is_computed_by_a_spreadsheet(cell: str) -> None:
    table = list(csv.reader(io.StringIO(written("csv", [row(cell)]).decode("utf-8-sig"), newline="")))
    assert table[1][2] == f"'{cell}"
    book = load_workbook(io.BytesIO(written("xlsx", [row(cell)])))
    cells = [each for sheet in book for line in sheet.iter_rows() for each in line if each.value is not None]
    assert {each.data_type for each in cells} == {"s"}
    assert all(str(each.value) == inert(str(each.value)) for each in cells)


def test_a_csv_opens_in_excel_as_chinese_and_its_names_may_hold_anything() -> None:
    content = written("csv", [row('甲,"乙"\n学校')])
    assert content.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert table == [list(COLUMNS), row('甲,"乙"\n学校')]


def test_a_workbook_holds_summary_deliveries_and_texts() -> None:
    book = load_workbook(io.BytesIO(written("xlsx", [row("甲小学"), row("乙\x0b小学")])), read_only=True)
    assert [sheet.title.split()[0] for sheet in book] == ["概况", "明细", "文本"]
    names = [line[2] for line in book.worksheets[1].iter_rows(values_only=True)]
    assert names == ["单位 organisation", "甲小学", "乙小学"]


def test_a_page_shows_names_as_text_and_says_that_it_is_an_exercise() -> None:
    page = written("html", [row("<script>alert(1)</script>")]).decode()
    assert "<script>" not in page
    assert "某市&lt;指挥部&gt;" in page
    assert "演练 EXERCISE" in page
    assert "http" not in page.replace("=HYPERLINK", "")  # nothing is fetched


@pytest.mark.parametrize("format_", ["csv", "html"])
def test_rows_are_written_as_they_come(format_: Format) -> None:
    file = io.BytesIO()
    seen: list[int] = []

    def rows() -> Iterator[list[str]]:
        for _ in range(5000):
            seen.append(file.tell())
            yield row("甲小学")

    WRITERS[format_](file, SUMMARY, rows(), COLUMNS)
    assert seen[-1] > 100_000  # long before the end
