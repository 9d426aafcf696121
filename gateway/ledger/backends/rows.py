"""Many rows as one statement's parameter: a JSON array of arrays, one an item.

A statement then handles a whole slice in a single step inside the database, which takes a third less
CPU than one step a row, and does not fight the event loop for the interpreter at each of them.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Boolean, Subquery, Text, bindparam, literal_column, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine


def rows(**columns: type[TypeEngine[Any]]) -> Subquery:
    """The rows of the parameter `rows` (see `pack`) as a table with these columns, in their order.

    A column is `BigInteger` (any whole number), `Boolean` or `Text`.
    """
    items = _Items(bindparam("rows", type_=Text)).table_valued("value", name="item")
    fields = (
        _FIELDS[kind](items.c.value, literal_column(str(place))).label(name)
        for place, (name, kind) in enumerate(columns.items())
    )
    return select(*fields).select_from(items).subquery("r")


def pack(values: Iterable[Sequence[object]]) -> str:
    """The value of the parameter `rows`."""
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


class _Items(FunctionElement[Any]):
    """The items of a JSON array, in their order."""

    inherit_cache = True
    name = "items"


class _Field(FunctionElement[Any]):
    """What stands at a place of an item."""

    inherit_cache = True
    words: str  # of its type in PostgreSQL


class _Number(_Field):
    inherit_cache = True
    name = "number_at"
    type = BigInteger()
    words = "bigint"


class _Flag(_Field):
    inherit_cache = True
    name = "flag_at"
    type = Boolean()
    words = "boolean"


class _Words(_Field):
    inherit_cache = True
    name = "words_at"
    type = Text()
    words = "text"


_FIELDS: dict[type[TypeEngine[Any]], type[_Field]] = {BigInteger: _Number, Boolean: _Flag, Text: _Words}


@compiles(_Items, "sqlite")
def _items_of_sqlite(element: _Items, compiler: Any, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(_Items, "postgresql")
def _items_of_postgresql(element: _Items, compiler: Any, **options: Any) -> str:
    return f"jsonb_array_elements(cast({compiler.process(element.clauses, **options)} as jsonb))"


@compiles(_Field, "sqlite")
def _field_of_sqlite(element: _Field, compiler: Any, **options: Any) -> str:
    item, place = element.clauses
    return f"json_extract({compiler.process(item, **options)}, '$[{place}]')"


@compiles(_Field, "postgresql")
def _field_of_postgresql(element: _Field, compiler: Any, **options: Any) -> str:
    item, place = element.clauses
    return f"({compiler.process(item, **options)} ->> {place})::{element.words}"
