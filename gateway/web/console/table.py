"""One table for every list of the console: filtered, sorted, page by page, and as a file.

Everything is in the address, so that a page can be kept, sent and printed; nothing needs a script. What the
address asks is checked against what the table has: an unknown word is an error, never guessed away.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, Literal, TypeVar
from urllib.parse import urlencode

from aiohttp import web
from multidict import MultiMapping
from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.spreadsheets import TABLE_TYPES, TableForm, table_file
from gateway.vocabulary import Words
from gateway.web.console.frame import framed
from gateway.web.console.table_words import TEXTS
from gateway.web.heavy import HEAVY
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.live.live_words import LANGUAGES, Speech
from gateway.web.live.rendering import HEADERS
from gateway.web.local.exports import exported
from gateway.web.people import Person

Row = TypeVar("Row")
PAGE = 50  # rows of a page
SLICE = 2_000  # rows read together for a file: no read keeps the ledger for long
MOST = 50_000  # rows of a file
_NUMBER = re.compile(r"[1-9][0-9]{0,17}")
_DAY = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}")
_COLUMNS = ("deciding", "plain")
_OWN = ("sort", "after", "format", "lang")


Matters = Literal["name", "deciding", "plain", "beside", "file"]


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`text` says what stands in it; `sorts`: the list can be in its order; `link`: where its words lead;
    `mark`: a class by which it is coloured, beside its words; `long`: words without places to break.

    `matters` says where it stands: in the cell of the row's `name` (a mark that few rows have); as a column
    of its own, which on a phone, if it is `deciding`, comes first, in the name's line; `beside`, in a small
    line below its row, with its label; in the `file` alone.
    """

    name: str
    words: Words
    text: Callable[[Row, Speech], str]
    sorts: bool = False
    number: bool = False
    link: Callable[[Row], str | None] | None = None
    mark: Callable[[Row], str] | None = None
    long: bool = False
    matters: Matters = "plain"


@dataclass(frozen=True, slots=True)
class Filter:
    """One of `choices`, or without any words to look for; `usual`: the choice unless asked otherwise; `day`:
    a date of this century (ISO 8601)."""

    name: str
    words: Words
    choices: Mapping[str, Words] = field(default_factory=dict)
    longest: int = 100
    usual: str = ""
    day: bool = False

    def takes(self, value: str) -> bool:
        """Whether it can be narrowed to this."""
        if self.day:
            return _DAY.fullmatch(value) is not None and _is_day(value)
        return value in self.choices if self.choices else len(value) <= self.longest and "\0" not in value


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks of a table: `chosen` by filter, the column that it is sorted by, and after which
    row; `form`: as a file."""

    chosen: Mapping[str, str]
    sort: str
    descending: bool
    after: int | None = None
    form: TableForm | None = None


Fetch = Callable[[Connection, Asked, int | None, int], Sequence[Row]]


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    """A list. The first column names the row; `sort` is how it is sorted unless asked otherwise, with a `-`
    before it downwards ("": in an order of its own). `key` is the number of a row, from which the next page
    goes on. `facts` are more of what stands in the small line below a row, as labels with their words, and
    `whole` what a row unfolds to on top of that."""

    name: str
    words: Words
    columns: Sequence[Column[Row]]
    key: Callable[[Row], int]
    sort: str
    filters: Sequence[Filter] = ()
    facts: Callable[[Row, Speech], Sequence[tuple[str, str]]] | None = None
    whole: Callable[[Row, Speech], Sequence[tuple[str, str]]] | None = None

    def asked(self, query: MultiMapping[str]) -> Asked:
        """What an address asks. Raises `InputError` (FIELD_UNKNOWN, FIELD_INVALID)."""
        chosen: dict[str, str] = {}
        filters = {each.name: each for each in self.filters}
        for name in dict.fromkeys(query):
            if name not in filters and name not in _OWN:
                raise InputError(
                    "FIELD_UNKNOWN", f"没有“{name[:40]}”", f"there is no {name[:40]!r}", field=name
                )
            if len(query.getall(name)) > 1:
                raise _invalid(name)
        for name, each in filters.items():
            value = query.get(name, "").strip()
            if not value:
                continue
            if not each.takes(value):
                raise _invalid(name)
            chosen[name] = value
        sort = query.get("sort") or self.sort
        column = sort.removeprefix("-")
        if sort != self.sort and column not in {each.name for each in self.columns if each.sorts}:
            raise _invalid("sort")
        after, form, language = query.get("after"), query.get("format"), query.get("lang")
        if after is not None and not _NUMBER.fullmatch(after):
            raise _invalid("after")
        if form is not None and form not in TABLE_TYPES:
            raise _invalid("format")
        if language is not None and language not in LANGUAGES:
            raise _invalid("lang")
        return Asked(chosen, column, sort.startswith("-"), None if after is None else int(after), form)

    def address(self, asked: Asked, **changed: str | None) -> str:
        """The address of this list with something else asked, from its first row on; None leaves out."""
        sort = f"{'-' if asked.descending else ''}{asked.sort}"
        kept = {**asked.chosen, "sort": "" if sort == self.sort else sort, **changed}
        return f"?{urlencode({name: value for name, value in kept.items() if value})}"


async def answer(
    person: Person,
    table: Table[Row],
    asked: Asked,
    fetch: Fetch[Row],
    template: str,
    /,
    *,
    words: Mapping[str, Words] | None = None,
    **values: Any,
) -> web.Response:
    """A page of a list, whose template shows `table`; or the whole list as a file, which the audit trail
    then tells of. `fetch` gives at most so many rows after one."""
    ledger = person.request.app[LEDGER]
    if asked.form is not None:
        async with person.request.app[HEAVY].turn(person.caller.name):
            return await _file(person, table, asked, fetch, asked.form)
    rows = await ledger.read(fetch, asked, asked.after, PAGE + 1)
    return framed(
        person,
        template,
        words=TEXTS | dict(words or {}),
        table=view(person, table, asked, rows),
        keep=f"{table.address(asked)[1:]}&" if len(table.address(asked)) > 1 else "",
        **values,
    )


def view(
    person: Person, table: Table[Row], asked: Asked, rows: Sequence[Row], *, exports: bool = True
) -> dict[str, object]:
    """What the template `_table.html` shows; of `rows` those beyond a page only say that there are more."""
    say = Speech(person.language, TEXTS)
    shown = rows[:PAGE]
    return {
        "name": table.name,
        "caption": say.of(table.words),
        "filters": [
            {
                "name": each.name,
                "label": say.of(each.words),
                "choices": [(value, say.of(words)) for value, words in each.choices.items()],
                "value": asked.chosen.get(each.name, each.usual),
                "any": not each.usual,
                "longest": each.longest,
                "type": "date" if each.day else "search",
            }
            for each in table.filters
        ],
        "sorts": _sorts(table, asked, say),
        "filtered": bool(asked.chosen),
        "columns": [_head(table, each, asked, say) for each in table.columns if each.matters in _COLUMNS],
        "rows": [_row(table, row, say) for row in shown],
        "all": table.address(Asked({}, asked.sort, asked.descending)),
        "first": table.address(asked) if asked.after is not None else None,
        "next": table.address(asked, after=str(table.key(shown[-1]))) if len(rows) > PAGE else None,
        "files": [(form, table.address(asked, format=form)) for form in TABLE_TYPES] if exports else [],
    }


def told(at: str | None) -> str:
    """A moment (ISO 8601) of a use case's answer, as people read it."""
    return "" if at is None else at[:16].replace("T", " ")


