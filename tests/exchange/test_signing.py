"""Signing an alert and verifying who signed one."""

import copy
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureConstructionMethod, SignatureMethod
from signxml.signer import XMLSigner

from gateway.errors import InputError
from gateway.exchange import cap, xml
from gateway.exchange.certificates import SigningKey, configured_key, fingerprint, read_fingerprint, read_key
from gateway.exchange.model import read_moment
from gateway.exchange.signing import sign
from gateway.exchange.validation.validate import validate
from gateway.exchange.verification import Pins, verify
from gateway.settings import SigningSettings, load
from tests.exchange.keys import NOW, certificate, pem, rsa_key, signing_key
from tests.exchange.messages import alert_of
from tests.exchange.samples import ALERT, CONFORMANCE, NAMESPACE, needs_samples, sample

SENDER = "warning@example.gov.cn"
DS = f"{{{xml.SIGNATURES}}}"


def pins(key: SigningKey | None = None) -> Pins:
    return {SENDER: {(key or signing_key()).fingerprint}}


def refused(content: bytes, trusted: Pins, now: datetime = NOW) -> str:
    with pytest.raises(InputError) as raised:
        verify(content, trusted, now)
    return raised.value.code


@pytest.fixture(scope="module")
def signed() -> bytes:
    return sign(ALERT.encode(), signing_key(), NOW)


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_what_is_signed_verifies_and_comes_back_without_its_signature(kind: str) -> None:
    key = signing_key(kind)
    verified = verify(sign(ALERT.encode(), key, NOW), pins(key), NOW)
    assert verified.sender == SENDER
    assert verified.fingerprint == key.fingerprint
    assert verified.root.findtext(f"{{{NAMESPACE}}}identifier") == "cn-410100-0001"
    assert verified.root.find(f"{DS}Signature") is None


@pytest.mark.parametrize("step", ["issue orange", "lift orange"])
def test_an_alert_of_ours_is_valid_when_signed_and_reads_back_from_what_was_verified(step: str) -> None:
    alert = alert_of(step)
    signed = sign(cap.write(alert), signing_key(), NOW)
    assert validate(signed, read_moment(alert.sent)).faults == ()
    verified = verify(signed, {alert.sender: {signing_key().fingerprint}}, NOW)
    assert cap.from_root(verified.root) == alert


def test_the_signature_is_the_last_child_and_the_alert_is_still_valid(signed: bytes) -> None:
    root = xml.parse(signed)
    assert root[-1].tag == f"{DS}Signature"
    assert len(root.findall(f"{DS}Signature")) == 1
    assert validate(signed).faults == ()
    algorithms = re.findall(rb'Algorithm="([^"]+)"', signed)
    assert algorithms == [
        b"http://www.w3.org/2001/10/xml-exc-c14n#",
        b"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        b"http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        b"http://www.w3.org/2001/10/xml-exc-c14n#",
        b"http://www.w3.org/2001/04/xmlenc#sha256",
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("橙色", "红色"),
        ("<scope>Public</scope>", "<scope>Private</scope>"),
        ("<ds:SignatureValue>", "<ds:SignatureValue>AAAA"),
        ("  <info>", "  <info> "),
        ("34.7,113.6 12.5", "34.7,113.6 99"),
    ],
)
def test_any_change_after_signing_is_refused(signed: bytes, old: str, new: str) -> None:
    changed = signed.decode().replace(old, new, 1).encode()
    assert changed != signed
    assert refused(changed, pins()) == "SIGNATURE_INVALID"


def test_printing_it_prettily_breaks_the_signature() -> None:
    flat = ALERT.replace("\n", "").replace("  ", "").encode()
    root = xml.parse(sign(flat, signing_key(), NOW))
    etree.indent(root)
    assert refused(etree.tostring(root), pins()) == "SIGNATURE_INVALID"


def test_a_comment_within_a_value_hides_nothing(signed: bytes) -> None:
    commented = signed.replace("橙色</value>".encode(), "橙<!-- x -->色</value>".encode())
    verified = verify(commented, pins(), NOW)
    values = [each.text for each in verified.root.iter(f"{{{NAMESPACE}}}value")]
    assert "橙色" in values
    assert b"<!--" not in verified.content


def test_a_certificate_is_trusted_for_its_own_sender_only(signed: bytes) -> None:
    other = signing_key("ecdsa", "other")
    assert refused(signed, {}) == "SENDER_UNKNOWN"
    assert refused(signed, {"someone@example.gov.cn": {signing_key().fingerprint}}) == "SENDER_UNKNOWN"
    assert refused(signed, pins(other)) == "CERTIFICATE_NOT_PINNED"
    assert refused(sign(ALERT.encode(), other, NOW), pins()) == "CERTIFICATE_NOT_PINNED"


def test_carrying_a_pinned_certificate_beside_a_signature_of_another_key_is_refused() -> None:
    """The key of the attacker signs; the message shows the victim's certificate."""
    forged = SigningKey(ec.generate_private_key(ec.SECP256R1()), signing_key("ecdsa", "victim").certificate)
    content = sign(ALERT.encode(), forged, NOW)
    assert refused(content, pins(signing_key("ecdsa", "victim"))) == "SIGNATURE_INVALID"


