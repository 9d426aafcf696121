"""A ledger with a launched broadcast, an engine, and the door through which receipts come in."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web
from sqlalchemy import Connection, insert, select, update

from channels.contract import CallbackRequest, Forged
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from gateway.delivery import accounts
from gateway.delivery.engine import Engine
from gateway.ledger import timers
from gateway.ledger.database import Clock, Ledger, system_clock
from gateway.ledger.delivery import counters, deliveries, lanes
from gateway.ledger.delivery.deliveries import NewDelivery
from gateway.ledger.schema import (
    addresses,
    attempts,
    broadcasts,
    decisions,
    episodes,
    notices,
    organisations,
)
from gateway.ledger.schema import deliveries as deliveries_table
from gateway.metrics import Metrics
from gateway.settings import Settings
from gateway.sign_tokens import SignTokens

SECRET = b"a secret of the tests"
HOUR = 3_600_000


def twilio(url: str, **more: Any) -> dict[str, Any]:
    """Settings of an account at a stand-in."""
    return {
        "provider": "twilio",
        "account_sid": ACCOUNT_SID,
        "auth_token": AUTH_TOKEN,
        "senders": [SENDER],
        "base_url": url,
        "per_second": 100_000,
        "in_flight": 20,
        "timeout": 2.0,
        "unknown_wait": 0.3,
        **more,
    }


def settings_of(folder: Path, **accounts: Mapping[str, Any]) -> Settings:
    """Settings with these accounts."""
    return Settings.model_validate({"data_folder": folder, "accounts": accounts})


@dataclass(frozen=True)
class Broadcast:
    """A launched broadcast in the ledger."""

    id: int
    notice_id: int
    decision: str
    episode: str


def launch(
    connection: Connection,
    name: str = "start",
    *,
    episode: str = "episode",
    action: str = "issue",
    level: str | None = "orange",
    words: Sequence[str] = ("今日12时起启动橙色预警。",),
    valid_for: int = HOUR,
) -> Broadcast:
    """Record a decision with one notice and launch it."""
    now = system_clock()
    if connection.execute(select(episodes.c.id).where(episodes.c.id == episode)).first() is None:
        connection.execute(
            insert(episodes).values(id=episode, plan="zhengzhou", exercise=False, opened_at=now)
        )
    connection.execute(
        insert(decisions).values(
            id=name,
            episode_id=episode,
            exercise=False,
            plan="zhengzhou",
            plan_version="1",
            action=action,
            level=level,
            document="{}",
            fingerprint=name,
            manifest=name,
            findings="[]",
            reach="[0, 0, 0, 0, 0, 0, []]",
            state="launched",
            drafter="(local)",
            recorded_at=now,
        )
    )
    notice = insert(notices).values(
        decision_id=name,
        medium="sms",
        sha256=name,
        title="重污染天气预警",
        messages=json.dumps(list(words)),
        measures="[]",
    )
    notice_id = connection.execute(notice.returning(notices.c.id)).scalar_one()
    broadcast = insert(broadcasts).values(
        decision_id=name,
        episode_id=episode,
        exercise=False,
        live=True,
        launched_at=now,
        valid_until=now + valid_for,
        expanded_through=0,
        expanded_at=now,
    )
    return Broadcast(
        connection.execute(broadcast.returning(broadcasts.c.id)).scalar_one(), notice_id, name, episode
    )


def organisation(connection: Connection, code: str, audience: str = "schools") -> int:
    """Record an organisation, if it is not there."""
    found = connection.execute(select(organisations.c.id).where(organisations.c.code == code)).scalar()
    if found is not None:
        return int(found)
    statement = insert(organisations).values(
        code=code,
        name=f"单位{code}",
        audience=audience,
        area="410102",
        exercise=False,
        active=True,
        updated_at=0,
    )
    return int(connection.execute(statement.returning(organisations.c.id)).scalar_one())


def address(connection: Connection, value: str, kind: str = "sms") -> int:
    """Record an address, if it is not there."""
    found = connection.execute(
        select(addresses.c.id).where(addresses.c.kind == kind, addresses.c.value == value)
    ).scalar()
    if found is not None:
        return int(found)
    statement = insert(addresses).values(kind=kind, value=value, exercise=False)
    return int(connection.execute(statement.returning(addresses.c.id)).scalar_one())


def number(place: int) -> str:
    """The invented mobile number of a place."""
    return f"+861390000{place:04d}" if place < 10_000 else f"+86139{place:08d}"


def expand(
    connection: Connection,
    broadcast: Broadcast,
    values: Sequence[str],
    *,
    channel: str = "sms",
    audience: str = "schools",
    priority: int = 21,
    due_at: int | None = None,
    parts: int = 1,
    lane: str | None = None,
    lane_id: int | None = None,
) -> None:
    """Make deliveries to these addresses, on the channel's first lane or the one named."""
    if lane_id is None:
        serving = lanes.serving(connection, exercise=False)[channel]
        lane_id = next(each.id for each in serving if lane is None or each.name == lane)
    organisation_id = organisation(connection, audience, audience)
    new = [
        NewDelivery(
            broadcast_id=broadcast.id,
            exercise=False,
            audience=audience,
            channel=channel,
            area="410102",
            organisation_id=organisation_id,
            address_id=address(connection, value, channel),
            notice_id=broadcast.notice_id,
            part=part,
            lane_id=lane_id,
            priority=priority,
            due_at=system_clock() if due_at is None else due_at,
        )
        for value in values
        for part in range(parts)
    ]
    for start in range(0, len(new), 2000):
        deliveries.insert(connection, new[start : start + 2000])


