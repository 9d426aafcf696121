"""Reads an .xlsx from standard input and writes its cells to standard output as JSON.

    python -m gateway.directory.workbook < FILE

Run as a process of its own by `gateway.directory.files`: a workbook may unpack to gigabytes, nest its
XML ten thousand deep or loop, and then this process ends and not the gateway. The answer is
`{"sheets": [{"name", "rows": [[number, [text, …]], …], "merged": {number: [place, …]}}]}` or
`{"refused": code, "message", "message_en"}`; no answer at all means that the file is damaged.
"""

import contextlib
import io
import json
import math
import os
import re
import resource
import sys
import warnings
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

MEMORY = 1_500_000_000  # bytes of address space
SECONDS = 45  # of CPU
UNPACKED = 100_000_000  # bytes of all parts together; a city's list of 20,000 enterprises has 40 MB
MAX_PARTS = 2_000
MAX_ROWS = 100_001
MAX_TEXT = 40_000_000  # characters of all cells; a text that many cells share is said for each of them
EXACT_DIGITS = 10**15  # a spreadsheet's number keeps fifteen digits
_DECLARES = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T|E\0?N\0?T\0?I\0?T)", re.IGNORECASE)  # also in UTF-16
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')


def main() -> None:
    """Read standard input within the limits and answer."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # a system that has no such limit
            resource.setrlimit(limit, (most, most))
    content = sys.stdin.buffer.read()
    try:
        answer = read(content)
    except Exception:  # whatever the libraries make of a damaged file: no answer tells it
        sys.exit(1)
    json.dump(answer, sys.stdout, ensure_ascii=True, separators=(",", ":"))


def read(content: bytes) -> dict[str, Any]:
    """The answer for a workbook's bytes. Raises anything for a damaged one.

    Only for a process of its own: it changes the environment for openpyxl.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > UNPACKED:
            return {
                "refused": "DIRECTORY_TOO_LARGE",
                "message": f"工作簿解压后超过 {UNPACKED // 1_000_000} MB，请删去图片和无关的工作表后再导入",
                "message_en": f"the workbook unpacks to more than {UNPACKED // 1_000_000} MB;"
                " remove pictures and other sheets",
            }
        names = {part.filename for part in parts}
        if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
            return {
                "refused": "DIRECTORY_NOT_A_TABLE",
                "message": "这是压缩包或其他 Office 文件，不是 .xlsx 工作簿；请导入 .xlsx 或 .csv",
                "message_en": "this is an archive or another Office file, no workbook; import .xlsx or .csv",
            }
        texts = (archive.read(part) for part in parts if part.filename.endswith((".xml", ".rels")))
        if any(_DECLARES.search(text) for text in texts):
            return {
                "refused": "DIRECTORY_NOT_A_TABLE",
                "message": "工作簿里有 XML 实体声明；请在 Excel 中另存后再导入",
                "message_en": "the workbook declares XML entities; save it anew in Excel",
            }
    # The same is what defusedxml looks for, but its parser takes twice the time.
    os.environ["OPENPYXL_DEFUSEDXML"] = "False"
    warnings.simplefilter("ignore")  # of parts that openpyxl does not keep
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # noqa: PLC0415 - after the limits

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    room = _Room()
    try:
        return {
            "sheets": [
                _sheet(book, sheet, room) for sheet in book.worksheets if sheet.sheet_state == "visible"
            ]
        }
    except _Full:
        return {
            "refused": "DIRECTORY_TOO_LARGE",
            "message": "工作簿里的文字太多，或合并的单元格太大；请分成几个文件后再导入",
            "message_en": "the workbook holds too much text, or merges too many cells; split it",
        }


class _Full(Exception):
    """More text than a list has."""


class _Room:
    """How much text may still be said: a few megabytes may stand for gigabytes."""

    def __init__(self) -> None:
        self._left = MAX_TEXT

    def take(self, text: str) -> None:
        """Raises `_Full`."""
        self._left -= len(text) + 1
        if self._left < 0:
            raise _Full


def _sheet(book: Any, sheet: Any, room: _Room) -> dict[str, Any]:
    rows: dict[int, list[str]] = {}
    sheet.reset_dimensions()  # what the file says of its size may be anything
    for number, cells in enumerate(sheet.iter_rows(), 1):
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows[number] = texts
            for text in texts:
                room.take(text)
        if len(rows) > MAX_ROWS:
            break
    merged = _fill(rows, book._archive.read(sheet._worksheet_path), room)  # the reader itself skips merges
    return {"name": sheet.title, "rows": list(rows.items()), "merged": merged}


def _fill(rows: dict[int, list[str]], xml: bytes, room: _Room) -> dict[int, list[int]]:
    """Write the text of merged cells into all of them; the places that were written, by row."""
    merged: dict[int, list[int]] = defaultdict(list)
    for top, left, bottom, right in _ranges(xml):
        text = rows[top][left] if top in rows and left < len(rows[top]) else ""
        if not text:
            continue
        for number in range(top, bottom + 1):
            row = rows.get(number)
            if row is None:
                continue
            for place in range(left, right + 1):
                if (number, place) == (top, left):
                    continue
                room.take(text)
                row.extend([""] * (place + 1 - len(row)))
                row[place] = text
                merged[number].append(place)
    return merged


def _ranges(xml: bytes) -> Iterator[tuple[int, int, int, int]]:
    for found in _MERGE.finditer(xml):
        left, right = _place(found[1]), min(_place(found[3]), 199)
        yield int(found[2]), left, min(int(found[4]), int(found[2]) + MAX_ROWS), right


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - 64
    return place - 1


def _text(cell: Any) -> str:
    """A cell as a person reads it; a number that lost digits as 1.2E+17, which no reader takes."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, int | float):
        return _number(value, str(cell.number_format or ""))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return str(value)


def _number(value: float, number_format: str) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return ""
    if "%" in number_format:
        return f"{value * 100:.10g}%"
    if abs(value) >= EXACT_DIGITS:
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
