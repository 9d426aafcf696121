"""Reads an office's list: organisations, their contacts, or an inventory, from CSV or a workbook.

Every row ends in an entry, which states what the file says of one organisation, or is refused with its
reasons; titles and remarks are told as notes. A row is refused as a whole when anything in it is wrong,
and with it the other rows of its organisation. Bytes come in, values go out.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from gateway.directory import cells, entries, headers, inventory_rows
from gateway.directory.cells import Fault
from gateway.directory.entries import Cells, Entry
from gateway.directory.files import MAX_BYTES, SheetRow, read_sheets
from gateway.directory.header_words import Kind
from gateway.directory.headers import Table
from gateway.directory.inventory import INVENTORY_LIST_WORDS, InventoryList
from gateway.directory.masking import mask_text
from gateway.directory.model import Change, Organisation
from gateway.directory.places import Areas
from gateway.directory.rotation import RotationLimit
from gateway.directory.settling import Assumed, settle
from gateway.errors import InputError
from gateway.vocabulary import LEVELS, Audience, Level, Sector

__all__ = ["MAX_BYTES", "Options", "Reading", "Row", "RowResult", "read"]

K = TypeVar("K")
V = TypeVar("V")

_SHOWN = 3  # first rows of a preview
_IDENTITY = ("code", "credit_code", "name")
_OF_THE_WHOLE = (  # what several rows of one organisation cannot say differently
    *("name", "credit_code", "audience", "sector", "area", "street", "location", "exercise", "grade"),
    *("grade_valid_from", "own_plan_filed_on", "meter_number"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """How a file is to be read.

    `audience` and `sector` hold for a list that says them nowhere; `inventory_list` for an inventory
    whose sheet does not name its list. `mapping` (printed column to field) is a saved one; `columns`
    changes single columns, see `headers.find_table`.
    """

    kind: Kind = "organisations"
    inventory_list: InventoryList | None = None
    sheet: str | None = None
    audience: Audience | None = None
    sector: Sector | None = None
    mapping: Mapping[str, str] | None = None
    columns: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file. `number` counts as a spreadsheet does: the header is row 1.

    `organisation` is what an unknown organisation would become; None where it needs to be known already,
    and where there are `faults`.
    """

    number: int
    code: str
    organisation: Organisation | None
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; `faults` tell why it was refused, and are empty otherwise. `remarks` tell
    what of an accepted row is not stored."""

    number: int
    code: str
    outcome: Change
    faults: tuple[Fault, ...] = ()
    remarks: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The shape that `airwarn directory import --json` prints for each row."""
        return {
            "row": self.number,
            "code": self.code,
            "outcome": self.outcome,
            "faults": [fault.as_json() for fault in self.faults],
            "remarks": [remark.as_json() for remark in self.remarks],
        }


