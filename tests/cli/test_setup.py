"""`init` and what settings refuse."""

import stat
from pathlib import Path

from tests.cli.command import airwarn


def test_init_makes_settings_that_work_and_a_token_only_its_owner_can_read(tmp_path: Path) -> None:
    ran = airwarn(tmp_path, "init", "--json")
    assert ran.code == 0
    token = tmp_path / ran.json["token_file"]
    assert token.read_text() == ran.json["token"]
    assert stat.S_IMODE(token.stat().st_mode) == 0o600
    assert airwarn(tmp_path, "plan", "list", "--json").code == 0  # reads the new settings


def test_init_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "airwarn.toml").write_text("port = 9000\n")
    ran = airwarn(tmp_path, "init", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "FILE_EXISTS")
    assert (tmp_path / "airwarn.toml").read_text() == "port = 9000\n"
    assert not (tmp_path / "airwarn-secrets").exists()


def test_a_secret_may_lie_in_a_file_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "airwarn.toml").write_text(
        f'[accounts.sms]\nprovider = "twilio"\naccount_sid = "AC{"0" * 32}"\nsenders = ["+15005550006"]\n'
    )
    missing = airwarn(tmp_path, "plan", "list", "--json").json["error"]
    assert (missing["code"], missing["file"]) == ("SETTINGS_INVALID", "airwarn.toml")
    assert missing["field"] == "accounts.sms.auth_token"
    assert "airwarn-secrets/airwarn_accounts__sms__auth_token" in missing["message"]
    secrets = tmp_path / "airwarn-secrets"
    secrets.mkdir()
    (secrets / "airwarn_accounts__sms__auth_token").write_text("invented")
    assert airwarn(tmp_path, "plan", "list", "--json").code == 0


def test_bad_settings_are_one_error_that_names_the_key_and_no_secret(tmp_path: Path) -> None:
    (tmp_path / "airwarn.toml").write_text("prot = 1\n")
    assert airwarn(tmp_path, "plan", "list", "--json").json["error"]["field"] == "prot"
    (tmp_path / "airwarn.toml").write_text("port = 1\nhost =\n")
    malformed = airwarn(tmp_path, "plan", "list", "--json").json["error"]
    assert (malformed["code"], malformed["line"]) == ("SETTINGS_MALFORMED", 2)
    named = airwarn(tmp_path, "plan", "list", "--settings", "nowhere.toml", "--json")
    assert "没有这个文件" in airwarn(tmp_path, "check", "nowhere.yaml").err
    assert (named.json["error"]["code"], named.json["error"]["file"]) == ("SETTINGS_MISSING", "nowhere.toml")
    (tmp_path / "airwarn.toml").write_bytes("# 设置\nport = 1\n".encode("gbk"))  # as Notepad may save it
    assert airwarn(tmp_path, "plan", "list", "--json").json["error"]["code"] == "SETTINGS_ENCODING"
    (tmp_path / "airwarn.toml").write_text("")
    wrong = airwarn(tmp_path, "plan", "list", "--json", AIRWARN_API_TOKEN="x" * 9, AIRWARN_PORT="hush-hush")
    assert (wrong.json["error"]["field"], wrong.json["error"]["message"]) == ("port", "“port”应为整数")
    assert "hush-hush" not in wrong.out + wrong.err
