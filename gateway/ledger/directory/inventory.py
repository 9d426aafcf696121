"""The inventory (应急减排清单): what each organisation does at each level, by list, and its emissions.

A file is of one list and holds an organisation's lines whole: they replace those it had in that list.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from gateway.directory.inventory import InventoryLine, InventoryList
from gateway.directory.model import Change
from gateway.ledger.backends.slices import slices
from gateway.ledger.directory import changes as ledger_changes
from gateway.ledger.directory import organisations as ledger_organisations
from gateway.ledger.schema import inventory_lines, organisations, reductions

_FIELDS = tuple(field.name for field in fields(InventoryLine))
COLUMNS = tuple(inventory_lines.c[name] for name in _FIELDS)

Emissions = Mapping[tuple[str, str], float]  # (level, or '' for what it emits; pollutant) to tonnes a day


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation that a list holds, and how many lines it has there."""

    organisation_id: int
    code: str
    name: str
    lines: int


def compare(
    connection: Connection, kind: InventoryList, stated: Mapping[str, Sequence[InventoryLine]]
) -> dict[str, Change]:
    """What `apply` would do with each code; nothing is written. `refused`: there is no such organisation."""
    ids = ledger_organisations.ids(connection, stated)
    known = of_organisations(connection, ids.values(), kind)
    return {
        code: _change(ids.get(code), known.get(ids.get(code, 0), ()), lines) for code, lines in stated.items()
    }


def apply(
    connection: Connection,
    kind: InventoryList,
    stated: Mapping[str, Sequence[InventoryLine]],
    now: int,
    actor: str,
) -> dict[str, Change]:
    """Replace the lines that each organisation (by code) has in a list by what is stated; no lines take
    it off the list. Other organisations keep theirs. `now` in milliseconds since 1970 UTC."""
    ids = ledger_organisations.ids(connection, stated)
    known = of_organisations(connection, ids.values(), kind)
    changes = {
        code: _change(ids.get(code), known.get(ids.get(code, 0), ()), lines) for code, lines in stated.items()
    }
    touched = [code for code, change in changes.items() if change in ("added", "changed")]
    for some in slices([ids[code] for code in touched]):
        connection.execute(
            delete(inventory_lines).where(
                inventory_lines.c.list == kind, inventory_lines.c.organisation_id.in_(some)
            )
        )
    rows = [
        {**_values(line), "list": kind, "organisation_id": ids[code], "position": position}
        for code in touched
        for position, line in enumerate(stated[code])
    ]
    if rows:
        connection.execute(insert(inventory_lines), rows)
    ledger_changes.append(
        connection,
        {
            ids[code]: {
                f"inventory.{kind}": [shown_lines(known.get(ids[code], ())), shown_lines(stated[code])],
            }
            for code in touched
        },
        actor,
        now,
    )
    return changes


def missing(
    connection: Connection, kind: InventoryList, codes: Collection[str], *, exercise: bool = False
) -> list[Listed]:
    """Organisations of a list whose code is not among `codes`: what would disappear if the file were the
    whole list, in the order of their codes."""
    named = set(codes)
    return [each for each in listed(connection, kind, exercise=exercise) if each.code not in named]


def listed(connection: Connection, kind: InventoryList, *, exercise: bool = False) -> list[Listed]:
    """Every active organisation that has lines in a list, in the order of their codes."""
    rows = connection.execute(
        select(organisations.c.id, organisations.c.code, organisations.c.name, func.count())
        .join(inventory_lines, inventory_lines.c.organisation_id == organisations.c.id)
        .where(
            inventory_lines.c.list == kind,
            organisations.c.active.is_(True),
            organisations.c.exercise == exercise,
        )
        .group_by(organisations.c.id, organisations.c.code, organisations.c.name)
        .order_by(organisations.c.code)
    )
    return [Listed(*row) for row in rows]


def of_organisations(
    connection: Connection,
    organisation_ids: Iterable[int],
    kind: InventoryList | None = None,
    level: str | None = None,
) -> dict[int, tuple[InventoryLine, ...]]:
    """The lines of each organisation that has any (of one list, at one level): by list, in their order."""
    found: dict[int, list[InventoryLine]] = defaultdict(list)
    for some in slices(organisation_ids):
        query = select(inventory_lines.c.organisation_id, *COLUMNS).where(
            inventory_lines.c.organisation_id.in_(some)
        )
        if kind is not None:
            query = query.where(inventory_lines.c.list == kind)
        if level is not None:
            query = query.where(inventory_lines.c.level == level)
        in_order = query.order_by(inventory_lines.c.list, inventory_lines.c.position)
        for organisation_id, *values in connection.execute(in_order):
            found[organisation_id].append(InventoryLine(*values))
    return {identifier: tuple(lines) for identifier, lines in found.items()}


