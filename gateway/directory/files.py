"""Reads an office's file as rows of text cells: CSV in the encodings of Chinese offices, or a workbook.

A file of any other kind, a damaged one or one that is too large ends in one `InputError`. Nothing is
known here of columns; rows are numbered as a spreadsheet shows them.
"""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.errors import InputError

MAX_BYTES = 20_000_000
MAX_CELL = 2_000  # characters
MAX_COLUMNS = 200
MAX_ROWS = 100_000
WORKBOOK_SECONDS = 60  # for reading a workbook; 20,000 rows take two
_SEPARATORS = (",", "\t", ";")
_BEGINNING = 20  # rows in which the separator shows
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # .xls, and .xlsx under a password
_OTHER_FILES = {
    b"%PDF": "PDF",
    b"\xff\xd8\xff": "JPEG",
    b"\x89PNG": "PNG",
    b"Rar!": "RAR",
    b"7z\xbc\xaf": "7z",
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row that holds something. `number` is the spreadsheet's; `line` where it begins in a text file.

    `merged` are the places whose text stands in another cell that is merged with them.
    """

    number: int
    line: int | None
    cells: list[str]
    merged: frozenset[int] = frozenset()

    def cell(self, place: int) -> str:
        """The text at a place from 0; empty beyond the row's end."""
        return self.cells[place] if place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a file. `name` is None in a text file; only in a workbook merged cells are known."""

    name: str | None
    rows: list[SheetRow] = field(repr=False)
    knows_merges: bool = False


def read_sheets(content: bytes, file: str | None = None) -> list[Sheet]:
    """Every sheet that holds something, in the file's order; at least one.

    Raises `InputError`: DIRECTORY_TOO_LARGE, DIRECTORY_ENCODING, DIRECTORY_NOT_A_TABLE, DIRECTORY_EMPTY.
    """
    if len(content) > MAX_BYTES:
        raise _too_large(
            f"文件超过 {MAX_BYTES // 1_000_000} MB",
            f"the file is larger than {MAX_BYTES // 1_000_000} MB",
            file,
        )
    if content.startswith(b"PK"):
        sheets = _workbook(content, file)
    else:
        _no_other_file(content, file)
        sheets = [Sheet(None, _text_rows(_text(content, file), file))]
    sheets = [sheet for sheet in sheets if sheet.rows]
    if not sheets:
        raise InputError("DIRECTORY_EMPTY", "文件里没有任何单位", "the file holds no organisation", file)
    for sheet in sheets:
        _bounded(sheet, file)
    return sheets


def not_a_table(message: str, message_en: str, file: str | None, line: int | None = None) -> InputError:
    """The file as a whole is no table."""
    return InputError("DIRECTORY_NOT_A_TABLE", message, message_en, file, line)


def _too_large(message: str, message_en: str, file: str | None) -> InputError:
    return InputError("DIRECTORY_TOO_LARGE", message, message_en, file)


def _bounded(sheet: Sheet, file: str | None) -> None:
    where, where_en = (
        (f"工作表“{sheet.name}”", f"sheet {sheet.name!r}") if sheet.name else ("文件", "the file")
    )
    if len(sheet.rows) > MAX_ROWS:
        raise _too_large(f"{where}超过 {MAX_ROWS} 行", f"{where_en} has more than {MAX_ROWS} rows", file)
    for row in sheet.rows:
        if len(row.cells) > MAX_COLUMNS:
            raise _too_large(
                f"{where}第 {row.number} 行有 {len(row.cells)} 列，最多 {MAX_COLUMNS} 列",
                f"row {row.number} of {where_en} has {len(row.cells)} columns; {MAX_COLUMNS} at most",
                file,
            )
        if max(map(len, row.cells), default=0) > MAX_CELL:
            raise not_a_table(
                f"第 {row.number} 行有一格超过 {MAX_CELL} 个字，请检查引号是否成对",
                f"a cell of row {row.number} is longer than {MAX_CELL} characters;"
                " check that quotes are closed",
                file,
                row.line,
            )


def _no_other_file(content: bytes, file: str | None) -> None:
    if content.startswith(_OLD_WORKBOOK):
        raise not_a_table(
            "这是旧版 Excel 文件（.xls）或加了密码的工作簿，请去掉密码并另存为 .xlsx 或“CSV UTF-8”后再导入",
            "this is an old Excel file (.xls) or a workbook under a password; remove the password and save it"
            " as .xlsx or 'CSV UTF-8'",
            file,
        )
    for beginning, name in _OTHER_FILES.items():
        if content.startswith(beginning):
            raise not_a_table(
                f"这是 {name} 文件，不是表格；请导入 .xlsx 或 .csv",
                f"this is a {name} file, not a table; import .xlsx or .csv",
                file,
            )


# workbooks


def _workbook(content: bytes, file: str | None) -> list[Sheet]:
    """Read by a process of its own, whose memory and time are limited: a workbook may be a trap."""
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", "gateway.directory.workbook"],
            input=content,
            capture_output=True,
            timeout=WORKBOOK_SECONDS,
            check=False,
        )
        answer = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        raise _damaged(file) from None
    if "refused" in answer:
        raise InputError(answer["refused"], answer["message"], answer["message_en"], file)
    return [
        Sheet(
            sheet["name"],
            [
                SheetRow(number, None, cells, frozenset(sheet["merged"].get(str(number), ())))
                for number, cells in sheet["rows"]
            ],
            knows_merges=True,
        )
        for sheet in answer["sheets"]
    ]


def _damaged(file: str | None) -> InputError:
    return not_a_table(
        "工作簿已损坏、过大或不是 .xlsx；请在 Excel 中打开并另存为 .xlsx 后再导入",
        "the workbook is damaged, too large or no .xlsx; open it in Excel and save it as .xlsx",
        file,
    )


# text


def _text(content: bytes, file: str | None) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            text = _decoded(content, encoding)
            break
    else:
        text = _unmarked(content)
    if text is None:
        raise InputError(
            "DIRECTORY_ENCODING",
            "认不出文件是哪种编码；请在 Excel 中另存为“CSV UTF-8（逗号分隔）”后再导入",
            "the file's encoding cannot be told; save it as 'CSV UTF-8 (comma delimited)' in Excel",
            file,
        )
    if "\0" in text:
        raise not_a_table(
            "文件里有空字符（NUL），不是文本表格",
            "the file holds NUL characters: not a text table",
            file,
            text[: text.index("\0")].count("\n") + 1,
        )
    return text


def _unmarked(content: bytes) -> str | None:
    """UTF-16 shows by its zero bytes, beside every separator and line end; what is no UTF-8 is GB18030."""
    if b"\0" in content:
        for encoding in ("utf-16-le", "utf-16-be"):
            text = _decoded(content, encoding)
            if text is not None and "\0" not in text and any(mark in text for mark in (*_SEPARATORS, "\n")):
                return text
    return _decoded(content, "utf-8") or _decoded(content, "gb18030")


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _text_rows(text: str, file: str | None) -> list[SheetRow]:
    separator = _separator(text)
    return list(_records(text, separator, file))


def _separator(text: str) -> str:
    """The separator that stands in the most rows of the beginning, and most often; a comma for none."""
    beginning = "\n".join(text[:100_000].splitlines()[:_BEGINNING])
    return max(_SEPARATORS, key=lambda separator: _rows_and_cells(beginning, separator))


def _rows_and_cells(text: str, separator: str) -> tuple[int, int]:
    try:
        widths = [len(row) for row in csv.reader(io.StringIO(text), delimiter=separator) if len(row) > 1]
    except csv.Error:
        return 0, 0
    return len(widths), max(widths, default=0)


def _records(text: str, separator: str, file: str | None) -> Iterator[SheetRow]:
    """Records that hold something. Strict: a stray quote must not swallow the rows after it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number, line = 0, 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise not_a_table(
                f"这里起不是完整的 CSV 表格，请检查引号和换行：{error}",
                f"from here on this is no CSV table, check quotes and line ends: {error}",
                file,
                line,
            ) from None
        number += 1
        cells = [cell.strip() for cell in cells]
        if any(cells):
            while not cells[-1]:
                cells.pop()
            yield SheetRow(number, line, cells)
            if number > MAX_ROWS * 2:
                raise _too_large(f"文件超过 {MAX_ROWS} 行", f"the file has more than {MAX_ROWS} rows", file)
        line = reader.line_num + 1
