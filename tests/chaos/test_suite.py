"""The short form of the crash suite: `make chaos` runs all of it, with more messages and more faults.

How soon sending goes on is judged there; here other tests take the processors.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests import backends
from tests.chaos.database import Server, server
from tests.chaos.runs import HEADER, NoDisk, Place, line, run, seed_of
from tests.chaos.scenarios import SCENARIOS, Backend

MESSAGES = 200
CHOSEN: tuple[tuple[str, Backend], ...] = (
    ("killed", "postgresql"),
    ("database killed", "postgresql"),
    ("raised and lifted in the middle", "postgresql"),
    ("bus flushed, slow, killed", "postgresql"),
    ("killed", "sqlite"),
    ("stopped and continued", "sqlite"),
    ("raised and lifted in the middle", "sqlite"),
    ("429 storm", "sqlite"),
    ("answers lost, asked", "sqlite"),
    ("WeCom's odd answers", "sqlite"),
    ("receipts forged and shuffled", "sqlite"),
    ("disk full", "sqlite"),
)
BY_NAME = {each.name: each for each in SCENARIOS}


@pytest.fixture(scope="module")
def database_server() -> Iterator[Server]:
    with server() as started:
        yield started


@pytest.fixture
def place(tmp_path: Path, backend: Backend, request: pytest.FixtureRequest) -> Iterator[Place]:
    if backend == "sqlite":
        yield Place(tmp_path, None, seed_of(), MESSAGES)
        return
    started: Server = request.getfixturevalue("database_server")
    with backends.database(started.address) as url:
        yield Place(tmp_path, url, seed_of(), MESSAGES, started, workers=1)


@pytest.mark.long
@pytest.mark.parametrize(("name", "backend"), CHOSEN)
def test_every_promise_is_kept(name: str, backend: Backend, place: Place) -> None:
    scenario = replace(BY_NAME[name], patience=math.inf)
    print(f"CHAOS_SEED={place.seed}\n{HEADER}")
    started = time.perf_counter()
    try:
        verdict = run(scenario, place, scenario.rounds)
    except NoDisk:
        pytest.skip("ONLY ROOT CAN FILL A DISK: it would need a small one of its own")
    print(line(scenario, backend, verdict, time.perf_counter() - started))
    assert not verdict.wrong
