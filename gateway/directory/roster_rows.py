"""Reads a duty roster (值班表): dates down or across, a row a shift or a column a shift. Pure.

Every name in a cell is a person on duty in that shift. Hours come from the cell, its column or row, the
titles and remarks; a shift whose hours nobody states is refused, never guessed.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from gateway.directory import cells, headers, roster_cells
from gateway.directory.cells import Fault, Refused
from gateway.directory.files import SheetRow, read_sheets
from gateway.directory.headers import Table
from gateway.directory.masking import mask_text
from gateway.directory.roster_cells import Hours, Month, OnDuty
from gateway.errors import InputError

_PEOPLE = {"person": "person_phone", "leader": "leader_phone", "second": "second_phone"}
_UNIT = ("code", "credit_code", "name")


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody on duty from `begins` until `ends` (aware)."""

    who: OnDuty
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class RosterRow:
    """A row: whose roster it is (code, credit code, name; each "" where it is not said), who is on duty;
    with a fault nothing of it is taken."""

    number: int
    unit: tuple[str, str, str]
    turns: tuple[Turn, ...]
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class RosterReading:
    """A roster that was read. `unit` is the organisation's code where the list as a whole is one's."""

    table: Table
    rows: tuple[RosterRow, ...]
    file: str | None
    sha256: str
    unit: str | None


def read(
    content: bytes,
    file: str | None = None,
    *,
    sheet: str | None = None,
    unit: str | None = None,
    mapping: Mapping[str, str] | None = None,
    changes: Mapping[str, str] | None = None,
) -> RosterReading:
    """Read a roster. `unit`: whose it is where no column says it.

    Raises `InputError` where the file as a whole is none: what `files.read_sheets` and
    `headers.find_table` raise, DIRECTORY_COLUMNS without dates or people, ROSTER_UNIT_MISSING.
    """
    table = headers.find_table(
        read_sheets(content, file), "rosters", file, sheet=sheet, mapping=mapping, changes=changes
    )
    layout = _Layout(table, file, unit)
    rows = layout.rows()
    return RosterReading(table, rows, file, hashlib.sha256(content).hexdigest(), unit)


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of people: for a date (as written), a shift, or what its row says."""

    field: str
    day: str | None
    shift: str | None
    hours: Hours | None


class _Layout:
    """How the table is laid out, and what is stated beside it."""

    def __init__(self, table: Table, file: str | None, unit: str | None) -> None:
        self._table = table
        self._fields = table.fields
        beside = [note.text for note in table.notes]
        printed = [column.printed for column in table.columns]
        self._month: Month = roster_cells.month([*beside, *printed, table.sheet or "", file or ""])
        self._stated = roster_cells.stated_hours([*beside, *printed])
        self._columns = [each for column in table.columns if (each := _column(column.field, column.printed))]
        across = any(each.day is not None for each in self._columns)
        if not self._columns or not (across or "date" in self._fields):
            raise InputError(
                "DIRECTORY_COLUMNS",
                "值班表要有日期（一列，或每个日期一列）和值班人员；列名不同时请用 --column '列名=字段' 指明",
                "a roster has dates (a column, or one for each date) and people; name a column of another"
                " name with --column 'printed=field'",
                file,
                table.header_row,
            )
        if unit is None and not any(name in self._fields for name in _UNIT):
            raise InputError(
                "ROSTER_UNIT_MISSING",
                "看不出是哪个单位的值班表：请加“单位”列，或用 --unit 写明单位编码",
                "whose roster this is cannot be told: add a column 单位, or name its code with --unit",
                file,
                field="unit",
            )

    def rows(self) -> tuple[RosterRow, ...]:
        above: Mapping[str, str] = {}
        found = []
        for row in self._table.rows:
            texts = self._texts(row, above)
            found.append(self._row(row.number, texts))
            above = texts
        return tuple(found)

    def _texts(self, row: SheetRow, above: Mapping[str, str]) -> dict[str, str]:
        """The row's cells; unit and date also hold for blank cells below, 同上 for every cell."""
        texts = {}
        for name, place in self._fields.items():
            text = cells.visible(row.cell(place))
            if cells.is_ditto(text) or (not text and name in (*_UNIT, "date")):
                text = above.get(name, "")
            texts[name] = "" if cells.is_nothing(text) else text
        return texts

    def _row(self, number: int, texts: Mapping[str, str]) -> RosterRow:
        faults: list[Fault] = []
        remarks: list[Fault] = []
        turns: list[Turn] = []
        for column in self._columns:
            try:
                people = _people(texts, column.field)
                if people:
                    begins, ends = self._when(texts, column, remarks)
                    turns += [Turn(each, begins, ends) for each in people]
            except Refused as refused:
                fault = Fault(column.field, refused.message, refused.message_en)
                faults += [] if fault in faults else [fault]
        if not turns and not faults:
            faults.append(Fault("person", "没有写值班人员", "nobody is named"))
        unit = (texts.get("code", ""), texts.get("credit_code", ""), texts.get("name", ""))
        return RosterRow(number, unit, tuple(turns), tuple(faults), tuple(remarks))

    def _when(
        self, texts: Mapping[str, str], column: _Column, remarks: list[Fault]
    ) -> tuple[datetime, datetime]:
        written = column.day or texts.get("date", "")
        if not written:
            raise Refused("没有写日期", "there is no date")
        day: date = roster_cells.day(written, self._month)
        named = column.shift or (roster_cells.shift(texts["shift"]) if texts.get("shift") else None)
        said = texts.get("hours", "")
        own = roster_cells.hours(said) or roster_cells.hours(texts.get("shift", "")) or column.hours
        if said and own is None:
            named = named or roster_cells.shift(said)  # 时间: 白班
        hours = roster_cells.of_shift(named, own, self._stated)
        if hours is roster_cells.WHOLE_DAY:
            told = Fault(
                "hours",
                "没有写起止时间，按当日 0 时至 24 时",
                "no hours are stated: taken as 0:00 to 24:00 of the day",
            )
            if told not in remarks:
                remarks.append(told)
        return hours.on(day)


