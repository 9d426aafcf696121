"""What reports and archives ask of an episode: when what was launched, and whom it reached."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Connection, func, select

from gateway.ledger.delivery import counters
from gateway.ledger.schema import (
    broadcasts,
    deliveries,
    delivery_groups,
    episodes,
    organisations,
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


_AWAY = ("sending", "unknown", "accepted", "sent", "delivered", "read")
_ARRIVED = ("delivered", "read")
_FAILED = ("failed", "expired", "suppressed")
_heads = select(
    episodes.c.id, episodes.c.plan, episodes.c.exercise, episodes.c.opened_at, episodes.c.closed_at
).where(episodes.c.opened_at.is_not(None))


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
    """How far the episode's messages came, by audience: from counters, and organisation by organisation,
    never through deliveries."""
    own = select(broadcasts.c.id).where(broadcasts.c.episode_id == identifier)
    ids = list(connection.execute(own).scalars())
    counted: dict[Audience, list[int]] = {}
    for broadcast_id in ids:
        for group in counters.by_group(connection, broadcast_id):
            if group.state == "cancelled":
                continue
            numbers = counted.setdefault(cast(Audience, group.audience), [0, 0, 0])
            for place, states in enumerate((_AWAY, _ARRIVED, _FAILED)):
                numbers[place] += group.deliveries if group.state in states else 0
    told = _organisations(connection, ids) if counted else {}
    return [
        AudienceReached(audience, told.get(audience, 0), *counted[audience]) for audience in sorted(counted)
    ]


def _organisations(connection: Connection, broadcast_ids: Sequence[int]) -> dict[str, int]:
    """How many organisations these broadcasts have messages for, by the audience as which they got one."""
    one = (
        select(delivery_groups.c.audience)
        .join(deliveries, deliveries.c.group_id == delivery_groups.c.id)
        .where(
            deliveries.c.organisation_id == organisations.c.id,
            deliveries.c.broadcast_id.in_(broadcast_ids),
            deliveries.c.state != "cancelled",
        )
        .limit(1)
        .scalar_subquery()
        .label("audience")
    )
    each = select(one).select_from(organisations).subquery()
    query = select(each.c.audience, func.count()).where(each.c.audience.is_not(None))
    return {row[0]: row[1] for row in connection.execute(query.group_by(each.c.audience))}
