"""`airwarn lane`: what a person who parks a lane is told."""

from pathlib import Path

from gateway import settings
from gateway.delivery import accounts
from gateway.ledger.database import Ledger, system_clock
from tests.cli.command import airwarn

ACCOUNT = """
[accounts.{name}]
provider = "twilio"
account_sid = "AC00000000000000000000000000000000"
auth_token = "invented"
senders = ["+15005550006"]
base_url = "http://127.0.0.1:9"
"""


def office(folder: Path, *names: str) -> None:
    """A folder with settings and a ledger that knows their lanes."""
    file = folder / "airwarn.toml"
    routes = ", ".join(f'"{name}"' for name in names)
    tables = "".join(ACCOUNT.format(name=name) for name in names)
    file.write_text(f'data_folder = "{folder}/data"\n{tables}\n[routes]\nsms = [{routes}]\n', "utf-8")
    configured = settings.load(file)
    configured.data_folder.mkdir()
    ledger = Ledger(configured.data_folder)
    ledger.write_now(accounts.sync, configured.accounts, system_clock(), configured.routes)
    ledger.close()


def test_parking_says_by_which_account_the_queue_leaves(tmp_path: Path) -> None:
    office(tmp_path, "second", "first")
    parked = airwarn(tmp_path, "lane", "park", "second", "--reason", "号码被投诉")
    assert parked.code == 0
    assert "改由账号 first 发出" in parked.out
    (lane,) = airwarn(tmp_path, "lane", "park", "second", "--reason", "号码被投诉", "--json").json["lanes"]
    assert (lane["route"], lane["breaker"], lane["moves_to"]) == (0, "open", "first")


def test_parking_the_only_lane_says_that_its_queue_waits(tmp_path: Path) -> None:
    office(tmp_path, "only")
    assert "没有别的路线可走" in airwarn(tmp_path, "lane", "park", "only", "--reason", "换号").out
    assert "在发" in airwarn(tmp_path, "lane", "open", "only").out
