"""kill -9 at random moments of a broadcast: nothing is lost, and nothing arrives twice unmarked."""

import json
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from gateway.delivery import accounts
from gateway.ledger.database import Ledger, system_clock
from tests.chaos.life import live, settings_for
from tests.delivery.world import attempts_of, expand, launch, number, states

DELIVERIES = 5000
KILLS = 20
BEHAVIOUR = {
    "delay": [0.0, 0.03],
    "lose_answer": 0.002,
    "receipt_delay": [0.0, 0.4],
    "receipt_twice": 0.1,
    "receipts_reversed": 0.2,
}


@contextmanager
def stand_in(log: Path) -> Iterator[str]:
    """The provider: a process that outlives ours."""
    command = [sys.executable, "-m", "channels.stand_ins", "--twilio-port", "0", "--log", str(log)]
    command += ["--behaviour", json.dumps(BEHAVIOUR)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())["twilio_url"]
        finally:
            process.terminate()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.timeout(240)
@pytest.mark.long
def test_twenty_kills_lose_nothing_and_double_nothing_unmarked(tmp_path: Path) -> None:
    seed = int(os.environ.get("CHAOS_SEED", time.time_ns() % 1_000_000))
    print(f"CHAOS_SEED={seed}")
    chance = random.Random(seed)
    folder, log = tmp_path / "data", tmp_path / "seen.jsonl"
    folder.mkdir()
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["tests.chaos.life"])
    with stand_in(log) as provider:
        port = free_port()
        settings = settings_for(folder, provider, port)
        ledger = Ledger(folder)
        ledger.write_now(accounts.sync, settings.accounts, system_clock())
        broadcast = ledger.write_now(launch)
        ledger.write_now(expand, broadcast, [number(place) for place in range(DELIVERIES)])
        ledger.close()
        started = folder / "started"
        for _ in range(KILLS):
            started.unlink(missing_ok=True)
            life = processes.Process(target=live, args=(folder, provider, port, False))
            life.start()
            while not started.exists():
                assert life.is_alive(), f"it did not start, CHAOS_SEED={seed}"
                time.sleep(0.005)
            time.sleep(chance.uniform(0.0, 0.5))
            life.kill()
            life.join()
        ledger = Ledger(folder, write=False)
        assert ledger.read_now(states, broadcast).get("queued", 0) > 0, "the kills came too late"
        ledger.close()
        last = processes.Process(target=live, args=(folder, provider, port, True))
        last.start()
        last.join()
        assert last.exitcode == 0, f"CHAOS_SEED={seed}"

    ledger = Ledger(folder, write=False)
    ended = ledger.read_now(states, broadcast)
    made = ledger.read_now(attempts_of, broadcast)
    ledger.close()
    print(f"{ended}, {sum(attempt.repeat for attempt in made)} repeated")
    assert sum(ended.values()) == DELIVERIES
    assert set(ended) <= {"accepted", "sent", "delivered", "unknown"}, f"CHAOS_SEED={seed}"

    seen = [json.loads(line) for line in log.read_text().splitlines()]
    arrived = Counter((int(line["message_id"].split("-")[0]), line["attempt"]) for line in seen)
    known = {(attempt.delivery_id, attempt.number): attempt for attempt in made}
    assert arrived.keys() <= known.keys(), "something left that the ledger does not know"
    assert max(arrived.values()) == 1, "one attempt arrived twice"
    unmarked = Counter(delivery for delivery, attempt in arrived if not known[delivery, attempt].repeat)
    assert max(unmarked.values()) == 1, f"a message arrived twice without a mark, CHAOS_SEED={seed}"
    proven = {key for key, attempt in known.items() if attempt.state in ("accepted", "sent", "delivered")}
    assert proven <= arrived.keys(), "the ledger claims what the provider never took"
    assert sum(ended.get(state, 0) for state in ("accepted", "sent", "delivered")) == len(
        {delivery for delivery, _ in proven}
    )