def test_old_and_new_certificate_count_while_a_sender_rotates(signed: bytes) -> None:
    new = signing_key("ecdsa", "new")
    both = {SENDER: {signing_key().fingerprint, new.fingerprint}}
    assert verify(signed, both, NOW).fingerprint == signing_key().fingerprint
    assert verify(sign(ALERT.encode(), new, NOW), both, NOW).fingerprint == new.fingerprint


def test_an_expired_certificate_neither_signs_nor_verifies(signed: bytes) -> None:
    later = NOW + timedelta(days=366)
    assert refused(signed, pins(), later) == "CERTIFICATE_EXPIRED"
    assert refused(signed, pins(), NOW - timedelta(days=366)) == "CERTIFICATE_EXPIRED"
    with pytest.raises(InputError) as raised:
        sign(ALERT.encode(), signing_key(), later)
    assert raised.value.code == "CERTIFICATE_EXPIRED"


def test_an_unsigned_message_is_refused_and_a_signed_one_is_not_signed_again(signed: bytes) -> None:
    assert refused(ALERT.encode(), pins()) == "SIGNATURE_MISSING"
    with pytest.raises(InputError) as raised:
        sign(signed, signing_key(), NOW)
    assert raised.value.code == "SIGNED_ALREADY"


def test_a_second_signature_is_refused(signed: bytes) -> None:
    root = xml.parse(signed)
    root.append(copy.deepcopy(root[-1]))
    assert refused(etree.tostring(root), pins()) == "SIGNATURE_REPEATED"


def test_a_signed_alert_within_a_forged_one_is_refused(signed: bytes) -> None:
    """Signature wrapping: the signed element lies somewhere, and the root is read."""
    forged = xml.parse(ALERT.encode())
    forged.append(xml.parse(signed))
    assert refused(etree.tostring(forged), pins()) == "SIGNATURE_PLACE"


def test_a_signature_over_a_part_is_refused() -> None:
    """The signature names an element by its id, and everything outside it can be changed."""
    root = xml.parse(ALERT.encode())
    info = root.find(f"{{{NAMESPACE}}}info")
    assert info is not None
    info.set("Id", "part")
    key = signing_key("ecdsa")
    signer = XMLSigner(method=SignatureConstructionMethod.enveloped, signature_algorithm="ecdsa-sha256")
    made = signer.sign(root, key=key.private_key, cert=[key.certificate], reference_uri="part")
    assert refused(etree.tostring(made), pins(key)) == "SIGNATURE_REFERENCE"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            b'<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>',
            b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>1</ds:XPath>'
            b"</ds:Transform>",
        ),
        (b'<ds:Reference URI="">', b'<ds:Reference URI="http://127.0.0.1:9/other">'),
        (b'<ds:Reference URI="">', b"<ds:Reference>"),
        (b'<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>', b""),
    ],
)
def test_what_would_choose_another_content_is_refused(signed: bytes, old: bytes, new: bytes) -> None:
    assert old in signed
    assert refused(signed.replace(old, new), pins()) == "SIGNATURE_REFERENCE"


def test_weak_algorithms_are_refused() -> None:
    class Old(XMLSigner):
        def check_deprecated_methods(self) -> None:
            """Let the test make what the library no longer makes."""

    key = signing_key()
    for method, digest in ((SignatureMethod.RSA_SHA1, "sha256"), (SignatureMethod.RSA_SHA256, "sha1")):
        signer = Old(signature_algorithm=method, digest_algorithm=DigestAlgorithm[digest.upper()])
        made = signer.sign(xml.parse(ALERT.encode()), key=key.private_key, cert=[key.certificate])
        assert refused(etree.tostring(made), pins()) == "SIGNATURE_ALGORITHM"


@pytest.mark.parametrize("damage", ["</ds:SignedInfo>", "<ds:X509Certificate>", "<ds:SignatureMethod"])
def test_a_damaged_signature_is_refused_and_never_raises_anything_else(signed: bytes, damage: str) -> None:
    text = signed.decode()
    root = xml.parse(signed)
    name = re.sub(r"[</>]|ds:", "", damage)
    for element in root.iter(f"{DS}{name}"):
        element.text = "%%%"
        element.attrib.clear()
    assert refused(etree.tostring(root), pins()).startswith(("SIGNATURE_", "CERTIFICATE_"))
    for at in range(text.index("<ds:Signature"), len(text) - 9, 97):  # any piece missing
        with pytest.raises(InputError):
            verify((text[:at] + text[at + 40 :]).encode(), pins(), NOW)


def test_a_key_shows_neither_in_its_representation_nor_in_an_error() -> None:
    assert "PRIVATE" not in repr(signing_key())
    assert "private_key" not in repr(signing_key())
    secret = pem(rsa_key(), "open")
    for passphrase in (None, "wrong"):
        with pytest.raises(InputError) as raised:
            read_key(secret, certificate(rsa_key()), passphrase)
        assert raised.value.code == "SIGNING_KEY_UNREADABLE"
        assert raised.value.__cause__ is None
    assert read_key(secret, certificate(rsa_key()), "open").private_key.key_size == 2048


