"""Episodes as reports and archives ask for them: their launched decisions, and whom they reached."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, case, func, select

from gateway.ledger.schema import (
    broadcasts,
    decisions,
    deliveries,
    delivery_groups,
    episodes,
    obligations,
    reports,
)
from gateway.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class Episode:
    """One episode; moments in milliseconds since 1970 UTC. `opened_at` None: nothing was launched yet."""

    id: str
    plan: str
    exercise: bool
    opened_at: int | None
    closed_at: int | None


@dataclass(frozen=True, slots=True)
class LaunchedDecision:
    """A launched decision of an episode; `document` is JSON. `mends_id`: what it corrects or retracts."""

    id: str
    broadcast_id: int
    action: str
    document: str
    plan_version: str
    manifest: str
    findings: str
    drafter: str
    drafter_name: str | None
    mends_id: str | None
    launched_at: int


@dataclass(frozen=True, slots=True)
class AudienceReached:
    """How far an episode's messages came for one audience; each organisation counts once."""

    audience: Audience
    organisations: int
    messages: int
    arrived: int
    failed: int


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation of an episode with the newest report for it; `contents` are JSON."""

    code: str
    what: str
    by_whom: str
    to_whom: str
    covers: str | None
    due_at: int | None
    overdue_at: int | None
    met_at: int | None
    ended_at: int | None
    received_at: int | None
    contents: str | None


_LEFT = ("accepted", "sent", "delivered", "read")
_arrived = deliveries.c.state.in_(("delivered", "read"))
_failed = deliveries.c.state.in_(("failed", "expired", "suppressed"))
_reached = (
    select(
        delivery_groups.c.audience,
        func.count(deliveries.c.organisation_id.distinct()),
        func.sum(case((deliveries.c.state.in_((*_LEFT, "unknown", "sending")), 1), else_=0)),
        func.sum(case((_arrived, 1), else_=0)),
        func.sum(case((_failed, 1), else_=0)),
    )
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .where(broadcasts.c.episode_id == bindparam("episode"), deliveries.c.state != "cancelled")
    .group_by(delivery_groups.c.audience)
    .order_by(delivery_groups.c.audience)
)


def find(connection: Connection, identifier: str) -> Episode | None:
    """The episode of that id."""
    row = connection.execute(_episodes.where(episodes.c.id == identifier)).one_or_none()
    return None if row is None else Episode(*row)


_episodes = select(
    episodes.c.id, episodes.c.plan, episodes.c.exercise, episodes.c.opened_at, episodes.c.closed_at
)


def page(connection: Connection, after: str = "", limit: int = 100) -> list[Episode]:
    """Episodes in which something was launched, in the order of their ids, from the one after `after`."""
    wanted = _episodes.where(episodes.c.id > after, episodes.c.opened_at.is_not(None))
    return [Episode(*row) for row in connection.execute(wanted.order_by(episodes.c.id).limit(limit))]


def launched(connection: Connection, identifier: str) -> list[LaunchedDecision]:
    """The episode's launched decisions, in the order of their launch."""
    rows = connection.execute(
        select(
            decisions.c.id,
            broadcasts.c.id,
            decisions.c.action,
            decisions.c.document,
            decisions.c.plan_version,
            decisions.c.manifest,
            decisions.c.findings,
            decisions.c.drafter,
            decisions.c.drafter_name,
            decisions.c.mends_id,
            broadcasts.c.launched_at,
        )
        .join(broadcasts, broadcasts.c.decision_id == decisions.c.id)
        .where(decisions.c.episode_id == identifier, broadcasts.c.launched_at.is_not(None))
        .order_by(broadcasts.c.launched_at, broadcasts.c.id)
    )
    return [LaunchedDecision(*row) for row in rows]


def reached(connection: Connection, identifier: str) -> list[AudienceReached]:
    """How far the episode's messages came, by audience."""
    return [AudienceReached(*row) for row in connection.execute(_reached, {"episode": identifier})]


def owed(connection: Connection, identifier: str) -> list[Owed]:
    """What the episode's decisions owe, in the order of the deadlines, with the newest report for each."""
    newest = (
        select(reports.c.obligation_id, func.max(reports.c.id).label("id"))
        .group_by(reports.c.obligation_id)
        .subquery()
    )
    rows = connection.execute(
        select(
            obligations.c.code,
            obligations.c.what,
            obligations.c.by_whom,
            obligations.c.to_whom,
            obligations.c.covers,
            obligations.c.due_at,
            obligations.c.overdue_at,
            obligations.c.met_at,
            obligations.c.ended_at,
            reports.c.received_at,
            reports.c.contents,
        )
        .outerjoin(newest, newest.c.obligation_id == obligations.c.id)
        .outerjoin(reports, and_(reports.c.id == newest.c.id))
        .where(obligations.c.episode_id == identifier)
        .order_by(obligations.c.due_at, obligations.c.id)
    )
    return [Owed(*row) for row in rows]


def broadcasts_of(connection: Connection, identifier: str) -> Iterator[int]:
    """The ids of an episode's launched broadcasts, oldest first."""
    yield from connection.execute(
        select(broadcasts.c.id)
        .where(broadcasts.c.episode_id == identifier, broadcasts.c.launched_at.is_not(None))
        .order_by(broadcasts.c.id)
    ).scalars()
