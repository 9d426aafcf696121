"""Backups made while a broadcast runs, and what happens to them: nothing leaves before a person looked."""

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gateway.ledger.database import FILE
from tests.city import DIRECTORY
from tests.cli.command import airwarn
from tests.end_to_end.office import sent, serving

MANY = 60


@pytest.fixture
def busy(office: Path) -> Path:
    """The office with so many schools that a broadcast takes seconds."""
    rows = [f"T{place},第{place}小学,学校,,410105,,1990001{place:04d},,,否" for place in range(MANY)]
    (office / "directory.csv").write_text("\n".join([DIRECTORY, *rows]), encoding="utf-8")
    settings = (office / "airwarn.toml").read_text()
    (office / "airwarn.toml").write_text(
        settings.replace('provider = "twilio"', 'provider = "twilio"\nper_second = 20\nreceipt_window = 5')
    )
    assert airwarn(office, "directory", "import", "directory.csv").code == 0
    return office


def until(folder: Path, messages: int) -> None:
    while len(sent(folder)) < messages:
        time.sleep(0.02)


def backed_up_in_the_middle(folder: Path) -> Path:
    """A backup made while the start is being sent; gives it when all of the start has left."""
    with serving(folder):
        assert airwarn(folder, "send", "start.yaml").code == 0
        until(folder, 10)
        made = airwarn(folder, "backup", "backup.sqlite3", "--json")
        assert (made.code, made.json["file"]) == (0, "backup.sqlite3"), made.err
        until(folder, MANY + 6)
    return folder / "backup.sqlite3"


def in_its_place(folder: Path, backup: Path) -> None:
    shutil.copy(backup, folder / "airwarn-data" / FILE)


def elsewhere(folder: Path, backup: Path) -> None:
    (folder / "airwarn-data").rename(folder / "lost")
    (folder / "airwarn-data").mkdir()
    shutil.copy(backup, folder / "airwarn-data" / FILE)


@pytest.mark.parametrize("restored", [in_its_place, elsewhere])
def test_a_restored_backup_sends_nothing_until_somebody_has_seen_what_would_leave(
    busy: Path, restored: Callable[[Path, Path], None]
) -> None:
    restored(busy, backed_up_in_the_middle(busy))
    before = len(sent(busy))
    with serving(busy):
        refused = airwarn(busy, "send", "lift.yaml", "--json")
        assert (refused.code, refused.json["error"]["code"]) == (1, "LEDGER_GUARDED")
        look = airwarn(busy, "resume", "--json")
        assert (look.code, look.json["resumed"], look.json["guard"]["because"]) == (1, False, "backup")
        (waiting,) = look.json["waiting"]
        assert (waiting["action"], waiting["level"], waiting["broadcast"]) == ("issue", "orange", 1)
        assert 0 < waiting["queued"] < MANY
        assert waiting["age_minutes"] == 0
        assert "橙色" in airwarn(busy, "resume").out
    with serving(busy):  # a restart opens nothing
        time.sleep(0.5)
        assert len(sent(busy)) == before
        done = airwarn(busy, "resume", "--yes", "--by", "班长", "--json")
        assert (done.code, done.json["resumed"], done.json["guard"]) == (0, True, None)
        until(busy, before + waiting["queued"])
        assert airwarn(busy, "resume", "--json").json["resumed"] is False  # nothing to do any more
    with serving(busy):
        assert airwarn(busy, "send", "lift.yaml", "--wait").code == 0


def test_what_is_dropped_while_resuming_never_leaves_and_the_warning_stays_in_force(busy: Path) -> None:
    in_its_place(busy, backed_up_in_the_middle(busy))
    before = len(sent(busy))
    unknown = airwarn(busy, "resume", "--yes", "--drop", "77", "--json")
    assert (unknown.code, unknown.json["error"]["code"]) == (1, "BROADCAST_NOT_WAITING")
    done = airwarn(busy, "resume", "--yes", "--drop", "1", "--json")  # without a server
    assert (done.code, done.json["waiting"]) == (0, [])
    with serving(busy):
        lifted = airwarn(busy, "send", "lift.yaml", "--wait", "--json")
        assert lifted.json["overview"]["totals"]["delivered"] == MANY + 5
        totals = airwarn(busy, "status", "1", "--json").json["totals"]
        assert totals["expired"] > 0
        assert not totals.keys() & {"queued", "sending"}
    assert len(sent(busy)) == before + MANY + 6


def test_the_office_without_a_server_sends_nothing_from_a_restored_backup(busy: Path) -> None:
    in_its_place(busy, backed_up_in_the_middle(busy))
    before = len(sent(busy))
    refused = airwarn(busy, "send", "lift.yaml", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "LEDGER_GUARDED")
    assert len(sent(busy)) == before


def test_a_backup_overwrites_nothing(busy: Path) -> None:
    (busy / "mine").write_text("mine")
    ran = airwarn(busy, "backup", "mine", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "FILE_EXISTS")
    assert (busy / "mine").read_text() == "mine"


def lanes(folder: Path) -> dict[str, Any]:
    return {each["account"]: each for each in airwarn(folder, "lane", "list", "--json").json["lanes"]}


def test_a_lane_is_parked_and_opened_with_and_without_a_server(office: Path) -> None:
    airwarn(office, "directory", "import", "directory.csv")
    with serving(office):
        assert lanes(office)["sms"]["open"] is True
        ran = airwarn(office, "lane", "park", "sms", "--reason", "被投诉", "--by", "班长", "--json")
        assert [each["account"] for each in ran.json["lanes"]] == ["sms"]
        assert airwarn(office, "send", "start.yaml").code == 0
        until(office, 1)  # WeCom's
        assert lanes(office)["sms"]["queued"] == 5
        assert "被投诉" in airwarn(office, "lane", "list").out
    parked = lanes(office)["sms"]
    assert (parked["open"], parked["parked_by"], parked["parked_reason"]) == (False, "班长", "被投诉")
    assert parked["parked_until"] is None
    with serving(office):
        time.sleep(0.3)
        assert len(sent(office)) == 1
        assert airwarn(office, "lane", "open", str(parked["id"])).code == 0
        until(office, 6)
    assert airwarn(office, "lane", "park", "wecom", "--reason", "换机器人").code == 0
    assert lanes(office)["wecom"]["parked_reason"] == "换机器人"
    assert airwarn(office, "lane", "open", "wecom").code == 0
    assert lanes(office)["wecom"]["open"] is True


def test_a_lane_that_is_not_there_and_a_missing_reason_are_told_apart(office: Path) -> None:
    airwarn(office, "directory", "import", "directory.csv")
    ran = airwarn(office, "lane", "open", "nowhere", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "LANE_UNKNOWN")
    assert airwarn(office, "lane", "park", "sms").code == 2
    assert airwarn(office, "lane", "park", "sms", "--reason", " ").code == 2
    assert json.dumps(lanes(office)) == "{}"  # no server has run: no lane is there yet
