"""Finds the table in a sheet: its header of one to three lines, what each column is, rows and notes.

Titles above the header, remarks below the table and repeated headers are set aside and told. A column
is what its name says (`header_words`), or what a saved mapping or the caller says. Pure.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.directory.files import Sheet, SheetRow, not_a_table
from gateway.directory.header_words import IGNORED, KINDS, Kind, field_of, field_under, fields
from gateway.errors import InputError

_SEARCHED = 30  # rows in which a header may begin
_LINES = 3  # of a header
_NOTE = re.compile(
    r"(?:备\s*注|注|说\s*明|填表\S*|制表\S*|审核\S*|填报\S*|复核\S*)\s*\d*\s*[:：、.]|备注$|填表人|制表人"
    r"|(?:负责人|单位负责人|联系人|联系电话|日\s*期|填报日期|单位|盖章)\s*(?:[(（]\S{1,6}[)）])?\s*[:：]"
)
_TOTALS = ("合计", "总计", "小计", "共计")
_FEWEST = 2  # columns that are known in a header


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its place from 0, its name as printed (the lines of a header joined by /),
    and the field that it is read as; None: it is not read."""

    place: int
    printed: str
    field: str | None

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return {"column": letters(self.place), "printed": self.printed, "field": self.field}


@dataclass(frozen=True, slots=True)
class Note:
    """A row that is no entry: a title, a remark, a total."""

    row: int
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was found. `rows` are those of its body."""

    sheet: str | None
    header_row: int
    columns: tuple[Column, ...]
    rows: tuple[SheetRow, ...]
    notes: tuple[Note, ...]
    knows_merges: bool

    @property
    def fields(self) -> dict[str, int]:
        """The place of every field that is read."""
        return {
            column.field: column.place
            for column in self.columns
            if column.field is not None and column.field != IGNORED
        }


def find_table(
    sheets: Sequence[Sheet],
    kind: Kind,
    file: str | None = None,
    *,
    sheet: str | None = None,
    mapping: Mapping[str, str] | None = None,
    changes: Mapping[str, str] | None = None,
) -> Table:
    """The one table of that kind in a file.

    `mapping` says of every printed name which field it is; then nothing else is read. `changes` say it
    of single columns. Raises `InputError`: SHEET_UNKNOWN, SHEET_AMBIGUOUS, MAPPING_NOT_FITTING,
    FIELD_UNKNOWN, DIRECTORY_COLUMNS, DIRECTORY_NOT_A_TABLE, DIRECTORY_EMPTY.
    """
    for field in (*(mapping or {}).values(), *(changes or {}).values()):
        if field != IGNORED and field not in fields(kind):
            raise InputError(
                "FIELD_UNKNOWN",
                f"没有字段“{field[:40]}”；可用的字段：{'、'.join(fields(kind))}，不读的列用 -",
                f"there is no field {field[:40]!r}; use one of {', '.join(fields(kind))}, or - for a column"
                " that is not to be read",
                file,
                field="columns",
            )
    if sheet is not None:
        sheets = [_named(sheets, sheet, file)]
    found = [
        table
        for each in sheets
        if (table := _table(each, kind, file, mapping or {}, changes or {})) is not None
    ]
    if len(found) > 1:
        names = "、".join(str(table.sheet) for table in found)
        raise InputError(
            "SHEET_AMBIGUOUS",
            f"有几个工作表都像{KINDS[kind]}：{names}；请用 --sheet 指明一个",
            f"several sheets look like {kind}: {names}; name one with --sheet",
            file,
            field="sheet",
        )
    if not found:
        raise _no_header(sheets[0], kind, file)
    return _checked(found[0], kind, file, mapping, changes)


def letters(place: int) -> str:
    """A column's place from 0 as a spreadsheet names it: A, B, … AA."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(65 + rest) + name
    return name


