"""Who is on the inventory (应急减排清单), as an office may publish it: no people, no numbers, no lines."""

from dataclasses import dataclass

from sqlalchemy import Connection, exists, func, select

from gateway.ledger.schema import inventory_lines, organisations


@dataclass(frozen=True, slots=True)
class Entry:
    """An enterprise on the list. `area` is a code; `sector` and `grade` are words of ours, or None."""

    id: int
    name: str
    area: str
    sector: str | None
    grade: str | None


_listed = (
    organisations.c.audience == "enterprises",
    organisations.c.exercise.is_(False),
    organisations.c.active.is_(True),
    exists().where(inventory_lines.c.organisation_id == organisations.c.id),
)


def page(connection: Connection, after: int, most: int, name: str = "") -> list[Entry]:
    """The enterprises on the list after the one of that id, those whose name holds `name`; exercise
    organisations never."""
    query = (
        select(
            organisations.c.id,
            organisations.c.name,
            organisations.c.area,
            organisations.c.sector,
            organisations.c.grade,
        )
        .where(
            organisations.c.id > after,
            *_listed,
        )
        .order_by(organisations.c.id)
        .limit(most)
    )
    if name:
        query = query.where(organisations.c.name.contains(name, autoescape=True))
    return [Entry(*row) for row in connection.execute(query)]


def count(connection: Connection) -> int:
    """How many enterprises are on the list."""
    query = select(func.count()).select_from(organisations).where(*_listed)
    return int(connection.execute(query).scalar_one())
