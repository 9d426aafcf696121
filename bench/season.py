"""The ledger of an office in the middle of a season, for measuring pages.

Decisions of two episodes are really submitted, launched and expanded, so that documents, texts, findings,
lists and counters have their own shape: a start and its lift three weeks ago, and the start, raise and
extension that are in force now. What became of their deliveries is then written in one statement a table,
by the number of each row. `bench.archive` adds what a season leaves behind.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    case,
    cast,
    delete,
    func,
    insert,
    literal,
    select,
    update,
)

from bench.archive import fill_archive
from channels.contract import Reason
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.beside_ledger import launch_aside, submit_aside
from gateway.broadcasts.desk import Desk, configured
from gateway.broadcasts.launching.expand import expand_slice
from gateway.decisions.model import Decision
from gateway.delivery import accounts
from gateway.identifiers import uuid7
from gateway.ledger.backends import keys
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery.counters import EXPLAINED
from gateway.ledger.delivery.minutes import MINUTE, STAGES
from gateway.ledger.schema import (
    acknowledgements,
    addresses,
    attempts,
    broadcasts,
    calls,
    contact_addresses,
    contacts,
    counters,
    deliveries,
    inventory_lines,
    lanes,
    minute_counters,
    opted_out_addresses,
    organisation_addresses,
    organisations,
    reason_counters,
    timers,
)
from gateway.metrics import Metrics
from gateway.settings import Settings
from gateway.sign_tokens import SignTokens
from gateway.web.serving.delivering import SIGN_KEY, opened
from tests.documents import lift, orange_start, red_raise

KEY = b"bench" * 8  # of the links to sign with
_HOUR, _DAY = 3_600_000, 86_400_000  # ms
_AT_ONCE = 2000
_SETTLED_AT_ONCE = 50_000  # deliveries a transaction: PostgreSQL gives a statement fifteen seconds
_OWN = 2  # addresses of an organisation that are its first contact's
_AREAS = ("410102", "410103", "410104", "410105", "410106", "410108", "410122", "410181", "410182")
_READERS: tuple[tuple[str, str | None], ...] = (
    ("schools", None),
    ("enterprises", "industry"),
    ("enterprises", "construction"),
    ("schools", None),
    ("enterprises", "transport"),
    ("hospitals", None),
    ("enterprises", "industry"),
    ("enterprises", "catering"),
)
_SHARES = (  # of a hundred deliveries, up to which are in a state
    (68, "delivered"),
    (76, "read"),
    (84, "sent"),
    (88, "accepted"),
    (93, "failed"),
    (95, "unknown"),
    (96, "expired"),
)
_NEVER_CLAIMED = ("queued", "suppressed", "cancelled", "expired")
_FAILURES = (Reason.INVALID_ADDRESS, Reason.UNREACHABLE, Reason.OPTED_OUT, Reason.BLOCKED)
_UNCLEAR = (Reason.TIMEOUT, Reason.SERVER_ERROR)


@dataclass(frozen=True, slots=True)
class Size:
    """How much of each."""

    organisations: int = 20_000
    deliveries: int = 1_000_000
    decisions: int = 200
    obligations: int = 1_000
    entries: int = 50_000


def season_settings(folder: Path, database: str | None) -> Settings:
    """One account of SMS and one of mail, where nobody listens; enough doors for one who asks all day."""
    return Settings.model_validate(
        {
            "data_folder": folder,
            "database_url": database,
            "port": 0,
            "public_url": "https://warn.example",
            "office": {
                "contacts": ["值班电话 0371-00000000"],
                "reply_by_minutes": {"enterprises": 60, "schools": 60, "hospitals": 120},
            },
            "public": {"per_second": 1e9, "burst": 10**9, "control_list": ["area", "sector", "grade"]},
            "accounts": {
                "sms": {
                    "provider": "twilio",
                    "account_sid": "AC" + "0" * 32,
                    "auth_token": "stand-in-token",
                    "senders": ["+15005550006"],
                    "base_url": "http://127.0.0.1:9",
                },
                "mail": {
                    "provider": "smtp",
                    "host": "127.0.0.1",
                    "port": 9,
                    "security": "none",
                    "sender": "warn@warn.example",
                },
            },
        }
    )


def fill_season(settings: Settings, size: Size) -> None:
    """Fill an empty ledger."""
    with opened(settings, settings.data_folder, Metrics()) as ledger:
        tokens = SignTokens(_sign_key(ledger, settings))
        desk = configured(settings, uuid7)
        ledger.write_now(accounts.sync, settings.accounts, system_clock())
        documents = list(_documents(system_clock()))
        each = max(_OWN + 1, size.deliveries // len(documents) // size.organisations)
        for start in range(0, size.organisations, _AT_ONCE):
            places = range(start, min(start + _AT_ONCE, size.organisations))
            ledger.write_now(_list, places, each)
        launched = [asyncio.run(_launch(ledger, desk, tokens, at, stated)) for at, stated in documents]
        at, stated = documents[-1]
        later = datetime.fromisoformat(stated["expected_end_at"]) + timedelta(days=1)
        asked = {**stated, "expected_end_at": later.isoformat(), "approvals": []}
        waits = Decision.model_validate({**asked, "document_number": "郑环攻坚办〔2024〕14号"})
        asyncio.run(submit_aside(ledger, desk, waits, at + _HOUR, LOCAL))
        last = ledger.read_now(_newest)
        for first in range(1, last + 1, _SETTLED_AT_ONCE):
            ledger.write_now(_settle, first, first + _SETTLED_AT_ONCE - 1)
        ledger.write_now(_count)
        ledger.write_now(_sign)
        fill_archive(
            ledger,
            launched[:2],
            launched[-1],
            tokens,
            decided=size.decisions,
            owed=size.obligations,
            entries=size.entries,
        )
        ledger.write_now(_rest)
        ledger.checkpoint()


def _sign_key(ledger: Ledger, settings: Settings) -> bytes:
    if ledger.shared:
        return ledger.write_now(keys.key, SIGN_KEY, KEY)
    path = settings.data_folder / SIGN_KEY
    path.write_bytes(KEY)
    path.chmod(0o600)
    return KEY


# The decisions


def _documents(now: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """When each was decided, and what."""
    hour = now - now % _HOUR
    week = ["2024-01-10", "2024-01-11", "2024-01-12", "2024-01-13"]
    worse = {
        "forecast": {
            "days": [{"date": day, "low": 240, "high": 320, "mean": 300} for day in week],
            "aqi_range": {"low": 220, "high": 340},
            "aqi_mean": 300,
            "primary_pollutant": "PM2.5",
        }
    }
    longer = red_raise(
        action="extend",
        expected_end_at="2024-01-14T12:00:00+08:00",
        document_number="郑环攻坚办〔2024〕13号",
        **worse,
    )
    for at, document in (
        (hour - 21 * _DAY, orange_start()),
        (hour - 18 * _DAY, lift(special_reason="空气质量已经好转")),
        (hour - 30 * _HOUR, orange_start(document_number="郑环攻坚办〔2024〕11号")),
        (hour - 20 * _HOUR, red_raise(document_number="郑环攻坚办〔2024〕12号", **worse)),
        (hour - 2 * _HOUR, longer),
    ):
        yield at, moved(document, at)


def moved(document: dict[str, Any], at: int) -> dict[str, Any]:
    """A document with all its moments and dates moved so that it is decided at `at` (ms since 1970 UTC)."""
    decided = datetime.fromisoformat(document["decided_at"])
    shift = datetime.fromtimestamp(at / 1000, decided.tzinfo) - decided
    made = dict(document)
    for name in ("decided_at", "starts_at", "expected_end_at"):
        if made.get(name):
            made[name] = (datetime.fromisoformat(made[name]) + shift).isoformat()
    if made.get("forecast"):
        noon = timedelta(hours=12)
        days = [
            {**day, "date": str((datetime.fromisoformat(day["date"]) + noon + shift).date())}
            for day in made["forecast"]["days"]
        ]
        made["forecast"] = {**made["forecast"], "days": days}
    made["approvals"] = [{**each, "at": made["decided_at"]} for each in made.get("approvals", ())]
    return made


async def _launch(ledger: Ledger, desk: Desk, tokens: SignTokens, at: int, stated: dict[str, Any]) -> str:
    """Submit, launch and expand; gives the decision's id."""
    decision = Decision.model_validate(stated)
    submitted = await submit_aside(ledger, desk, decision, at, LOCAL, approved=True)
    recorded = submitted.recorded
    await launch_aside(ledger, desk, recorded.id, recorded.manifest, at + 600_000, LOCAL)
    while await ledger.write(expand_slice, tokens, at + 660_000):
        pass
    return recorded.id


