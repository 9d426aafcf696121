import contextlib
import io
import zipfile
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.directory.files import MAX_CELL, Sheet, read_sheets
from gateway.directory.importing import read
from gateway.errors import InputError
from tests.directory.files import AREAS, HEADER, row, table
from tests.directory.workbooks import saved, with_sheet, workbook

SMALL = workbook({"机构": [HEADER, row()]})
START = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
END = b"</sheetData></worksheet>"


def only_sheet(content: bytes) -> Sheet:
    (sheet,) = read_sheets(content)
    return sheet


def refusal(content: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        read(content, AREAS, "list.xlsx")
    assert caught.value.file == "list.xlsx"
    assert caught.value.message
    assert caught.value.message_en
    assert "\n" not in caught.value.message
    return caught.value


def test_a_workbook_reads_as_the_same_list_in_csv() -> None:
    assert read(SMALL, AREAS).organisations == read(table(row()), AREAS).organisations


def test_cells_read_as_a_person_reads_them() -> None:
    moment = datetime(2025, 11, 15)
    content = workbook(
        {"a": [[19900000001.0, 0.5, date(2025, 11, 15), moment, True, " x ", 914101000000000012]]}
    )
    cells = only_sheet(content).rows[0].cells
    assert cells[:6] == ["19900000001", "0.5", "2025-11-15", "2025-11-15", "是", "x"]
    assert "E+17" in cells[6]  # its last digits are lost


def test_a_figure_shown_as_percent_is_read_as_percent() -> None:
    from openpyxl import Workbook  # type: ignore[import-untyped]

    book = Workbook()
    book.active.append([0.35])
    book.active["A1"].number_format = "0%"
    assert only_sheet(saved(book)).rows[0].cells == ["35%"]


def test_merged_cells_all_hold_their_text_and_are_known() -> None:
    content = workbook({"a": [["甲", None, "丙"], [None, None, "丁"]]}, ["A1:B2"])
    first, second = only_sheet(content).rows
    assert (first.cells, sorted(first.merged)) == (["甲", "甲", "丙"], [1])
    assert (second.cells, sorted(second.merged)) == (["甲", "甲", "丁"], [0, 1])


def test_every_cell_of_large_merges_holds_their_text() -> None:
    rows = b"".join(b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(1, 2101))
    merges = b'<mergeCells><mergeCell ref="A1:CV2100"/></mergeCells>'
    content = with_sheet(START + rows + END.replace(b"</sheetData>", b"</sheetData>" + merges), SMALL)
    assert only_sheet(content).rows[-1].cells == ["1"] * 100


def test_rows_keep_their_numbers_and_hidden_sheets_are_left_out() -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.append([])
    book.active["A3"] = "x"
    book.create_sheet("隐藏").append(["y"])
    book["隐藏"].sheet_state = "hidden"
    assert [(row.number, row.cells) for row in only_sheet(saved(book)).rows] == [(3, ["x"])]


def archive(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return made.getvalue()


def wide(columns: int) -> bytes:
    cells = b"".join(b'<c t="inlineStr"><is><t>x</t></is></c>' for _ in range(columns))
    return with_sheet(START + b"<row>" + cells + b"</row>" + END, SMALL)


NASTY = {
    "nothing": (b"", "DIRECTORY_EMPTY"),
    "an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "DIRECTORY_NOT_A_TABLE"),
    "a truncated workbook": (SMALL[: len(SMALL) // 2], "DIRECTORY_NOT_A_TABLE"),
    "a workbook without its end": (SMALL[:-10], "DIRECTORY_NOT_A_TABLE"),
    "a workbook with bytes turned": (
        SMALL[:900] + bytes(255 - byte for byte in SMALL[900:1400]) + SMALL[1400:],
        "DIRECTORY_NOT_A_TABLE",
    ),
    "an archive": (archive({"a.txt": b"x"}), "DIRECTORY_NOT_A_TABLE"),
    "a document": (
        archive({"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<x/>"}),
        "DIRECTORY_NOT_A_TABLE",
    ),
    "a bomb": (
        archive({"[Content_Types].xml": b"<T/>", "xl/x.xml": b" " * 120_000_000}),
        "DIRECTORY_TOO_LARGE",
    ),
    "deep XML": (with_sheet(START + b"<row>" * 500_000 + END, SMALL), "DIRECTORY_NOT_A_TABLE"),
    "entities": (
        with_sheet(b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]>' + START + END, SMALL),
        "DIRECTORY_NOT_A_TABLE",
    ),
    "entities in UTF-16": (
        with_sheet('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x []><x/>'.encode("utf-16"), SMALL),
        "DIRECTORY_NOT_A_TABLE",
    ),
    "many columns": (wide(5000), "DIRECTORY_TOO_LARGE"),
    "a million columns": (b"a," * 1_000_000 + b"\n" + b"b," * 1_000_000, "DIRECTORY_TOO_LARGE"),
    "a cell at the end of the world": (
        with_sheet(START + b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>' + END, SMALL),
        "DIRECTORY_TOO_LARGE",
    ),
    "a text that many cells share": (workbook({"a": [["x" * 30_000] * 40] * 40}), "DIRECTORY_TOO_LARGE"),
    "one endless cell": (b'"' + b"x" * (MAX_CELL + 1) + b'",b\n', "DIRECTORY_NOT_A_TABLE"),
    "a picture named as a list": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "DIRECTORY_NOT_A_TABLE"),
    "an empty workbook": (workbook({"a": []}), "DIRECTORY_EMPTY"),
    "a page of the web": (
        b"<html><body><table><tr><td>x</td></tr></table></body></html>",
        "DIRECTORY_NOT_A_TABLE",
    ),
}


@pytest.mark.parametrize("name", NASTY)
def test_a_wrong_file_ends_with_one_clear_message(name: str) -> None:
    content, code = NASTY[name]
    assert refusal(content).code == code


@given(st.integers(0, len(SMALL) - 1), st.binary(min_size=1, max_size=40))
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_workbook_damaged_anywhere_is_read_or_refused(place: int, bytes_: bytes) -> None:
    with contextlib.suppress(InputError):
        read(SMALL[:place] + bytes_ + SMALL[place + len(bytes_) :], AREAS)


@given(st.binary(max_size=300).map(lambda content: b"PK\x03\x04" + content))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_bytes_that_begin_as_a_workbook_are_refused(content: bytes) -> None:
    refusal(content)
