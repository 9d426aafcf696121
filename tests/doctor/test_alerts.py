"""What the doctor says of the alerts for operators and neighbours."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from gateway.doctor.alerts import kept, signing
from gateway.settings import Settings, SigningSettings
from tests.broadcasts.bureau import Bureau
from tests.exchange.keys import NOW, certificate, pem, rsa_key


def settings(days: int | None) -> Settings:
    """Signing with a certificate that holds for so many days; None: without a key."""
    if days is None:
        return Settings()
    until = certificate(rsa_key(), until=NOW + timedelta(days=days)).decode()
    return Settings(signing=SigningSettings(key=SecretStr(pem(rsa_key()).decode()), certificate=until))


@pytest.mark.parametrize(("days", "outcome"), [(31, "ok"), (29, "warning"), (-1, "error")])
def test_the_end_of_the_certificate_is_told_a_month_before(days: int, outcome: str) -> None:
    (check,) = signing(settings(days), NOW)
    assert (check.code, check.outcome) == ("SIGNING", outcome)


def test_without_a_key_nothing_is_said() -> None:
    assert list(signing(settings(None), NOW)) == []


def test_a_key_that_cannot_be_read_is_an_error_and_never_shown() -> None:
    broken = settings(40).model_copy(
        update={"signing": SigningSettings(key=SecretStr("hush-hush"), certificate="no certificate")}
    )
    (check,) = signing(broken, NOW)
    assert check.outcome == "error"
    assert "hush-hush" not in str(check)


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    yield made
    made.close()


def codes(bureau: Bureau, configured: Settings) -> list[str]:
    return [each.code for each in kept(bureau.ledger, configured, bureau.now)]


def test_what_is_unsigned_with_a_key_and_what_nobody_renews_is_found(bureau: Bureau) -> None:
    lasting: dict[str, Any] = {"expected_end_at": None, "open_ended": True, "special_reason": "急"}
    bureau.act({**bureau.document(starts_at=bureau.moment.isoformat()), **lasting})
    assert codes(bureau, settings(None)) == []
    assert codes(bureau, settings(40)) == ["ALERTS_UNSIGNED"]
    bureau.later(hours=22, minutes=5)
    assert codes(bureau, settings(None)) == []
    bureau.later(minutes=6)
    assert codes(bureau, settings(None)) == ["RENEWALS"]
