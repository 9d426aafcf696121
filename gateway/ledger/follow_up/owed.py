"""What is owed as a list for people: filtered, sorted, page by page, and limited to their areas."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import ColumnElement, Connection, and_, exists, func, literal, or_, select, true

from gateway.ledger.backends.keysets import paged
from gateway.ledger.follow_up import obligations as ledger
from gateway.ledger.follow_up.obligations import Obligation, State
from gateway.ledger.schema import obligations

LAST = 10**15  # ms: what has no time stands behind all that has one
_SORTS: Mapping[str, ColumnElement[int]] = {
    "due": func.coalesce(obligations.c.due_at, LAST),
    "opened": obligations.c.opened_at,
}
Units = Mapping[str, Collection[str] | None]  # by plan who owes; None: whoever it is


def page(
    connection: Connection,
    now: int,
    *,
    states: Sequence[State],
    units: Units | None = None,
    plan: str | None = None,
    ours: bool | None = None,
    of_units: Mapping[str, Collection[str]] | None = None,
    exercise: bool | None = None,
    search: str | None = None,
    sort: str = "due",
    descending: bool = False,
    after: int | None = None,
    limit: int | None = None,
) -> list[tuple[Obligation, State]]:
    """Obligations with their states. `units` limits them to these plans and those who owe (None: nothing is
    limited); `ours`: what none of the codes `of_units`, by plan, says that single units owe, or the rest;
    `search` is part of the name of what is owed or who owes it; `sort`: due or opened.

    Raises `InputError` (ROW_UNKNOWN).
    """
    conditions = [_of(units)]
    if set(states) <= {"open", "overdue"}:
        conditions += [obligations.c.met_at.is_(None), obligations.c.ended_at.is_(None)]
    if plan is not None:
        conditions.append(obligations.c.plan == plan)
    if ours is not None:
        units_owe = or_(
            literal(1) == 0,
            *(
                and_(obligations.c.plan == name, obligations.c.code.in_(sorted(codes)))
                for name, codes in (of_units or {}).items()
                if codes
            ),
        )
        conditions.append(~units_owe if ours else units_owe)
    if exercise is not None:
        conditions.append(obligations.c.exercise == exercise)
    if search is not None:
        conditions.append(
            or_(*(obligations.c[name].contains(search, autoescape=True) for name in ("what", "by_whom")))
        )
    state = ledger.state(now)
    query = paged(
        connection,
        select(obligations.c.id, state.label("state")).where(state.in_(states), *conditions),
        obligations.c.id,
        _SORTS[sort],
        descending=descending,
        after=after,
        limit=limit,
    )
    found = {row.id: row.state for row in connection.execute(query)}
    rows = ledger.by_ids(connection, found)
    return [(rows[identifier], state) for identifier, state in found.items()]


def counts(connection: Connection, now: int, units: Units | None = None) -> dict[State, int]:
    """How many stand in each state, real ones alone."""
    state = ledger.state(now).label("state")
    rows = connection.execute(
        select(state, func.count().label("number"))
        .where(obligations.c.exercise.is_(False), _of(units))
        .group_by(state)
    )
    found = {row.state: row.number for row in rows}
    return {name: found.get(name, 0) for name in ledger.STATES}


def holds(connection: Connection, identifier: int, units: Units | None) -> bool:
    """Whether somebody who is limited so may see it."""
    row = select(exists().where(obligations.c.id == identifier, _of(units)))
    return bool(connection.execute(row).scalar_one())


def owes(units: Units | None, row: Obligation) -> bool:
    """The same of an obligation that was read."""
    if units is None:
        return True
    names = units.get(row.plan, ())
    return names is None or row.by_whom in names


def _of(units: Units | None) -> ColumnElement[bool]:
    if units is None:
        return true()
    each = [
        and_(
            obligations.c.plan == plan,
            true() if names is None else obligations.c.by_whom.in_(sorted(names)),
        )
        for plan, names in units.items()
    ]
    return or_(*each) if each else literal(1) == 0
