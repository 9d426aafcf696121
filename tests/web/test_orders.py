"""The door for orders: open to all, and only what is proved comes in; what its sender hears."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from channels.contract import Progress
from channels.stand_ins.serving import Server
from channels.webhook import signatures
from channels.webhook.progress import read_progress
from gateway.exchange import cap
from gateway.exchange.model import DIVISION, Alert, Area, Named, written
from gateway.exchange.senders import SenderSettings
from gateway.exchange.xml import MAX_BYTES
from gateway.orders import answering
from gateway.web.orders import POSTS
from tests.city import TOKEN, City, city, decision, soon
from tests.documents import orange_start
from tests.orders.world import OTHER_SECRET, SECRET, block
from tests.web.api import Client, described
from tests.web.test_live import person

PROVINCE = "airwarn.410000"
SENDER = SenderSettings.model_validate(
    {
        "identity": PROVINCE,
        "level_name": "河南省",
        "plan": "zhengzhou",
        "secrets": [SecretStr(SECRET)],
    }
)
HERE = (Area("郑州市", geocodes=(Named(DIVISION, "410100"),)),)


@dataclass
class Teller:
    """The sender's ear: it answers with `status` and keeps what it understands."""

    status: int = 204
    heard: list[Progress] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.BaseRequest) -> web.Response:
        body = await request.read()
        signed = signatures.verify(
            [signatures.verifying_key(SECRET)], request.headers, body, datetime.now(UTC)
        )
        if self.status < 300:
            self.heard.append(read_progress(body, signed.id, "here"))
        self.came.set()
        return web.Response(status=self.status)

    async def until(self, good: Callable[[], bool]) -> None:
        while not good():
            self.came.clear()
            async with asyncio.timeout(60):
                await self.came.wait()


@asynccontextmanager
async def ordered(folder: Path) -> AsyncIterator[tuple[City, Client]]:
    server = {"senders": {"province": SENDER}, "metrics_port": 0}
    async with city(folder, server=server) as made, aiohttp.ClientSession() as session:
        yield made, Client(session, made.process.url)


def alert(level: Any = "orange", number: int = 1, **changes: Any) -> Alert:
    now = datetime.now(UTC).replace(microsecond=0)
    starts, ends = now + timedelta(hours=50), now + timedelta(hours=122)
    info = block(level, starts, ends, areas=HERE, **changes)
    sent = written(now)
    return Alert(
        f"41000000000000_{now:%Y%m%d%H%M%S}_{number}",
        PROVINCE,
        sent,
        "Actual",
        "Alert",
        "Public",
        infos=(info,),
    )


