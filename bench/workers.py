"""Two workers against one, on PostgreSQL: what a second process brings.

    python -m bench.workers [--messages 20000] [--in-flight 100] [--delay 0.05]

A worker is what `airwarn work` runs, in a process of its own; one PostgreSQL 18 (from its wheel) and one
sink, Twilio's stand-in, serve both runs. First all messages wait on the one account that one worker has,
then half of them on each of two accounts, which two workers share. Everything falls due at one moment,
when every account has its owner: from then to the last answer recorded is the run's time. With `--delay`
seconds before each answer the provider sets the pace (`speedup`); without it the CPU does
(`cpu_bound_speedup`, where the workers, the database and the sink share this machine's cores).
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Connection, func, select, update

from bench import postgresql
from bench.clients import PUBLIC
from bench.ledger import expand, prepare
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from gateway.cli.loop import run
from gateway.cli.running import stop_signals
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.schema import accounts, deliveries, lanes
from gateway.settings import Settings
from gateway.web.serving.working import working

SOON = 3000  # ms until all falls due: by then every lane has heard of it

LONGEST = 600_000  # ms that a run may take


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run one and two workers, with and without the delay; gives the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.workers", description=__doc__)
    parser.add_argument("--messages", type=int, default=20_000)
    parser.add_argument("--in-flight", type=int, default=100)
    parser.add_argument("--delay", type=float, default=0.05)
    parser.add_argument("--work", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.work:
        run(_work(Settings.model_validate_json(options.work)))
        sys.exit()
    rates: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as name, postgresql.server(Path(name)) as (server, _):
        for kind, delay in (("", options.delay), ("cpu_bound_", 0.0)):
            with _sink(delay) as url:
                for workers in (1, 2):
                    folder = Path(name) / f"{kind}{workers}"
                    seconds = _measured(folder, server, url, workers, options.messages, options.in_flight)
                    rates[f"{kind}{workers}"] = round(options.messages / seconds)
    return {
        "messages": options.messages,
        "delay_seconds": options.delay,
        "one_per_second": rates["1"],
        "two_per_second": rates["2"],
        "speedup": round(rates["2"] / rates["1"], 2),
        "cpu_bound_one_per_second": rates["cpu_bound_1"],
        "cpu_bound_two_per_second": rates["cpu_bound_2"],
        "cpu_bound_speedup": round(rates["cpu_bound_2"] / rates["cpu_bound_1"], 2),
    }


def _measured(folder: Path, server: str, url: str, workers: int, messages: int, in_flight: int) -> float:
    """Seconds from when all falls due until the last answer is recorded, in a database of its own."""
    folder.mkdir()  # the workers keep the end of this database's audit chain there
    with postgresql.database(server) as database:
        settings = _settings(folder, database, url, workers, in_flight)
        ledger = Ledger(folder, SecretStr(database))
        try:
            broadcast_id = prepare(ledger, settings, messages)
            expand(ledger)
            ledger.write_now(_share_out, system_clock() + LONGEST)
            settings_text = json.dumps(_plain(folder, database, url, workers, in_flight))
            command = [sys.executable, "-m", "bench.workers", "--work", settings_text]
            running = [subprocess.Popen(command) for _ in range(workers)]
            try:
                _wait_for_owners(ledger, workers)
                due_at = system_clock() + SOON
                ledger.write_now(_share_out, due_at)
                while ledger.read_now(_answered, broadcast_id)[0] < messages:
                    time.sleep(0.2)
                    assert all(worker.poll() is None for worker in running), "a worker ended"
                    assert system_clock() < due_at + LONGEST, "the workers are stuck"
                _, last = ledger.read_now(_answered, broadcast_id)
                return (last - due_at) / 1000
            finally:
                for worker in running:
                    worker.send_signal(signal.SIGTERM)
                for worker in running:
                    worker.wait()
        finally:
            ledger.close()


def _wait_for_owners(ledger: Ledger, workers: int) -> None:
    longest = system_clock() + LONGEST
    while ledger.read_now(_owners) < workers:
        assert system_clock() < longest, "the workers never shared the accounts out"
        time.sleep(0.1)


def _share_out(connection: Connection, due_at: int) -> None:
    """All is due at one moment, in equal parts on all lanes."""
    ids = connection.execute(select(lanes.c.id).order_by(lanes.c.id)).scalars().all()
    for place, lane_id in enumerate(ids):
        mine = update(deliveries).where(deliveries.c.id % len(ids) == place)
        connection.execute(mine.values(lane_id=lane_id, due_at=due_at))


def _owners(connection: Connection) -> int:
    """By how many the accounts are owned."""
    found = select(func.count(accounts.c.owner.distinct())).where(accounts.c.owner.is_not(None))
    return int(connection.execute(found).scalar_one())


def _answered(connection: Connection, broadcast_id: int) -> tuple[int, int]:
    """How many were accepted, and when the last."""
    last = select(func.count(deliveries.c.accepted_at), func.max(deliveries.c.accepted_at))
    count, moment = connection.execute(last.where(deliveries.c.broadcast_id == broadcast_id)).one()
    return count, moment or 0


def _plain(folder: Path, database: str, url: str, workers: int, in_flight: int) -> dict[str, object]:
    account = {
        "provider": "twilio",
        "account_sid": ACCOUNT_SID,
        "auth_token": AUTH_TOKEN,
        "senders": [SENDER],
        "base_url": url,
        "per_second": 10_000_000,
        "in_flight": in_flight,
        "timeout": 4.0,
    }
    return {
        "lease": 10.0,  # short, so that the workers soon share the accounts out
        "data_folder": str(folder),
        "database_url": database,
        "public_url": PUBLIC.replace("http:", "https:"),
        "accounts": {f"sms-{number}": account for number in range(workers)},
    }


def _settings(folder: Path, database: str, url: str, workers: int, in_flight: int) -> Settings:
    return Settings.model_validate(_plain(folder, database, url, workers, in_flight))


async def _work(settings: Settings) -> None:
    with stop_signals() as asked:
        async with working(settings):
            await asked.wait()


@contextmanager
def _sink(delay: float) -> Iterator[str]:
    command = [sys.executable, "-m", "channels.stand_ins", "--twilio-port", "0", "--behaviour"]
    sink = subprocess.Popen(
        [*command, json.dumps({"receipts": False, "delay": [delay, delay]})],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert sink.stdout is not None
        yield json.loads(sink.stdout.readline())["twilio_url"]
    finally:
        sink.terminate()
        sink.wait()


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
