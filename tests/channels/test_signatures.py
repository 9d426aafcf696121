"""Our signatures against the vectors that Standard Webhooks publishes, and against whoever forges them."""

import base64
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from channels.contract import Forged
from channels.webhook import signatures
from channels.webhook.progress import read_progress
from channels.webhook.signatures import public_key, sign, signing_key, verify, verifying_key

# libraries/go/webhook_symmetric_test.go and webhook_asymmetric_test.go of the project
_ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
_AT = datetime.fromtimestamp(1614265330, UTC)
_BODY = b'{"test": 2432232314}'
_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
_SECRET_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
_PRIVATE = "whsk_VEVTVFNJR05JTkdLRVlET05PVFVTRVRISVNGT1JBTlk="
_PRIVATE_SIGNATURE = (
    "v1a,tQ9V2XOqn7jL/DQenEFpqIugdBVtiMmER5mhSkXBNwM0mkATuDe6KYYUuxqtaiHeYGb7KaaBRdM5WqyeFiL8Ag=="
)
_OTHER = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def _headers(*signed: str, message_id: str = _ID, at: str = "1614265330") -> dict[str, str]:
    return {
        signatures.ID: message_id,
        signatures.TIMESTAMP: at,
        signatures.SIGNATURE: " ".join(signed),
    }


@pytest.mark.parametrize(("key", "expected"), [(_SECRET, _SECRET_SIGNATURE), (_PRIVATE, _PRIVATE_SIGNATURE)])
def test_the_published_vectors_are_reproduced(key: str, expected: str) -> None:
    headers = sign([signing_key(key)], _ID, _AT, _BODY)
    assert headers == _headers(expected)


@pytest.mark.parametrize(
    ("key", "signature"), [(_SECRET, _SECRET_SIGNATURE), (public_key(_PRIVATE), _PRIVATE_SIGNATURE)]
)
def test_the_published_vectors_are_verified(key: str, signature: str) -> None:
    signed = verify([verifying_key(key)], _headers(signature), _BODY, _AT)
    assert (signed.id, signed.sent_at) == (_ID, _AT)


def test_each_key_signs_while_they_rotate_and_any_one_of_them_verifies() -> None:
    old, new = signing_key(_SECRET), signing_key(_PRIVATE)
    headers = sign([old, new], _ID, _AT, _BODY)
    assert headers[signatures.SIGNATURE] == f"{_SECRET_SIGNATURE} {_PRIVATE_SIGNATURE}"
    for held in (_SECRET, public_key(_PRIVATE)):
        assert verify([verifying_key(held)], headers, _BODY, _AT).id == _ID
    assert verify([verifying_key(_OTHER), verifying_key(_SECRET)], headers, _BODY, _AT).id == _ID


def test_signatures_of_unknown_versions_are_passed_over() -> None:
    headers = _headers("v2,AAAA", "v1,签", "v1a,AAAA", "", _PRIVATE_SIGNATURE, _SECRET_SIGNATURE)
    for held in (_SECRET, public_key(_PRIVATE)):
        assert verify([verifying_key(held)], headers, _BODY, _AT).id == _ID


