"""A ledger with one launched broadcast of many recipients, for measuring."""

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

from sqlalchemy import Connection, Table, insert

from gateway.broadcasts.launching.expand import expand_slice
from gateway.decisions.model import Decision
from gateway.delivery import accounts
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.schema import (
    addresses,
    broadcasts,
    decisions,
    episodes,
    notices,
    organisations,
    recipients,
)
from gateway.settings import Settings
from gateway.sign_tokens import SignTokens

SENTENCE = "今日十二时起启动橙色预警，请停止户外体育活动，关好门窗，按预案执行。"
TEXT = "【重污染天气预警】" + SENTENCE * 9  # 315 characters
PAGE = f"<html><body><h1>重污染天气橙色预警</h1><p>{TEXT}</p></body></html>"
PEOPLE_PER_ORGANISATION = 50
_SLICE = 5000


def prepare(
    ledger: Ledger,
    settings: Settings,
    messages: int,
    room: str | None = None,
    *,
    mail: bool = False,
    live: bool = True,
) -> int:
    """Directory, decision and broadcast (`live`, or not yet) with its recipients; gives the broadcast's id.

    Each recipient has a number of its own, or a `mail` address; or all of them one WeCom group, `room`.
    """
    ledger.write_now(accounts.sync, settings.accounts, system_clock())
    return ledger.write_now(_prepare, messages, room, mail, live)


def _prepare(connection: Connection, messages: int, room: str | None, mail: bool, live: bool) -> int:
    now = system_clock()
    moment = datetime.fromtimestamp(now // 1000, UTC)
    document = Decision(
        plan="zhengzhou", action="issue", level="orange", decided_at=moment, starts_at=moment, area=["410100"]
    )
    _insert(
        connection,
        organisations,
        (
            {
                "code": f"S{place:06d}",
                "name": f"示例学校{place}",
                "audience": "schools",
                "area": "410102",
                "exercise": False,
                "active": True,
                "updated_at": now,
            }
            for place in range(messages // (PEOPLE_PER_ORGANISATION if room is None else 1) + 1)
        ),
    )
    _insert(
        connection,
        addresses,
        (
            {"kind": "email", "value": f"reader{place}@school.example", "exercise": False}
            if mail
            else {"kind": "sms", "value": f"+86139{place:08d}", "exercise": False}
            for place in range(messages if room is None else 0)
        ),
    )
    if room is not None:
        _insert(connection, addresses, [{"kind": "wecom", "value": room, "exercise": False}])
    connection.execute(insert(episodes).values(id="e", plan="zhengzhou", exercise=False, opened_at=now))
    connection.execute(
        insert(decisions).values(
            id="d",
            episode_id="e",
            exercise=False,
            plan="zhengzhou",
            plan_version="1",
            action="issue",
            level="orange",
            document=document.model_dump_json(),
            fingerprint="f",
            manifest="m",
            findings="[]",
            reach="[0, 0, 0, 0, 0, 0, []]",
            state="launched",
            drafter="(local)",
            recorded_at=now,
        )
    )
    connection.execute(
        insert(notices).values(
            decision_id="d",
            medium="email" if mail else "sms" if room is None else "webhook",
            sha256="s",
            title="重污染天气橙色预警",
            messages=f'["{TEXT}"]',
            html=PAGE if mail else None,
            measures="[]",
        )
    )
    broadcast = insert(broadcasts).values(
        decision_id="d",
        episode_id="e",
        exercise=False,
        live=live,
        launched_at=now,
        valid_until=now + 86_400_000,
        expanded_through=0,
    )
    broadcast_id = int(connection.execute(broadcast.returning(broadcasts.c.id)).scalar_one())
    _insert(
        connection,
        recipients,
        (
            {
                "broadcast_id": broadcast_id,
                "organisation_id": (place // PEOPLE_PER_ORGANISATION if room is None else place) + 1,
                "address_id": place + 1 if room is None else 1,
                "notice_id": 1,
            }
            for place in range(messages)
        ),
    )
    return broadcast_id


def _insert(connection: Connection, table: Table, rows: Iterable[dict[str, object]]) -> None:
    """In slices, so that a million rows are never in memory together."""
    left = iter(rows)
    while some := list(islice(left, _SLICE)):
        connection.execute(insert(table), some)


def expand(ledger: Ledger, *, slices: int | None = None) -> None:
    """Make the recipients into deliveries: so many slices of them, or all that are left."""
    for _ in count() if slices is None else range(slices):
        if not ledger.write_now(expand_slice, SignTokens(b"bench"), system_clock()):
            return


def settings_for(folder: Path, url: str, in_flight: int) -> Settings:
    """One Twilio account at the sink, unhindered by pacing."""
    return Settings.model_validate(
        {
            "data_folder": folder,
            "accounts": {
                "sms": {
                    "provider": "twilio",
                    "account_sid": "AC" + "0" * 32,
                    "auth_token": "stand-in-token",
                    "senders": ["+15005550006"],
                    "base_url": url,
                    "per_second": 10_000_000,
                    "in_flight": in_flight,
                }
            },
        }
    )
