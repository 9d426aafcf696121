"""What commands say of now, where the ledger's clock is the database's and this machine's is wrong."""

import json
import time
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection, insert
from typer.testing import CliRunner

from gateway.cli import duties
from gateway.ledger.database import Ledger
from gateway.ledger.schema import contacts, duty_shifts
from tests.backends import open_ledger
from tests.delivery.world import HOUR, organisation


def on_duty(connection: Connection, now: int) -> None:
    """Somebody's shift, which began half an hour ago and lasts as long again."""
    office = organisation(connection, "A")
    person = {"organisation_id": office, "name": "示例甲", "role": "duty", "position": 0, "language": "zh-CN"}
    made = insert(contacts).values(**person, active=True, updated_at=0).returning(contacts.c.id)
    contact = connection.execute(made).scalar_one()
    shift = {"contact_id": contact, "starts_at": now - HOUR // 2, "ends_at": now + HOUR // 2}
    connection.execute(insert(duty_shifts).values(**shift))


def test_commands_say_who_is_on_duty_by_the_ledgers_clock(
    tmp_path: Path, database: SecretStr, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger: Ledger = open_ledger(tmp_path)
    ledger.write_now(on_duty, ledger.now())
    ledger.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AIRWARN_DATABASE_URL", database.get_secret_value())
    monkeypatch.setenv("AIRWARN_DATA_FOLDER", str(tmp_path))
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + 5 * 3600)
    monkeypatch.setattr(time, "time_ns", lambda now=time.time_ns: now() + 5 * 3600 * 10**9)
    shown = CliRunner().invoke(duties.app, ["show", "--json"])
    assert [each["contact"] for each in json.loads(shown.stdout)["now"]] == ["示*"]