def _column(field: str | None, printed: str) -> _Column | None:
    if field in _PEOPLE:
        return _Column(str(field), None, None, None)
    if field is None or not field.startswith("on."):
        return None
    heading = roster_cells.heading(printed)
    if heading is None:
        return None
    try:
        return _Column(field, heading.day, heading.shift, roster_cells.hours(printed))
    except Refused:  # of two spans none is the column's
        return _Column(field, heading.day, heading.shift, None)


def _people(texts: Mapping[str, str], field: str) -> tuple[OnDuty, ...]:
    """Who stands in a cell, with the numbers of the column of numbers beside it."""
    found = roster_cells.on_duty(texts.get(field, "")) if texts.get(field) else ()
    numbers = texts.get(_PEOPLE.get(field, f"phone.{field}"), "")
    if not numbers:
        return found
    beside = roster_cells.on_duty(numbers)
    if any(each.name for each in beside):
        named = {each.name: each for each in beside}
        return tuple(
            OnDuty(each.name, (*each.addresses, *named[each.name].addresses)) if each.name in named else each
            for each in found
        )
    values = [value for each in beside for value in each.addresses]
    if len(found) == 1:
        return (OnDuty(found[0].name, (*found[0].addresses, *values)),)
    if found and len(found) == len(values):
        return tuple(
            OnDuty(each.name, (*each.addresses, value)) for each, value in zip(found, values, strict=True)
        )
    raise Refused(
        f"{len(found)} 人、{len(values)} 个号码，看不出谁是哪个（{mask_text(texts.get(field, ''))}）",
        f"{len(found)} people and {len(values)} numbers: whose is which cannot be told",
    )
