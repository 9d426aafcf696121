"""SIGTERM during a broadcast: what is in flight gets its answer, the rest waits for the next start."""

import socket
import time
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection, Table, select

from gateway.ledger.database import Ledger
from gateway.ledger.schema import attempts, deliveries
from tests.city import soon
from tests.documents import as_yaml, orange_start
from tests.operations.place import API_TOKEN, Place, place

SCHOOLS = 60
SLOW = "per_second = 10\nin_flight = 10\ntimeout = 3.0"


def launched(made: Place) -> None:
    """A broadcast of which some messages have left."""
    (made.folder / "start.yaml").write_text(as_yaml(soon(orange_start())), encoding="utf-8")
    assert made.command("directory", "import", "directory.csv").code == 0
    assert made.command("send", "start.yaml").code == 0
    made.until_taken(10)


def states(made: Place) -> tuple[Counter[str], Counter[str]]:
    """Deliveries and attempts by state, as the stopped server left them."""
    ledger = Ledger(made.folder / "airwarn-data", write=False)
    try:
        found = [ledger.read_now(_states_of, table) for table in (deliveries, attempts)]
    finally:
        ledger.close()
    return found[0], found[1]


def _states_of(connection: Connection, table: Table) -> Counter[str]:
    return Counter(connection.execute(select(table.c.state)).scalars())


def test_a_stop_in_the_middle_loses_nothing_and_leaves_nothing_unclear(tmp_path: Path) -> None:
    with place(tmp_path, {"delay": [0.1, 0.4]}, schools=SCHOOLS, account=SLOW) as made:
        with made.server() as server:
            launched(made)
            assert server.stop() == 0
        after, tried = states(made)
        assert after["queued"] > 0  # it was in the middle
        assert after["unknown"] == after["sending"] == tried["unknown"] == tried["sending"] == 0
        accepted_and_better = sum(after[state] for state in ("accepted", "sent", "delivered"))
        assert len(made.taken) == accepted_and_better
        with made.server():
            made.until_taken(sum(after.values()))
        names = Counter((each["channel"], each["to"], each["text_sha256"]) for each in made.taken)
        assert set(names.values()) == {1}


def test_receipts_that_come_while_it_stops_are_taken(tmp_path: Path) -> None:
    behaviour = {"delay": [0.5, 1.0], "receipt_delay": [0.0, 0.1]}
    with place(tmp_path, behaviour, schools=SCHOOLS, account=SLOW) as made:
        with made.server() as server:
            launched(made)
            assert server.stop() == 0
        after, _ = states(made)
        assert after["delivered"] > 0
        log = made.written[-1]
        assert "request_failed" not in log
        assert "RecorderStopped" not in log


def test_a_provider_that_never_answers_holds_a_stop_no_longer_than_its_timeout(tmp_path: Path) -> None:
    with place(tmp_path, {"hang": 1.0}, schools=SCHOOLS, account="timeout = 2.0\nin_flight = 4") as made:
        with made.server() as server:
            launched(made)
            started = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - started < 30  # far less than systemd's patience; not a figure
        after, tried = states(made)
        assert after["sending"] == tried["sending"] == 0  # each has an answer of ours: unknown, by time
        assert after["queued"] > 0


@pytest.mark.parametrize(
    "asked", ["", "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "GET /health HTTP/1.1\r\n"]
)
def test_connections_that_stay_open_do_not_hold_a_stop(tmp_path: Path, asked: str) -> None:
    with place(tmp_path, {}, schools=1) as made, made.server() as server:
        where = urlsplit(server.ready["url"])
        assert where.hostname
        assert where.port
        with socket.create_connection((where.hostname, where.port)) as connection:
            connection.sendall(asked.encode())
            if asked.endswith("\r\n\r\n"):
                assert connection.recv(12) == b"HTTP/1.1 200"
            started = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() - started < 30


def test_a_live_page_that_is_looked_at_does_not_hold_a_stop(tmp_path: Path) -> None:
    with place(tmp_path, {}, schools=1) as made, made.server() as server:
        where = urlsplit(server.ready["url"]).netloc
        with closing(HTTPConnection(where)) as sign_in, closing(HTTPConnection(where)) as stream:
            form = {"Content-Type": "application/x-www-form-urlencoded"}
            sign_in.request("POST", "/sign-in/token", f"token={API_TOKEN}", form)
            cookie = (sign_in.getresponse().headers["Set-Cookie"] or "").partition(";")[0]
            stream.request("GET", "/live/events", headers={"Cookie": cookie})
            with stream.getresponse() as answer:
                assert answer.headers["Content-Type"] == "text/event-stream"
                assert answer.readline().startswith(b"retry")
                started = time.monotonic()
                assert server.stop() == 0
                assert time.monotonic() - started < 30
