"""Puts the rows of a table together by the organisation that they are of, and reads each into an entry."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from gateway.directory import cells, entries, inventory_rows, persons
from gateway.directory.cells import Fault
from gateway.directory.entries import Entry
from gateway.directory.files import SheetRow
from gateway.directory.header_words import Kind
from gateway.directory.headers import Table
from gateway.directory.inventory import InventoryList
from gateway.directory.places import Areas
from gateway.directory.row import Cells

K = TypeVar("K")
V = TypeVar("V")

IDENTITY = ("code", "credit_code", "name")  # fields that say whose a row is
_OF_THE_WHOLE = (  # what several rows of one organisation cannot say differently
    *("name", "credit_code", "audience", "sector", "area", "street", "location", "exercise", "grade"),
    *("grade_valid_from", "own_plan_filed_on", "meter_number"),
)


def entries_of(table: Table, areas: Areas, kind: Kind, kind_of_list: InventoryList | None) -> list[Entry]:
    """An entry for each organisation of the table, in the order of their first rows; a second one of the
    same code is refused."""
    found = (_entry(rows, areas, kind, kind_of_list, table) for rows in _grouped(table, kind))
    return list(_without_duplicates(found))


def _grouped(table: Table, kind: Kind) -> Iterable[list[Cells]]:
    """The rows of each organisation, in the order of their first ones."""
    places = table.fields
    groups: dict[object, list[Cells]] = {}
    above: Mapping[str, str] = {}
    last: object = None
    for row in table.rows:
        read_row = _unlisted(Cells(row, places, above), row, table)
        above = read_row.texts
        named = tuple(read_row.get(name) for name in IDENTITY)
        if kind == "organisations":
            # one row each, but for the rows that merged cells make one
            continues = (
                last is not None and any(name in read_row.merged for name in IDENTITY) and named == last
            )
            key: object = last if continues else named
            if continues:
                groups[next(reversed(groups))].append(read_row)
            else:
                groups[row.number] = [read_row]
            last = key
            continue
        if any(named):
            last = next(each for each in named if each)
        groups.setdefault(last if last is not None else row.number, []).append(read_row)
    return groups.values()


def _unlisted(read_row: Cells, row: SheetRow, table: Table) -> Cells:
    """With a fault where the row has cells beyond the header."""
    width = table.columns[-1].place + 1
    if any(row.cells[width:]):
        read_row.fault(
            None,
            f"本行有 {len(row.cells)} 格，表头只有 {width} 格；含逗号的内容请加英文双引号",
            f"the row has {len(row.cells)} cells, the header {width}; quote what holds a comma",
        )
    return read_row


def _entry(
    rows: list[Cells], areas: Areas, kind: Kind, kind_of_list: InventoryList | None, table: Table
) -> Entry:
    first = rows[0]
    code, credit, name = entries.identity(first)
    _identified(first, kind)
    for row in rows[1:]:
        row.forget_repeated()
        _agrees(row, first)
    entry = Entry(tuple(row.number for row in rows), code, credit, name, code or entries.how_written(first))
    if kind == "contacts":
        people = [person for row in rows if (person := persons.person(row)) is not None]
        entry = replace(entry, everyone=tuple(people))
    else:
        stated = entries.stated(first, areas)
        for row in rows:
            row.dialling_code = areas.dialling_code(stated.get("area") or "")
        if kind == "organisations":
            stated.setdefault("exercise", False)
        entry = replace(
            entry,
            stated=stated,
            addresses=_joined(entries.own_addresses(row) for row in rows),
            street=entries.street(first),
            contacts=_joined(persons.people(row) for row in rows),
        )
    if kind == "liaison":
        _reachable(rows)
    if kind_of_list is not None:
        lines = inventory_rows.lines(rows, kind_of_list, knows_merges=table.knows_merges)
        entry = replace(entries.without_blanks(entry), lines=lines, tonnes=entries.tonnes(first))
    return replace(
        entry,
        faults={row.number: tuple(row.faults) for row in rows if row.faults},
        remarks={row.number: tuple(row.remarks) for row in rows if row.remarks},
    )


def _reachable(rows: Iterable[Cells]) -> None:
    """Refuse a liaison officer without a name or without a number."""
    for row in rows:
        for name, title in (("liaison.name", "联络员姓名"), ("liaison.phone", "联络员电话")):
            if not row.get(name):
                refused = cells.missing(title, name)
                row.fault(name, refused.message, refused.message_en)


def _identified(row: Cells, kind: Kind) -> None:
    """Refuse a row that does not say whose it is."""
    if kind == "organisations":
        if not row.get("code") and not row.get("credit_code"):
            refused = cells.missing(
                "编码" if "code" in row else "统一社会信用代码", "code" if "code" in row else "credit_code"
            )
            row.fault("code" if "code" in row else "credit_code", refused.message, refused.message_en)
        if not row.get("name"):
            refused = cells.missing("名称", "name")
            row.fault("name", refused.message, refused.message_en)
    elif not any(row.get(name) for name in IDENTITY):
        row.fault(
            None,
            "没有写明是哪个单位（编码、统一社会信用代码或名称）",
            "the row does not say whose it is (code, credit code or name)",
        )


def _agrees(row: Cells, first: Cells) -> None:
    for name in (*_OF_THE_WHOLE, *(each for each in row.texts if each.startswith("tonnes."))):
        text = row.get(name)
        if text and name not in row.merged and text != first.get(name):
            row.fault(
                name,
                f"与同一单位第 {first.number} 行写的不一样",
                f"it differs from row {first.number} of the same organisation",
            )


def _joined(found: Iterable[Mapping[K, tuple[V, ...]]]) -> dict[K, tuple[V, ...]]:
    joined: dict[K, dict[V, None]] = defaultdict(dict)
    for each in found:
        for key, values in each.items():
            joined[key].update(dict.fromkeys(values))
    return {key: tuple(values) for key, values in joined.items()}


def _without_duplicates(found: Iterable[Entry]) -> Iterable[Entry]:
    """A second entry of the same code is refused, also where the first was."""
    firsts: dict[str, int] = {}
    for entry in found:
        number = entry.numbers[0]
        key = entry.code or entry.credit_code or entry.written
        first = firsts.setdefault(key, number) if key else number
        if first == number:
            yield entry
            continue
        duplicate = Fault(
            "code",
            f"编码“{key}”与第 {first} 行重复，同一单位请只留一行",
            f"code {key} already stands in row {first}; keep one row for each organisation",
        )
        yield replace(entry, faults={**entry.faults, number: (*entry.faults.get(number, ()), duplicate)})