async def _file(
    person: Person,
    table: Table[Row],
    asked: Asked,
    fetch: Fetch[Row],
    form: TableForm,
) -> web.Response:
    app, say = person.request.app, Speech(person.language, TEXTS)
    rows: list[Row] = []
    after: int | None = None
    while True:
        some = await app[LEDGER].read(fetch, asked, after, SLICE)
        rows += some
        if len(rows) > MOST:
            raise InputError(
                "TABLE_TOO_LONG",
                f"超过 {MOST:,} 行，请先筛选再导出",
                f"more than {MOST:,} rows: narrow the list first",
                field="format",
            )
        if len(some) < SLICE:
            break
        after = table.key(some[-1])
    detail: dict[str, object] = {
        "what": "table",
        "format": form,
        "rows": len(rows),
        "by": sorted(asked.chosen),
    }
    await app[LEDGER].write(exported, app[CLOCK](), person.caller.name, f"table:{table.name}", detail)
    header = [say.of(each.words) for each in table.columns]
    cells = ([each.text(row, say) for each in table.columns] for row in rows)
    content = await app[HEAVY].aside(table_file, table.name, header, cells, form)
    return web.Response(
        body=content,
        content_type=TABLE_TYPES[form],
        charset="utf-8" if form == "csv" else None,
        headers={**HEADERS, "Content-Disposition": f'attachment; filename="{table.name}.{form}"'},
    )


def _head(table: Table[Row], column: Column[Row], asked: Asked, say: Speech) -> dict[str, object]:
    sorted_by = column.name == asked.sort
    down = "" if sorted_by and asked.descending else "-" if sorted_by else ""
    return {
        "words": say.of(column.words),
        "number": column.number,
        "sort": table.address(asked, sort=f"{down}{column.name}") if column.sorts else None,
        "sorted": ("descending" if asked.descending else "ascending") if sorted_by else None,
    }


def _sorts(table: Table[Row], asked: Asked, say: Speech) -> list[tuple[str, str, bool]]:
    """The orders that it can be in: what the address says ("": its own), its words, whether it is so."""
    now = _written(asked)
    orders = [
        (f"{down}{each.name}", say.of(each.words) + (say("downwards") if down else ""))
        for each in table.columns
        if each.sorts
        for down in ("", "-")
    ]
    if orders and table.sort not in dict(orders):
        orders.insert(0, (table.sort, say("own_order")))
    return [("" if value == table.sort else value, words, value == now) for value, words in orders]


def _row(table: Table[Row], row: Row, say: Speech) -> dict[str, object]:
    cells = [(each.matters, _cell(each, row, say)) for each in table.columns]
    facts = [] if table.facts is None else table.facts(row, say)
    return {
        "cells": [cell for matters, cell in cells if matters in _COLUMNS],
        "name": [cell for matters, cell in cells if matters == "name" and cell["words"]],
        "beside": [
            *({"label": label, "words": words, "mark": "", "link": None} for label, words in facts),
            *(cell for matters, cell in cells if matters == "beside" and cell["words"]),
        ],
        "whole": [] if table.whole is None else table.whole(row, say),
    }


def _cell(column: Column[Row], row: Row, say: Speech) -> dict[str, object]:
    words = column.text(row, say)
    classes = {
        "deciding": column.matters == "deciding",
        "number": column.number,
        "empty": not words,
        "long": column.long,
    }
    return {
        "words": words,
        "label": say.of(column.words),
        "classes": " ".join(name for name, true in classes.items() if true),
        "link": None if column.link is None else column.link(row),
        "mark": "" if column.mark is None else column.mark(row),
    }


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _written(asked: Asked) -> str:
    return f"{'-' if asked.descending else ''}{asked.sort}"


def _invalid(name: str) -> InputError:
    return InputError(
        "FIELD_INVALID", f"{name} 的值不对", f"the value of {name!r} is none that this list has", field=name
    )
