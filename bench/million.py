"""The whole way of many messages with two signed receipts each, all durable, on this machine with its sink.

    python -m bench.million [--messages 1000000] [--database postgresql] [--limit 1800]

One process serves (`gateway.web.serving.running`, everything that `airwarn serve` runs), another is the
vendor (`bench.vendor`): each message is made from the frozen list, claimed, sent, recorded, and told of twice
over its own signed address. The clock runs from the launch until the last receipt was answered, which is
after its commit. Then the server is stopped and the ledger is counted. `bare`: a loop that posts the same
forms and a handler that checks the same signatures, storing nothing, for `--bare` messages on the same
sink; the limit is what its CPU and the sink's would take for all messages with every core at work.
"""

import argparse
import asyncio
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from pydantic import SecretStr
from sqlalchemy import Connection, func, update
from sqlalchemy import select as sql_select
from twilio.request_validator import (  # type: ignore[import-untyped]
    SIGNATURE_HEADER,
    RequestValidator,
)

from bench import postgresql
from bench.ledger import TEXT, prepare, settings_for
from bench.processes import cpu, cpu_of_loop, cpu_with_children, peak_mb
from channels import http
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from gateway.cli.loop import run
from gateway.delivery.callbacks import CallbackAddresses
from gateway.ledger import doctor
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import counters, receipts
from gateway.ledger.schema import attempts, broadcasts
from gateway.settings import Settings
from gateway.web.serving.running import running

