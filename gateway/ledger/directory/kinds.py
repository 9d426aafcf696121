"""How many organisations of each kind there are: what is needed to count who is meant, without a walk over
their people and addresses."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, case, func, literal, null, or_, select

from gateway.directory.counting import Kind
from gateway.directory.selection import EVERYONE, Selection
from gateway.ledger.backends.areas import reached
from gateway.ledger.schema import organisation_groups, organisations
from gateway.vocabulary import Audience, Sector

MOST = 300  # groups that a page offers


def kinds(connection: Connection, exercise: bool, on: date, selection: Selection = EVERYONE) -> list[Kind]:
    """The active organisations, counted by kind as far as `selection` tells them apart. A grade counts from
    its day on (`on`: China's calendar)."""
    groups, codes = selection.groups or (), selection.organisations or ()
    counts_now = or_(
        organisations.c.grade_valid_from.is_(None), organisations.c.grade_valid_from <= on.isoformat()
    )
    members = select(organisation_groups.c.organisation_id).where(
        organisation_groups.c.name.in_(list(groups))
    )
    each = (
        select(
            organisations.c.audience,
            organisations.c.sector,
            organisations.c.area,
            case((counts_now, organisations.c.grade), else_=null()).label("grade"),
            (case((organisations.c.id.in_(members), 1), else_=0) if groups else literal(0)).label("grouped"),
            (
                case((organisations.c.code.in_(codes), organisations.c.code), else_="")
                if codes
                else literal("")
            ).label("code"),
        )
        .where(organisations.c.active.is_(True), organisations.c.exercise == exercise)
        .subquery()
    )
    rows = connection.execute(select(*each.c, func.count().label("number")).group_by(*each.c))
    return [
        Kind(row.audience, row.sector, row.area, row.grade, bool(row.grouped), row.number, row.code)
        for row in rows
    ]


def group_names(connection: Connection, exercise: bool) -> list[tuple[str, int]]:
    """The groups that most organisations of this kind (real or exercise) are in, by name, with how many."""
    number = func.count().label("number")
    rows = connection.execute(
        select(organisation_groups.c.name, number)
        .join(organisations, organisations.c.id == organisation_groups.c.organisation_id)
        .where(organisations.c.active.is_(True), organisations.c.exercise == exercise)
        .group_by(organisation_groups.c.name)
        .order_by(number.desc(), organisation_groups.c.name)
        .limit(MOST)
    )
    return sorted((name, members) for name, members in rows)


def known_groups(connection: Connection, exercise: bool, groups: Collection[str]) -> set[str]:
    """Those of some groups that an active organisation of this kind is in."""
    return set(
        connection.execute(
            select(organisation_groups.c.name)
            .distinct()
            .join(organisations, organisations.c.id == organisation_groups.c.organisation_id)
            .where(
                organisation_groups.c.name.in_(list(groups)),
                organisations.c.active.is_(True),
                organisations.c.exercise == exercise,
            )
        ).scalars()
    )


@dataclass(frozen=True, slots=True)
class Named:
    """An organisation as a choice of single ones shows it."""

    code: str
    name: str
    area: str
    audience: Audience
    sector: Sector | None


def named(connection: Connection, exercise: bool, codes: Collection[str]) -> dict[str, Named]:
    """The active organisations of this kind that have these codes."""
    rows = connection.execute(
        _named.where(
            organisations.c.code.in_(list(codes)),
            organisations.c.active.is_(True),
            organisations.c.exercise == exercise,
        )
    )
    return {row.code: Named(*row) for row in rows}


def names(connection: Connection, codes: Collection[str]) -> dict[str, str]:
    """The names of organisations, switched off or not, by code."""
    rows = connection.execute(
        select(organisations.c.code, organisations.c.name).where(organisations.c.code.in_(list(codes)))
    )
    return {row.code: row.name for row in rows}


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for among active organisations of one kind: those whose name holds `text`, or whose code
    begins with it. `areas`: only in these; `limits`: only what somebody may see (none: everything)."""

    exercise: bool
    text: str
    areas: Collection[str]
    limits: Collection[str]


def matching(connection: Connection, search: Search, most: int, skip: int) -> list[Named]:
    """At most so many of those that are looked for, by name, after those to `skip`."""
    by_name = organisations.c.name, organisations.c.id
    rows = connection.execute(_named.where(*_fitting(search)).order_by(*by_name).limit(most).offset(skip))
    return [Named(*row) for row in rows]


def number_matching(connection: Connection, search: Search) -> int:
    """How many of those that are looked for there are."""
    counted = select(func.count()).select_from(organisations).where(*_fitting(search))
    return connection.execute(counted).scalar_one()


def _fitting(search: Search) -> tuple[ColumnElement[bool], ...]:
    return (
        organisations.c.active.is_(True),
        organisations.c.exercise == search.exercise,
        or_(
            organisations.c.name.contains(search.text, autoescape=True),
            organisations.c.code.startswith(search.text, autoescape=True),
        ),
        reached(organisations.c.area, search.areas),
        reached(organisations.c.area, search.limits),
    )


_named = select(
    organisations.c.code,
    organisations.c.name,
    organisations.c.area,
    organisations.c.audience,
    organisations.c.sector,
)
