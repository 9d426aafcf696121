"""Episodes as a list for people: filtered, sorted and page by page."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, select

from gateway.ledger.backends.keysets import paged
from gateway.ledger.decisions import episodes as ledger
from gateway.ledger.decisions.episodes import Episode
from gateway.ledger.schema import broadcasts, episodes


@dataclass(frozen=True, slots=True)
class Listed:
    """An episode; `number` is that of its first broadcast, after which a page goes on. Moments in
    milliseconds since 1970 UTC."""

    number: int
    opened_at: int
    closed_at: int | None
    episode: Episode


_first = (
    select(func.min(broadcasts.c.id))
    .where(broadcasts.c.launched_at.is_not(None), broadcasts.c.episode_id.is_not(None))
    .group_by(broadcasts.c.episode_id)
)
_SORTS: Mapping[str, ColumnElement[int]] = {"opened": broadcasts.c.launched_at}


def page(
    connection: Connection,
    *,
    plan: str | None = None,
    exercise: bool | None = None,
    over: bool | None = None,
    sort: str = "opened",
    descending: bool = True,
    after: int | None = None,
    limit: int | None = None,
) -> list[Listed]:
    """Episodes in which something was launched; `over`: those in which nothing stands any more, or the
    others. Raises `InputError` (ROW_UNKNOWN)."""
    query = (
        select(broadcasts.c.id, episodes.c.id, episodes.c.opened_at, episodes.c.closed_at)
        .join(episodes, episodes.c.id == broadcasts.c.episode_id)
        .where(broadcasts.c.id.in_(_first))
    )
    if plan is not None:
        query = query.where(episodes.c.plan == plan)
    if exercise is not None:
        query = query.where(episodes.c.exercise == exercise)
    if over is not None:
        query = query.where(episodes.c.closed_at.is_not(None) if over else episodes.c.closed_at.is_(None))
    found = connection.execute(
        paged(
            connection,
            query,
            broadcasts.c.id,
            _SORTS[sort],
            descending=descending,
            after=after,
            limit=limit,
        )
    ).all()
    whole = ledger.by_ids(connection, [row[1] for row in found])
    return [Listed(number, opened_at, closed_at, whole[key]) for number, key, opened_at, closed_at in found]