PUBLIC = "https://warnings.example.org"  # what the vendor signs, whatever stands in between
ACCOUNT = "sms"
IN_FLIGHT = 100
VALID = 86_400_000  # ms


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Send once; gives the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.million", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--bare", type=int, default=20_000, help="messages of the baseline")
    parser.add_argument("--limit", type=float, default=1800.0, help="seconds after which it is given up")
    parser.add_argument("--server", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.server:
        terms = json.loads(options.server)
        run(_bare(**terms) if terms.pop("bare") else _whole(**terms))
        sys.exit()
    bare = _measured({"bare": True, "messages": options.bare}, options.bare, options.limit)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        address, postmaster = None, None
        if options.database == "postgresql":
            server, postmaster = stack.enter_context(postgresql.server(folder))
            address = stack.enter_context(postgresql.database(server))
        secret = None if address is None else SecretStr(address)
        ledger = Ledger(folder, secret)
        prepare(ledger, _settings(folder, "http://127.0.0.1:9", address), options.messages, live=False)
        ledger.close()
        whole = _measured(
            {"bare": False, "folder": name, "database": address},
            options.messages,
            options.limit,
            postmaster,
        )
        ledger = Ledger(folder, secret, write=False)
        counted = _counted(ledger)
        ledger.close()
    cores = len(os.sched_getaffinity(0))
    own = (bare["server_cpu_seconds"] + bare["sink_cpu_seconds"]) / options.bare
    return {
        "messages": options.messages,
        "database": options.database,
        "million_seconds": round(whole["seconds"], 1),
        "seconds_for_1000000": round(whole["seconds"] / options.messages * 1_000_000),
        "messages_per_second": round(options.messages / whole["seconds"]),
        **{name: value for name, value in whole.items() if name not in ("seconds", "said")},
        **{f"sink_{name}": value for name, value in whole["said"].items()},
        "lost": options.messages - counted["states"].get("delivered", 0),
        **counted,
        "bare_messages_per_second": round(options.bare / bare["seconds"]),
        "bare_server_cpu_per_10000": round(1e4 * bare["server_cpu_seconds"] / options.bare, 2),
        "server_cpu_per_10000": round(1e4 * whole["server_cpu_seconds"] / options.messages, 2),
        "computed_limit_seconds": round(own * options.messages / cores, 1),
    }


def _counted(ledger: Ledger) -> dict[str, Any]:
    """What the ledger holds, by its own recount."""
    states = {each.state: each.deliveries for each in ledger.read_now(counters.by_group, 1)}
    return {
        "states": states,
        "miscounts": sum(1 for _ in doctor.miscounts(ledger)),
        "attempts": ledger.read_now(_attempts),
        "receipts_unmatched": ledger.read_now(receipts.waiting),
    }


def _attempts(connection: Connection) -> int:
    return int(connection.execute(sql_select(func.count()).select_from(attempts)).scalar_one())


def _measured(
    terms: dict[str, object], messages: int, limit: float, postmaster: int | None = None
) -> dict[str, Any]:
    """One run: from the launch until every message has both its receipts."""
    command = [sys.executable, "-m", "bench.vendor", "--messages", str(messages)]
    with _child(command) as sink:
        sink_url = f"http://127.0.0.1:{_heard(sink, 30.0)['port']}"
        terms = {**terms, "sink": sink_url}
        command = [sys.executable, "-m", "bench.million", "--server", json.dumps(terms)]
        with _child(command) as server:
            _tell(sink, str(_heard(server, 60.0)["port"]))
            _heard(sink, 30.0)
            spent = {process.pid: cpu(process.pid) for process in (server, sink)}
            loop = cpu_of_loop(server.pid)
            database = 0.0 if postmaster is None else cpu_with_children(postmaster)
            started = time.perf_counter()
            _tell(server, "launch")
            finished = _heard(sink, limit).get("all_told", False)
            figures: dict[str, Any] = {
                "seconds": time.perf_counter() - started,
                "finished": finished,
                "server_cpu_seconds": round(cpu(server.pid) - spent[server.pid], 1),
                "server_loop_cpu_seconds": round(cpu_of_loop(server.pid) - loop, 1),
                "sink_cpu_seconds": round(cpu(sink.pid) - spent[sink.pid], 1),
                "server_memory_mb": peak_mb(server.pid),
                "sink_memory_mb": peak_mb(sink.pid),
            }
            if postmaster is not None:
                figures["database_cpu_seconds"] = round(cpu_with_children(postmaster) - database, 1)
            server.send_signal(signal.SIGTERM)
            server.wait(60.0)
        sink.send_signal(signal.SIGTERM)
        figures["said"] = _heard(sink, 10.0)
    return figures


@contextmanager
def _child(command: list[str]) -> Iterator["subprocess.Popen[str]"]:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        if process.stdin is not None:
            process.stdin.close()  # one that still waits to be told goes on, and finds that it is to stop
        try:
            process.wait(30.0)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _heard(process: "subprocess.Popen[str]", seconds: float) -> dict[str, Any]:
    """The next line of a child; nothing where it says nothing for so long."""
    assert process.stdout is not None
    if not select.select([process.stdout], [], [], seconds)[0]:
        return {}
    line = process.stdout.readline()
    assert line, "a process ended before its time"
    words: dict[str, Any] = json.loads(line)
    return words


def _tell(process: "subprocess.Popen[str]", line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


# The servers


def _settings(folder: Path, sink: str, database: str | None) -> Settings:
    settings = settings_for(folder, sink, IN_FLIGHT)
    own = {"host": "127.0.0.1", "port": 0, "metrics_port": None, "public_url": PUBLIC}
    url = None if database is None else SecretStr(database)
    return settings.model_copy(update={**own, "database_url": url})


async def _whole(sink: str, folder: str, database: str | None) -> None:
    async with running(_settings(Path(folder), sink, database), "bench") as process:
        stopped = _said_stop()
        print(json.dumps({"port": urlsplit(process.url).port}), flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
        await process.ledger.write(_launch, process.clock())
        process.wake()
        await stopped.wait()


def _launch(connection: Connection, now: int) -> None:
    connection.execute(update(broadcasts).values(live=True, launched_at=now, valid_until=now + VALID))


async def _bare(sink: str, messages: int) -> None:
    """A loop that posts the forms, and a handler that checks the receipts; nothing is stored."""
    validator = RequestValidator(AUTH_TOKEN)
    addresses = CallbackAddresses(PUBLIC, b"bench")
    target = f"{sink}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN)}
    places = iter(range(1, messages + 1))

    async def receive(request: web.Request) -> web.Response:
        form = await request.post()
        genuine = validator.validate(PUBLIC + request.raw_path, form, request.headers[SIGNATURE_HEADER])
        return web.Response(status=204 if genuine else 403)

    async def send(session: aiohttp.ClientSession) -> None:
        for place in places:
            callback = addresses.of(ACCOUNT, addresses.message_id(place), 1)
            form = {"To": f"+86139{place:08d}", "From": SENDER, "Body": TEXT}
            form |= {"StatusCallback": callback, "ValidityPeriod": "36000"}
            async with session.post(target, data=form, headers=headers) as answer:
                assert (await answer.json())["sid"].startswith("SM")

    app = web.Application()
    app.router.add_post("/callbacks/{tail:.*}", receive)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    stopped = _said_stop()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    async with http.open_session(IN_FLIGHT) as session:
        await asyncio.gather(*(send(session) for _ in range(IN_FLIGHT)))
        await stopped.wait()
    await runner.cleanup()


def _said_stop() -> asyncio.Event:
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    return asked


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
