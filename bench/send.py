"""CPU and memory of sending: the whole path against a bare aiohttp loop, on one sink in one run.

    python -m bench.send [--messages 10000] [--rounds 5] [--in-flight 100] [--memory 100000]

The sink is the Twilio stand-in in a process of its own (no receipts), on another core where there is
one. Each round measures both sides, one after the other, in fresh processes with the same event loop
(uvloop if it is installed). CPU is user + system of the client's process, start-up left out.
"""

import argparse
import asyncio
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import aiohttp

from bench.ledger import TEXT, expand, prepare, settings_for
from channels import http
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.engine import Engine
from gateway.ledger import counters
from gateway.ledger.database import Ledger
from gateway.sign_tokens import SignTokens

PUBLIC = "http://127.0.0.1:9"


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run the rounds; gives their figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.send", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--in-flight", type=int, default=100)
    parser.add_argument("--memory", type=int, default=100_000, help="messages of the memory run; 0: none")
    parser.add_argument("--client", choices=("bare", "whole", "queued_and_sent"), help=argparse.SUPPRESS)
    parser.add_argument("--sink", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.client:
        _client(options)
        sys.exit()
    cores = sorted(os.sched_getaffinity(0))
    sink, url = start_sink(cores[-1])
    os.sched_setaffinity(0, {cores[0]})
    try:
        bare, whole = [], []
        for _ in range(options.rounds):
            bare.append(measured("bare", url, options.messages, options.in_flight))
            whole.append(measured("whole", url, options.messages, options.in_flight))
        large = measured("whole", url, options.memory, options.in_flight) if options.memory else None
    finally:
        os.sched_setaffinity(0, cores)
        sink.terminate()
        sink.wait()
    return _figures(bare, whole, large, options)


def start_sink(core: int) -> tuple[subprocess.Popen[str], str]:
    """The Twilio stand-in without receipts, on that core, and its URL."""
    sink = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "channels.stand_ins",
            "--twilio-port",
            "0",
            "--behaviour",
            '{"receipts": false}',
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    os.sched_setaffinity(sink.pid, {core})
    assert sink.stdout is not None
    return sink, json.loads(sink.stdout.readline())["twilio_url"]


def measured(client: str, url: str, messages: int, in_flight: int) -> dict[str, float]:
    """One client's figures, from a fresh process."""
    command = [sys.executable, "-m", "bench.send", "--client", client, "--sink", url]
    command += ["--messages", str(messages), "--in-flight", str(in_flight)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _client(options: argparse.Namespace) -> None:
    run = importlib.import_module("uvloop" if importlib.util.find_spec("uvloop") else "asyncio").run
    path = _bare if options.client == "bare" else partial(_whole, queuing_counts=options.client != "whole")
    figures = run(path(options.sink, options.messages, options.in_flight))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**figures, "peak_mb": peak, "loop": run.__module__.split(".")[0]}))


async def _bare(url: str, messages: int, in_flight: int) -> dict[str, float]:
    """N workers posting a form given as a dict, reading the JSON answer."""
    addresses = CallbackAddresses(PUBLIC, b"bench")
    target = f"{url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN)}
    callback = addresses.of("sms", addresses.message_id(1), 1)
    places = iter(range(messages))
    accepted = 0

    async def work(session: aiohttp.ClientSession) -> None:
        nonlocal accepted
        for place in places:
            form = {
                "To": f"+86139{place:08d}",
                "From": SENDER,
                "Body": TEXT,
                "StatusCallback": callback,
                "ValidityPeriod": "36000",
            }
            async with session.post(target, data=form, headers=headers) as answer:
                accepted += (await answer.json())["sid"].startswith("SM")

    async with http.open_session() as session:
        started, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work(session) for _ in range(in_flight)))
        figures = {"cpu": time.process_time() - cpu, "seconds": time.perf_counter() - started}
    assert accepted == messages
    return figures


async def _whole(url: str, messages: int, in_flight: int, *, queuing_counts: bool) -> dict[str, float]:
    """Everything that is queued in a ledger: claimed, sent, recorded; where it counts, queued first."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        settings = settings_for(folder, url, in_flight)
        ledger = Ledger(folder)
        broadcast_id = prepare(ledger, settings, messages)
        if not queuing_counts:
            expand(ledger)
        engine = Engine(
            ledger, settings, public_url=PUBLIC, secret=b"bench", sign_tokens=SignTokens(b"bench")
        )
        started, cpu = time.perf_counter(), time.process_time()
        if queuing_counts:
            expand(ledger)
        await engine.start()
        while True:
            if {each.state for each in await ledger.read(counters.by_group, broadcast_id)} == {"accepted"}:
                break
            await asyncio.sleep(0.05)
        figures = {"cpu": time.process_time() - cpu, "seconds": time.perf_counter() - started}
        await engine.stop()
        ledger.close()
        return figures


def _figures(
    bare: list[dict[str, float]],
    whole: list[dict[str, float]],
    large: dict[str, float] | None,
    options: argparse.Namespace,
) -> dict[str, object]:
    scale = 10_000 / options.messages
    figures: dict[str, object] = {
        "messages": options.messages,
        "rounds": options.rounds,
        "loop": whole[0]["loop"],
        "bare_cpu_per_10000": round(statistics.median(each["cpu"] for each in bare) * scale, 3),
        "whole_cpu_per_10000": round(statistics.median(each["cpu"] for each in whole) * scale, 3),
        "ratio": round(statistics.median(w["cpu"] / b["cpu"] for b, w in zip(bare, whole, strict=True)), 2),
        "bare_per_second": round(options.messages / statistics.median(each["seconds"] for each in bare)),
        "whole_per_second": round(options.messages / statistics.median(each["seconds"] for each in whole)),
    }
    if large is not None:
        figures["memory_messages"] = options.memory
        figures["memory_peak_mb"] = round(large["peak_mb"])
    return figures


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
