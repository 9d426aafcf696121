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
_LETTER = 18  # units that a Chinese character takes
_LINE = 24
_HAN_A_LINE, _LATIN_A_LINE = 6, 14


@dataclass(frozen=True, slots=True)
class District:
    """What is shown of a district: `part` of `whole`, and `number`, by which the table names it."""

    number: int
    code: str
    name: str
    part: int
    whole: int

    @property
    def grade(self) -> Grade:
        """How far it is; none: there is nothing to be reached in it."""
        if not self.whole:
            return "none"
        return next(grade for grade, least in FROM.items() if self.part * 100 >= least * self.whole)


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words in the picture, about its middle."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A district's path, and its name: `words` is empty where only its number has room, and that is given."""

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
        fits = each.room * 2 >= _width(district.name) and each.room >= _LINE
        number = Words(each.x, each.y + 6, str(district.number))
        shapes.append(
            Shape(
                district,
                each.path,
                (Words(each.x, each.y - 4, district.name),) if fits else (number,),
                Words(each.x, each.y - 4 + _LINE, "") if fits else None,
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


def _width(name: str) -> float:
    return sum(_LETTER if ord(letter) > 0x2E7F else _LETTER * 0.55 for letter in name)
