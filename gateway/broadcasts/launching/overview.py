"""What became of a broadcast, for people and other programs."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Any, cast

from sqlalchemy import Connection

from gateway.directory.masking import mask
from gateway.directory.model import AddressKind
from gateway.errors import InputError
from gateway.ledger.decisions import broadcasts as ledger_broadcasts
from gateway.ledger.decisions.broadcasts import Summary
from gateway.ledger.delivery import completion, counters, live, unclear
from gateway.ledger.delivery.counters import NO_RECEIPT
from gateway.ledger.delivery.deliveries import Delivery
from gateway.ledger.delivery.unclear import LEFT
from gateway.ledger.follow_up import signature_counts
from gateway.moments import iso


def overviews(connection: Connection, now: int, limits: Collection[str] = ()) -> list[dict[str, Any]]:
    """Every broadcast that was launched and of which anything lies within these areas (none: everywhere),
    oldest first; the shape of `overview`."""
    launched = [each for each in ledger_broadcasts.summaries(connection) if each.launched_at is not None]
    theirs = live.reaching(connection, [each.id for each in launched], limits) if limits else None
    return [
        _overview(connection, each, now, limits) for each in launched if theirs is None or each.id in theirs
    ]


def overview(
    connection: Connection, broadcast_id: int, now: int, limits: Collection[str] = ()
) -> dict[str, Any]:
    """One broadcast with its counts by audience, channel and state, and of signatures; within these areas
    (none: everywhere), where `recipients` counts the deliveries made there.

    `complete`: every delivery is final or past the time in which its receipt may come; of `no_receipt`
    none came in it. `undecided` may have arrived, and wait for a person. Times are
    ISO 8601 with +08:00. Raises `InputError` (BROADCAST_UNKNOWN).
    """
    found = ledger_broadcasts.summaries(connection, broadcast_id)
    if not found or (limits and not live.reaching(connection, [broadcast_id], limits)):
        raise InputError(
            "BROADCAST_UNKNOWN",
            f"没有发布任务 {broadcast_id}",
            f"there is no broadcast {broadcast_id}",
            field="broadcast",
        )
    return _overview(connection, found[0], now, limits)


def _overview(connection: Connection, summary: Summary, now: int, limits: Collection[str]) -> dict[str, Any]:
    groups = counters.by_group(connection, summary.id, limits)
    reasons = counters.by_reason(connection, summary.id, limits)
    left = sum(each.deliveries for each in reasons if each.reason == LEFT)
    totals: dict[str, int] = {}
    counted: dict[tuple[str, str, str], int] = {}
    for group in groups:
        totals[group.state] = totals.get(group.state, 0) + group.deliveries
        key = (group.audience, group.channel, group.state)
        counted[key] = counted.get(key, 0) + group.deliveries
    return {
        "id": summary.id,
        "decision": summary.decision_id,
        "episode": summary.episode_id,
        "plan": summary.plan,
        "action": summary.action,
        "level": summary.level,
        "exercise": summary.exercise,
        "document_number": summary.document_number,
        "live": summary.live,
        "launched_at": iso(summary.launched_at),
        "valid_until": iso(summary.valid_until),
        "superseded_by": summary.superseded_by,
        "recipients": sum(totals.values()) if limits else summary.recipients,
        "complete": summary.launched_at is not None and completion.complete(connection, summary.id, now),
        "deliveries": sum(totals.values()),
        "totals": totals,
        "no_receipt": sum(each.deliveries for each in reasons if each.reason == NO_RECEIPT),
        "undecided": unclear.count(connection, summary.id, limits) if totals.get("unknown", 0) > left else 0,
        "signatures": asdict(signature_counts.tally(connection, summary.id, limits)),
        "counts": [
            {"audience": audience, "channel": channel, "state": state, "deliveries": number}
            for (audience, channel, state), number in sorted(counted.items())
            if number
        ],
    }


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """One delivery with its address masked; times are ISO 8601 with +08:00 or null."""
    return {
        "id": delivery.id,
        "organisation": {"code": delivery.organisation_code, "name": delivery.organisation},
        "audience": delivery.audience,
        "area": delivery.area,
        "channel": delivery.channel,
        "address": mask(cast(AddressKind, delivery.channel), delivery.address),
        "part": delivery.part,
        "state": delivery.state,
        "reason": delivery.reason,
        "attempts": delivery.attempts,
        "repeated": delivery.repeated,
        "due_at": iso(delivery.due_at),
        "claimed_at": iso(delivery.claimed_at),
        "accepted_at": iso(delivery.accepted_at),
        "sent_at": iso(delivery.sent_at),
        "delivered_at": iso(delivery.delivered_at),
        "read_at": iso(delivery.read_at),
        "ended_at": iso(delivery.ended_at),
    }
