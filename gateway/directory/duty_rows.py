"""Reads a table of duties (责任分工表): who answers for a measure of a plan in a unit. Pure.

A measure is named by its id, by its clause, or by its words in the plan; a row that may mean several
measures of the same words is refused with their ids, never guessed.
"""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.directory import cells, headers
from gateway.directory.cells import Fault, Refused
from gateway.directory.files import read_sheets
from gateway.directory.headers import Table
from gateway.errors import InputError
from gateway.plans.duties import MeasureDuty
from gateway.plans.model import Measure, Plan

_NAMES = {"responsible_unit": "责任单位", "leader": "领导", "person": "责任人", "supervisor": "监督人"}
_NAMING = ("measure_id", "clause", "measure")
_FEWEST = 6  # signs of a measure's words that may stand for the whole
_LISTED = 6
_MARKS = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class DutyRow:
    """A row: the duties that it states, of several measures where its clause holds several."""

    number: int
    duties: tuple[MeasureDuty, ...]
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyReading:
    """A table of duties that was read against a plan."""

    table: Table
    plan: str
    rows: tuple[DutyRow, ...]
    file: str | None
    sha256: str


def read(
    content: bytes,
    plan: Plan,
    file: str | None = None,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    changes: Mapping[str, str] | None = None,
) -> DutyReading:
    """Read a table of duties of one plan.

    Raises `InputError` where the file as a whole is none: what `files.read_sheets` and
    `headers.find_table` raise, DIRECTORY_COLUMNS where no column names measures or people.
    """
    table = headers.find_table(
        read_sheets(content, file), "duties", file, sheet=sheet, mapping=mapping, changes=changes
    )
    if not any(name in table.fields for name in _NAMING) or not any(name in table.fields for name in _NAMES):
        raise InputError(
            "DIRECTORY_COLUMNS",
            "责任分工表要有措施（编号、条款或文字）和责任人等列；列名不同时请用 --column '列名=字段' 指明",
            "a table of duties has measures (id, clause or words) and who answers; name a column of another"
            " name with --column 'printed=field'",
            file,
            table.header_row,
        )
    measures = _Measures(plan)
    rows = []
    above: dict[str, str] = {}
    first: dict[tuple[str, str], int] = {}
    for row in table.rows:
        written = {name: cells.visible(row.cell(place)) for name, place in table.fields.items()}
        unnamed = not any(written.get(name) for name in _NAMING)  # below a measure that stands once
        texts = {}
        for name, text in written.items():
            same = cells.is_ditto(text) or (unnamed and name in _NAMING)
            texts[name] = above.get(name, "") if same else "" if cells.is_nothing(text) else text
        above = texts
        rows.append(_row(row.number, texts, measures, first))
    return DutyReading(table, plan.id, tuple(rows), file, hashlib.sha256(content).hexdigest())


def _row(
    number: int, texts: Mapping[str, str], measures: "_Measures", first: dict[tuple[str, str], int]
) -> DutyRow:
    try:
        named = {
            name: cells.line(title, name, " ".join(cells.checked(texts[name]).split()), 100) or None
            for name, title in _NAMES.items()
            if name in texts
        }
        duties = tuple(
            MeasureDuty(
                measure_id,
                unit,
                named.get("responsible_unit"),
                named.get("leader"),
                named.get("person"),
                named.get("supervisor"),
            )
            for measure_id, unit in measures.meant(texts)
        )
    except Refused as refused:
        return DutyRow(number, (), (Fault("measure", refused.message, refused.message_en),))
    twice = next(((each, first[each]) for each in map(_key, duties) if each in first), None)
    for each in duties:
        first.setdefault(_key(each), number)
    if twice is not None:
        (measure_id, unit), row = twice
        return DutyRow(
            number,
            (),
            (
                Fault(
                    "measure",
                    f"“{unit}”的措施 {measure_id} 在第 {row} 行已写过",
                    f"measure {measure_id} of {unit!r} already stands in row {row}",
                ),
            ),
        )
    return DutyRow(number, duties)


def _key(duty: MeasureDuty) -> tuple[str, str]:
    return duty.measure_id, duty.unit


class _Measures:
    """Finds what a row means among the measures of a plan."""

    def __init__(self, plan: Plan) -> None:
        self._all = plan.measures
        self._said = {
            measure.id: {
                _bare(each) for words in measure.texts.values() for each in (words.text, words.short) if each
            }
            for measure in plan.measures
        }

    def meant(self, texts: Mapping[str, str]) -> list[tuple[str, str]]:
        """The measures (by id) and their units as the plan prints them. Raises `Refused`."""
        unit = _bare(texts.get("unit", ""))
        found = [each for each in self._named(texts) if not unit or unit in map(_bare, _units(each))]
        if not found:
            raise self._no_unit(texts)
        if len(found) > 1 and not texts.get("clause") and not self._equal(found):
            raise _several(found)
        meant = []
        for measure in found:
            units = [each for each in _units(measure) if not unit or _bare(each) == unit]
            if len(units) != 1:
                printed = "、".join(_units(measure)) or "预案没有写"
                raise Refused(
                    f"措施 {measure.id} 有几个单位，请写明是哪个：{printed}",
                    f"measure {measure.id} names {len(units)} units; say which is meant",
                )
            meant.append((measure.id, units[0]))
        return meant

    def _named(self, texts: Mapping[str, str]) -> list[Measure]:
        if identifier := texts.get("measure_id"):
            found = [each for each in self._all if each.id == identifier]
            if not found:
                raise Refused(
                    f"预案没有措施“{identifier[:40]}”", f"the plan has no measure {identifier[:40]!r}"
                )
            return found
        clause, words = _bare(texts.get("clause", "")), _bare(texts.get("measure", ""))
        if not clause and not words:
            raise Refused("没有写是哪项措施", "the row names no measure")
        found = [each for each in self._all if not clause or _bare(each.clause.path) == clause]
        if not found:
            raise Refused(
                f"预案没有条款“{texts['clause'][:40]}”", f"the plan has no clause {texts['clause'][:40]!r}"
            )
        if not words:
            return found
        same = [each for each in found if words in self._said[each.id]]
        if not same and len(words) >= _FEWEST:
            same = [each for each in found if any(words in said for said in self._said[each.id])]
        if not same:
            raise Refused(
                f"预案里找不到这样的措施：“{texts['measure'][:40]}”；请填措施编号（airwarn plan show 可查）",
                f"the plan has no measure of the words {texts['measure'][:40]!r}; give its id",
            )
        return same

    def _equal(self, found: list[Measure]) -> bool:
        """Whether they are one instruction, level for level: who answers for it is the same."""
        return len({each.level for each in found}) == len(found) and bool(
            set.intersection(*(self._said[each.id] for each in found))
        )

    def _no_unit(self, texts: Mapping[str, str]) -> Refused:
        printed = list(dict.fromkeys(unit for each in self._named(texts) for unit in _units(each)))
        unit, listed = texts.get("unit", "")[:40], "、".join(printed[:_LISTED]) or "无"
        return Refused(
            f"预案中该措施没有单位“{unit}”；预案写的是：{listed}",
            f"the plan names no unit {unit!r} for it",
        )


def _several(found: list[Measure]) -> Refused:
    listed = "、".join(each.id for each in found[:_LISTED])
    return Refused(
        f"可指几项措施：{listed}；请填措施编号", f"several measures may be meant: {listed}; give the id"
    )


def _units(measure: Measure) -> list[str]:
    return list(dict.fromkeys([*measure.lead_units, *measure.responsible_units]))


def _bare(text: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFKC", text))
