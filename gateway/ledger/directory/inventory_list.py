"""The inventory (应急减排清单) as lists for people: enterprises, and their measures line by line; searched,
filtered, page by page, limited to areas."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, exists, func, or_, select

from gateway.directory.inventory import InventoryLine, InventoryList
from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.keysets import paged
from gateway.ledger.backends.slices import slices
from gateway.ledger.directory import inventory
from gateway.ledger.schema import inventory_lines, organisations, reductions

_SORTS: Mapping[str, ColumnElement[object]] = {
    "code": organisations.c.code,
    "name": organisations.c.name,
    "area": organisations.c.area,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which enterprises and lines; `limits`: areas (none: everywhere), `area` also holds what lies in it;
    `search`: part of a name or code; `certain`: whether measures were understood."""

    limits: Collection[str] = ()
    list: InventoryList | None = None
    level: str | None = None
    sector: str | None = None
    area: str | None = None
    grade: str | None = None
    search: str | None = None
    certain: bool | None = None
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Enterprise:
    """An active organisation of the inventory: how many lines it has in each list, of which so many are sent
    in their own words; `filed_on`: the ISO day on which its own plan was filed."""

    id: int
    code: str
    name: str
    area: str
    sector: str | None
    grade: str | None
    filed_on: str | None
    lines: Mapping[InventoryList, int]
    uncertain: int
    figures: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the inventory, and whose it is. Its person and words are personal."""

    id: int
    organisation_id: int
    code: str
    name: str
    area: str
    sector: str | None
    line: InventoryLine = field(repr=False)


def enterprises(
    connection: Connection,
    wanted: Wanted,
    *,
    sort: str = "code",
    descending: bool = False,
    after: int | None = None,
    limit: int | None = None,
) -> list[Enterprise]:
    """Enterprises that have such lines, sorted by code, name or area. Raises `InputError` (ROW_UNKNOWN)."""
    query = select(
        organisations.c.id,
        organisations.c.code,
        organisations.c.name,
        organisations.c.area,
        organisations.c.sector,
        organisations.c.grade,
        organisations.c.own_plan_filed_on,
    ).where(
        *_whose(wanted),
        exists().where(inventory_lines.c.organisation_id == organisations.c.id, *_which(wanted)),
    )
    rows = connection.execute(
        paged(
            connection,
            query,
            organisations.c.id,
            _SORTS[sort],
            descending=descending,
            after=after,
            limit=limit,
        )
    ).all()
    ids = [row.id for row in rows]
    lines, uncertain = _counted(connection, ids)
    figures = _with_figures(connection, ids)
    return [
        Enterprise(
            row.id,
            row.code,
            row.name,
            row.area,
            row.sector,
            row.grade,
            row.own_plan_filed_on,
            lines[row.id],
            uncertain[row.id],
            row.id in figures,
        )
        for row in rows
    ]


def measures(
    connection: Connection, wanted: Wanted, *, after: int | None = None, limit: int | None = None
) -> list[Measure]:
    """Lines by enterprise in the order in which they came in, from the one after `after`."""
    query = (
        select(
            inventory_lines.c.id,
            organisations.c.id.label("organisation_id"),
            organisations.c.code,
            organisations.c.name,
            organisations.c.area,
            organisations.c.sector,
            *inventory.COLUMNS,
        )
        .join(organisations, organisations.c.id == inventory_lines.c.organisation_id)
        .where(*_whose(wanted), *_which(wanted), inventory_lines.c.id > (after or 0))
        .order_by(inventory_lines.c.id)
        .limit(limit)
    )
    return [
        Measure(identifier, organisation_id, code, name, area, sector, InventoryLine(*line))
        for identifier, organisation_id, code, name, area, sector, *line in connection.execute(query)
    ]


def _whose(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = [
        organisations.c.active.is_(True),
        organisations.c.exercise.is_(wanted.exercise),
        reached(organisations.c.area, wanted.limits),
    ]
    if wanted.area is not None:
        found.append(reached(organisations.c.area, (wanted.area,)))
    if wanted.sector is not None:
        found.append(organisations.c.sector == wanted.sector)
    if wanted.grade is not None:
        found.append(organisations.c.grade == wanted.grade)
    if wanted.search is not None:
        found.append(
            or_(
                organisations.c.name.contains(wanted.search, autoescape=True),
                organisations.c.code.contains(wanted.search, autoescape=True),
            )
        )
    return found


def _which(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.list is not None:
        found.append(inventory_lines.c.list == wanted.list)
    if wanted.level is not None:
        found.append(inventory_lines.c.level == wanted.level)
    if wanted.certain is not None:
        found.append(inventory_lines.c.certain.is_(wanted.certain))
    return found


def _counted(
    connection: Connection, ids: Iterable[int]
) -> tuple[dict[int, dict[InventoryList, int]], dict[int, int]]:
    lines: dict[int, dict[InventoryList, int]] = defaultdict(dict)
    uncertain: dict[int, int] = defaultdict(int)
    by = (inventory_lines.c.organisation_id, inventory_lines.c.list, inventory_lines.c.certain)
    for some in slices(ids):
        rows = connection.execute(
            select(*by, func.count())
            .where(inventory_lines.c.organisation_id.in_(some))
            .group_by(*by)
            .order_by(*by)
        )
        for identifier, kind, certain, number in rows:
            lines[identifier][kind] = lines[identifier].get(kind, 0) + number
            uncertain[identifier] += 0 if certain else number
    return lines, uncertain


def _with_figures(connection: Connection, ids: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for some in slices(ids):
        query = select(reductions.c.organisation_id).distinct()
        found |= set(connection.execute(query.where(reductions.c.organisation_id.in_(some))).scalars())
    return found
