"""Whose message it is: by a pinned certificate or a signature, and never by what it says of itself."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from channels.webhook import signatures
from gateway.errors import InputError
from gateway.exchange import cap, national
from gateway.exchange.model import SMS, Authority, Named
from gateway.exchange.senders import SenderSettings
from gateway.exchange.signing import sign
from gateway.orders.senders import Proved, Senders, Unproved
from tests.broadcasts.bureau import CATALOGUE, START
from tests.exchange.keys import signing_key
from tests.orders.world import CITY, OTHER_SECRET, SECRET, District, block

SOON, END = START + timedelta(hours=6), START + timedelta(hours=78)
OURS = signing_key("ec", "city")
PLAN = {"level_name": "大连市", "plan": "xigang"}


def senders(**changes: Any) -> Senders:
    settings = {**PLAN, "identity": CITY, "fingerprints": [OURS.fingerprint], **changes}
    return Senders({"dalian": SenderSettings.model_validate(settings)}, CATALOGUE)


def headers(content: bytes, secret: str = SECRET, **when: float) -> Mapping[str, str]:
    return signatures.sign([signatures.signing_key(secret)], "m1", START + timedelta(**when), content)


def doubt(known: Senders, content: bytes, given: Mapping[str, str] | None = None) -> str:
    with pytest.raises(Unproved) as refused:
        known.prove(given or {}, content, START)
    return refused.value.doubt


@pytest.fixture
def alert(district: District) -> bytes:
    return cap.write(district.alert(block("orange", SOON, END)))


def test_a_pinned_certificate_proves_a_message(alert: bytes) -> None:
    proved = senders().prove({}, sign(alert, OURS, START), START)
    assert (proved.sender.name, proved.proof, proved.read is not None) == ("dalian", "signature", True)


def test_only_what_the_signature_covers_is_read(alert: bytes) -> None:
    signed = sign(alert, OURS, START)
    inner = signed.replace(b"</info>", b"<!-- </info> --></info>")  # comments are not signed
    proved = senders().prove({}, inner, START)
    plain = senders().prove({}, signed, START)
    assert proved.read is not None
    assert plain.read is not None
    assert proved.read.sha256 == plain.read.sha256


@pytest.mark.parametrize("secret", [SECRET, f"whsk_{SECRET.removeprefix('whsec_')}"])
def test_a_webhook_signature_proves_a_message(alert: bytes, secret: str) -> None:
    shared = secret.startswith("whsec_")
    how = {"secrets": [SecretStr(secret)]} if shared else {"public_keys": [signatures.public_key(secret)]}
    proved = senders(**how).prove(headers(alert, secret), alert, START)
    assert (proved.sender.name, proved.proof) == ("dalian", "webhook")


def test_what_nothing_proves_is_refused_with_what_is_wrong(alert: bytes) -> None:
    known = senders(secrets=[SecretStr(SECRET)])
    other = signing_key("ec", "somebody")
    assert doubt(known, alert) == "unsigned"
    assert doubt(known, b'{"identifier": "1"}') == "unsigned"
    assert doubt(known, b"<alert>") == "unreadable"
    assert doubt(known, sign(alert, other, START)) == "forged"
    assert doubt(known, sign(alert, OURS, START).replace("橙色".encode(), "黄色".encode())) == "forged"
    assert (
        doubt(known, sign(alert.replace(CITY.encode(), b"airwarn.999999"), OURS, START)) == "unknown_sender"
    )
    assert doubt(known, alert, headers(alert, OTHER_SECRET)) == "forged"
    assert doubt(known, alert + b" ", headers(alert)) == "forged"
    assert doubt(known, alert, headers(alert, minutes=-6)) == "forged"  # a replay


def test_nobody_signs_for_another(alert: bytes) -> None:
    other = replace(OURS)
    both = Senders(
        {
            "dalian": SenderSettings.model_validate(
                {**PLAN, "identity": CITY, "secrets": [SecretStr(OTHER_SECRET)]}
            ),
            "province": SenderSettings.model_validate(
                {
                    **PLAN,
                    "identity": "airwarn.210000",
                    "secrets": [SecretStr(SECRET)],
                    "fingerprints": [other.fingerprint],
                }
            ),
        },
        CATALOGUE,
    )
    assert doubt(both, alert, headers(alert)) == "other_sender"
    assert doubt(both, sign(alert, OURS, START)) == "unknown_sender"  # the city has no certificate pinned


@pytest.mark.parametrize("identity", ["21020000000000", "大连市重污染天气应急指挥部"])
def test_a_message_of_12379_is_known_by_its_unit_or_its_name(district: District, identity: str) -> None:
    info = block("orange", SOON, END)
    alert = district.alert(replace(info, parameters=(*info.parameters, Named(SMS, "示例"))))
    content = sign(national.write(alert, Authority()), OURS, START)
    proved = senders(identity=identity).prove({}, content, START)
    assert proved.read is not None
    assert (proved.proof, proved.read.format) == ("signature", "national")
    assert doubt(senders(identity="21020000000001"), content) == "unknown_sender"


def test_a_key_in_rotation_still_proves(alert: bytes) -> None:
    known = senders(secrets=[SecretStr(OTHER_SECRET), SecretStr(SECRET)])
    found: Proved = known.prove(headers(alert), alert, START)
    assert found.sender.name == "dalian"


@pytest.mark.parametrize(
    "wrong",
    [
        {"fingerprints": []},
        {"fingerprints": ["AB:CD"]},
        {"secrets": ["no prefix"]},
        {"public_keys": ["whsec_wrong"]},
        {"meaning": "wish"},
        {"unknown": "key"},
    ],
)
def test_settings_that_prove_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        SenderSettings.model_validate({**PLAN, "identity": CITY, "fingerprints": [OURS.fingerprint], **wrong})


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"plan": "nowhere"}, "PLAN_UNKNOWN"),
        ({"area": ["210202"]}, "AREA_NOT_IN_PLAN"),
        ({"secrets": ["whsec_short"]}, "SENDER_KEY"),
    ],
)
def test_a_server_does_not_start_with_senders_that_cannot_be(wrong: dict[str, Any], code: str) -> None:
    with pytest.raises(InputError) as refused:
        senders(**wrong)
    assert refused.value.code == code


def test_two_senders_of_one_name_are_refused() -> None:
    one = SenderSettings.model_validate({**PLAN, "identity": CITY, "fingerprints": [OURS.fingerprint]})
    with pytest.raises(InputError, match="identity"):
        Senders({"a": one, "b": one}, CATALOGUE)
