"""Alerts put straight into a ledger, as if their decisions had been launched."""

import hashlib

from sqlalchemy import Connection, insert, select

from gateway.exchange import cap, payload_json
from gateway.exchange.model import Alert, read_moment
from gateway.ledger.exchange import alerts
from gateway.ledger.exchange.alerts import Kind, NewAlert
from gateway.ledger.schema import broadcasts, decisions, episodes


def put(connection: Connection, alert: Alert, plan: str = "zhengzhou", kind: Kind = "decision") -> int:
    """Store an alert with what it needs; gives its id. Those of one event are of one episode."""
    exercise = not alert.real
    episode = f"{plan}-{alert.incidents}"
    at = int(read_moment(alert.sent).timestamp() * 1000)
    if connection.execute(select(episodes.c.id).where(episodes.c.id == episode)).first() is None:
        connection.execute(insert(episodes).values(id=episode, plan=plan, exercise=exercise, opened_at=at))
    connection.execute(
        insert(decisions).values(
            id=alert.identifier,
            episode_id=episode,
            exercise=exercise,
            plan=plan,
            plan_version="1",
            action="issue",
            document="{}",
            fingerprint=alert.identifier,
            manifest="",
            findings="[]",
            reach="[0, 0, 0, 0, 0, 0, []]",
            state="launched",
            drafter="(local)",
            recorded_at=at,
        )
    )
    broadcast = connection.execute(
        insert(broadcasts)
        .values(
            decision_id=alert.identifier,
            episode_id=episode,
            exercise=exercise,
            live=True,
            launched_at=at,
            expanded_through=0,
        )
        .returning(broadcasts.c.id)
    ).scalar_one()
    content = cap.write(alert)
    ends = None if alert.expires is None else int(read_moment(alert.expires).timestamp() * 1000)
    return alerts.store(
        connection,
        NewAlert(
            decision_id=alert.identifier,
            broadcast_id=broadcast,
            episode_id=episode,
            exercise=exercise,
            kind=kind,
            identifier=alert.identifier,
            message_type=alert.message_type,
            cell_code=1,
            cell_update=0,
            released_at=at,
            expires_at=ends,
            renew_at=None,
            signed=False,
            sha256=hashlib.sha256(content).hexdigest(),
            cap=content,
            national=None,
            national_refused="nobody asked",
            json=payload_json.write(alert),
            cell=b"{}",
        ),
    )