# The directory


def _list(connection: Connection, places: range, each: int) -> None:
    """Organisations with mailboxes and numbers, `each` of them told; every third has lines of an inventory.
    A second contact of each has a number that is called."""

    def reader(place: int) -> tuple[str, str | None]:
        return _READERS[place % len(_READERS)]

    connection.execute(
        insert(organisations),
        [
            {
                "id": place + 1,
                "code": f"O{place:06d}",
                "name": f"示例单位{place}",
                "audience": reader(place)[0],
                "sector": reader(place)[1],
                "area": _AREAS[place // len(_READERS) % len(_AREAS)],
                "contact": f"示例联系人{place % 100}",
                "grade": "ABCD"[place % 4] if reader(place)[0] == "enterprises" else None,
                "exercise": False,
                "active": True,
                "updated_at": place,
            }
            for place in places
        ],
    )
    held = each + 1
    connection.execute(
        insert(addresses),
        [
            {
                "id": place * held + which + 1,
                "kind": "email" if which % 2 else "sms",
                "value": f"o{place}-{which}@example.com"
                if which % 2
                else f"+86{13900000000 + place * held + which}",
                "exercise": False,
            }
            for place in places
            for which in range(held)
        ],
    )
    connection.execute(
        insert(organisation_addresses),
        [
            {"organisation_id": place + 1, "address_id": place * held + which + 1}
            for place in places
            for which in range(_OWN, each)
        ],
    )
    connection.execute(
        insert(contacts),
        [
            {
                "id": 2 * place + which + 1,
                "organisation_id": place + 1,
                "name": f"示例{'甲乙'[which]}{place % 1000}",
                "role": ("responsible", "deputy")[which],
                "position": which,
                "language": "zh-CN",
                "active": True,
                "updated_at": 0,
            }
            for place in places
            for which in range(2)
        ],
    )
    connection.execute(
        insert(contact_addresses),
        [
            {"contact_id": 2 * place + 1 + (which == each), "address_id": place * held + which + 1}
            for place in places
            for which in (*range(_OWN), each)
        ],
    )
    connection.execute(
        insert(inventory_lines),
        [
            {
                "organisation_id": place + 1,
                "list": "industrial",
                "level": level,
                "position": position,
                "line": "甲线",
                "action": "stop",
                "words": "甲线停产",
                "certain": True,
            }
            for place in places
            if place % 3 == 1
            for position, level in enumerate(("yellow", "orange", "red"))
        ],
    )


# What became of it


def _newest(connection: Connection) -> int:
    return int(connection.execute(select(func.max(deliveries.c.id))).scalar_one())


def _settle(connection: Connection, first: int, last: int) -> None:
    """Every state that a delivery of these ids comes to rest in, with its attempt. The newest broadcast has
    some left to send, on lanes that are parked."""
    chosen = deliveries.c.id.between(first, last)
    newest = select(func.max(broadcasts.c.id)).where(broadcasts.c.live).scalar_subquery()
    launched = select(broadcasts.c.launched_at).where(broadcasts.c.id == deliveries.c.broadcast_id)
    part = deliveries.c.id % 100
    state = case(
        (deliveries.c.state == "suppressed", "suppressed"),
        *((part < below, word) for below, word in _SHARES),
        (deliveries.c.broadcast_id == newest, "queued"),
        else_="cancelled",
    )
    claimed = case(
        (state.in_(_NEVER_CLAIMED), None),
        else_=launched.scalar_subquery() + deliveries.c.id * 7919 % 3600 * 1000,
    )

    def since(milliseconds: int, *states: str) -> ColumnElement[int]:
        return case((state.in_(states), claimed + milliseconds), else_=None)

    connection.execute(
        update(deliveries)
        .where(chosen)
        .values(
            state=state,
            due_at=case((state == "queued", deliveries.c.due_at), else_=None),
            attempts=case((state.in_(_NEVER_CLAIMED), 0), else_=1),
            reason=case(
                (state == "failed", _one_of(_FAILURES)),
                (state == "unknown", _one_of(_UNCLEAR)),
                else_=deliveries.c.reason,
            ),
            claimed_at=claimed,
            accepted_at=since(500, "accepted", "sent", "delivered", "read"),
            sent_at=since(1500, "sent", "delivered", "read"),
            delivered_at=since(40_000, "delivered", "read"),
            read_at=since(700_000, "read"),
            ended_at=since(3000, "failed"),
        )
    )
    connection.execute(
        insert(attempts).from_select(
            [
                *("delivery_id", "number", "lane_id", "epoch", "repeat", "state"),
                *("provider_id", "reason", "started_at", "answered_at"),
            ],
            select(
                deliveries.c.id,
                literal(1),
                deliveries.c.lane_id,
                literal(1),
                literal(value=False),
                deliveries.c.state,
                literal("SM").concat(cast(deliveries.c.id, Text)),
                deliveries.c.reason,
                deliveries.c.claimed_at,
                deliveries.c.claimed_at + 500,
            ).where(chosen, deliveries.c.claimed_at.is_not(None)),
        )
    )


def _count(connection: Connection) -> None:
    """What is kept of deliveries beside them."""
    connection.execute(delete(counters))
    connection.execute(delete(reason_counters))
    counted = deliveries.c.group_id, deliveries.c.state
    connection.execute(
        insert(counters).from_select(
            ["group_id", "state", "deliveries"], select(*counted, func.count()).group_by(*counted)
        )
    )
    connection.execute(
        insert(reason_counters).from_select(
            ["group_id", "state", "reason", "deliveries"],
            select(*counted, deliveries.c.reason, func.count())
            .where(deliveries.c.state.in_(EXPLAINED), deliveries.c.reason.is_not(None))
            .group_by(*counted, deliveries.c.reason),
        )
    )
    refused = func.max(case((deliveries.c.reason == Reason.OPTED_OUT.value, deliveries.c.id)))
    arrived = func.max(case((deliveries.c.state.in_(STAGES["delivered"]), deliveries.c.id), else_=0))
    connection.execute(
        insert(opted_out_addresses).from_select(
            ["address_id", "exercise", "delivery_id"],
            select(deliveries.c.address_id, literal(value=False), refused)
            .group_by(deliveries.c.address_id)
            .having(refused > arrived),
        )
    )
    connection.execute(delete(minute_counters))
    moments = {
        "accepted": deliveries.c.accepted_at,
        "delivered": deliveries.c.delivered_at,
        "failed": deliveries.c.ended_at,
    }
    for stage, states in STAGES.items():
        at = moments[stage]
        group, minute = deliveries.c.group_id, (at // MINUTE).label("minute")
        connection.execute(
            insert(minute_counters).from_select(
                ["group_id", "stage", "minute", "deliveries", "first_at", "last_at"],
                select(group, literal(stage), minute, func.count(), func.min(at), func.max(at))
                .where(deliveries.c.state.in_(states))
                .group_by(group, "minute"),
            )
        )


def _one_of(reasons: Sequence[Reason]) -> ColumnElement[str]:
    """A reason, by the number of the row."""
    part = deliveries.c.id // 100 % len(reasons)
    return case(*((part == place, each.value) for place, each in enumerate(reasons)), else_=reasons[0].value)


def _sign(connection: Connection) -> None:
    """Six of ten have signed, three of them are done; one opened, one of a hundred objects, one was told by
    telephone."""
    part = acknowledgements.c.organisation_id % 100
    asked = acknowledgements.c.due_at - 3_000_000 + acknowledgements.c.organisation_id % 3000 * 1000

    def at(below: int, delay: int) -> ColumnElement[int]:
        return case((part < below, asked + delay), else_=None)

    connection.execute(
        update(acknowledgements).values(
            opened_at=at(70, 0),
            signed_at=at(60, 30_000),
            name=case((part < 60, "示例签收人"), else_=None),
            role=case((part < 60, "负责人"), else_=None),
            via=case((part < 60, "link"), else_=None),
            done_at=at(30, 3_000_000),
            objected_at=case((part == 99, asked), else_=None),
            objection=case((part == 99, "cannot_stop_safely"), else_=None),
        )
    )
    connection.execute(
        insert(calls).from_select(
            ["acknowledgement_id", "caller", "result", "at"],
            select(acknowledgements.c.id, literal("(local)"), literal("told"), asked).where(part == 98),
        )
    )


def _rest(connection: Connection) -> None:
    """Nothing is due and nothing leaves: the pages are measured, and not what runs beside them."""
    connection.execute(delete(timers))
    connection.execute(
        update(lanes).values(
            parked_until=system_clock() + 3000 * _DAY, parked_reason="manual", parked_by="示例值班员"
        )
    )
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("analyze")  # as the server does by itself, some minutes later
