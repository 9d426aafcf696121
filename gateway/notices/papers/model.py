"""A paper as structured text, and as plain text, HTML and plain data. Papers are in Chinese only."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from gateway.notices.templates import fill
from gateway.vocabulary import Words

PaperKind = Literal["order", "proclamation", "news", "social", "guidance", "bulletin", "report"]
PAPER_WORDS: dict[PaperKind, Words] = {
    "order": Words("指令", "Order"),
    "proclamation": Words("通告", "Proclamation"),
    "news": Words("新闻通稿", "News release"),
    "social": Words("政务新媒体文稿", "Social media"),
    "guidance": Words("提前告知", "Advance guidance"),
    "bulletin": Words("情况通报", "Situation bulletin"),
    "report": Words("报告", "Report"),
}


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a paper: exactly one of its fields but `numbered` is set.

    `items` are a list (`numbered`: 1, 2, 3 …); `rows` a table whose first row is its head.
    """

    heading: str | None = None
    paragraph: str | None = None
    items: tuple[str, ...] = ()
    numbered: bool = False
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """A document ready to be read, printed or filed. `title` bears the exercise's mark.

    `signature` are the lines at the end (who, when); `copied_to` who else is told (抄送).
    """

    kind: PaperKind
    title: str
    number: str | None
    addressee: str | None
    blocks: tuple[Block, ...]
    signature: tuple[str, ...]
    copied_to: str | None = None

    @property
    def text(self) -> str:
        """The paper in plain text."""
        return fill("zh-CN", "paper.j2", paper=self).strip() + "\n"

    @property
    def html(self) -> str:
        """The paper as a page to print."""
        return fill("zh-CN", "paper.html.j2", paper=self)

    def content(self) -> dict[str, Any]:
        """The paper as plain data; `paper_from` reads it again."""
        return asdict(self)


def text_of(blocks: Iterable[Block]) -> str:
    """Parts of a paper as lines to be edited: a paragraph, an item, or a row of a table under its head
    (`学校：单位3，信息3`)."""
    lines: list[str] = []
    for block in blocks:
        lines += [part for part in (block.heading, block.paragraph) if part]
        lines += [f"{n}. {item}" if block.numbered else item for n, item in enumerate(block.items, 1)]
        lines += [_line(block.rows[0], row) for row in block.rows[1:]]
    return "\n".join(lines)


def _line(head: tuple[str, ...], row: tuple[str, ...]) -> str:
    cells = (f"{name}{cell}" for name, cell in zip(head[1:], row[1:], strict=True))
    return f"{row[0]}：{'，'.join(cells)}"


def paper_from(content: Mapping[str, Any]) -> Paper:
    """The paper that `Paper.content` gave, also after it went through JSON."""
    blocks = tuple(
        Block(
            block["heading"],
            block["paragraph"],
            tuple(block["items"]),
            block["numbered"],
            tuple(tuple(row) for row in block["rows"]),
        )
        for block in content["blocks"]
    )
    return Paper(**{**content, "blocks": blocks, "signature": tuple(content["signature"])})
