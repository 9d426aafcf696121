"""Reads an office's list: organisations, their contacts, or an inventory, from CSV or a workbook.

Every row ends in an entry, which states what the file says of one organisation, or is refused with its
reasons; titles and remarks are told as notes. A row is refused as a whole when anything in it is wrong,
and with it the other rows of its organisation. Bytes come in, values go out.
"""

import hashlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from gateway.directory import grouping, headers, inventory_rows
from gateway.directory.cells import Fault
from gateway.directory.entries import Entry
from gateway.directory.files import MAX_BYTES, read_sheets
from gateway.directory.grouping import IDENTITY
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

_SHOWN = 3  # first rows of a preview


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
    found = grouping.entries_of(table, areas, options.kind, kind_of_list)
    return Reading(
        options.kind,
        kind_of_list,
        table,
        tuple(found),
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
        needed = [(IDENTITY, "编码", "code"), (("person",), "姓名", "person"), (("role",), "角色", "role")]
    elif kind == "liaison":
        needed = [
            (IDENTITY, "单位名称", "name"),
            (("liaison.name",), "联络员", "liaison.name"),
            (("liaison.phone",), "联系电话", "liaison.phone"),
        ]
    else:
        needed = [(("code", "credit_code"), "编码或统一社会信用代码", "code"), (("name",), "名称", "name")]
    if kind == "inventory":
        needed[0] = (IDENTITY, "统一社会信用代码", "credit_code")
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


def _faults_of(entry: Entry, number: int) -> tuple[Fault, ...]:
    """The row's own faults; a row without any is refused with the others of its organisation."""
    if not entry.faults or number in entry.faults:
        return entry.faults.get(number, ())
    where = "、".join(str(each) for each in entry.faults)
    return (
        Fault(
            None,
            f"同一单位的第 {where} 行有问题，整个单位未导入",
            f"row {where} of the same organisation is at fault: none of its rows is taken",
        ),
    )