@dataclass(frozen=True)
class Reading:
    """A file that was read: what was understood, and an entry for each organisation in it.

    `assumed` is what the list as a whole says of organisations that only it names; `sha256` is of the
    file's bytes.
    """

    kind: Kind
    inventory_list: InventoryList | None
    table: Table
    entries: tuple[Entry, ...]
    assumed: Assumed
    file: str | None = None
    sha256: str = ""
    limits: tuple[RotationLimit, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row of the table, in order."""
        return tuple(
            Row(
                number,
                entry.written,
                None if entry.faults else settle(entry, None, self.assumed)[0],
                _faults_of(entry, number),
                entry.remarks.get(number, ()),
            )
            for number, entry in self._by_row
        )

    @property
    def levels(self) -> frozenset[Level]:
        """The levels that an inventory speaks of: those of its columns, all for a list without measures."""
        fields = self.table.fields
        return frozenset(level for level in LEVELS if f"measure.{level}" in fields) or frozenset(LEVELS)

    @property
    def organisations(self) -> list[Organisation]:
        """What an empty directory would store, in the order of the entries."""
        found = (settle(entry, None, self.assumed)[0] for entry in self.entries if not entry.faults)
        return [organisation for organisation in found if organisation is not None]

    def results(
        self, outcomes: Sequence[tuple[Change, tuple[Fault, ...]]], codes: Sequence[str]
    ) -> list[RowResult]:
        """Every row with its outcome; `outcomes` and `codes` are those of `entries`, in their order."""
        of_entry = {
            id(entry): (outcome, faults, code)
            for entry, (outcome, faults), code in zip(self.entries, outcomes, codes, strict=True)
        }
        results = []
        for number, entry in self._by_row:
            outcome, faults, code = of_entry[id(entry)]
            results.append(
                RowResult(
                    number,
                    code,
                    outcome,
                    (*_faults_of(entry, number), *faults),
                    entry.remarks.get(number, ()),
                )
            )
        return results

    def understood(self) -> dict[str, object]:
        """What was made of the file: its columns, notes, and the first rows with numbers masked."""
        fields = self.table.fields
        return {
            "kind": self.kind,
            "inventory": self.inventory_list,
            "sheet": self.table.sheet,
            "header_row": self.table.header_row,
            "columns": [column.as_json() for column in self.table.columns],
            "unread": [column.printed for column in self.table.columns if column.field is None],
            "notes": [{"row": note.row, "text": mask_text(note.text)} for note in self.table.notes],
            "assumed": dict(self.assumed.fields),
            "first": [
                {
                    "row": row.number,
                    "fields": {
                        name: mask_text(row.cell(place)) for name, place in fields.items() if row.cell(place)
                    },
                }
                for row in self.table.rows[:_SHOWN]
            ],
        }

    @cached_property
    def _by_row(self) -> list[tuple[int, Entry]]:
        return sorted(
            ((number, entry) for entry in self.entries for number in entry.numbers), key=lambda each: each[0]
        )


def read(
    content: bytes,
    areas: Areas | Set[str],
    file: str | None = None,
    options: Options | None = None,
    limits: Sequence[RotationLimit] = (),
) -> Reading:
    """Read a file. `areas` are those that a row may name, `limits` those of the plans on rotations.

    Raises `InputError` where the file as a whole is no such list: what `files.read_sheets` and
    `headers.find_table` raise, LIST_UNKNOWN for an inventory of no known list, DIRECTORY_COLUMNS where
    a column is missing without which no row can be read.
    """
    options = options or Options()
    areas = areas if isinstance(areas, Areas) else Areas(areas)
    table = headers.find_table(
        read_sheets(content, file),
        options.kind,
        file,
        sheet=options.sheet,
        mapping=options.mapping,
        changes=options.columns,
    )
    kind_of_list = _list(table, options, file)
    _check(table, options.kind, kind_of_list, file)
    found = [_entry(rows, areas, options.kind, kind_of_list, table) for rows in _grouped(table, options.kind)]
    return Reading(
        options.kind,
        kind_of_list,
        table,
        tuple(_without_duplicates(found)),
        _assumed(options, kind_of_list),
        file,
        hashlib.sha256(content).hexdigest(),
        tuple(limits),
    )


def _list(table: Table, options: Options, file: str | None) -> InventoryList | None:
    if options.kind != "inventory":
        return None
    titles = [note.text for note in table.notes if note.row < table.header_row]
    marked = inventory_rows.marked
    found = options.inventory_list or marked(table.sheet or "") or marked(*titles, file or "")
    if found is None:
        names = "、".join(f"{word}（{name}）" for name, word in INVENTORY_LIST_WORDS.items())
        raise InputError(
            "LIST_UNKNOWN",
            f"看不出是哪一类清单，请用 --list 指明：{names}",
            f"which list this is cannot be told; name it with --list: {', '.join(INVENTORY_LIST_WORDS)}",
            file,
            field="list",
        )
    return found


def _check(table: Table, kind: Kind, kind_of_list: InventoryList | None, file: str | None) -> None:
    fields = table.fields
    needed: list[tuple[tuple[str, ...], str, str]] = []
    if kind == "contacts":
        needed = [(_IDENTITY, "编码", "code"), (("person",), "姓名", "person"), (("role",), "角色", "role")]
    else:
        needed = [(("code", "credit_code"), "编码或统一社会信用代码", "code"), (("name",), "名称", "name")]
    if kind == "inventory":
        needed[0] = (_IDENTITY, "统一社会信用代码", "credit_code")
        if kind_of_list not in ("white_list", "guaranteed"):
            needed.append(
                (tuple(f"measure.{level}" for level in LEVELS), "黄色预警减排措施", "measure.yellow")
            )
    missing = [each for each in needed if not any(field in fields for field in each[0])]
    if missing:
        unread = [column.printed for column in table.columns if column.field is None]
        raise InputError(
            "DIRECTORY_COLUMNS",
            f"缺少列：{'、'.join(title for _fields, title, _field in missing)}；"
            f"未读的列：{'、'.join(unread)[:200] or '无'}；列名不同时请用 --column '列名=字段' 指明",
            f"missing columns: {', '.join(field for _fields, _title, field in missing)}; name a column of"
            " another name with --column 'printed=field'",
            file,
            table.header_row,
        )


def _assumed(options: Options, kind_of_list: InventoryList | None) -> Assumed:
    audience, sector = options.audience, options.sector
    if kind_of_list is not None:
        audience, sector = inventory_rows.READERS[kind_of_list]
    if options.audience is not None:
        audience = options.audience
    if options.sector is not None:
        sector = options.sector
    stated = {"audience": audience, "sector": sector}
    return Assumed({name: value for name, value in stated.items() if value is not None})


def _grouped(table: Table, kind: Kind) -> Iterable[list[Cells]]:
    """The rows of each organisation, in the order of their first ones."""
    places = table.fields
    groups: dict[object, list[Cells]] = {}
    above: Mapping[str, str] = {}
    last: object = None
    for row in table.rows:
        read_row = _unlisted(Cells(row, places, above), row, table)
        above = read_row.texts
        named = tuple(read_row.get(name) for name in _IDENTITY)
        if kind == "organisations":
            # one row each, but for the rows that merged cells make one
            continues = (
                last is not None and any(name in read_row.merged for name in _IDENTITY) and named == last
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
        people = [person for row in rows if (person := entries.person(row)) is not None]
        entry = replace(entry, everyone=tuple(people))
    else:
        stated = entries.stated(first, areas)
        if kind == "organisations":
            stated.setdefault("exercise", False)
        entry = replace(
            entry,
            stated=stated,
            addresses=_joined(entries.own_addresses(row) for row in rows),
            street=entries.street(first),
            contacts=_joined(entries.people(row) for row in rows),
        )
    if kind_of_list is not None:
        lines = inventory_rows.lines(rows, kind_of_list, knows_merges=table.knows_merges)
        entry = replace(entries.without_blanks(entry), lines=lines, tonnes=entries.tonnes(first))
    return replace(
        entry,
        faults={row.number: tuple(row.faults) for row in rows if row.faults},
        remarks={row.number: tuple(row.remarks) for row in rows if row.remarks},
    )


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
    elif not any(row.get(name) for name in _IDENTITY):
        row.fault(
            None,
            "没有写明是哪个机构（编码、统一社会信用代码或名称）",
            "the row does not say whose it is (code, credit code or name)",
        )


def _agrees(row: Cells, first: Cells) -> None:
    for name in (*_OF_THE_WHOLE, *(each for each in row.texts if each.startswith("tonnes."))):
        text = row.get(name)
        if text and name not in row.merged and text != first.get(name):
            row.fault(
                name,
                f"与同一机构第 {first.number} 行写的不一样",
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
            f"编码“{key}”与第 {first} 行重复，同一机构请只留一行",
            f"code {key} already stands in row {first}; keep one row for each organisation",
        )
        yield replace(entry, faults={**entry.faults, number: (*entry.faults.get(number, ()), duplicate)})


def _faults_of(entry: Entry, number: int) -> tuple[Fault, ...]:
    """The row's own faults; a row without any is refused with the others of its organisation."""
    if not entry.faults or number in entry.faults:
        return entry.faults.get(number, ())
    where = "、".join(str(each) for each in entry.faults)
    return (
        Fault(
            None,
            f"同一机构的第 {where} 行有问题，整个机构未导入",
            f"row {where} of the same organisation is at fault: none of its rows is taken",
        ),
    )
