"""What doctor says of the systems that take alerts."""

import base64
from pathlib import Path
from typing import Any

import pytest

from gateway.doctor.check import Check
from gateway.doctor.providers import callbacks, reachable
from gateway.doctor.receivers import known, sayable, usable
from gateway.ledger.database import Ledger, system_clock
from gateway.plans.catalogue import Catalogue
from gateway.settings import Settings
from gateway.web.importing.organisations import read_rows, store_rows

SECRET = "whsec_" + base64.b64encode(bytes(32)).decode()
PRIVATE = "whsk_" + base64.b64encode(bytes(32)).decode()


def settings(folder: Path, **receivers: Any) -> Settings:
    account = {"provider": "standard_webhooks", "receivers": receivers}
    return Settings.model_validate({"data_folder": folder, "accounts": {"operators": account}})


def codes(found: list[Check]) -> dict[str, str]:
    return {each.code: each.message for each in found}


@pytest.mark.parametrize(
    ("receiver", "expected"),
    [
        ({"url": "https://a.example.cn/alerts", "secrets": [SECRET]}, None),
        ({"url": "http://127.0.0.1:9/", "signing_keys": [PRIVATE], "their_secrets": [SECRET]}, None),
        ({"url": "http://a.example.cn/", "secrets": [SECRET]}, "RECEIVER_INVALID"),
        ({"url": "https://name:hidden@a.example.cn/", "secrets": [SECRET]}, "RECEIVER_INVALID"),
        ({"url": "https://a.example.cn/", "secrets": ["whsec_hidden"]}, "RECEIVER_INVALID"),
        (
            {"url": "https://a.example.cn/", "secrets": [SECRET], "their_public_keys": ["whpk_hidden"]},
            "RECEIVER_INVALID",
        ),
        ({"url": "https://a.example.cn/", "signing_keys": [PRIVATE]}, "RECEIVER_UNPROVED"),
    ],
)
def test_a_receiver_that_cannot_be_used_is_named_and_no_key_with_it(
    tmp_path: Path, receiver: dict[str, Any], expected: str | None
) -> None:
    found = list(usable(settings(tmp_path, mobile=receiver)))
    assert [each.code for each in found] == ([] if expected is None else [expected])
    for each in found:
        assert "mobile" in each.message
        assert "mobile" in each.message_en or "receiver" in each.message_en
        assert "hidden" not in str(each)


def test_receivers_that_only_the_directory_or_only_the_settings_have_are_told(tmp_path: Path) -> None:
    receiver = {"url": "https://a.example.cn/", "secrets": [SECRET]}
    header = "编码,名称,受众,区域代码,联系人,手机,推送接收方\n"
    row = "O1,示例移动公司,电信运营企业,410100,值班台,19900000201,{}\n"
    ledger = Ledger(tmp_path)
    try:
        for named in ("", "telecom", "mobile"):
            reading = read_rows((header + row.format(named)).encode(), "a.csv", Catalogue())
            ledger.write_now(store_rows, reading, system_clock())
            found = codes(list(known(ledger, settings(tmp_path, mobile=receiver))))
            if named == "":
                assert found.keys() == {"RECEIVERS_UNUSED"}
                assert "mobile" in found["RECEIVERS_UNUSED"]
            elif named == "telecom":
                assert found.keys() == {"RECEIVERS_UNUSED", "RECEIVERS_UNKNOWN"}
                assert "telecom" in found["RECEIVERS_UNKNOWN"]
            else:
                assert found.keys() == {"RECEIVERS"}
    finally:
        ledger.close()


async def test_each_receiver_is_looked_for_by_itself_and_reports_need_a_way_back(tmp_path: Path) -> None:
    far = settings(
        tmp_path,
        mobile={"url": "http://127.0.0.1:1/alerts?key=hidden", "secrets": [SECRET]},
        unicom={"url": "https://a.example.cn/", "secrets": [SECRET]},
    )
    near = settings(tmp_path, mobile={"url": "http://127.0.0.1:1/", "secrets": [SECRET]})
    (found,) = await reachable(near.accounts)
    assert (found.code, found.outcome) == ("PROVIDER", "error")
    assert "operators.mobile" in found.message
    assert callbacks(near) is None
    back = callbacks(far)
    assert back is not None
    assert back.outcome == "error"


def test_areas_of_which_a_receiver_of_the_national_form_gets_nothing_are_told_beforehand(
    tmp_path: Path,
) -> None:
    header = "编码,名称,受众,区域代码,联系人,手机,推送接收方\n"
    row = "O1,示例移动公司,电信运营企业,410100,值班台,19900000201,mobile\n"
    own = [each.code for each in Catalogue().load("zhengzhou").plan.areas if each.own_code]
    ledger = Ledger(tmp_path)

    def found(form: str, **divisions: str) -> list[Check]:
        receiver = {"url": "https://a.example.cn/", "secrets": [SECRET], "format": form}
        made = settings(tmp_path, mobile=receiver)
        exchange = made.exchange.model_copy(update={"divisions": divisions})
        return list(sayable(ledger, made.model_copy(update={"exchange": exchange})))

    try:
        assert found("national") == []  # no organisation names it
        ledger.write_now(store_rows, read_rows((header + row).encode(), "a.csv", Catalogue()), system_clock())
        assert found("cap") == []
        (told,) = found("national")
        assert (told.code, told.outcome) == ("RECEIVERS_FORMLESS", "warning")
        assert "mobile" in told.message
        assert own[0] in told.message
        assert found("national", **dict.fromkeys(own, "410171")) == []
    finally:
        ledger.close()
