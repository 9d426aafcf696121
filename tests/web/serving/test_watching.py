"""What Prometheus reads: figures of a real broadcast, on a port of their own."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER, TwilioStandIn
from gateway.errors import InputError
from gateway.ledger.delivery import lanes
from gateway.metrics import Metrics
from gateway.settings import TwilioSettings
from gateway.web.importing.organisations import read_rows, store_rows
from gateway.web.serving.running import Running, running
from tests.city import DIRECTORY, settings, soon
from tests.documents import as_yaml, orange_start
from tests.web.api import Client

REFUSED = "+8619900000103"


@asynccontextmanager
async def watched(folder: Path) -> AsyncIterator[Running]:
    """A gateway with SMS alone, five numbers of which one is refused, and its metrics."""
    async with TwilioStandIn(Behaviour(refused=frozenset({REFUSED}), receipt_delay=(0.0, 0.01))) as twilio:
        account = TwilioSettings(
            provider="twilio",
            account_sid=ACCOUNT_SID,
            auth_token=SecretStr(AUTH_TOKEN),
            senders=[SENDER],
            base_url=twilio.url,
        )
        async with running(settings(folder, accounts={"sms": account}, metrics_port=0), "test") as process:
            reading = read_rows(DIRECTORY.encode(), None, process.desk.catalogue)
            await process.ledger.write(store_rows, reading, process.clock())
            yield process


async def launch(client: Client) -> int:
    """An orange start; gives its broadcast."""
    _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
    target = f"/api/v1/decisions/{submitted['id']}/launch"
    _, launched = await client.post(target, {"manifest": submitted["manifest"]})
    return int(launched["id"])


async def figures(process: Running) -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    """Every sample by name and labels."""
    assert process.metrics_url is not None
    async with aiohttp.ClientSession() as session, session.get(process.metrics_url) as answer:
        assert answer.headers["Content-Type"].startswith("text/plain; version=")
        text = await answer.text()
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            found.setdefault(sample.name, {})[tuple(sorted(sample.labels.items()))] = sample.value
    return found


def total(samples: dict[tuple[tuple[str, str], ...], float], **labels: str) -> float:
    return sum(value for key, value in samples.items() if set(labels.items()) <= set(key))


async def test_the_figures_are_those_of_the_broadcast(tmp_path: Path) -> None:
    async with watched(tmp_path) as process, aiohttp.ClientSession() as session:
        client = Client(session, process.url)
        launched = await launch(client)
        await process.engine.idle(launched)
        _, seen = await client.get(f"/api/v1/broadcasts/{launched}")
        assert (await client.get("/api/v1/broadcasts/99999"))[0] == 404
        read = await figures(process)
    for state, deliveries in seen["totals"].items():
        assert total(read["airwarn_deliveries"], state=state, exercise="false") == deliveries
    assert total(read["airwarn_attempts_total"], outcome="accepted", reason="none") == 4
    assert total(read["airwarn_attempts_total"], outcome="rejected") == 1
    assert total(read["airwarn_send_seconds_count"], account="sms") == 5
    assert total(read["airwarn_receipts_total"], state="delivered") == 4
    assert total(read["airwarn_http_requests_total"], route="/api/v1/broadcasts/{id}", status="404") == 1
    assert total(read["airwarn_ledger_transaction_seconds_count"], kind="write") > 0
    assert total(read["airwarn_lane_parked"], account="sms", reason="none") == 0
    assert read["airwarn_ledger_readable"] == {(): 1}


async def test_what_waits_on_a_parked_lane_is_seen_with_its_reason(tmp_path: Path) -> None:
    async with watched(tmp_path) as process, aiohttp.ClientSession() as session:
        (lane,) = await process.ledger.read(lanes.all_lanes)
        await process.engine.park(lane.id, "值班员", "一位值班员的话 13800008000")
        await launch(Client(session, process.url))
        while not (read := await figures(process)).get("airwarn_queue_depth"):
            await asyncio.sleep(0.05)
    assert total(read["airwarn_queue_depth"], account="sms") == 5
    assert total(read["airwarn_lane_parked"], reason="by_hand") == 1  # a person's words are no label


async def test_without_a_port_nothing_listens_and_a_taken_one_is_refused(tmp_path: Path) -> None:
    async with running(settings(tmp_path), "test") as process:
        assert process.metrics_url is None
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(InputError) as refused:
        async with running(settings(tmp_path, metrics_port=taken.getsockname()[1]), "test"):
            pass
    assert (refused.value.code, refused.value.field) == ("PORT_IN_USE", "metrics_port")


def test_an_unreadable_ledger_is_a_figure_and_not_an_error() -> None:
    text = Metrics().exposition(None).decode()
    assert "\nairwarn_ledger_readable 0.0\n" in text
    assert "airwarn_deliveries{" not in text
