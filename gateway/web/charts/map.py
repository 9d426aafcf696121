"""Districts as shapes, each with a share: the office's outlines, or equal squares where it has none."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.directory.outlines import WIDTH, Outlines

Grade = Literal["full", "most", "some", "few", "none"]
FROM: dict[Grade, int] = {"full": 95, "most": 80, "some": 50, "few": 0}  # per cent, from this on
GRADES: tuple[Grade, ...] = (*FROM, "none")
_COLUMNS = 4
_GAP = 6
_LETTER = 20  # units that a Chinese character takes, on a phone
_LATIN = 0.62  # of that, a letter
_TALLER = 1.3  # lines above and below the middle one are shorter than the room is wide
_LINE = 24
_HAN_A_LINE, _LATIN_A_LINE = 6, 14


@dataclass(frozen=True, slots=True)
class District:
    """What is shown of a district: `part` of `whole`, and `number`, by which the table names it. `silent`: it
    has messages, and none that it could be shown of, because their channels give no receipts."""

    number: int
    code: str
    name: str
    part: int
    whole: int
    silent: bool = False

    @property
    def grade(self) -> Grade:
        """How far it is; none: there is nothing to be reached in it."""
        if not self.whole:
            return "none"
        return next(grade for grade, least in FROM.items() if self.part * 100 >= least * self.whole)


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words in the picture, about its middle; without `text`, where one goes."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A district's path, the `lines` of its name (only its number, where that has no room), and where its
    share stands (None: no room)."""

    district: District
    path: str
    lines: tuple[Words, ...]
    share: Words | None


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything in units of the picture; `drawn`: false for squares that are no map."""

    shapes: tuple[Shape, ...]
    width: int
    height: int
    drawn: bool

    @property
    def numbered(self) -> bool:
        """Whether a district has its number in the place of its name."""
        return any(each.lines[0].text == str(each.district.number) for each in self.shapes)


def picture(districts: Sequence[District], outlines: Outlines | None) -> Picture:
    """The districts; those that the outlines lack are in the table alone."""
    if outlines is None:
        return _squares(districts)
    by_code = {each.code: each for each in districts}
    shapes = []
    for each in outlines.outlines:
        district = by_code.get(each.code)
        if district is None:
            continue
        names = _folded(district.name)
        if not _fits(names, each.room):
            names = [str(district.number)]
        rows = len(names) + 1
        with_share = each.room >= _LINE
        top = each.y + _LINE * (0.75 - (rows if with_share else 1) / 2)
        shapes.append(
            Shape(
                district,
                each.path,
                tuple(Words(each.x, round(top + _LINE * row, 1), line) for row, line in enumerate(names)),
                Words(each.x, round(top + _LINE * len(names), 1), "") if with_share else None,
            )
        )
    return Picture(tuple(shapes), outlines.width, outlines.height, drawn=True)


def _squares(districts: Sequence[District]) -> Picture:
    columns = min(_COLUMNS, max(len(districts), 1))
    side = (WIDTH - _GAP * (_COLUMNS + 1)) / _COLUMNS
    height = side * 0.75
    shapes = []
    for place, district in enumerate(districts):
        x = _GAP + (place % columns) * (side + _GAP)
        y = _GAP + (place // columns) * (height + _GAP)
        lines = _folded(district.name)
        top = y + height / 2 - _LINE * (len(lines) + 1) / 2 + _LINE * 0.75
        middle = round(x + side / 2, 1)
        shapes.append(
            Shape(
                district,
                f"M{x:g} {y:g}h{side:g}v{height:g}h{-side:g}Z",
                tuple(Words(middle, round(top + _LINE * row, 1), line) for row, line in enumerate(lines)),
                Words(middle, round(top + _LINE * len(lines), 1), ""),
            )
        )
    rows = -(-len(districts) // columns)
    return Picture(
        tuple(shapes),
        round(_GAP + columns * (side + _GAP)),
        round(_GAP + rows * (height + _GAP)),
        drawn=False,
    )


def _folded(name: str) -> list[str]:
    """A name on up to three lines."""
    if name.isascii():
        return textwrap.wrap(name, _LATIN_A_LINE, max_lines=3, placeholder="…")
    count = -(-len(name) // _HAN_A_LINE)
    size = -(-len(name) // count)
    return [name[start : start + size] for start in range(0, len(name), size)][:3]


def _fits(lines: Sequence[str], room: float) -> bool:
    """Whether these lines and a share below them have room within so much around their middle."""
    width = max(sum(_LETTER * (1 if ord(letter) > 0x2E7F else _LATIN) for letter in line) for line in lines)
    return width / 2 <= room and (len(lines) + 1) * _LINE / 2 <= room * _TALLER