def test_a_key_comes_from_files_or_from_the_environment_and_a_value_counts_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert configured_key(SigningSettings()) is None
    (tmp_path / "key.pem").write_bytes(pem(rsa_key(), "open"))
    (tmp_path / "own.pem").write_bytes(certificate(rsa_key()))
    (tmp_path / "airwarn.toml").write_text(
        f"[signing]\nkey_file = '{tmp_path}/key.pem'\ncertificate_file = '{tmp_path}/own.pem'\n"
    )
    monkeypatch.setenv("AIRWARN_SIGNING__PASSPHRASE", "open")
    made = configured_key(load(tmp_path / "airwarn.toml").signing)
    assert made is not None
    assert made.private_key.key_size == 2048
    other = ec.generate_private_key(ec.SECP256R1())
    monkeypatch.delenv("AIRWARN_SIGNING__PASSPHRASE")
    monkeypatch.setenv("AIRWARN_SIGNING__KEY", pem(other).decode())
    monkeypatch.setenv("AIRWARN_SIGNING__CERTIFICATE", certificate(other).decode())
    settings = load(tmp_path / "airwarn.toml").signing
    assert "PRIVATE" not in repr(settings)
    made = configured_key(settings)
    assert made is not None
    assert made.private_key.key_size == 256
    with pytest.raises(InputError) as raised:
        configured_key(SigningSettings(key_file=tmp_path / "none", certificate="x"))
    assert raised.value.code == "SIGNING_FILE_UNREADABLE"


def test_keys_that_prove_nothing_are_refused() -> None:
    short = rsa_key(1024)
    other = ec.generate_private_key(ec.SECP256R1())
    for key, paper, code in (
        (pem(short), certificate(short), "SIGNING_KEY_WEAK"),
        (pem(rsa_key()), certificate(other), "SIGNING_KEY_MISMATCH"),
        (pem(rsa_key()), b"none", "SIGNING_CERTIFICATE_UNREADABLE"),
        (b"none", certificate(other), "SIGNING_KEY_UNREADABLE"),
    ):
        with pytest.raises(InputError) as raised:
            read_key(key, paper)
        assert raised.value.code == code


def test_a_fingerprint_is_read_as_tools_print_it() -> None:
    plain = signing_key().fingerprint
    printed = ":".join(plain[at : at + 2] for at in range(0, 64, 2)).upper()
    assert read_fingerprint(printed) == plain
    with pytest.raises(InputError):
        read_fingerprint(plain[:40])


def _pinned_as_carried(content: bytes) -> Pins:
    """Pins for the sender that a sample names: the certificate that it carries."""
    root = xml.parse(content)
    found = re.search(rb"X509Certificate>([^<]+)<", content)
    assert found is not None
    carried = x509.load_pem_x509_certificate(
        b"-----BEGIN CERTIFICATE-----\n" + found[1].strip() + b"\n-----END CERTIFICATE-----\n"
    )
    sender = root.findtext(f"{{{NAMESPACE}}}sender")
    assert sender is not None
    return {sender: {fingerprint(carried)}}


@needs_samples
@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("ipaws-5e6dd9de023f1930ef6548d9.xml", datetime(2019, 5, 1, tzinfo=UTC)),
        ("ipaws-5e7e0fc5023f1930efcf3deb.xml", datetime(2019, 12, 20, tzinfo=UTC)),
    ],
)
def test_real_signed_alerts_verify_in_their_time_and_not_today(name: str, at: datetime) -> None:
    content = sample(name)
    trusted = _pinned_as_carried(content)
    assert verify(content, trusted, at).sender in trusted
    assert refused(content, trusted, datetime(2026, 11, 1, tzinfo=UTC)) == "CERTIFICATE_EXPIRED"
    assert refused(content, pins(), at) == "SENDER_UNKNOWN"


@needs_samples
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("wis2box-sc_example.xml", "SIGNATURE_INVALID"),  # re-indented after signing
        ("cps-canada_signed.cap", "SIGNATURE_REPEATED"),
        ("cps-ph.cap", "SIGNATURE_ALGORITHM"),
        ("noaa-PAAQ-4-mg5a94.xml", "SIGNATURE_MALFORMED"),
        ("oasis-a1.xml", "SIGNATURE_MISSING"),
    ],
)
def test_the_other_samples_are_refused_for_their_reason(name: str, code: str) -> None:
    content = sample(name)
    trusted = _pinned_as_carried(content) if b"X509Certificate>" in content else {}
    assert refused(content, trusted, datetime(2024, 8, 1, tzinfo=UTC)) == code


@needs_samples
def test_a_signed_alert_still_fits_the_official_schema(signed: bytes) -> None:
    assert etree.XMLSchema(etree.parse(str(CONFORMANCE / "CAP-v1.2.xsd"))).validate(xml.parse(signed))