def _named(sheets: Sequence[Sheet], name: str, file: str | None) -> Sheet:
    for sheet in sheets:
        if sheet.name == name:
            return sheet
    names = "、".join(str(sheet.name) for sheet in sheets if sheet.name) or "无"
    raise InputError(
        "SHEET_UNKNOWN",
        f"没有工作表“{name[:40]}”；现有：{names}",
        f"there is no sheet {name[:40]!r}; there are: {names}",
        file,
        field="sheet",
    )


def _table(
    sheet: Sheet, kind: Kind, file: str | None, mapping: Mapping[str, str], changes: Mapping[str, str]
) -> Table | None:
    """The table under the header that says the most; of equals the shortest, without the title, then the
    first."""
    best: tuple[int, int, int, tuple[Column, ...]] | None = None
    for start in range(min(_SEARCHED, len(sheet.rows))):
        for lines in range(1, min(_LINES, len(sheet.rows) - start) + 1):
            columns = _columns(sheet.rows[start : start + lines], kind, mapping, changes)
            known = sum(column.field not in (None, IGNORED) for column in columns)
            if kind == "rosters":  # dates merged over their shifts say more with the line below
                known = len({column.field for column in columns} - {None, IGNORED})
            if known >= _FEWEST and (best is None or (known, -lines) > (best[0], -best[2])):
                best = (known, start, lines, columns)
    if best is None:
        return None
    _known, start, lines, columns = best
    header = sheet.rows[start : start + lines]
    notes = [Note(row.number, _whole(row)) for row in sheet.rows[:start]]
    body = []
    for row in sheet.rows[start + lines :]:
        if _is_note(row) or row.cells == header[0].cells:
            notes.append(Note(row.number, _whole(row)))
        else:
            body.append(row)
    return Table(sheet.name, header[0].number, columns, tuple(body), tuple(notes), sheet.knows_merges)


def _columns(
    header: Sequence[SheetRow], kind: Kind, mapping: Mapping[str, str], changes: Mapping[str, str]
) -> tuple[Column, ...]:
    width = max(len(row.cells) for row in header)
    paths = [_path(header, place) for place in range(width)]
    printed: list[str] = []
    seen: Counter[str] = Counter()
    for path in paths:
        name = "/".join(path)
        seen[name] += 1
        printed.append(f"{name}#{seen[name]}" if name and seen[name] > 1 else name)
    columns: list[Column] = []
    for place, (path, name) in enumerate(zip(paths, printed, strict=True)):
        if name in changes:
            field: str | None = changes[name]
        elif mapping:
            field = mapping.get(name) or _of_date(path, kind, columns)
        else:
            field = _recognised(path, kind)
            if field in ("phone", "sms", "person_phone") and columns:  # 法人、联系电话、联系人、联系电话
                field = _phone_of(columns[-1].field, field)
        columns.append(Column(place, name, field))
    while columns and not columns[-1].printed:
        columns.pop()
    return tuple(columns)


def _path(header: Sequence[SheetRow], place: int) -> tuple[str, ...]:
    """The lines of a column's header, from above; a blank beside a group's name belongs to the group."""
    path: list[str] = []
    for number, row in enumerate(header):
        text = " ".join(row.cell(place).split())
        if not text and number < len(header) - 1 and header[number + 1].cell(place):
            text = next((" ".join(cell.split()) for cell in reversed(row.cells[:place]) if cell), "")
        if text and (not path or path[-1] != text):
            path.append(text)
    return tuple(path)


def _recognised(path: Sequence[str], kind: Kind) -> str | None:
    """By all lines together, by the last two, by the last alone."""
    for start in range(len(path)):
        found = field_of(kind, "".join(path[start:]))
        if found is not None:
            return found
    return field_under(kind, path[-2], path[-1]) if len(path) > 1 else None


