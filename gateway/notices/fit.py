"""How long a text is in its channel's own unit, and how it is cut: between sentences, never in one."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gateway.errors import InputError

SINGLE = 70  # UTF-16 units of an SMS of one segment
EACH = 67  # and of every segment of a longer one; the domestic rule, whatever the script
SMS_UNITS = 500  # most units of an SMS, signature included
WEBHOOK_BYTES = 4096  # most UTF-8 bytes of one WeCom markdown message (of its `text` type: 2,048)

# What SMS gateways (GBK) lack, and what stands for it; a second 【】 makes them reject the message.
_SMS_FORMS = str.maketrans(
    {
        "³": "3",
        "²": "2",
        "₂": "2",
        "₃": "3",
        "₅": "5",
        "µ": "μ",
        "\u00a0": " ",
        "【": "〔",
        "】": "〕",
    }
)
# What WeCom's markdown reads as markup, and the full-width form that looks alike and is inert.
_MARKUP = re.compile(r"[<>*_`#\[\]()@|~\\]")
_MARKDOWN_FORMS = str.maketrans("<>*_`#[]()@|~\\", "＜＞＊＿｀＃［］（）＠｜～＼")


def utf16_units(text: str) -> int:
    """UTF-16 code units: what SMS counts. A character beyond the basic plane counts two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def segments(text: str) -> int:
    """SMS segments of `text` with its signature: 70 units fit in one, longer texts hold 67 each."""
    units = utf16_units(text)
    return 1 if units <= SINGLE else -(-units // EACH)


def utf8_bytes(text: str) -> int:
    """UTF-8 bytes: what WeCom counts."""
    return len(text.encode())


def sms_form(body: str) -> str:
    """`body` in the characters of an SMS. Raises `InputError` where one is not in GBK."""
    text = body.translate(_SMS_FORMS)
    try:
        text.encode("gbk")
    except UnicodeEncodeError as error:
        foreign = text[error.start]
        raise InputError(
            "SMS_CHARACTER",
            f"短信不能使用字符“{foreign}”（U+{ord(foreign):04X}，不在 GBK 中），请换成常用字符",
            f"an SMS cannot hold {foreign!r} (U+{ord(foreign):04X}, not in GBK); use another character",
        ) from None
    return text


def markdown_form(text: str) -> str:
    """`text` with everything that markdown could read as markup in its full-width form."""
    return text.translate(_MARKDOWN_FORMS) if _MARKUP.search(text) else text


@dataclass(frozen=True, slots=True)
class Block:
    """A piece that is never cut. `heading` stands above the first of its pieces in every part."""

    text: str
    heading: str | None = None


def parts(
    blocks: Sequence[Block], head: Callable[[int, int], str], limit: int, again: str = "（续）"
) -> tuple[str, ...]:
    """The blocks in order, in as few parts of at most `limit` UTF-8 bytes as filling in order gives.

    `head(part, total)` begins each part. A heading that goes on in a later part is marked `again`.
    Raises `TooLong` where one block does not fit under its head.
    """
    total = 1
    while True:  # a higher total only makes heads longer, so the parts never become fewer
        found = _fill(blocks, head, limit, total, again)
        if len(found) <= total:
            return tuple(found)
        total = len(found)


def _fill(
    blocks: Sequence[Block], head: Callable[[int, int], str], limit: int, total: int, again: str
) -> list[str]:
    found: list[str] = []
    lines = [head(1, total)]
    size = utf8_bytes(lines[0])
    heading: str | None = None  # the heading that the part under way stands in
    seen: set[str] = set()
    empty = True
    for block in blocks:
        pieces = _pieces(block, heading, seen, again)
        added = sum(utf8_bytes(piece) + 1 for piece in pieces)
        if size + added > limit and not empty:
            found.append("\n".join(lines))
            number = len(found) + 1
            lines = [head(number, max(total, number))]
            size = utf8_bytes(lines[0])
            pieces = _pieces(block, None, seen, again)
            added = sum(utf8_bytes(piece) + 1 for piece in pieces)
        if size + added > limit:
            raise TooLong(size + added, limit)
        lines += pieces
        size += added
        empty = False
        heading = block.heading
        if heading:
            seen.add(heading)
    found.append("\n".join(lines))
    return found


def _pieces(block: Block, heading: str | None, seen: set[str], again: str) -> list[str]:
    if block.heading is None or block.heading == heading:
        return [block.text]
    return [f"{block.heading}{again}" if block.heading in seen else block.heading, block.text]


class TooLong(Exception):
    """Even the shortest cut is longer than the medium allows; both in the medium's unit."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(size, limit)
        self.size = size
        self.limit = limit
