"""How commands print: one JSON document on stdout with `--json`, else text for a person."""

import io
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, BinaryIO, NoReturn

import typer
from typer._click.exceptions import NoArgsIsHelpError, UsageError

from gateway.errors import InputError, system_words

Json = Annotated[bool, typer.Option("--json", help="输出一个 JSON 文档 · one JSON document on stdout")]
SettingsFile = Annotated[
    Path | None,
    typer.Option("--settings", help="设置文件，默认 airwarn.toml · the settings file", show_default=False),
]


_FREE_WIDTH = 400  # columns of a table that no terminal folds
MAX_BYTES = 50_000_000  # of a file given to a command; a city's directory of 100,000 rows has a third of it


class Exit(Exception):
    """End with this exit code; everything has been printed."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def leave(code: int) -> NoReturn:
    """End the command."""
    raise Exit(code)


def prepare_output(as_json: bool) -> None:
    """What a terminal or a locale cannot show is written as an escape; JSON is always UTF-8.

    A closed stdout or stderr (None) takes what is written and drops it.
    """
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the end
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - until the end
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8" if as_json else None, errors="backslashreplace")


def drop_output() -> None:
    """Nothing more reaches stdout, not even what is still in its buffer."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def print_json(content: object) -> None:
    """One JSON document on stdout, indented for a person; a program takes it as it comes."""
    indent = 2 if sys.stdout.isatty() else None  # indenting is slow: json then leaves its C encoder
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=indent) + "\n")
    sys.stdout.flush()


def print_bytes(content: bytes) -> None:
    """A document on stdout exactly as it is, whatever the locale."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def say(line: str = "") -> None:
    """A line for a person on stdout."""
    sys.stdout.write(line + "\n")


def note(line: str) -> None:
    """A line about progress, on stderr."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def print_input_error(error: InputError, as_json: bool) -> None:
    """Bad input: `{"error": …}`, or one message that names file, line or field."""
    if as_json:
        print_json({"error": error.as_json()})
        return
    where = ":".join(str(part) for part in (error.file, error.line) if part is not None)
    field = f"［{error.field}］" if error.field else ""
    note(f"错误 {error.code}: {f'{where}: ' if where else ''}{field}{error.message}")
    note(f"error {error.code}: {error.message_en}")


def print_usage_error(error: UsageError, as_json: bool) -> None:
    """A wrong command line."""
    message = error.format_message()
    if as_json:
        print_json({"error": InputError("USAGE", f"命令行有误：{message}", message).as_json()})
        return
    if isinstance(error, NoArgsIsHelpError):
        note(message)
        return
    if error.ctx is not None:
        note(error.ctx.get_usage())
    note(f"命令行有误 · wrong command line: {message}")


def minute(at: str | None) -> str:
    """A moment of the `--json` shape as people read it: China Standard Time, to the minute; none: nothing."""
    return at[:16].replace("T", " ") if at else ""


def decided(stated: Mapping[str, Any]) -> str:
    """What was decided, in the order of the console's titles: 发布 橙色预警.

    Of any shape with `action`, `level` and `exercise`.
    """
    from gateway.vocabulary import ACTION_WORDS, LEVEL_WORDS

    level = f" {LEVEL_WORDS[stated['level']]}预警" if stated["level"] else ""
    return f"{'【演练】' if stated['exercise'] else ''}{ACTION_WORDS[stated['action']]}{level}"


def read_file(name: str) -> tuple[bytes, str]:
    """The bytes of a file, or of standard input for `-`, and the name to show. Raises `InputError`."""
    shown = "<stdin>" if name == "-" else name
    try:
        # A closed stdin is None. `open`, not `Path`, which takes an empty name for the folder it is in.
        with (sys.stdin.buffer if sys.stdin else io.BytesIO()) if name == "-" else open(name, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(
            "FILE_UNREADABLE",
            f"无法读取文件“{shown}”：{system_words(error)}",
            f"cannot read the file {shown!r}: {error.strerror}",
            shown,
        ) from None
    if len(content) > MAX_BYTES:
        raise InputError(
            "FILE_TOO_LARGE",
            f"文件“{shown}”超过 {MAX_BYTES // 1_000_000} MB",
            f"the file {shown!r} is larger than {MAX_BYTES // 1_000_000} MB",
            shown,
        )
    return content, shown


def write_file(output: Path, force: bool, write: Callable[[BinaryIO], object]) -> None:
    """Write a file that appears under its name when it is whole; for its owner only: it may hold names.

    Raises `InputError`: FILE_EXISTS without `force`, FILE_UNWRITABLE.
    """
    if output.exists() and not force:
        raise InputError(
            "FILE_EXISTS",
            f"“{output}”已存在；覆盖请加 --force",
            f"{str(output)!r} exists already; add --force to overwrite it",
            str(output),
        )
    part = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            write(file)
        part.replace(output)
    except OSError as error:
        raise InputError(
            "FILE_UNWRITABLE",
            f"无法写出“{output}”：{system_words(error)}",
            f"{str(output)!r} cannot be written: {error.strerror}",
            str(output),
        ) from None
    finally:
        part.unlink(missing_ok=True)


def table(title: str, columns: list[str], rows: list[list[Any]]) -> None:
    """A table for a person; where there are no `rows`, that there are none."""
    from rich.console import Console
    from rich.table import Table

    if not rows:
        say(f"{title}：没有 · none")
        return
    drawn = Table()
    for column in columns:
        drawn.add_column(column, overflow="fold")  # a code or a number that is cut says nothing
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    # [brackets] in a name are its own; a file or another program takes lines of any length
    free = not sys.stdout.isatty() and "COLUMNS" not in os.environ
    console = Console(highlight=False, markup=False, width=_FREE_WIDTH if free else None)
    console.print(title, style="bold")  # a table would break its title to the width of its columns
    console.print(drawn)