def test_bytes_of_any_encoding_are_signed_as_they_are() -> None:
    body = "橙色预警".encode("gb18030") + b"\xff\x00"
    headers = sign([signing_key(_SECRET)], _ID, _AT, body)
    assert verify([verifying_key(_SECRET)], headers, body, _AT).id == _ID
    with pytest.raises(Forged):
        verify([verifying_key(_SECRET)], headers, body + b" ", _AT)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param({}, _BODY, id="nothing"),
        pytest.param(_headers(_SECRET_SIGNATURE), _BODY + b" ", id="another body"),
        pytest.param(_headers(_SECRET_SIGNATURE, message_id="msg_2"), _BODY, id="another id"),
        pytest.param(_headers(_SECRET_SIGNATURE, at="1614265331"), _BODY, id="another moment"),
        pytest.param(_headers(_SECRET_SIGNATURE.replace("v1,", "v1a,")), _BODY, id="another version"),
        pytest.param(_headers("v1,"), _BODY, id="no signature"),
        pytest.param(_headers(_SECRET_SIGNATURE[:-5]), _BODY, id="half a signature"),
        pytest.param(_headers(*["v1,AAAA"] * 20, _SECRET_SIGNATURE), _BODY, id="too many to try"),
        pytest.param(_headers(_SECRET_SIGNATURE, at="1614265330.0"), _BODY, id="no whole second"),
        pytest.param(_headers(_SECRET_SIGNATURE, at="１６１４２６５３３０"), _BODY, id="other digits"),
        pytest.param(_headers(_SECRET_SIGNATURE, message_id="信"), _BODY, id="an id beyond ASCII"),
        pytest.param(_headers(_SECRET_SIGNATURE, message_id="a" * 257), _BODY, id="an endless id"),
    ],
)
def test_whatever_was_not_signed_is_forged(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(Forged):
        verify([verifying_key(_SECRET)], headers, body, _AT)


def test_a_part_of_the_body_never_passes_for_a_part_of_the_id() -> None:
    shifted = f"1614265330.{_BODY.decode()}".encode()
    headers = sign([signing_key(_SECRET)], "msg", _AT, shifted)
    moved = headers | {signatures.ID: "msg.1614265330"}
    with pytest.raises(Forged):
        verify([verifying_key(_SECRET)], moved, _BODY, _AT)


def test_a_request_of_five_minutes_ago_holds_and_an_older_or_later_one_is_forged() -> None:
    headers, keys = _headers(_SECRET_SIGNATURE), [verifying_key(_SECRET)]
    for within in (timedelta(minutes=5), timedelta(minutes=-5)):
        assert verify(keys, headers, _BODY, _AT + within).id == _ID
    for beyond in (timedelta(minutes=5, seconds=1), timedelta(minutes=-5, seconds=-1)):
        with pytest.raises(Forged):
            verify(keys, headers, _BODY, _AT + beyond)


@pytest.mark.parametrize(
    "text",
    ["", "secret", "whsec_", "whsec_AAAA", "whsec_密", "whsk_AAAA", "whpk_AAAA", "whsk_" + "A" * 86 + "=="],
)
def test_a_key_that_is_none_is_refused_without_being_shown(text: str) -> None:
    for read in (signing_key, verifying_key):
        with pytest.raises(ValueError, match=r"whsec|whsk|whpk|base64") as raised:
            read(text)
        assert len(text) < 8 or text not in str(raised.value)


def test_a_key_never_shows_in_its_repr() -> None:
    assert "MfKQ" not in repr(signing_key(_SECRET))
    assert "M7" not in repr(signing_key(_SECRET))


DOCS = (Path(__file__).parents[2] / "docs/payloads.md").read_text("utf-8")


def test_the_example_that_receivers_read_is_right() -> None:
    (secret,) = set(re.findall(r"whsec_[A-Za-z0-9+/]{8,}=*", DOCS))
    (line,) = re.findall(r"(?m)^12-0a1b2c3d4e5f\..*$", DOCS)
    message_id, timestamp, body = line.split(".", 2)
    (signature,) = re.findall(r"`(v1,[A-Za-z0-9+/]{43}=)`", DOCS)
    at = datetime.fromtimestamp(int(timestamp), UTC)
    assert sign([signing_key(secret)], message_id, at, body.encode())[signatures.SIGNATURE] == signature


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the commands for keys need openssl")
def test_the_commands_that_make_keys_make_keys_that_belong_together(tmp_path: Path) -> None:
    (commands,) = re.findall(r'(?s)```sh\n(echo "whsec_.*?)```', DOCS)
    ran = subprocess.run(["bash", "-c", commands], cwd=tmp_path, capture_output=True, text=True, check=True)
    secret, private, public = ran.stdout.split()
    assert verifying_key(secret).version == "v1"
    assert public_key(private) == public


@pytest.mark.skipif(shutil.which("openssl") is None, reason="the commands for receivers need openssl")
def test_the_commands_that_receivers_read_sign_a_report_that_we_believe() -> None:
    (commands,) = re.findall(r"(?s)```sh\n(callback=.*?)```", DOCS)
    shown = 'curl() { printf "%s\\n" "$@"; }\n' + commands
    ran = subprocess.run(["bash", "-c", shown], capture_output=True, text=True, check=True)
    said = ran.stdout.splitlines()
    headers = dict(each.split(": ", 1) for before, each in pairwise(said) if before == "-H")
    body = said[said.index("--data-binary") + 1]
    (secret,) = set(re.findall(r"whsec_[A-Za-z0-9+/]{8,}=*", commands))
    assert verify([verifying_key(secret)], headers, body.encode(), datetime.now(UTC)).id.startswith("report-")
    assert read_progress(body.encode(), "r1", "mobile").sent == 1260000
