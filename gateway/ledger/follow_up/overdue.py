"""What is owed and late, in figures; and warnings that stand past their expected end."""

from dataclasses import dataclass

from sqlalchemy import Connection, and_, func, select

from gateway.ledger.follow_up.obligations import BY_DECISION, state
from gateway.ledger.schema import broadcasts, decisions, obligations

_open = and_(obligations.c.met_at.is_(None), obligations.c.ended_at.is_(None))


@dataclass(frozen=True, slots=True)
class Owing:
    """Obligations of the real warnings, or of exercises: all that are open, and those overdue of them."""

    exercise: bool
    open: int
    overdue: int


@dataclass(frozen=True, slots=True)
class PastEnd:
    """A warning or hint that stands although its expected end has passed; moments in ms since 1970 UTC."""

    episode_id: str
    broadcast_id: int
    exercise: bool
    plan: str
    action: str
    level: str | None
    document_number: str | None
    by_whom: str
    expected_end_at: int


def owing(connection: Connection, now: int) -> list[Owing]:
    """How much is owed at `now`: for the real warnings, then for exercises."""
    found = {False: Owing(False, 0, 0), True: Owing(True, 0, 0)}
    rows = connection.execute(
        select(obligations.c.exercise, func.count(), func.count().filter(state(now) == "overdue"))
        .where(_open)
        .group_by(obligations.c.exercise)
    )
    for exercise, owed, overdue in rows:
        found[exercise] = Owing(exercise, owed, overdue)
    return list(found.values())


def past_their_end(connection: Connection, now: int) -> list[PastEnd]:
    """Every warning in force, and hint, whose expected end has passed without a decision, oldest first."""
    rows = connection.execute(
        select(
            obligations.c.episode_id,
            broadcasts.c.id,
            obligations.c.exercise,
            obligations.c.plan,
            decisions.c.action,
            decisions.c.level,
            decisions.c.document_number,
            obligations.c.by_whom,
            obligations.c.due_at,
        )
        .join(decisions, decisions.c.id == obligations.c.decision_id)
        .join(broadcasts, broadcasts.c.decision_id == decisions.c.id)
        .where(_open, obligations.c.code.in_(BY_DECISION), obligations.c.due_at <= now)
        .order_by(obligations.c.due_at, obligations.c.id)
    )
    return [PastEnd(*row) for row in rows]
