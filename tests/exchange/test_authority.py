"""The settings of payloads."""

from pathlib import Path

import pytest

from gateway.errors import InputError
from gateway.exchange.model import Authority, Named
from gateway.settings import load


def settings(folder: Path, text: str) -> Authority:
    (folder / "airwarn.toml").write_text(text, "utf-8")
    return load(folder / "airwarn.toml").exchange.authority()


def test_without_settings_payloads_have_their_defaults(tmp_path: Path) -> None:
    assert settings(tmp_path, "") == Authority()


def test_what_the_office_states_reaches_its_payloads(tmp_path: Path) -> None:
    authority = settings(
        tmp_path,
        """
        [exchange]
        sender = "cn.example.warning"
        organisation = "416"
        event = "空气重污染"
        event_codes = {"cn:eventType" = "12Q02", "QWeather" = "1272Z"}
        outlines = {"410105" = {system = "wgs84", points = "34.7,113.6 34.9,113.6 34.9,113.8 34.7,113.6"}}
        """,
    )
    assert (authority.sender, authority.organisation, authority.event) == (
        "cn.example.warning",
        "416",
        "空气重污染",
    )
    assert authority.event_codes == (Named("cn:eventType", "12Q02"), Named("QWeather", "1272Z"))
    assert authority.polygons[0][0] == "410105"


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ('event_codes = {"cn:eventType" = "11B19"}', "exchange.event_codes", "霾"),
        ('event_codes = {"cn:eventType" = "x"}', "exchange.event_codes", "12Q02"),
        ("event_codes = {}", "exchange.event_codes", ""),
        ('sender = "two words"', "exchange.sender", "no spaces"),
        ('sender = "a,b"', "exchange.sender", "逗号"),
        ('organisation = "4567"', "exchange.organisation", ""),
        ('outlines = {"410105" = {points = "34.7,113.6"}}', "exchange.outlines.410105.system", ""),
        (
            'outlines = {"x" = {system = "wgs84", points = "80,40 80,41 81,41 80,40"}}',
            "exchange.outlines",
            "latitude,longitude",
        ),
    ],
)
def test_settings_that_would_mislead_are_refused(tmp_path: Path, line: str, field: str, words: str) -> None:
    with pytest.raises(InputError) as raised:
        settings(tmp_path, f"[exchange]\n{line}\n")
    assert (raised.value.code, raised.value.field) == ("SETTINGS_INVALID", field)
    assert words in raised.value.message + raised.value.message_en
