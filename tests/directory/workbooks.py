"""Workbooks as offices keep their lists, and as nobody should; every name and number is invented."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook  # type: ignore[import-untyped]

SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(number: int) -> str:
    """An invented 统一社会信用代码 with the right check sign."""
    base = f"91410100MA{number:07}"
    total = sum(SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(base))
    return base + SIGNS[-total % 31]


def workbook(sheets: dict[str, Sequence[Sequence[Any]]], merges: Sequence[str] = ()) -> bytes:
    """A workbook of these sheets; the merges are those of each of them."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for merge in merges:
            sheet.merge_cells(merge)
    return saved(book)


def saved(book: Any) -> bytes:
    """The bytes of a workbook."""
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def with_sheet(xml: bytes, content: bytes) -> bytes:
    """A workbook whose first sheet is this XML instead."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(
                part.filename, xml if part.filename == "xl/worksheets/sheet1.xml" else old.read(part)
            )
    return made.getvalue()
