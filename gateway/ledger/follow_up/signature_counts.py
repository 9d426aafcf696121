"""How many were asked to sign, and what they did."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, case, func, select

from gateway.ledger.backends.areas import reached
from gateway.ledger.follow_up.still_open import STILL_OPEN
from gateway.ledger.schema import acknowledgements, broadcasts, organisations
from gateway.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class Tally:
    """How many organisations were asked, and what they did; `open`: neither signed nor objected, and
    still waited for."""

    asked: int
    opened: int
    signed: int
    objected: int
    done: int
    open: int


_tally = select(
    func.count(),
    func.count(acknowledgements.c.opened_at),
    func.count(acknowledgements.c.signed_at),
    func.count(acknowledgements.c.objected_at),
    func.count(acknowledgements.c.done_at),
    func.coalesce(func.sum(case((STILL_OPEN, 1), else_=0)), 0),
).select_from(acknowledgements)


def tally(connection: Connection, broadcast_id: int, limits: Collection[str] = ()) -> Tally:
    """The counts of one broadcast, of organisations within these areas (none: everywhere)."""
    query = _tally.where(acknowledgements.c.broadcast_id == broadcast_id)
    if limits:
        query = query.join(organisations, organisations.c.id == acknowledgements.c.organisation_id).where(
            reached(organisations.c.area, limits)
        )
    return Tally(*cast(tuple[Any, ...], connection.execute(query).one()))


def of_episode(connection: Connection, episode_id: str) -> list[tuple[Audience, int, int]]:
    """By audience: how many organisations an episode asked, and how many of them signed, whatever of it."""
    rows = connection.execute(
        select(
            organisations.c.audience,
            func.count(acknowledgements.c.organisation_id.distinct()),
            func.count(
                case(
                    (acknowledgements.c.signed_at.is_not(None), acknowledgements.c.organisation_id)
                ).distinct()
            ),
        )
        .join(organisations, organisations.c.id == acknowledgements.c.organisation_id)
        .join(broadcasts, broadcasts.c.id == acknowledgements.c.broadcast_id)
        .where(broadcasts.c.episode_id == episode_id)
        .group_by(organisations.c.audience)
        .order_by(organisations.c.audience)
    )
    return [(row[0], row[1], row[2]) for row in rows]
