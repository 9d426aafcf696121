"""The episodes of a span of time, exercises left out: what a calendar of warnings is drawn from."""

from sqlalchemy import Connection, func, or_, select

from gateway.ledger.decisions import episodes as kept
from gateway.ledger.decisions.episodes import Episode
from gateway.ledger.schema import episodes

_LATER = 31 * 86_400_000  # ms: a lift may take effect so long after its launch, which closes the episode


def plans(connection: Connection) -> list[str]:
    """The plans of which something real was launched, that of the newest episode first."""
    query = (
        select(episodes.c.plan)
        .where(episodes.c.exercise.is_(False), episodes.c.opened_at.is_not(None))
        .group_by(episodes.c.plan)
        .order_by(func.max(episodes.c.opened_at).desc(), episodes.c.plan)
    )
    return list(connection.execute(query).scalars())


def between(connection: Connection, plan: str, since: int, until: int) -> list[Episode]:
    """A plan's real episodes that may have had a level in force between two moments (ms since 1970 UTC),
    oldest first."""
    query = (
        select(episodes.c.id)
        .where(
            episodes.c.plan == plan,
            episodes.c.exercise.is_(False),
            episodes.c.opened_at < until,
            or_(episodes.c.closed_at.is_(None), episodes.c.closed_at >= since - _LATER),
        )
        .order_by(episodes.c.opened_at, episodes.c.id)
    )
    found = (kept.of(connection, identifier) for identifier in connection.execute(query).scalars().all())
    return [each for each in found if each is not None]
