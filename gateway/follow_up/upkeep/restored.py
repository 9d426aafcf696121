"""A restored ledger as people and other programs see it: why nothing leaves, and what would."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.ledger.backends import incarnation
from gateway.ledger.delivery import waiting as ledger_waiting
from gateway.ledger.delivery.waiting import Waiting
from gateway.ledger.directory import campaigns
from gateway.ledger.directory.campaigns import Campaign
from gateway.ledger.trail import audit
from gateway.moments import iso

_MINUTE = 60_000  # ms


def state(connection: Connection, now: int) -> dict[str, Any]:
    """`{"guard": {"since", "because", "copied_at"} or None, "waiting": [a broadcast, …], "campaigns": [a
    campaign, …]}`.

    A broadcast: its id, action, level and number, `launched_at`, `age_minutes`, `valid_until`, and how
    many are `queued`, `unknown` (perhaps sent once more) and `unexpanded` (recipients without a delivery
    yet). A campaign asks whether numbers are still right and has not ended; resuming ends it, for its
    questions may have left the ledger itself since. Times are ISO 8601 with +08:00.
    """
    guard = incarnation.guard(connection)
    return {
        "guard": None
        if guard is None
        else {"since": iso(guard.since), "because": guard.because, "copied_at": iso(guard.copied_at)},
        "waiting": [_waiting_json(each, now) for each in ledger_waiting.waiting(connection, now)],
        "campaigns": [_campaign_json(connection, each) for each in campaigns.running(connection)],
    }


def drop(
    connection: Connection, broadcast_ids: Sequence[int], now: int, by: str, caller: str = "(local)"
) -> None:
    """Let nothing more of these broadcasts leave: `by` says so, through `caller` (a token's name, or
    (local)). Raises `InputError` (BROADCAST_NOT_WAITING)."""
    for identifier in broadcast_ids:
        if not ledger_waiting.drop(connection, identifier, now):
            raise InputError(
                "BROADCAST_NOT_WAITING",
                f"任务 {identifier} 没有待发的消息",
                f"nothing of broadcast {identifier} is waiting to leave",
                field="drop",
            )
        audit.append(connection, now, caller, "dropped", f"broadcast:{identifier}", {"by": by})


def _campaign_json(connection: Connection, campaign: Campaign) -> dict[str, Any]:
    tally = campaigns.tally(connection, campaign)
    return {
        "campaign": campaign.id,
        "exercise": campaign.exercise,
        "at": iso(campaign.at),
        "expires_at": iso(campaign.expires_at),
        "questions": tally.questions,
        "open": tally.open,
    }


def _waiting_json(waiting: Waiting, now: int) -> dict[str, Any]:
    return {
        "broadcast": waiting.broadcast_id,
        "exercise": waiting.exercise,
        "plan": waiting.plan,
        "action": waiting.action,
        "level": waiting.level,
        "document_number": waiting.document_number,
        "launched_at": iso(waiting.launched_at),
        "age_minutes": (now - waiting.launched_at) // _MINUTE,
        "valid_until": iso(waiting.valid_until),
        "queued": waiting.queued,
        "unknown": waiting.unknown,
        "unexpanded": waiting.unexpanded,
    }