def put_emissions(
    connection: Connection, stated: Mapping[str, Emissions], now: int, actor: str
) -> dict[str, Change]:
    """Make the emissions and planned reductions of each organisation (by code) what is stated, in tonnes
    a day; what became of each code. `refused`: there is no such organisation."""
    ids = ledger_organisations.ids(connection, stated)
    known = emissions(connection, ids.values())
    changes: dict[str, Change] = {}
    for code, figures in stated.items():
        before = known.get(ids.get(code, 0), {})
        if code not in ids:
            changes[code] = "refused"
        elif before == dict(figures):
            changes[code] = "unchanged"
        else:
            changes[code] = "changed" if before else "added"
    touched = [code for code, change in changes.items() if change in ("added", "changed")]
    for some in slices([ids[code] for code in touched]):
        connection.execute(delete(reductions).where(reductions.c.organisation_id.in_(some)))
    rows = [
        {"organisation_id": ids[code], "level": level, "pollutant": pollutant, "tonnes_a_day": tonnes}
        for code in touched
        for (level, pollutant), tonnes in stated[code].items()
    ]
    if rows:
        connection.execute(insert(reductions), rows)
    ledger_changes.append(
        connection,
        {
            ids[code]: {"emissions": [_figures(known.get(ids[code], {})), _figures(stated[code])]}
            for code in touched
        },
        actor,
        now,
    )
    return changes


def emissions(
    connection: Connection, organisation_ids: Iterable[int]
) -> dict[int, dict[tuple[str, str], float]]:
    """What is stored of each organisation that has any: by (level, pollutant), in tonnes a day."""
    found: dict[int, dict[tuple[str, str], float]] = defaultdict(dict)
    for some in slices(organisation_ids):
        for row in connection.execute(select(reductions).where(reductions.c.organisation_id.in_(some))):
            found[row.organisation_id][row.level, row.pollutant] = row.tonnes_a_day
    return dict(found)


@dataclass(frozen=True, slots=True)
class Sums:
    """Of the active organisations of one kind (real or exercise): the area of each that is `listed` in the
    industrial inventory or states figures, and those figures, by (level, pollutant) in tonnes a day."""

    areas: Mapping[int, str]
    listed: frozenset[int]
    figures: Mapping[int, Mapping[tuple[str, str], float]]


def sums(connection: Connection, exercise: bool = False) -> Sums:
    """What reduction targets are held against, in three statements."""
    theirs = (organisations.c.active.is_(True), organisations.c.exercise.is_(exercise))
    listed = frozenset(
        connection.execute(
            select(inventory_lines.c.organisation_id).distinct().where(inventory_lines.c.list == "industrial")
        ).scalars()
    )
    rows = connection.execute(select(organisations.c.id, organisations.c.area).where(*theirs))
    areas = {row.id: row.area for row in rows}
    figures: dict[int, dict[tuple[str, str], float]] = defaultdict(dict)
    for identifier, level, pollutant, tonnes in connection.execute(
        select(
            reductions.c.organisation_id,
            reductions.c.level,
            reductions.c.pollutant,
            reductions.c.tonnes_a_day,
        )
    ):
        if identifier in areas:
            figures[identifier][level, pollutant] = tonnes
    return Sums(areas, listed & areas.keys(), figures)


def _change(
    organisation_id: int | None, known: Sequence[InventoryLine], stated: Sequence[InventoryLine]
) -> Change:
    if organisation_id is None:
        return "refused"
    if list(known) == list(stated):
        return "unchanged"
    return "changed" if known else "added"


def _values(line: InventoryLine) -> dict[str, Any]:
    """`dataclasses.asdict` copies each value deeply, which takes half of a long import."""
    return {name: getattr(line, name) for name in _FIELDS}


def shown_lines(lines: Sequence[InventoryLine]) -> list[dict[str, Any]]:
    """Lines as their organisation's history keeps them: what is stated, with numbers masked."""
    return [
        {
            name: ledger_changes.mask_numbers(value) if isinstance(value, str) else value
            for name, value in _values(line).items()
            if value is not None and name != "list"
        }
        for line in lines
    ]


def _figures(stated: Emissions) -> list[list[Any]]:
    return sorted([level, pollutant, tonnes] for (level, pollutant), tonnes in stated.items())
