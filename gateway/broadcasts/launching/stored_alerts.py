"""The alerts of a broadcast as the API and the commands show them: the bytes that left, never made anew."""

import json
from typing import Any, Literal

from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.exchange import cap
from gateway.ledger.decisions import broadcasts
from gateway.ledger.exchange import alerts
from gateway.ledger.exchange.alerts import StoredAlert
from gateway.moments import iso

Form = Literal["cap", "national", "json", "cell"]
MEDIA: dict[Form, str] = {
    "cap": cap.MEDIA_TYPE,
    "national": "application/xml",
    "json": "application/json",
    "cell": "application/json",
}


def alerts_json(connection: Connection, broadcast_id: int) -> list[dict[str, Any]]:
    """What was released with a broadcast, and its renewals, oldest first. Raises `InputError`
    (BROADCAST_UNKNOWN)."""
    if broadcasts.launched(connection, broadcast_id) is None:
        raise InputError(
            "BROADCAST_UNKNOWN",
            f"没有发布任务 {broadcast_id}",
            f"there is no broadcast {broadcast_id}",
            field="broadcast",
        )
    return [_alert_json(each) for each in alerts.of_broadcast(connection, broadcast_id)]


def payload(connection: Connection, identifier: str, form: Form) -> bytes:
    """The bytes of one form of an alert. Raises `InputError` (ALERT_UNKNOWN, NATIONAL_REFUSED)."""
    found = alerts.by_identifier(connection, identifier)
    if found is None:
        raise InputError(
            "ALERT_UNKNOWN",
            f"没有发布过消息“{identifier[:60]}”",
            f"no message {identifier[:60]!r} was released",
            field="identifier",
        )
    if form == "national" and found.national is None:
        raise InputError(
            "NATIONAL_REFUSED",
            f"这条消息没有 12379 格式：{found.national_refused}",
            f"this message has no form of the 12379 platform: {found.national_refused}",
            field="format",
        )
    content: bytes = getattr(found, form)
    return content


def _alert_json(alert: StoredAlert) -> dict[str, Any]:
    return {
        "identifier": alert.identifier,
        "kind": alert.kind,
        "type": alert.message_type,
        "exercise": alert.exercise,
        "released_at": iso(alert.released_at),
        "expires_at": iso(alert.expires_at),
        "renew_at": iso(alert.renew_at),
        "ended_at": iso(alert.ended_at),
        "signed": alert.signed,
        "sha256": alert.sha256,
        "cap": alert.cap.decode(),
        "national": None if alert.national is None else alert.national.decode(),
        "national_refused": alert.national_refused,
        "json": json.loads(alert.json),
        "cell": json.loads(alert.cell),
    }