async def post(client: Client, content: bytes, secret: str | None = SECRET, **extra: str) -> tuple[int, Any]:
    headers = {"Content-Type": "application/cap+xml", **{k.replace("_", "-"): v for k, v in extra.items()}}
    if secret is not None:
        headers |= signatures.sign([signatures.signing_key(secret)], "m1", datetime.now(UTC), content)
    async with client.session.post(f"{client.url}/api/v1/orders", data=content, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_an_order_needs_no_token_but_a_proof_and_is_shown_to_who_may_read(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (_, client):
        content = cap.write(alert())
        status, kept = await post(client, content)
        assert (status, kept["verdict"]) == (202, "draft")
        assert await post(client, content) == (202, kept)
        status, listed = await client.get("/api/v1/orders?state=received")
        described("list_orders", status, listed)
        assert [each["id"] for each in listed["orders"]] == [kept["order"]]
        status, shown = await client.get(f"/api/v1/orders/{kept['order']}")
        described("get_order", status, shown)
        assert (shown["level"], shown["proof"], shown["area"]) == ("orange", "webhook", ["410100"])
        status, drafted = await client.get(f"/api/v1/orders/{kept['order']}/draft")
        described("get_order_draft", status, drafted)
        assert drafted["document"]["action"] == "issue"
        stranger = Client(client.session, client.url, "invented")
        assert (await stranger.get("/api/v1/orders"))[0] == 401
        status, gone = await client.post(f"/api/v1/orders/{kept['order']}/dismiss", {"reason": "误发"})
        described("dismiss_order", status, gone)
        assert (status, gone["state"]) == (200, "dismissed")
        assert (await client.post(f"/api/v1/orders/{kept['order']}/dismiss", {"reason": "误发"}))[0] == 409
        assert (await client.get("/api/v1/orders/99"))[0] == 404


async def test_what_nothing_proves_is_counted_and_not_kept(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (made, client):
        content = cap.write(alert())
        assert (await post(client, content, None))[0] == 403
        assert (await post(client, content, OTHER_SECRET))[0] == 403
        status, told = await post(client, cap.write(alert()).replace(b"airwarn.410000", b"airwarn.420000"))
        assert (status, told["reason"]) == (403, "other_sender")
        assert (await post(client, b"x" * (MAX_BYTES + 1)))[0] == 413
        assert (await client.get("/api/v1/orders"))[1]["orders"] == []
        assert made.process.metrics_url is not None
        async with client.session.get(made.process.metrics_url) as answer:
            metrics = await answer.text()
        assert 'airwarn_orders_refused_total{reason="forged"} 1.0' in metrics
        assert 'airwarn_orders_waiting{exercise="false"} 0.0' in metrics


async def test_another_message_of_a_known_name_is_a_conflict(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (_, client):
        first = alert("red")
        assert (await post(client, cap.write(first)))[0] == 202
        changed = cap.write(first).replace("红色".encode(), "黄色".encode())
        assert (await post(client, changed))[0] == 409


async def test_one_address_may_not_ask_for_ever(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (_, client):
        statuses = [(await post(client, b"<a/>", None))[0] for _ in range(POSTS.burst + 5)]
        assert (statuses[0], statuses[-1]) == (403, 429)


async def test_the_sender_hears_what_becomes_of_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answering, "DELAYS", (0,))
    teller = Teller(status=500)
    async with ordered(tmp_path) as (made, client), Server(teller.handle, 0) as ear:
        sent = alert(document_number="豫环委办〔2024〕1号")
        where = f"{ear.url}/callbacks/x?receiver=here"
        status, kept = await post(client, cap.write(sent), airwarn_callback=where)
        assert status == 202
        await teller.until(teller.came.is_set)
        teller.status = 204  # nothing is lost while it cannot hear
        await teller.until(lambda: [each.state for each in teller.heard] == ["accepted"])
        basis = {"kind": "upper_order", "level": "orange", "document": "豫环委办〔2024〕1号"}
        await launched(made, basis=basis)
        await teller.until(lambda: len(teller.heard) == 2)
        last = teller.heard[-1]
        assert (last.state, last.message) == ("finished", "已发布橙色预警，文号 郑环攻坚办〔2024〕1号")
        _, shown = await client.get(f"/api/v1/orders/{kept['order']}")
        assert (shown["state"], [each["state"] for each in shown["answers"]]) == (
            "taken",
            ["accepted", "finished"],
        )


async def test_an_address_that_is_not_safe_is_not_called(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (_, client):
        where = "http://192.0.2.1/callbacks/x"
        _, kept = await post(client, cap.write(alert()), airwarn_callback=where)
        _, shown = await client.get(f"/api/v1/orders/{kept['order']}")
        assert shown["answers"] == []


async def test_the_live_page_and_what_is_owed_tell_the_duty_officer(tmp_path: Path) -> None:
    async with ordered(tmp_path) as (made, client):
        await post(client, cap.write(alert(document_number="豫环委办〔2024〕1号")))
        async with person(made, TOKEN) as visitor, visitor.get("/live") as page:
            told = await page.text()
        assert "上级指令等待处理" in told
        assert "豫环委办〔2024〕1号" in told
        _, owed = await client.get("/api/v1/obligations?code=order_received")
        (one,) = owed["obligations"]
        assert (one["to_whom"], one["state"]) == ("河南省", "open")
        status, refused = await client.post(f"/api/v1/obligations/{one['id']}/waive", {"reason": "不理"})
        assert (status, refused["error"]["code"]) == (409, "OBLIGATION_BY_DECISION")


async def launched(made: City, **changes: Any) -> None:
    from gateway.broadcasts.actor import LOCAL
    from gateway.broadcasts.approving.submit import submit
    from gateway.broadcasts.launching.launch import launch

    process = made.process
    stated = decision(soon(orange_start(**changes)))
    submitted = await made.write(
        lambda connection: submit(connection, process.desk, stated, process.clock(), LOCAL, approved=True)
    )
    recorded = submitted.recorded
    await made.write(launch, process.desk, recorded.id, recorded.manifest, process.clock(), LOCAL)
    process.wake()
