"""The sides of `bench.send`, `bench.mail` and `bench.queues`, each in a process of its own.

    python -m bench.clients SIDE --sink URL --messages N --in-flight N

Prints CPU seconds (user + system), seconds and the peak of memory. Every side runs as `airwarn serve` does
(loop, collector of garbage), and has sent 2,000 messages over its connections before its clock starts.
"""

import argparse
import asyncio
import dataclasses
import importlib.util
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from sqlalchemy import Connection, func, select

from bench.ledger import PAGE, TEXT, expand, prepare, settings_for
from channels import http
from channels.chat.wecom import WecomBot
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from gateway.broadcasts.launching.expand import SLICE
from gateway.cli.loop import run
from gateway.delivery import accounts
from gateway.delivery.callbacks import CallbackAddresses
from gateway.delivery.engine import Engine
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import counters
from gateway.ledger.schema import deliveries
from gateway.settings import Settings
from gateway.sign_tokens import SignTokens

PUBLIC = "http://127.0.0.1:9"
MAIL_SENDER = "warnings@office.example"
ROOM, KEY = "教育群", "key-1"

Figures = dict[str, float]


def main(arguments: list[str] | None = None) -> None:
    """Run one side."""
    parser = argparse.ArgumentParser(prog="python -m bench.clients", description=__doc__)
    parser.add_argument("side", choices=SIDES)
    parser.add_argument("--sink", required=True)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--in-flight", type=int, default=100)
    options = parser.parse_args(arguments)
    figures = run(SIDES[options.side](options.sink, options.messages, options.in_flight))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    loop = "uvloop" if importlib.util.find_spec("uvloop") else "asyncio"
    print(json.dumps({**figures, "peak_mb": peak, "loop": loop}))


