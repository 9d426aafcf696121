"""Sign boards as a document to print: A3 or A4 across, one organisation after the other."""

import io
import math
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import segno

from gateway.boards.printing import Document, Paper, Sheet
from gateway.boards.sign import SignBoard
from gateway.errors import InputError
from gateway.moments import local
from gateway.notices import chinese

ADDRESS = r"^https?://[0-9A-Za-z][!-~]{0,290}$"  # what a QR code may lead to
_TITLE = "重污染天气应急减排措施公示牌"


def board_document(boards: Sequence[SignBoard], paper: Paper, printed_at: datetime) -> Document:
    """The boards in their order, with a bookmark for each; `printed_at` is aware.

    Raises `InputError` BOARD_ADDRESS for what is no address of a page.
    """
    shared = {
        "title": _TITLE,
        "paper": paper,
        "printed": f"打印于{chinese.day(local(printed_at).date(), year=True)}",
        "codes": {address: qr_svg(address) for address in {board.address for board in boards}},
    }
    sheets = [Sheet(f"{board.organisation}（{board.code}）", _content(board)) for board in boards]
    return Document("sign", shared, sheets, printed_at)


def qr_code(address: str) -> segno.QRCode:
    """The QR code of a page; a quarter of it may be dirty or torn. Raises `InputError` BOARD_ADDRESS."""
    if not re.fullmatch(ADDRESS, address):
        raise InputError(
            "BOARD_ADDRESS",
            f"二维码的网址“{address}”应以 http:// 或 https:// 开头，只含 ASCII 字符，不超过 300 字",
            f"the address {address!r} of the QR code should begin with http:// or https://, in at most 300 "
            "characters of ASCII",
            field="link",
        )
    return segno.make_qr(address, error="q")


def qr_svg(address: str) -> str:
    """`qr_code` as SVG with its quiet zone."""
    file = io.BytesIO()
    qr_code(address).save(file, kind="svg", xmldecl=False, border=4)
    return file.getvalue().decode()


def _content(board: SignBoard) -> dict[str, Any]:
    clause = f"《{board.plan}》{board.clause}" if board.clause else f"《{board.plan}》"
    return {
        "exercise": board.exercise,
        "fields": [
            {"name": field.name, "value": field.value, "heads": number == 0}
            for number, field in enumerate(board.fields)
        ],
        "measures_name": board.measures_name,
        "levels": [
            {
                "level": level.level,
                "title": level.title,
                "nothing": level.nothing,
                "measures": [
                    {"text": each.text, "mark": each.mark, "own": each.own} for each in level.measures
                ],
            }
            for level in board.levels
        ],
        "address": board.address,
        "office": "　".join(board.office),
        "size": _size(board),
        "foot": "　".join([board.organisation, board.code, clause]),
    }


def _size(board: SignBoard) -> int:
    """About the largest size (points on A3) at which the longest list fills what is left of the sheet.

    A list is 350 pt wide; a line takes 1.35 of the size, an item 0.3 more, a figure or letter half the
    width of a Chinese character. 500 pt are left below four rows of fields.
    """
    for size in range(26, 10, -1):
        room = 350 / size - 2  # of a line, in characters
        heights = [
            sum(1.35 * math.ceil(_width(each.text, each.mark) / room) + 0.3 for each in level.measures)
            for level in board.levels
        ]
        if max(heights) * size <= 500:
            return size
    return 10


def _width(*texts: str) -> float:
    return sum(0.55 if ord(character) < 0x250 else 1 for text in texts for character in text)
