"""What reports and archives ask of an episode: when what was launched, and whom it reached."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, bindparam, case, func, select

from gateway.ledger.schema import (
    broadcasts,
    deliveries,
    delivery_groups,
    episodes,
)
from gateway.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class Head:
    """One episode; moments in milliseconds since 1970 UTC."""

    id: str
    plan: str
    exercise: bool
    opened_at: int
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class AudienceReached:
    """How far an episode's messages came for one audience; each organisation counts once.

    `messages` are deliveries that were or may have been sent.
    """

    audience: Audience
    organisations: int
    messages: int
    arrived: int
    failed: int


def _counted(*states: str) -> ColumnElement[int]:
    return func.sum(case((deliveries.c.state.in_(states), 1), else_=0))


_AWAY = ("sending", "unknown", "accepted", "sent", "delivered", "read")
_heads = select(
    episodes.c.id, episodes.c.plan, episodes.c.exercise, episodes.c.opened_at, episodes.c.closed_at
).where(episodes.c.opened_at.is_not(None))
_reached = (
    select(
        delivery_groups.c.audience,
        func.count(deliveries.c.organisation_id.distinct()),
        _counted(*_AWAY),
        _counted("delivered", "read"),
        _counted("failed", "expired", "suppressed"),
    )
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .where(broadcasts.c.episode_id == bindparam("episode"), deliveries.c.state != "cancelled")
    .group_by(delivery_groups.c.audience)
    .order_by(delivery_groups.c.audience)
)


def head(connection: Connection, identifier: str) -> Head | None:
    """The episode of that id; None before anything of it was launched."""
    row = connection.execute(_heads.where(episodes.c.id == identifier)).one_or_none()
    return None if row is None else Head(*row)


def page(connection: Connection, after: str = "", limit: int = 100) -> list[Head]:
    """Episodes in which something was launched, in the order of their ids, from the one after `after`."""
    rows = connection.execute(_heads.where(episodes.c.id > after).order_by(episodes.c.id).limit(limit))
    return [Head(*row) for row in rows]


def launches(connection: Connection, identifier: str) -> dict[str, int]:
    """When each of the episode's decisions was launched: by its id, in order, ms since 1970 UTC."""
    rows = connection.execute(
        select(broadcasts.c.decision_id, broadcasts.c.launched_at)
        .where(broadcasts.c.episode_id == identifier, broadcasts.c.launched_at.is_not(None))
        .order_by(broadcasts.c.launched_at, broadcasts.c.id)
    )
    return {row.decision_id: row.launched_at for row in rows}


def reached(connection: Connection, identifier: str) -> list[AudienceReached]:
    """How far the episode's messages came, by audience."""
    return [AudienceReached(*row) for row in connection.execute(_reached, {"episode": identifier})]
