"""The example of the settings and the settings themselves say the same."""

import re
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from gateway.errors import InputError
from gateway.exchange.senders import SenderSettings
from gateway.settings import (
    ReceiverSettings,
    Settings,
    SmtpSettings,
    StandardWebhooksSettings,
    TwilioSettings,
    WecomAppSettings,
    WecomSettings,
    load,
)

EXAMPLE = files("gateway.cli").joinpath("airwarn.example.toml").read_text("utf-8")
UNCOMMENTED = re.sub(r'(?m)^# (?=\[|[a-z_]+ = |")', "", EXAMPLE)
ACCOUNTS: dict[str, type[BaseModel]] = {
    "sms": TwilioSettings,
    "wecom": WecomSettings,
    "wecom_app": WecomAppSettings,
    "mail": SmtpSettings,
    "operators": StandardWebhooksSettings,
}


def tables() -> list[tuple[str, type[BaseModel], dict[str, Any]]]:
    """Each table of the example, everything uncommented, with its model."""
    read = tomllib.loads(UNCOMMENTED)
    found: list[tuple[str, type[BaseModel], dict[str, Any]]] = [("", Settings, read)]
    for name in ("api", "exchange", "office", "public", "signing"):
        found.append((name, type(getattr(Settings(), name)), read[name]))
    found.append(("senders", SenderSettings, read["senders"]["dalian"]))
    found.append(("receivers", ReceiverSettings, read["accounts"]["operators"]["receivers"]["mobile"]))
    return found + [(name, model, read["accounts"][name]) for name, model in ACCOUNTS.items()]


@pytest.mark.parametrize(("name", "model", "table"), tables(), ids=lambda each: str(each)[:20])
def test_the_example_shows_every_setting_and_no_other(
    name: str, model: type[BaseModel], table: dict[str, Any]
) -> None:
    assert set(table) == set(model.model_fields), name


@pytest.mark.parametrize(("name", "model", "table"), tables(), ids=lambda each: str(each)[:20])
def test_what_the_example_leaves_to_be_uncommented_is_the_default(
    name: str, model: type[BaseModel], table: dict[str, Any]
) -> None:
    active = tomllib.loads(EXAMPLE).get(name, {}) if name else tomllib.loads(EXAMPLE)
    for key, field in model.model_fields.items():
        default = field.get_default()
        if isinstance(default, bool | int | float | str) and key not in active and key != "sender_name":
            assert table[key] == default, f"{name}.{key}"


def test_the_example_loads_as_it_is_and_with_everything_uncommented(tmp_path: Path) -> None:
    (tmp_path / "as-it-is.toml").write_text(EXAMPLE, "utf-8")
    assert load(tmp_path / "as-it-is.toml").accounts == {}
    (tmp_path / "all.toml").write_text(UNCOMMENTED, "utf-8")
    assert load(tmp_path / "all.toml").accounts.keys() == ACCOUNTS.keys()


def test_every_setting_is_explained_in_chinese_and_in_english() -> None:
    explained: set[str] = set()
    words = ""
    for line in EXAMPLE.splitlines():
        setting = re.match(r'(?:# )?(?:([a-z_]+) = |\[(?:\w+\.)*(\w+)\]|"[^"]+" = )', line)
        if setting is None:
            words = words + line if line else ""
            continue
        if re.search(r"[一-鿿]", words) and re.search(r"[a-z]{3}", words):
            explained.add(setting[1] or setting[2] or "")
        if setting[1]:
            words = ""
    plain = {"account_sid", "senders", "username", "sender", "sender_name", "host", "port"}  # their names do
    keys = {key for _, model, _ in tables() for key in model.model_fields}
    assert keys - explained - plain == {"accounts"}  # explained by what is in it


def test_secrets_lie_beside_the_settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRWARN_SECRETS", raising=False)
    folder = tmp_path / "etc"
    (folder / "airwarn-secrets").mkdir(parents=True)
    (folder / "airwarn.toml").write_text("port = 1")
    (folder / "airwarn-secrets" / "airwarn_api_token").write_text("invented\n")
    assert load(folder / "airwarn.toml").api_token == SecretStr("invented")


@pytest.mark.parametrize(
    ("routes", "field", "words"),
    [
        ('sms = ["main", "sprae"]', "routes.sms", "sprae"),
        ('sms = ["mail"]', "routes.sms", "another channel"),
        ('email = ["mail", "mail"]', "routes.email", "twice"),
        ('fax = ["main"]', "routes.fax.[key]", "email"),
    ],
)
def test_a_route_that_is_no_account_of_its_channel_is_named_with_file_and_line(
    tmp_path: Path, routes: str, field: str, words: str
) -> None:
    file = tmp_path / "airwarn.toml"
    file.write_text(
        f"""
        [routes]
        {routes}
        [accounts.main]
        provider = "twilio"
        account_sid = "AC00000000000000000000000000000000"
        auth_token = "invented"
        senders = ["+15005550006"]
        [accounts.mail]
        provider = "smtp"
        host = "smtp.example.cn"
        sender = "warning@example.cn"
        """,
        "utf-8",
    )
    with pytest.raises(InputError) as refused:
        load(file)
    assert (refused.value.file, refused.value.field) == (str(file), field)
    assert words in refused.value.message_en
