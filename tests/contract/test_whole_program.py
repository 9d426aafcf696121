"""The commands as their users run them, with the ledger in PostgreSQL."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.cli.command import airwarn
from tests.end_to_end.conftest import office  # noqa: F401 - a fixture
from tests.end_to_end.office import sent, serving


@pytest.fixture(autouse=True)
def at_the_database(database: SecretStr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRWARN_DATABASE_URL", database.get_secret_value())


def test_an_office_keeps_its_ledger_in_postgresql(office: Path) -> None:  # noqa: F811 - it is a fixture
    imported = airwarn(office, "directory", "import", "directory.csv", "--json")
    assert (imported.code, imported.json["counts"]["added"]) == (0, 6), imported.err
    ran = airwarn(office, "send", "start.yaml", "--wait", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["overview"]["totals"] == {"accepted": 1, "delivered": 5}
    broadcast = str(ran.json["broadcast"])
    assert airwarn(office, "status", broadcast, "--json").json["complete"] is True
    assert airwarn(office, "report", broadcast, "--format", "csv").out.count("\n") > 6
    assert airwarn(office, "due", "--json").code == 0
    verified = airwarn(office, "audit", "verify", "--json")
    assert (verified.code, verified.json["sound"]) == (0, True)
    checks = {each["code"]: each["outcome"] for each in airwarn(office, "doctor", "--json").json["checks"]}
    assert (checks["INTEGRITY"], checks["COUNTERS"], checks["AUDIT"]) == ("ok", "ok", "ok")
    backup = airwarn(office, "backup", "copy", "--json")
    assert (backup.code, backup.json["error"]["code"]) == (1, "BACKUP_BY_POSTGRESQL")
    assert not list((office / "airwarn-data").glob("*.sqlite3*"))
    with serving(office):
        lifted = airwarn(office, "send", "lift.yaml", "--wait", "--json")
        assert lifted.code == 0, lifted.err
    assert len(sent(office)) == 12


def test_a_database_that_is_not_there_is_said_without_its_password(
    office: Path,  # noqa: F811 - it is a fixture
) -> None:
    ran = airwarn(office, "status", AIRWARN_DATABASE_URL="postgresql://airwarn:hush-hush@127.0.0.1:1/airwarn")
    assert ran.code == 1
    assert "PostgreSQL" in ran.out + ran.err
    assert "hush" not in ran.out + ran.err
