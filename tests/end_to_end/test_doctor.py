"""`doctor` on an office that is well, and on what it is for."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from gateway.ledger.database import FILE
from tests.cli.command import Ran, airwarn
from tests.end_to_end.office import serving


def found(ran: Ran) -> dict[str, dict[str, Any]]:
    """The worst check of each code."""
    worst: dict[str, dict[str, Any]] = {}
    order = ["ok", "warning", "error"]
    for check in ran.json["checks"]:
        known = worst.get(check["code"])
        if known is None or order.index(check["outcome"]) > order.index(known["outcome"]):
            worst[check["code"]] = check
    return worst


def change(folder: Path, statement: str) -> None:
    with closing(sqlite3.connect(folder / "airwarn-data" / FILE)) as connection:
        connection.execute(statement)
        connection.commit()


def test_a_new_office_is_told_what_is_missing_and_nothing_is_made(tmp_path: Path) -> None:
    ran = airwarn(tmp_path, "doctor", "--json")
    assert ran.code == 0
    assert found(ran)["ACCOUNTS"]["outcome"] == "warning"
    assert found(ran)["LEDGER"]["outcome"] == "ok"
    assert list(tmp_path.iterdir()) == []


def test_every_problem_of_the_settings_is_named_and_no_secret_is_shown(tmp_path: Path) -> None:
    (tmp_path / "airwarn.toml").write_text('prot = 1\nport = "many"\n[office]\nsignature = "x"\n')
    ran = airwarn(tmp_path, "doctor", "--json", AIRWARN_METRICS_PORT="hush-hush")
    assert ran.code == 1
    messages = " ".join(each["message"] for each in ran.json["checks"] if each["code"] == "SETTINGS")
    assert all(key in messages for key in ("prot", "port", "metrics_port", "office.signature"))
    assert "hush-hush" not in ran.out + ran.err


def test_an_office_that_is_well_has_no_error_with_and_without_its_server(office: Path) -> None:
    airwarn(office, "directory", "import", "directory.csv")
    with serving(office):
        assert airwarn(office, "send", "start.yaml", "--wait").code == 0
        ran = airwarn(office, "doctor", "--json")
        assert ran.code == 0, ran.out
    seen = found(airwarn(office, "doctor", "--json"))
    for code in ("CLOCK", "PORT", "PERMISSIONS", "PROVIDER", "INTEGRITY", "COUNTERS", "RECEIPTS", "UNKNOWN"):
        assert seen[code]["outcome"] == "ok", seen[code]
    assert "媒体" in seen["DIRECTORY"]["message"]  # nobody of it is in the list
    assert "→" in airwarn(office, "doctor").out


def test_what_is_wrong_with_a_ledger_is_found(office: Path) -> None:
    airwarn(office, "directory", "import", "directory.csv")
    assert airwarn(office, "send", "start.yaml", "--wait").code == 0
    change(office, "update counters set deliveries = deliveries + 1 where state = 'delivered'")
    change(office, "update deliveries set state = 'unknown' where id = 1")
    change(office, f"update events set at = at + {10**10}")
    change(office, "update addresses set value = '另一个群' where kind = 'wecom'")
    ran = airwarn(office, "doctor", "--json")
    assert ran.code == 1
    seen = found(ran)
    assert (seen["COUNTERS"]["outcome"], seen["CLOCK"]["outcome"]) == ("error", "error")
    assert (seen["UNKNOWN"]["outcome"], seen["WECOM_GROUPS"]["outcome"]) == ("warning", "warning")
    assert "另一个群" in seen["WECOM_GROUPS"]["message"]
    change(office, "pragma foreign_keys=off")
    change(office, "delete from addresses")
    assert found(airwarn(office, "doctor", "--json"))["INTEGRITY"]["outcome"] == "error"


def test_a_port_in_use_open_secrets_and_a_provider_that_is_away_are_errors(office: Path) -> None:
    settings = (office / "airwarn.toml").read_text()
    (office / "airwarn.toml").write_text(
        settings.replace("port = 0", "port = 1", 1)
        + '[accounts.mail]\nprovider = "smtp"\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\n'
        'sender = "office@example.com"\n'
        '[accounts.far]\nprovider = "twilio"\naccount_sid = "AC00000000000000000000000000000000"\n'
        'auth_token = "invented"\nsenders = ["+15005550006"]\nbase_url = "https://127.0.0.2.invalid"\n'
    )
    secrets = office / "airwarn-secrets"
    secrets.mkdir(mode=0o755)
    (secrets / "airwarn_api_token").write_text("invented-and-hidden")
    ran = airwarn(office, "doctor", "--json")
    seen = found(ran)
    assert (seen["PROVIDER"]["outcome"], seen["SECRETS"]["outcome"]) == ("error", "error")
    assert "public_url" in seen["CALLBACKS"]["message"]
    assert seen["SECRETS_STATED"]["outcome"] == "warning"
    assert "invented" not in ran.out
    (office / "airwarn.toml").chmod(0o600)
    assert "SECRETS_STATED" not in found(airwarn(office, "doctor", "--json"))
