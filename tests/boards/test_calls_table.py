"""The call list for a spreadsheet."""

import csv
import io
from dataclasses import replace

import openpyxl  # type: ignore[import-untyped]

from gateway.boards.calls_table import COLUMNS, to_table
from tests.boards.samples import PLANT
from tests.boards.test_calls import sheets, unreached

ODD = replace(PLANT, code="E9", name='=HYPERLINK("http://a")', contacts=(), contact=None)
MADE = sheets([unreached(PLANT), unreached(ODD)], exercise=True)


def test_there_is_a_row_for_each_person_in_the_order_of_calling() -> None:
    rows = list(csv.DictReader(io.StringIO(to_table(MADE, "csv").decode("utf-8-sig"))))
    assert [(row["编码"], row["次序"], row["身份"], row["电话"]) for row in rows] == [
        ("E1", "1", "法定代表人", "199 0000 0103"),
        ("E1", "2", "负责人", "199 0000 0104；199 0000 0105"),
        ("E1", "3", "监督人", "199 0000 0106"),
        ("E9", "", "", ""),
    ]
    assert {(row["演练"], row["区县"], row["受众"]) for row in rows} == {("是", "管城回族区", "工业企业")}


def test_a_workbook_holds_the_same_as_texts_and_computes_nothing() -> None:
    book = openpyxl.load_workbook(io.BytesIO(to_table(MADE, "xlsx")))
    rows = [[cell.value for cell in row] for row in book.worksheets[0].rows]
    assert rows[0] == list(COLUMNS)
    assert rows[4][4] == '\'=HYPERLINK("http://a")'
    assert all(value is None or isinstance(value, str) for row in rows for value in row)
