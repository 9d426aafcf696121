"""What SQLite and PostgreSQL both have beside standard SQL, once for both.

`insert` has `on_conflict_do_nothing`, `on_conflict_do_update` and `excluded`: it is SQLAlchemy's of
PostgreSQL, whose clauses its SQLite compiler writes too.
"""

from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import ReturnTypeFromArgs

__all__ = ["insert", "least"]


class least(ReturnTypeFromArgs[Any]):
    """The smaller of its arguments, none of them null."""

    inherit_cache = True


@compiles(least, "sqlite")
def _least_of_sqlite(element: Any, compiler: Any, **options: Any) -> str:
    return f"min({compiler.process(element.clauses, **options)})"