def _of_date(path: Sequence[str], kind: Kind, before: Sequence[Column]) -> str | None:
    """A date's column of a roster, or that of the numbers beside it: next month's are not in a mapping."""
    found = _recognised(path, kind) if kind == "rosters" else None
    if found == "person_phone" and before and (before[-1].field or "").startswith("on."):
        return _phone_of(before[-1].field, found)
    return found if (found or "").startswith("on.") else None


def _phone_of(before: str | None, field: str) -> str:
    if field == "person_phone":
        beside = before in ("leader", "second") or (before or "").startswith("on.")
        if not beside or before is None:
            return field
        return f"phone.{before}" if before.startswith("on.") else f"{before}_phone"
    if before is not None and before.endswith(".name"):
        return before.removesuffix(".name") + ".phone"
    return field


def _is_note(row: SheetRow) -> bool:
    texts = {text for place, text in enumerate(row.cells) if text and place not in row.merged}
    first = next((text for text in row.cells if text), "")
    if "".join(first.split()) in _TOTALS:
        return True
    return all(_NOTE.match(text) for text in texts)


def _whole(row: SheetRow) -> str:
    return " ".join(text for place, text in enumerate(row.cells) if text and place not in row.merged)[:200]


def _checked(
    table: Table,
    kind: Kind,
    file: str | None,
    mapping: Mapping[str, str] | None,
    changes: Mapping[str, str] | None,
) -> Table:
    names = [column.printed for column in table.columns]
    for given in (mapping or {}, changes or {}):
        absent = [name for name in given if name not in names]
        if absent:
            raise InputError(
                "MAPPING_NOT_FITTING",
                f"文件里没有列“{'”“'.join(absent[:5])}”；有：{'、'.join(filter(None, names))[:300]}",
                f"the file has no column {', '.join(absent[:5])}; it has"
                f" {', '.join(name for name in names if name)[:300]}",
                file,
                field="columns",
            )
    twice = [
        field
        for field, times in Counter(column.field for column in table.columns).items()
        if times > 1 and field not in (None, IGNORED)
    ]
    if twice:
        same = [column.printed for column in table.columns if column.field == twice[0]]
        raise InputError(
            "DIRECTORY_COLUMNS",
            f"列“{'”“'.join(same)}”都是{twice[0]}，同一内容出现了两次；"
            f"不要的那一列请用 --column '{same[-1]}=-' 略去",
            f"the columns {', '.join(same)} are both {twice[0]}: it stands twice; leave one out with"
            f" --column '{same[-1]}=-'",
            file,
            table.header_row,
        )
    if not table.rows:
        raise InputError("DIRECTORY_EMPTY", "文件里没有任何单位", "the file holds no organisation", file)
    return replace(table, columns=tuple(column for column in table.columns if column.printed))


def _no_header(sheet: Sheet, kind: Kind, file: str | None) -> InputError:
    first = sheet.rows[0]
    if all(len(row.cells) == 1 for row in sheet.rows[:_SEARCHED]):
        chinese = "，" in first.cells[0]
        return not_a_table(
            "各列似乎用中文逗号分隔；请另存为以英文逗号分隔的 CSV" if chinese else "只有一列，不是表格",
            "the columns seem to be separated by ，; save as CSV with commas"
            if chinese
            else "there is only one column: no table",
            file,
            first.line,
        )
    words = {
        "organisations": "编码、名称、受众、区域代码",
        "contacts": "编码、姓名、手机",
        "inventory": "企业名称、统一社会信用代码、黄色预警减排措施",
        "rosters": "日期、班次、值班人员、联系电话，或每个日期一列",
        "liaison": "单位名称、联络员、联系电话",
        "duties": "措施、责任单位、责任人、监督人",
    }
    return InputError(
        "DIRECTORY_COLUMNS",
        f"前 {_SEARCHED} 行里没有表头；{KINDS[kind]}表应有这样的列：{words[kind]}",
        f"the first {_SEARCHED} rows hold no header; a list of {kind} has columns such as {words[kind]}",
        file,
        first.line or first.number,
    )
