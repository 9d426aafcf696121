"""How many organisations of each kind there are: what is needed to count who is meant, without a walk over
their people and addresses."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, case, func, literal, null, or_, select

from gateway.directory.counting import Kind
from gateway.ledger.schema import organisation_groups, organisations

MOST = 300  # groups that a page offers


def kinds(connection: Connection, exercise: bool, on: date, groups: Collection[str]) -> list[Kind]:
    """The active organisations, counted by kind. A grade counts from its day on (`on`: China's calendar);
    `groups`: those of which one is asked for."""
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
        )
        .where(organisations.c.active.is_(True), organisations.c.exercise == exercise)
        .subquery()
    )
    rows = connection.execute(select(*each.c, func.count().label("number")).group_by(*each.c))
    return [
        Kind(row.audience, row.sector, row.area, row.grade, bool(row.grouped), row.number) for row in rows
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
