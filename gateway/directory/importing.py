"""Reads a directory from a CSV file: every row becomes an organisation or is refused with its reasons.

The file is UTF-8, with or without a byte order mark. The first row names the columns, in Chinese or
English and in any order; all of them are needed except 演练, because an organisation's addresses are
replaced by what its row says, and an absent column would silently delete them. A row is refused as a
whole when anything in it is wrong; the others are imported. Pure: bytes come in, values go out.
"""

import csv
import io
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass

from gateway.directory.cells import COLUMNS, Column, Fault, OrganisationReader
from gateway.directory.model import Change, Organisation
from gateway.errors import InputError

MAX_BYTES = 20_000_000
MAX_CELL = 2_000  # characters


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the file. `number` counts as a spreadsheet does: the header is row 1.

    `organisation` is None exactly when there are `faults`.
    """

    number: int
    code: str
    organisation: Organisation | None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; `faults` tell why it was refused, and are empty otherwise."""

    number: int
    code: str
    outcome: Change
    faults: tuple[Fault, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The shape that `airwarn directory import --json` prints for each row."""
        return {
            "row": self.number,
            "code": self.code,
            "outcome": self.outcome,
            "faults": [fault.as_json() for fault in self.faults],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """A file that was read: its rows in order, blank ones left out."""

    rows: tuple[Row, ...]

    @property
    def organisations(self) -> list[Organisation]:
        """What is to be stored, in the order of the rows."""
        return [row.organisation for row in self.rows if row.organisation is not None]

    def results(self, changes: Sequence[Change]) -> list[RowResult]:
        """Every row with its outcome; `changes` are the ledger's, one for each of `organisations`."""
        remaining = iter(changes)
        return [
            RowResult(row.number, row.code, "refused", row.faults)
            if row.organisation is None
            else _stored(row, next(remaining))
            for row in self.rows
        ]


_OTHER_KIND = Fault(
    "exercise",
    "这个编码已登记为另一类（演练或正式）机构，两者不能互换，请另用编码",
    "this code already stands for an organisation of the other kind (exercise or real); use another code",
)


def _stored(row: Row, change: Change) -> RowResult:
    return RowResult(row.number, row.code, change, (_OTHER_KIND,) if change == "refused" else ())


def read(content: bytes, known_areas: Set[str], file: str | None = None) -> Reading:
    """Read a CSV file. `known_areas` are the area codes that a row may name.

    Raises `InputError` where the file as a whole is no directory (DIRECTORY_ENCODING,
    DIRECTORY_EMPTY, DIRECTORY_NOT_A_TABLE, DIRECTORY_COLUMNS, DIRECTORY_TOO_LARGE).
    """
    records = _records(_text(content, file), file)
    header = next(records, None)
    if header is None:
        raise _empty(file)
    columns = _columns(header, file)
    reader = OrganisationReader(known_areas)
    first_rows: dict[str, int] = {}
    rows = tuple(_row(record, columns, reader, first_rows) for record in records)
    if not rows:
        raise _empty(file)
    return Reading(rows)


@dataclass(frozen=True, slots=True)
class _Record:
    number: int  # of the spreadsheet's row
    line: int  # of the text, where the record begins
    cells: list[str]


def _row(record: _Record, columns: list[Column], reader: OrganisationReader, firsts: dict[str, int]) -> Row:
    extra = record.cells[len(columns) :]
    if any(extra):
        fault = Fault(
            None,
            f"本行有 {len(record.cells)} 格，表头只有 {len(columns)} 格；含逗号的内容请加英文双引号",
            f"the row has {len(record.cells)} cells, the header {len(columns)}; quote what holds a comma",
        )
        return Row(record.number, "", None, (fault,))
    # Excel leaves out empty cells at the end of a row
    cells = dict.fromkeys(COLUMNS, "") | dict(zip(columns, record.cells, strict=False))
    organisation, code, faults = reader.read(cells)
    if code:
        first = firsts.setdefault(code, record.number)
        if first != record.number:
            faults = (*faults, _duplicate(code, first))
    return Row(record.number, code, None if faults else organisation, faults)


def _duplicate(code: str, first: int) -> Fault:
    return Fault(
        "code",
        f"编码“{code}”与第 {first} 行重复，同一机构请只留一行",
        f"code {code} already stands in row {first}; keep one row for each organisation",
    )


def _columns(header: _Record, file: str | None) -> list[Column]:
    names = [" ".join(cell.split()) for cell in header.cells]
    while names and not names[-1]:
        names.pop()
    if len(names) == 1:
        raise _one_column(header.cells[0], file, header.line)
    known = {word.casefold(): column for column, words in COLUMNS.items() for word in (column, words)}
    columns = [known.get(name.casefold()) for name in names]
    expected = "、".join(COLUMNS.values())
    expected_en = ", ".join(COLUMNS)
    if not any(columns):
        raise _header_fault(
            f"第一行不是表头；应为：{expected}",
            f"the first row is not a header; it should name: {expected_en}",
            file,
            header.line,
        )
    found: list[Column] = []
    for name, column in zip(names, columns, strict=True):
        if column is None:
            raise _header_fault(
                f"不认识的列“{name[:40]}”；可用的列：{expected}",
                f"unknown column {name[:40]!r}; the columns are: {expected_en}",
                file,
                header.line,
            )
        if column in found:
            raise _header_fault(
                f"列“{name}”出现了两次", f"the column {name!r} stands twice", file, header.line
            )
        found.append(column)
    missing = [column for column in COLUMNS if column not in found and column != "exercise"]
    if missing:
        raise _header_fault(
            f"缺少列：{'、'.join(COLUMNS[column] for column in missing)}（没有内容时也请保留空列）",
            f"missing columns: {', '.join(missing)} (keep them, empty, where there is nothing)",
            file,
            header.line,
        )
    return found


def _header_fault(message: str, message_en: str, file: str | None, line: int) -> InputError:
    return InputError("DIRECTORY_COLUMNS", message, message_en, file, line)


def _one_column(cell: str, file: str | None, line: int) -> InputError:
    for mark, word, word_en in (
        ("\t", "制表符", "tabs"),
        (";", "分号", "semicolons"),
        ("，", "中文逗号", "，"),
    ):
        if mark in cell:
            return _not_a_table(
                f"各列似乎用{word}分隔；请另存为以英文逗号分隔的 CSV",
                f"the columns seem to be separated by {word_en}; save as CSV with commas",
                file,
                line,
            )
    return _not_a_table(
        "只有一列，不是以英文逗号分隔的 CSV 表格",
        "there is only one column: not a CSV table with commas",
        file,
        line,
    )


def _records(text: str, file: str | None) -> Iterator[_Record]:
    """Records that hold something. Strict: a stray quote must not swallow the rows after it."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number, line = 0, 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _not_a_table(
                f"这里起不是完整的 CSV 表格，请检查引号和换行：{error}",
                f"from here on this is no CSV table, check quotes and line ends: {error}",
                file,
                line,
            ) from None
        number += 1
        cells = [cell.strip() for cell in cells]
        if max(map(len, cells), default=0) > MAX_CELL:
            raise _not_a_table(
                f"有一格超过 {MAX_CELL} 个字，请检查引号是否成对",
                f"a cell is longer than {MAX_CELL} characters; check that quotes are closed",
                file,
                line,
            )
        if any(cells):
            yield _Record(number, line, cells)
        line = reader.line_num + 1


def _text(content: bytes, file: str | None) -> str:
    if len(content) > MAX_BYTES:
        raise InputError(
            "DIRECTORY_TOO_LARGE",
            f"文件超过 {MAX_BYTES // 1_000_000} MB",
            f"the file is larger than {MAX_BYTES // 1_000_000} MB",
            file,
        )
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise _not_a_table(
            "这是 Excel 工作簿，请另存为“CSV UTF-8（逗号分隔）”后再导入",
            "this is an Excel workbook; save it as 'CSV UTF-8 (comma delimited)' and import that",
            file,
            None,
        )
    seeming = _seeming_encoding(content)
    if seeming is not None:
        raise InputError(
            "DIRECTORY_ENCODING",
            f"文件不是 UTF-8 编码，{seeming[0]}；请在 Excel 中另存为“CSV UTF-8（逗号分隔）”后再导入",
            f"the file is not UTF-8, {seeming[1]}; save it as 'CSV UTF-8 (comma delimited)' in Excel",
            file,
        )
    text = content.decode("utf-8-sig")
    if "\0" in text:
        raise _not_a_table(
            "文件里有空字符（NUL），不是文本表格",
            "the file holds NUL characters: not a text table",
            file,
            text[: text.index("\0")].count("\n") + 1,
        )
    return text


def _seeming_encoding(content: bytes) -> tuple[str, str] | None:
    """In words, what other encoding the bytes seem to have; None for UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or _decodes(content, "utf-16-le", "utf-16-be"):
        return "似乎是 UTF-16（“Unicode 文本”）", "it seems to be UTF-16 ('Unicode text')"
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        if _decodes(content, "gb18030"):
            return "似乎是 GB18030（GBK、ANSI）", "it seems to be GB18030 (GBK, ANSI)"
        return "也认不出是哪种编码", "nor any encoding that can be told"
    return None


def _decodes(content: bytes, *encodings: str) -> bool:
    """Whether the beginning, read so, holds the name of a column: a guess for the message only."""
    for encoding in encodings:
        beginning = content[:4000].decode(encoding, errors="ignore")
        if any(word in beginning for word in COLUMNS.values()) or "code,name" in beginning:
            return True
    return False


def _empty(file: str | None) -> InputError:
    return InputError("DIRECTORY_EMPTY", "文件里没有任何机构", "the file holds no organisation", file)


def _not_a_table(message: str, message_en: str, file: str | None, line: int | None) -> InputError:
    return InputError("DIRECTORY_NOT_A_TABLE", message, message_en, file, line)
