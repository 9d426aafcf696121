"""What was imported, with the report that was given, and the mappings of columns that offices saved."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, func, insert, or_, select

from gateway.directory.areas import within
from gateway.errors import InputError
from gateway.ledger.backends.areas import reached
from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import import_mappings, imports, organisations

_COUNTY = 6  # digits of a county's code, with which those of its streets begin


@dataclass(frozen=True, slots=True)
class Import:
    """An import as it is listed; `at` in milliseconds since 1970 UTC."""

    id: int
    kind: str
    file_name: str
    sha256: str
    actor: str
    counts: Mapping[str, int]
    at: int


@dataclass(frozen=True, slots=True)
class ColumnMapping:
    """Which printed column of an office's list is which field."""

    name: str
    kind: str
    columns: Mapping[str, str]
    actor: str
    saved_at: int


def record(
    connection: Connection,
    *,
    kind: str,
    file_name: str,
    sha256: str,
    actor: str,
    counts: Mapping[str, int],
    report: Mapping[str, object],
    now: int,
) -> int:
    """Keep an import with its report; its id. The report holds no personal number."""
    stored = connection.execute(
        insert(imports).values(
            kind=kind,
            file_name=file_name,
            sha256=sha256,
            actor=actor,
            counts=json.dumps(counts),
            report=json.dumps(report, ensure_ascii=False, separators=(",", ":")),
            at=now,
        )
    )
    (identifier,) = stored.inserted_primary_key or (0,)
    return int(identifier)


_listed = select(
    imports.c.id,
    imports.c.kind,
    imports.c.file_name,
    imports.c.sha256,
    imports.c.actor,
    imports.c.counts,
    imports.c.at,
)


def page(
    connection: Connection,
    *,
    before: int | None = None,
    limit: int = 100,
    kind: str | None = None,
    actor: str | None = None,
) -> list[Import]:
    """Imports, the newest first, from the one before `before` on; of one kind, by one person."""
    query = _listed.order_by(imports.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(imports.c.id < before)
    if kind is not None:
        query = query.where(imports.c.kind == kind)
    if actor is not None:
        query = query.where(imports.c.actor == actor)
    return [_import(row) for row in connection.execute(query)]


def one(connection: Connection, identifier: int) -> Import | None:
    """The import of that id."""
    row = connection.execute(_listed.where(imports.c.id == identifier)).one_or_none()
    return None if row is None else _import(row)


def _import(row: Any) -> Import:
    return Import(row.id, row.kind, row.file_name, row.sha256, row.actor, json.loads(row.counts), row.at)


def report(connection: Connection, identifier: int) -> dict[str, Any] | None:
    """The report that an import gave; None for an unknown id."""
    text = connection.execute(select(imports.c.report).where(imports.c.id == identifier)).scalar()
    return None if text is None else json.loads(text)


def save_mapping(
    connection: Connection, name: str, kind: str, columns: Mapping[str, str], actor: str, now: int
) -> None:
    """Keep a mapping under a name; an older one of that name is replaced."""
    connection.execute(delete(import_mappings).where(import_mappings.c.name == name))
    connection.execute(
        insert(import_mappings).values(
            name=name, kind=kind, columns=json.dumps(columns, ensure_ascii=False), actor=actor, saved_at=now
        )
    )


def mappings(connection: Connection) -> list[ColumnMapping]:
    """All saved mappings, by name."""
    rows = connection.execute(select(import_mappings).order_by(import_mappings.c.name))
    return [
        ColumnMapping(row.name, row.kind, json.loads(row.columns), row.actor, row.saved_at) for row in rows
    ]


def mapping(connection: Connection, name: str, kind: str) -> dict[str, str]:
    """The columns of a saved mapping. Raises `InputError`: MAPPING_UNKNOWN, also for another kind's."""
    for each in mappings(connection):
        if each.name == name and each.kind == kind:
            return dict(each.columns)
    raise InputError(
        "MAPPING_UNKNOWN",
        f"没有保存过用于 {kind} 的列对应“{name[:40]}”",
        f"no mapping {name[:40]!r} is saved for {kind}",
        field="mapping",
    )


def codes_of_names(connection: Connection, names: Iterable[str]) -> dict[str, list[str]]:
    """The codes of the active organisations that have each of these names, in their order."""
    found: dict[str, list[str]] = {}
    for some in slices(names):
        rows = connection.execute(
            select(organisations.c.name, organisations.c.code)
            .where(organisations.c.name.in_(some), organisations.c.active.is_(True))
            .order_by(organisations.c.code)
        )
        for name, code in rows:
            found.setdefault(name, []).append(code)
    return found


def unnamed(
    connection: Connection,
    codes: Collection[str],
    *,
    groups: Collection[tuple[str, str | None]],
    areas: Collection[str],
    exercise: bool,
    limits: Collection[str] = (),
) -> list[tuple[str, str]]:
    """Code and name of the active organisations like those of a file that the file does not name.

    Like them: of the same audience and sector (`groups`) and of the same counties (`areas`), within
    `limits` (none: everywhere). In the order of their codes.
    """
    alike = [
        (organisations.c.audience == audience)
        & (organisations.c.sector.is_(None) if sector is None else organisations.c.sector == sector)
        for audience, sector in sorted(groups, key=str)
    ]
    if not alike:
        return []
    rows = connection.execute(
        select(organisations.c.code, organisations.c.name)
        .where(
            organisations.c.active.is_(True),
            organisations.c.exercise == exercise,
            or_(*alike),
            func.substr(organisations.c.area, 1, _COUNTY).in_(sorted({area[:_COUNTY] for area in areas})),
            reached(organisations.c.area, limits),
        )
        .order_by(organisations.c.code)
    )
    named = set(codes)
    return [(row.code, row.name) for row in rows if row.code not in named]


def of_counties(
    connection: Connection, codes: Collection[str], areas: Collection[str], limits: Collection[str] = ()
) -> set[str]:
    """Those of the codes whose organisations lie in the counties of these areas, and within `limits`."""
    counties = {area[:_COUNTY] for area in areas}
    found: set[str] = set()
    for some in slices(codes):
        rows = connection.execute(
            select(organisations.c.code, organisations.c.area).where(organisations.c.code.in_(some))
        )
        found |= {row.code for row in rows if row.area[:_COUNTY] in counties and within(row.area, limits)}
    return found
