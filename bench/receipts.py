"""Signed receipts a second on one core: the real server against a bare handler, by one client in one run.

    python -m bench.receipts [--deliveries 30000] [--rounds 3] [--in-flight 128]

The server has a process and a core of its own, the client another core where there is one. Each round
measures both servers, one after the other, in fresh processes with the same event loop (uvloop if it is
installed). Requests are signed and laid out before the clock starts.
"""

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from aiohttp import web
from sqlalchemy import Connection, func, select
from twilio.request_validator import (  # type: ignore[import-untyped]
    SIGNATURE_HEADER,
    RequestValidator,
)

from bench.ledger import expand, prepare, settings_for
from bench.one_server import ask, serve_bare, serve_whole, serving
from bench.processes import cpu
from channels.contract import Accepted
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from gateway.cli.loop import run
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.recording import Answer, record
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import lanes, ownership, queue
from gateway.ledger.schema import deliveries
from gateway.settings import Settings
from gateway.web.serving.delivering import CALLBACK_KEY

PUBLIC = "https://warnings.example.org"  # what the vendor signs, whatever stands in between
ACCOUNT = "sms"
STATUSES = ("sent", "delivered")
LAG = 1000  # deliveries between the two receipts of one
SLICE = 500  # deliveries a transaction, when the ledger is prepared
NOBODY = "http://127.0.0.1:9"


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run the rounds; gives their figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.receipts", description=__doc__)
    parser.add_argument("--deliveries", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--in-flight", type=int, default=128)
    parser.add_argument("--server", choices=("bare", "whole"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.server:
        run(_bare() if options.server == "bare" else serve_whole(_settings(options.folder)))
        sys.exit()
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[-1]})
    try:
        bare, whole = [], []
        for _ in range(options.rounds):
            with tempfile.TemporaryDirectory() as name:
                folder = Path(name)
                requests = _prepared(folder, options.deliveries)
                bare.append(_measured("bare", folder, cores[0], requests, options.in_flight))
                whole.append(_measured("whole", folder, cores[0], requests, options.in_flight))
                _check(folder, options.deliveries)
    finally:
        os.sched_setaffinity(0, cores)
    return {
        "receipts": options.deliveries * len(STATUSES),
        "rounds": options.rounds,
        "in_flight": options.in_flight,
        **_figures("bare", bare),
        **_figures("whole", whole),
    }


def _figures(server: str, rounds: Sequence[dict[str, float]]) -> dict[str, float]:
    def median(name: str) -> float:
        return statistics.median(each[name] for each in rounds)

    return {
        f"{server}_receipts_per_second": round(median("per_second")),
        f"{server}_receipts_per_core_second": round(10_000 / median("cpu_per_10000")),
        f"{server}_cpu_per_10000": round(median("cpu_per_10000"), 2),
        f"{server}_p50_ms": round(median("p50_ms"), 1),
        f"{server}_p99_ms": round(median("p99_ms"), 1),
    }


def _settings(folder: Path) -> Settings:
    settings = settings_for(folder, NOBODY, 100)
    return settings.model_copy(
        update={"host": "127.0.0.1", "port": 0, "metrics_port": None, "public_url": PUBLIC}
    )


def _prepared(folder: Path, count: int) -> list[bytes]:
    """A ledger as it is after a send, every delivery accepted; the requests that its provider will make."""
    ledger = Ledger(folder)
    settings = _settings(folder)
    prepare(ledger, settings, count)
    expand(ledger)
    epoch = ledger.write_now(ownership.hold, [ACCOUNT], "bench")[ACCOUNT]
    (lane,) = ledger.read_now(lanes.all_lanes)
    names: list[tuple[int, int, str]] = []
    while taken := _accepted(ledger, lane, epoch):
        names += taken
    ledger.write_now(ownership.release, {ACCOUNT: epoch})
    ledger.close()
    assert len(names) == count
    key = folder / CALLBACK_KEY
    key.write_bytes(os.urandom(32))
    addresses = CallbackAddresses(PUBLIC, key.read_bytes())
    turns = [
        (place + LAG * step, status, name)
        for place, name in enumerate(names)
        for step, status in enumerate(STATUSES)
    ]
    return [_request(addresses, *name, status) for _, status, name in sorted(turns)]


def _accepted(ledger: Ledger, lane: lanes.Lane, epoch: int) -> list[tuple[int, int, str]]:
    """Claim some and record the provider's yes; gives delivery, attempt and provider id."""
    now = system_clock()
    claim = ledger.write_now(
        queue.claim,
        lane_id=lane.id,
        account_id=lane.account_id,
        epoch=epoch,
        now=now,
        limit=SLICE,
        paid_from=now,
        interval=0,
        known={},
    )
    names = [(each.delivery_id, each.attempt, f"SM{each.delivery_id:032x}") for each in claim.messages]
    answers = [
        Answer(delivery, attempt, lane.id, lane.account_id, Accepted(name))
        for delivery, attempt, name in names
    ]
    ledger.write_now(record, answers, {}, now)
    return names


def _request(addresses: CallbackAddresses, delivery: int, attempt: int, name: str, status: str) -> bytes:
    """One status callback as it goes over the wire."""
    url = addresses.of(ACCOUNT, addresses.message_id(delivery), attempt)
    form = {
        "ApiVersion": "2010-04-01",
        "AccountSid": ACCOUNT_SID,
        "From": SENDER,
        "To": f"+86139{delivery:08d}",
        "MessageSid": name,
        "SmsSid": name,
        "MessageStatus": status,
        "SmsStatus": status,
    }
    body = urlencode(form).encode()
    head = [
        f"POST {urlsplit(url).path} HTTP/1.1",
        f"Host: {urlsplit(url).netloc}",
        "Content-Type: application/x-www-form-urlencoded; charset=UTF-8",
        f"Content-Length: {len(body)}",
        f"{SIGNATURE_HEADER}: {RequestValidator(AUTH_TOKEN).compute_signature(url, form)}",
        "I-Twilio-Idempotency-Token: 00000000-0000-4000-8000-000000000000",
        "User-Agent: TwilioProxy/1.1",
        "Accept: */*",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def _check(folder: Path, count: int) -> None:
    """Everything that was answered is in the ledger."""
    ledger = Ledger(folder, write=False)
    try:
        found = ledger.read_now(_states)
    finally:
        ledger.close()
    assert found == {"delivered": count}, found


def _states(connection: Connection) -> dict[str, int]:
    counted = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
    return {row.state: row[1] for row in connection.execute(counted)}


# The bare server


async def _bare() -> None:
    """A handler that reads the form, checks the signature and stores nothing."""
    validator = RequestValidator(AUTH_TOKEN)

    async def receive(request: web.Request) -> web.Response:
        form = await request.post()
        genuine = validator.validate(PUBLIC + request.raw_path, form, request.headers[SIGNATURE_HEADER])
        return web.Response(status=204 if genuine else 403)

    app = web.Application()
    app.router.add_post("/callbacks/{tail:.*}", receive)
    await serve_bare(app)


# The client


def _measured(
    server: str, folder: Path, core: int, requests: Sequence[bytes], in_flight: int
) -> dict[str, float]:
    with serving("bench.receipts", server, folder, core) as (process, port):
        spent = cpu(process)
        started = time.perf_counter()
        waits = sorted(run(ask(port, requests, 204, in_flight)))
        seconds = time.perf_counter() - started
        return {
            "per_second": len(requests) / seconds,
            "cpu_per_10000": (cpu(process) - spent) / len(requests) * 10_000,
            "p50_ms": statistics.median(waits) * 1000,
            "p99_ms": waits[math.ceil(len(waits) * 0.99) - 1] * 1000,
        }


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
