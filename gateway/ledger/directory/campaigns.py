"""Campaigns: many asked at once whether an address is still right. Their messages are a broadcast without
a decision; see `gateway.ledger.directory.verifications` for the questions. Moments are milliseconds
since 1970 UTC.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select, update

from gateway.ledger import events, timers
from gateway.ledger.backends import locks
from gateway.ledger.schema import (
    broadcasts,
    campaigns,
    counters,
    deliveries,
    delivery_groups,
    verifications,
)


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign; `ended_at`: nobody is asked any more, and no link works."""

    id: int
    broadcast_id: int
    exercise: bool
    started_by: str
    at: int
    selection: Mapping[str, Any]
    expires_at: int
    ended_at: int | None
    expanded_at: int | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a campaign is: questions (one for each address and organisation) and their answers; messages
    by state."""

    questions: int
    confirmed: int
    denied: int
    changed: int
    messages: Mapping[str, int]

    @property
    def open(self) -> int:
        """Questions without an answer."""
        return self.questions - self.confirmed - self.denied - self.changed


_campaigns = select(
    campaigns.c.id,
    broadcasts.c.id.label("broadcast_id"),
    campaigns.c.exercise,
    campaigns.c.started_by,
    campaigns.c.at,
    campaigns.c.selection,
    campaigns.c.expires_at,
    campaigns.c.ended_at,
    broadcasts.c.expanded_at,
).join(broadcasts, broadcasts.c.campaign_id == campaigns.c.id)


def start(
    connection: Connection,
    *,
    exercise: bool,
    started_by: str,
    selection: Mapping[str, object],
    now: int,
    expires_at: int,
    asked: Collection[tuple[int, int | None, int]],
) -> Campaign:
    """Make a campaign with its broadcast, and a question for each (organisation, contact, address)."""
    identifier = connection.execute(
        insert(campaigns)
        .values(
            exercise=exercise,
            started_by=started_by,
            at=now,
            selection=json.dumps(selection, ensure_ascii=False),
            expires_at=expires_at,
        )
        .returning(campaigns.c.id)
    ).scalar_one()
    connection.execute(
        insert(broadcasts).values(
            campaign_id=identifier,
            exercise=exercise,
            live=True,
            launched_at=now,
            valid_until=expires_at,
            expanded_through=0,
        )
    )
    connection.execute(
        insert(verifications),
        [
            {
                "campaign_id": identifier,
                "organisation_id": organisation_id,
                "contact_id": contact_id,
                "address_id": address_id,
            }
            for organisation_id, contact_id, address_id in asked
        ],
    )
    found = one(connection, identifier)
    assert found is not None  # noqa: S101 -- it was just made
    return found


def one(connection: Connection, identifier: int) -> Campaign | None:
    """The campaign of that id."""
    row = connection.execute(_campaigns.where(campaigns.c.id == identifier)).one_or_none()
    return None if row is None else _campaign(row)


def page(
    connection: Connection, exercise: bool | None = None, limit: int = 100, *, before: int | None = None
) -> list[Campaign]:
    """The newest campaigns first, from the one before `before` on."""
    query = _campaigns.order_by(campaigns.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(campaigns.c.id < before)
    if exercise is not None:
        query = query.where(campaigns.c.exercise.is_(exercise))
    return [_campaign(row) for row in connection.execute(query)]


def unexpanded(connection: Connection, now: int) -> Campaign | None:
    """The oldest campaign that runs and has questions without a message."""
    row = connection.execute(
        _campaigns.where(
            broadcasts.c.live.is_(True),
            broadcasts.c.expanded_at.is_(None),
            campaigns.c.ended_at.is_(None),
            campaigns.c.expires_at > now,
        )
        .order_by(campaigns.c.id)
        .limit(1)
    ).one_or_none()
    return None if row is None else _campaign(row)


def run_out(connection: Connection, now: int) -> list[Campaign]:
    """Campaigns whose time is over and whose end is not yet written down."""
    query = _campaigns.where(campaigns.c.ended_at.is_(None), campaigns.c.expires_at <= now)
    return [_campaign(row) for row in connection.execute(query.order_by(campaigns.c.id))]


def running(connection: Connection) -> list[Campaign]:
    """Campaigns that have not ended, oldest first."""
    query = _campaigns.where(campaigns.c.ended_at.is_(None)).order_by(campaigns.c.id)
    return [_campaign(row) for row in connection.execute(query)]


def end(connection: Connection, campaign: Campaign, now: int) -> bool:
    """Ask nobody any more; False where it had ended."""
    ended = connection.execute(
        update(campaigns)
        .where(campaigns.c.id == campaign.id, campaigns.c.ended_at.is_(None))
        .values(ended_at=now)
    )
    if ended.rowcount == 0:
        return False
    locks.change_words(connection)
    connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == campaign.broadcast_id, broadcasts.c.live.is_(True))
        .values(live=False, stopped_at=now)
    )
    timers.put(connection, "sweep_broadcast", [(campaign.broadcast_id, now)])
    events.append(connection, now, "campaign_ended", broadcast_id=campaign.broadcast_id)
    return True


def tally(connection: Connection, campaign: Campaign) -> Tally:
    """The counts of one campaign."""
    answers = {
        row.answer: row.number
        for row in connection.execute(
            select(verifications.c.answer, func.count().label("number"))
            .where(verifications.c.campaign_id == campaign.id)
            .group_by(verifications.c.answer)
        )
    }
    states = connection.execute(
        select(counters.c.state, func.sum(counters.c.deliveries).label("number"))
        .join(delivery_groups, delivery_groups.c.id == counters.c.group_id)
        .where(delivery_groups.c.broadcast_id == campaign.broadcast_id)
        .group_by(counters.c.state)
        .having(func.sum(counters.c.deliveries) > 0)
    )
    return Tally(
        sum(answers.values()),
        answers.get("confirmed", 0),
        answers.get("denied", 0),
        answers.get("changed", 0),
        {row.state: int(row.number) for row in states},
    )


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Of a campaign: how many addresses the question did not reach, by reason."""

    reason: str
    addresses: int


def undelivered(connection: Connection, campaign: Campaign) -> list[Undelivered]:
    """Why messages of a campaign failed, the commonest reason first."""
    rows = connection.execute(
        select(
            func.coalesce(deliveries.c.reason, "unknown_failure").label("reason"),
            func.count().label("number"),
        )
        .where(deliveries.c.broadcast_id == campaign.broadcast_id, deliveries.c.state == "failed")
        .group_by(deliveries.c.reason)
    )
    found = [Undelivered(row.reason, int(row.number)) for row in rows]
    return sorted(found, key=lambda each: (-each.addresses, each.reason))


def _campaign(row: Any) -> Campaign:
    values = row._asdict()
    return Campaign(**{**values, "selection": json.loads(values["selection"])})