def measured(side: str, url: str, messages: int, in_flight: int) -> Figures:
    """One side's figures, from a fresh process."""
    command = [sys.executable, "-m", "bench.clients", side, "--sink", url]
    command += ["--messages", str(messages), "--in-flight", str(in_flight)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    figures: Figures = json.loads(done.stdout)
    return figures


def start_sink(core: int, vendor: str = "twilio") -> tuple[subprocess.Popen[str], str]:
    """A vendor's stand-in without receipts or windows, on that core, and its URL."""
    command = [sys.executable, "-m", "channels.stand_ins", f"--{vendor}-port", "0"]
    command += ["--behaviour", '{"receipts": false}']
    sink = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    os.sched_setaffinity(sink.pid, {core})
    assert sink.stdout is not None
    return sink, json.loads(sink.stdout.readline())[f"{vendor}_url"]


async def _all(messages: int, in_flight: int, send: Callable[[int], Awaitable[bool]]) -> Figures:
    """As many workers as requests in flight take one message after the other."""
    accepted = 0

    async def work(places: Iterator[int]) -> None:
        nonlocal accepted
        for place in places:
            taken = await send(place)
            accepted += taken

    async def run_through(places: Iterator[int]) -> None:
        await asyncio.gather(*(work(places) for _ in range(in_flight)))

    await run_through(iter(range(messages, messages + SLICE)))
    started, cpu = time.perf_counter(), time.process_time()
    await run_through(iter(range(messages)))
    figures = {"cpu": time.process_time() - cpu, "seconds": time.perf_counter() - started}
    assert accepted == messages + SLICE
    return figures


async def _bodies(url: str, messages: int, in_flight: int) -> Figures:
    """A bare aiohttp loop posting the same ready WeCom body."""
    document = {"msgtype": "markdown", "markdown": {"content": TEXT}}
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    target = f"{url}/cgi-bin/webhook/send?key={KEY}"
    headers = {"Content-Type": "application/json"}
    async with http.open_session() as session:

        async def send(_place: int) -> bool:
            async with session.post(target, data=body, headers=headers) as answer:
                return bool(json.loads(await answer.read())["errcode"] == 0)

        return await _all(messages, in_flight, send)


async def _forms(url: str, messages: int, in_flight: int) -> Figures:
    """A bare aiohttp loop posting Twilio's form, given as a dict."""
    addresses = CallbackAddresses(PUBLIC, b"bench")
    target = f"{url}/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    headers = {"Authorization": aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN)}
    callback = addresses.of("sms", addresses.message_id(1), 1)
    async with http.open_session() as session:

        async def send(place: int) -> bool:
            form = {"To": f"+86139{place:08d}", "From": SENDER, "Body": TEXT}
            form |= {"StatusCallback": callback, "ValidityPeriod": "36000"}
            async with session.post(target, data=form, headers=headers) as answer:
                return bool((await answer.json())["sid"].startswith("SM"))

        return await _all(messages, in_flight, send)


async def _library(url: str, messages: int, in_flight: int) -> Figures:
    """Twilio's own library with its own asynchronous client, and nothing around it."""
    import warnings  # noqa: PLC0415

    from twilio.http.async_http_client import (  # type: ignore[import-untyped]  # noqa: PLC0415
        AsyncTwilioHttpClient,
    )
    from twilio.rest import Client  # type: ignore[import-untyped]  # noqa: PLC0415

    warnings.simplefilter("ignore", DeprecationWarning)  # aiohttp's, of how the library signs in
    addresses = CallbackAddresses(PUBLIC, b"bench")
    callback = addresses.of("sms", addresses.message_id(1), 1)
    connector = aiohttp.TCPConnector(limit=in_flight)
    transport = AsyncTwilioHttpClient()
    await transport.session.close()
    transport.session = aiohttp.ClientSession(connector=connector)
    client = Client(ACCOUNT_SID, AUTH_TOKEN, http_client=transport)
    client.api.base_url = url

    async def send(place: int) -> bool:
        message = await client.messages.create_async(
            to=f"+86139{place:08d}",
            from_=SENDER,
            body=TEXT,
            status_callback=callback,
            validity_period=36000,
        )
        return bool(message.sid.startswith("SM"))

    try:
        return await _all(messages, in_flight, send)
    finally:
        await transport.session.close()


async def _mails(url: str, messages: int, in_flight: int) -> Figures:
    """aiosmtplib over as many kept connections as mails in flight, handing over the same ready bytes."""
    import aiosmtplib  # noqa: PLC0415

    server = urlsplit(url)
    mail = EmailMessage(SMTP)
    mail["From"], mail["To"], mail["Subject"] = MAIL_SENDER, "reader@school.example", "重污染天气橙色预警"
    mail.set_content(TEXT, cte="base64")
    mail.add_alternative(PAGE, subtype="html", cte="base64")
    ready = mail.as_bytes()
    kept: asyncio.Queue[aiosmtplib.SMTP] = asyncio.Queue()
    for _ in range(in_flight):
        connection = aiosmtplib.SMTP(
            hostname=server.hostname, port=server.port, local_hostname="office.example", start_tls=False
        )
        await connection.connect()
        kept.put_nowait(connection)

    async def send(place: int) -> bool:
        connection = kept.get_nowait()
        refused, _ = await connection.sendmail(MAIL_SENDER, [f"reader{place}@school.example"], ready)
        kept.put_nowait(connection)
        return not refused

    figures = await _all(messages, in_flight, send)
    while not kept.empty():
        kept.get_nowait().close()
    return figures


async def _whole(
    url: str,
    messages: int,
    in_flight: int,
    *,
    room: str | None = None,
    mail: bool = False,
    queuing_counts: bool = False,
) -> Figures:
    """Everything that is queued in a ledger: claimed, sent, recorded.

    Where queuing counts, so does starting: nothing is sent before the clock starts.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if mail:
            settings = _mail_server(folder, url, in_flight)
        elif room is not None:
            settings = _one_room(folder, url, in_flight)
        else:
            settings = settings_for(folder, url, in_flight)
        ledger = Ledger(folder)
        first = 0 if queuing_counts else SLICE
        broadcast_id = prepare(ledger, settings, messages + first, room, mail=mail)
        engine = Engine(
            ledger, settings, public_url=PUBLIC, secret=b"bench", sign_tokens=SignTokens(b"bench")
        )

        async def sent(all_of_them: int) -> None:
            while True:
                counts = await ledger.read(counters.by_group, broadcast_id)
                if sum(each.deliveries for each in counts if each.state == "accepted") == all_of_them:
                    return
                await asyncio.sleep(0.2)  # looking costs too; the moment of the last answer is in the ledger

        if not queuing_counts:
            expand(ledger, slices=1)
            await engine.start()
            await sent(first)
            expand(ledger)
        started, cpu = system_clock(), time.process_time()
        if queuing_counts:
            expand(ledger)
            await engine.start()
        else:
            engine.wake()
        await sent(messages + first)
        figures = {"cpu": time.process_time() - cpu, "seconds": (await ledger.read(_last) - started) / 1000}
        await engine.stop()
        ledger.close()
        return figures


def _last(connection: Connection) -> int:
    return int(connection.execute(select(func.max(deliveries.c.accepted_at))).scalar_one())


class _Unhindered(WecomBot):
    """A group bot without the vendor's window: pacing is not what is measured."""

    def __init__(self, **terms: object) -> None:
        super().__init__(**terms)  # type: ignore[arg-type]
        self.profile = dataclasses.replace(self.profile, windows=())


def _one_room(folder: Path, url: str, in_flight: int) -> Settings:
    accounts.WecomBot = _Unhindered  # type: ignore[attr-defined]
    account = {
        "provider": "wecom",
        "base_url": url,
        "groups": {ROOM: KEY},
        "per_second": 10_000_000,
        "in_flight": in_flight,
    }
    return Settings.model_validate({"data_folder": folder, "accounts": {"wecom": account}})


def _mail_server(folder: Path, url: str, in_flight: int) -> Settings:
    server = urlsplit(url)
    account = {
        "provider": "smtp",
        "host": server.hostname,
        "port": server.port,
        "security": "none",
        "sender": MAIL_SENDER,
        "per_second": 10_000_000,
        "in_flight": in_flight,
    }
    return Settings.model_validate({"data_folder": folder, "accounts": {"mail": account}})


SIDES: dict[str, Callable[[str, int, int], Coroutine[Any, Any, Figures]]] = {
    "bodies": _bodies,
    "forms": _forms,
    "library": _library,
    "mails": _mails,
    "whole": _whole,
    "whole_mails": partial(_whole, mail=True),
    "whole_bodies": partial(_whole, room=ROOM),
    "queued_and_sent_bodies": partial(_whole, room=ROOM, queuing_counts=True),
}


if __name__ == "__main__":
    main()
