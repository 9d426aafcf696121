"""Many rows as one statement's parameter: a JSON array of arrays, one an item.

A statement then handles a whole slice in a single step inside the database, which takes a third less
CPU than one step a row, and does not fight the event loop for the interpreter at each of them.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Subquery, Text, bindparam, func, literal_column, select
from sqlalchemy.types import TypeEngine


def rows(**columns: type[TypeEngine[Any]]) -> Subquery:
    """The rows of the parameter `rows` (see `pack`) as a table with these columns, in their order."""
    items = func.json_each(bindparam("rows", type_=Text)).table_valued("value", name="item")
    fields = (
        func.json_extract(items.c.value, literal_column(f"'$[{place}]'"), type_=kind()).label(name)
        for place, (name, kind) in enumerate(columns.items())
    )
    return select(*fields).select_from(items).subquery("r")


def pack(values: Iterable[Sequence[object]]) -> str:
    """The value of the parameter `rows`."""
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))
