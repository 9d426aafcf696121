"""How lanes and their breakers are shown: to the API and commands, to the doctor, to Prometheus."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.delivery import accounts
from gateway.doctor import records
from gateway.doctor.check import Check
from gateway.follow_up.upkeep.lanes import states
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import lanes, ownership
from gateway.ledger.figures import figures
from gateway.metrics import Metrics
from gateway.moments import iso
from gateway.settings import Settings
from tests.backends import open_ledger
from tests.delivery.world import settings_of, twilio

MINUTE = 60_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    nobody = "http://127.0.0.1:9"
    made = settings_of(tmp_path, main=twilio(nobody), spare=twilio(nobody))
    return made.model_copy(update={"routes": {"sms": ["spare", "main"]}})


@pytest.fixture
def ledger(tmp_path: Path, settings: Settings) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path)
    opened.write_now(accounts.sync, settings.accounts, system_clock(), settings.routes)
    yield opened
    opened.close()


def shown(ledger: Ledger, account: str) -> dict[str, Any]:
    found = ledger.read_now(states, system_clock())
    return next(each for each in found if each["account"] == account)


def opened(ledger: Ledger, account: str, rest: int) -> None:
    now = system_clock()
    ledger.write_now(lanes.open_breaker, shown(ledger, account)["id"], now + rest, "quota", 2, now)


def breakers(ledger: Ledger) -> dict[str, float]:
    text = Metrics().exposition(ledger.read_now(figures, system_clock())).decode()
    return {
        sample.labels["account"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "airwarn_lane_breaker"
    }


def checks(ledger: Ledger, settings: Settings) -> dict[str, Check]:
    return {each.code: each for each in records.ledger(ledger, settings)}


def test_an_open_lane_says_why_and_where_its_queue_goes(ledger: Ledger, settings: Settings) -> None:
    opened(ledger, "spare", MINUTE)
    spare, main = shown(ledger, "spare"), shown(ledger, "main")
    assert (spare["route"], main["route"]) == (0, 1)
    assert (spare["open"], spare["breaker"], spare["breaker_reason"]) == (False, "open", "quota")
    assert (spare["moves_to"], main["moves_to"], main["breaker"]) == ("main", None, "closed")
    assert spare["breaker_since"] is not None
    assert breakers(ledger) == {"spare": 2, "main": 0}
    found = checks(ledger, settings)
    assert "账号额度已用完" in found["BREAKERS"].message
    assert "ROUTES" not in found


def test_a_lane_on_trial_is_told_apart(ledger: Ledger, settings: Settings) -> None:
    opened(ledger, "spare", -1)
    spare = shown(ledger, "spare")
    assert (spare["open"], spare["breaker"], spare["moves_to"]) == (True, "half_open", None)
    assert breakers(ledger) == {"spare": 1, "main": 0}
    assert "BREAKERS" in checks(ledger, settings)


def test_a_channel_without_any_open_route_is_an_error(ledger: Ledger, settings: Settings) -> None:
    opened(ledger, "spare", MINUTE)
    ledger.write_now(lanes.park_by_hand, shown(ledger, "main")["id"], "值班员", "换号", system_clock())
    assert shown(ledger, "spare")["moves_to"] is None
    found = checks(ledger, settings)["ROUTES"]
    assert (found.outcome, "短信" in found.message) == ("error", True)


def test_opening_by_hand_closes_the_breaker(ledger: Ledger, settings: Settings) -> None:
    opened(ledger, "spare", MINUTE)
    ledger.write_now(lanes.open_by_hand, shown(ledger, "spare")["id"], "值班员", system_clock())
    spare = shown(ledger, "spare")
    assert (spare["open"], spare["breaker"], spare["breaker_reason"]) == (True, "closed", "quota")
    assert {"BREAKERS", "ROUTES"}.isdisjoint(checks(ledger, settings))


def test_an_account_whose_work_ended_by_a_fault_says_until_when_it_sends_nothing(
    ledger: Ledger, settings: Settings
) -> None:
    now = system_clock()
    (epoch,) = ledger.write_now(ownership.hold, ["spare"], "one").values()
    assert (shown(ledger, "spare")["open"], shown(ledger, "spare")["again_at"]) == (True, None)
    ledger.write_now(ownership.fail, "spare", epoch, now + MINUTE)
    spare = shown(ledger, "spare")
    assert (spare["open"], spare["again_at"], spare["worker"]) == (False, iso(now + MINUTE), None)
    assert shown(ledger, "main")["open"]
    assert ledger.read_now(figures, now).worked == {"main": True, "spare": False}
    ledger.write_now(ownership.hold, ["spare"], "one")
    ledger.write_now(ownership.fail, "spare", epoch, now + MINUTE)  # told late: another begun since
    assert shown(ledger, "spare")["again_at"] is None


def test_a_receiver_at_rest_is_named_with_what_is_wrong_with_it(tmp_path: Path) -> None:
    receiver = {"url": "https://a.example.cn/", "secrets": ["whsec_" + "A" * 44]}
    account = {"provider": "standard_webhooks", "receivers": {"mobile": receiver}}
    settings = Settings.model_validate({"data_folder": tmp_path, "accounts": {"operators": account}})
    ledger, now = open_ledger(tmp_path), system_clock()
    ledger.write_now(accounts.sync, settings.accounts, now, settings.routes)
    ledger.write_now(
        lanes.open_breaker, shown(ledger, "operators")["id"], now + MINUTE, "lane_removed", 1, now
    )
    said = checks(ledger, settings)["BREAKERS"].message
    assert "operators.mobile：对方停用了这个网址" in said
    ledger.close()
