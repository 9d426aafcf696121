"""Nothing that the program writes about itself names a person, a number, a mailbox or a key."""

import json
import re
import signal

import pytest

from tests.city import soon
from tests.documents import as_yaml, lift, orange_start
from tests.operations.place import (
    API_TOKEN,
    FROM_MAILBOX,
    GROUP_KEYS,
    PEOPLE,
    SENDER,
    TWILIO_TOKEN,
    Place,
    directory,
    fetch,
    mailbox,
    number,
    place,
)

SCHOOLS = 24
BEHAVIOUR = {
    "refused": [f"+86{number(2)}", mailbox(3), GROUP_KEYS["停用群"]],
    "delay": [0.3, 0.6],
    "lose_answer": 0.1,
    "fail_after_accepting": 0.1,
    "undelivered": 0.2,
    "receipt_twice": 0.5,
}
ACCOUNT = "unknown_wait = 0.2\nreceipt_window = 1.0\ntimeout = 2.0"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[str], str]:
    """All that was written, the lines logged, and the metrics, of a broadcast with every mishap."""
    folder = tmp_path_factory.mktemp("place")
    with place(folder, BEHAVIOUR, schools=SCHOOLS, account=ACCOUNT, more='log_level = "debug"') as made:
        metrics = _live(made)
        written = "\n".join(made.written)
        logged = [line for text in made.written for line in text.splitlines() if line.startswith('{"event"')]
    return written, logged, metrics


def _live(made: Place) -> str:
    folder = made.folder
    (folder / "start.yaml").write_text(as_yaml(soon(orange_start())), encoding="utf-8")
    (folder / "lift.yaml").write_text(as_yaml(soon(lift())), encoding="utf-8")
    bad = (
        directory(2) + f"S9,坏行学校,学校,,410105,{PEOPLE[0]},{number(7)}x;{number(8)},,{mailbox(9)};no@,否\n"
    )
    (folder / "bad.csv").write_text(bad, encoding="utf-8")
    with made.server() as server:
        assert made.command("directory", "import", "bad.csv").code == 1
        assert made.command("directory", "import", "directory.csv").code == 0
        server.get(f"/callbacks/sms/{number(1)}/{GROUP_KEYS['教育群']}", b"To=" + number(1).encode())
        for path in (
            f"/api/v1/broadcasts/{number(1)}?token={API_TOKEN}",
            f"/{mailbox(1)}",
            "/api/v1/deliveries",
        ):
            server.get(path)
            server.get(path, Authorization=f"Bearer {API_TOKEN}")
            server.get(path, Authorization=f"Bearer {API_TOKEN}x")
        server.get(
            "/api/v1/decisions", f"plan: {PEOPLE[0]}{number(1)}".encode(), Authorization=f"Bearer {API_TOKEN}"
        )
        made.command("send", "start.yaml")
        made.until_taken(1)  # each answer takes its own time: others are still to come
        _, early = fetch(server.ready["metrics_url"])
        server.process.send_signal(signal.SIGKILL)  # the next start finds what was in flight
        server.process.wait()
    with made.server() as server:
        made.command("send", "start.yaml", "--json")
        made.until_taken(SCHOOLS)
        made.command("send", "lift.yaml")
        made.command("status")
        made.command("status", "--json")
        status, metrics = fetch(server.ready["metrics_url"])
        assert status == 200
        assert server.stop() == 0
    made.command("send", "lift.yaml", "--dry-run")  # alone, without a server
    return early + metrics


def test_no_number_mailbox_name_or_key_is_ever_written(told: tuple[str, list[str], str]) -> None:
    written, _, metrics = told
    secret = [API_TOKEN, TWILIO_TOKEN, *GROUP_KEYS.values(), SENDER, SENDER[1:], FROM_MAILBOX, *PEOPLE]
    secret += [number(place) for place in range(SCHOOLS)] + [mailbox(place) for place in range(SCHOOLS)]
    for text in (written, metrics):
        assert [each for each in secret if each in text] == []
    assert re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", written + metrics) == []


def test_logs_and_metrics_do_not_even_name_the_organisations(told: tuple[str, list[str], str]) -> None:
    _, logged, metrics = told
    for text in ("\n".join(logged), metrics):
        assert "示例学校" not in text
        assert "教育群" not in text


def test_what_happened_is_in_the_log_all_the_same(told: tuple[str, list[str], str]) -> None:
    events = {json.loads(line)["event"] for line in told[1]}
    assert {
        "started",
        "accounts_owned",
        "request_refused",
        "decision_submitted",
        "launched",
        "lane_parked",
        "attempts_recovered_as_unknown",
        "stopping",
        "accounts_released",
        "stopped",
    } <= events


def test_every_line_of_stderr_is_a_json_object_where_it_is_no_terminal(
    told: tuple[str, list[str], str],
) -> None:
    assert all(json.loads(line)["level"] for line in told[1])
    assert "Traceback" not in told[0]
