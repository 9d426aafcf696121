"""A change of settings is in the audit trail, named by its part and without any value."""

import json
from pathlib import Path

from pydantic import SecretStr

from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from gateway.follow_up.upkeep import configured
from gateway.ledger.trail import audit
from gateway.settings import OfficeSettings, Settings, TwilioSettings
from tests.backends import open_ledger
from tests.city import settings

SIGNATURE = OfficeSettings(signature="示例预警办")


def account(secret: str = AUTH_TOKEN, **changes: object) -> dict[str, TwilioSettings]:
    values = {"account_sid": ACCOUNT_SID, "auth_token": SecretStr(secret), "senders": [SENDER], **changes}
    return {"sms": TwilioSettings.model_validate({"provider": "twilio", **values})}


def noted(folder: Path, *starts: Settings) -> list[list[str]]:
    """The parts that each row names."""
    ledger = open_ledger(folder)
    for number, each in enumerate(starts):
        ledger.write_now(configured.note, each, number)
    rows = ledger.read_now(audit.page)
    ledger.close()
    assert {row.kind for row in rows} == {"settings_changed"}
    words = json.dumps([dict(row.detail) for row in rows], ensure_ascii=False)
    assert AUTH_TOKEN not in words
    assert "示例预警办" not in words
    return [list(row.detail["changed"]) for row in rows]


def test_the_first_start_is_noted_and_an_equal_one_is_not(tmp_path: Path) -> None:
    assert noted(tmp_path, settings(tmp_path), settings(tmp_path), settings(tmp_path, port=8331)) == [[]]


def test_a_changed_part_is_named(tmp_path: Path) -> None:
    first, second = settings(tmp_path), settings(tmp_path, office=SIGNATURE)
    assert noted(tmp_path, first, second, first) == [[], ["office"], ["office"]]


def test_another_account_is_a_change_and_another_secret_is_not_looked_at(tmp_path: Path) -> None:
    starts = [
        settings(tmp_path),
        settings(tmp_path, accounts=account()),
        settings(tmp_path, accounts=account(secret="another-invented-one")),
        settings(tmp_path, accounts=account(per_second=1)),
    ]
    assert noted(tmp_path, *starts) == [[], ["accounts"], ["accounts"]]