def stop_broadcast(connection: Connection, broadcast: Broadcast) -> None:
    """What superseding does: one row is flipped, and the sweep is due."""
    now = system_clock()
    connection.execute(
        update(broadcasts).where(broadcasts.c.id == broadcast.id).values(live=False, stopped_at=now)
    )
    timers.put(connection, "sweep_broadcast", [(broadcast.id, now)])


def states(connection: Connection, broadcast: Broadcast) -> dict[str, int]:
    """Deliveries by state, as the counters have it; they are recounted on the way."""
    counted: dict[str, int] = {}
    for count in counters.by_group(connection, broadcast.id):
        counted[count.state] = counted.get(count.state, 0) + count.deliveries
    rows = connection.execute(
        select(deliveries_table.c.state, deliveries_table.c.reason).where(
            deliveries_table.c.broadcast_id == broadcast.id
        )
    ).all()
    assert counted == Counter(state for state, _ in rows)
    explained = Counter(
        (state, reason) for state, reason in rows if state in counters.EXPLAINED and reason is not None
    )
    by_reason: Counter[tuple[str, str]] = Counter()
    for each in counters.by_reason(connection, broadcast.id):
        by_reason[each.state, each.reason] += each.deliveries
    assert by_reason == explained
    return counted


def attempts_of(connection: Connection, broadcast: Broadcast) -> list[Any]:
    """Every attempt of a broadcast's deliveries."""
    return list(
        connection.execute(
            select(attempts)
            .join(deliveries_table, deliveries_table.c.id == attempts.c.delivery_id)
            .where(deliveries_table.c.broadcast_id == broadcast.id)
            .order_by(attempts.c.delivery_id, attempts.c.number)
        )
    )


class Door:
    """The address that providers call, open while an engine is behind it."""

    def __init__(self) -> None:
        self.engine: Engine | None = None
        self.url = ""
        self.answers: list[int] = []

    async def handle(self, request: web.BaseRequest) -> web.Response:
        """Pass a callback to the engine."""
        if self.engine is None:
            return web.Response(status=503)
        account = request.path.split("/")[2]
        told = CallbackRequest(request.method, request.raw_path, request.headers, await request.read())
        try:
            answer = await self.engine.callback(account, told)
        except Forged:
            self.answers.append(403)
            return web.Response(status=403)
        self.answers.append(answer.status)
        return web.Response(status=answer.status, body=answer.body, content_type=answer.content_type)


@asynccontextmanager
async def open_door() -> AsyncIterator[Door]:
    """A door on a free port of this machine."""
    door = Door()
    runner = web.ServerRunner(web.Server(door.handle))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    door.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield door
    finally:
        await runner.cleanup()


@asynccontextmanager
async def running(
    ledger: Ledger,
    settings: Settings,
    door: Door,
    clock: Clock = system_clock,
    metrics: Metrics | None = None,
) -> AsyncIterator[Engine]:
    """An engine behind a door, started and stopped."""
    engine = Engine(
        ledger,
        settings,
        clock=clock,
        public_url=door.url,
        secret=SECRET,
        sign_tokens=SignTokens(SECRET),
        metrics=metrics,
    )
    await engine.start()
    door.engine = engine
    try:
        yield engine
    finally:
        await engine.stop()
        door.engine = None


async def prepared(ledger: Ledger, settings: Settings) -> None:
    """The settings' lanes in the ledger, so that deliveries can be given to them."""
    await ledger.write(accounts.sync, settings.accounts, system_clock(), settings.routes)
