"""Verifies who signed an alert, by certificates pinned for each sender, and gives back only what was signed.

A certificate inside a message proves nothing by itself: anyone can make one. It counts when its fingerprint
is one that the office has pinned for the sender that the message names.
"""

import base64
import binascii
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.verifier import SignatureConfiguration, XMLVerifier

from gateway.errors import InputError
from gateway.exchange import xml
from gateway.exchange.certificates import fingerprint, is_current, is_strong

Pins = Mapping[str, Collection[str]]  # fingerprints (`read_fingerprint`) by sender, several while they rotate

_DS = f"{{{xml.SIGNATURES}}}"
_METHODS = (
    *(SignatureMethod.RSA_SHA256, SignatureMethod.RSA_SHA384, SignatureMethod.RSA_SHA512),
    *(SignatureMethod.ECDSA_SHA256, SignatureMethod.ECDSA_SHA384, SignatureMethod.ECDSA_SHA512),
)
_DIGESTS = (DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512)
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
_CANONICAL = (
    "http://www.w3.org/2001/10/xml-exc-c14n#",
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
)  # never an XPath or a style sheet, which would choose what of the message is signed
_CERTIFICATES = 10  # of one message: its own and its issuers'


@dataclass(frozen=True, slots=True)
class Verified:
    """What was signed, parsed from the very bytes that the signature covers: nothing else of it counts."""

    sender: str
    fingerprint: str
    root: etree._Element = field(repr=False)
    content: bytes = field(repr=False)  # canonical, without the signature and without comments


def verify(content: bytes, pins: Pins, now: datetime) -> Verified:
    """Verify a signed alert; `now`, with its offset, is when the certificate has to hold (for an archived
    message: when it arrived). Takes milliseconds of CPU.

    Raises `InputError` like `xml.parse`, and SIGNATURE_MISSING, SIGNATURE_REPEATED, SIGNATURE_PLACE,
    SIGNATURE_MALFORMED, SIGNATURE_ALGORITHM, SIGNATURE_REFERENCE, SENDER_UNKNOWN, CERTIFICATE_MISSING,
    CERTIFICATE_NOT_PINNED, CERTIFICATE_WEAK, CERTIFICATE_EXPIRED, SIGNATURE_INVALID.
    """
    root = xml.parse(content)
    signature = _the_signature(root)
    _check_algorithms(signature)
    _check_reference(signature)
    sender = _sender(root)
    certificate = _pinned(signature, sender, pins)
    if not is_strong(certificate):
        raise _refused("CERTIFICATE_WEAK", "证书的密钥过弱", "the certificate's key is too weak")
    if not is_current(certificate, now):
        raise _refused(
            "CERTIFICATE_EXPIRED",
            f"“{sender}”的证书不在有效期内",
            f"the certificate of {sender!r} does not hold at this time",
        )
    covered = _covered(root, certificate, now)
    signed = xml.parse(covered)
    if signed.tag != root.tag or _sender(signed) != sender:
        raise _invalid()
    return Verified(sender, fingerprint(certificate), signed, covered)


def _the_signature(root: etree._Element) -> etree._Element:
    """The one signature, a child of the root. Elsewhere it could cover a part that nobody then reads."""
    found = list(root.iter(f"{_DS}Signature"))
    if not found:
        raise _refused("SIGNATURE_MISSING", "消息没有签名", "the message is not signed")
    if len(found) > 1:
        raise _refused(
            "SIGNATURE_REPEATED", "消息有不止一个签名", "the message holds more than one signature"
        )
    if found[0].getparent() is not root:
        raise _refused(
            "SIGNATURE_PLACE",
            "签名应是 alert 的直接子元素",
            "the signature must be a child of alert itself",
        )
    return found[0]


def _check_algorithms(signature: etree._Element) -> None:
    methods = [str(each.get("Algorithm")) for each in signature.iter(f"{_DS}SignatureMethod")]
    digests = [str(each.get("Algorithm")) for each in signature.iter(f"{_DS}DigestMethod")]
    if len(methods) != 1 or not digests:
        raise _malformed()
    if methods[0] not in {each.value for each in _METHODS} or not set(digests) <= {
        each.value for each in _DIGESTS
    }:
        raise _refused(
            "SIGNATURE_ALGORITHM",
            "签名算法不被接受（应为 RSA 或 ECDSA，SHA-256 以上）",
            "the signature's algorithm is not accepted (RSA or ECDSA with SHA-256 or more)",
        )


def _check_reference(signature: etree._Element) -> None:
    """One reference, to the whole message without the signature, through nothing that leaves parts out."""
    references = list(signature.iter(f"{_DS}Reference"))
    transforms = [str(each.get("Algorithm")) for each in signature.iter(f"{_DS}Transform")]
    if (
        len(references) != 1
        or references[0].get("URI") != ""
        or transforms.count(_ENVELOPED) != 1
        or not set(transforms) <= {_ENVELOPED, *_CANONICAL}
        or next(signature.iter(f"{_DS}Object", f"{_DS}Manifest"), None) is not None
    ):
        raise _refused(
            "SIGNATURE_REFERENCE",
            "签名没有覆盖整条消息",
            "the signature does not cover the whole message",
        )


def _sender(root: etree._Element) -> str:
    """The text of the one `sender` of the message, in the namespace of its root."""
    found = root.findall(f"{{{etree.QName(root).namespace or ''}}}sender")
    return str(found[0].xpath("string()")).strip() if len(found) == 1 else ""


def _pinned(signature: etree._Element, sender: str, pins: Pins) -> x509.Certificate:
    """The certificate of the message that is pinned for this sender."""
    trusted = pins.get(sender)
    if not trusted:
        raise _refused(
            "SENDER_UNKNOWN",
            "没有为这个发送者登记证书",
            "no certificate is pinned for this sender",
        )
    carried = [_certificate(each) for each in islice(signature.iter(f"{_DS}X509Certificate"), _CERTIFICATES)]
    if not carried:
        raise _refused("CERTIFICATE_MISSING", "签名没有附带证书", "the signature carries no certificate")
    own = next((each for each in carried if fingerprint(each) in trusted), None)
    if own is None:
        raise _refused(
            "CERTIFICATE_NOT_PINNED",
            "签名的证书不是为这个发送者登记的",
            "the signature's certificate is not one pinned for this sender",
        )
    return own


def _certificate(element: etree._Element) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(
            base64.b64decode("".join((element.text or "").split()), validate=True)
        )
    except (ValueError, binascii.Error):
        raise _malformed() from None


def _covered(root: etree._Element, certificate: x509.Certificate, now: datetime) -> bytes:
    """The bytes that the signature covers, once it is verified."""
    try:
        result = XMLVerifier().verify(
            root,
            x509_cert=certificate,
            expect_config=SignatureConfiguration(
                location="./",
                expect_references=1,
                signature_methods=frozenset(_METHODS),
                digest_algorithms=frozenset(_DIGESTS),
                verification_time=now,
            ),
        )
    except Exception:  # whatever a library makes of what a stranger wrote: it is not verified
        raise _invalid() from None
    if isinstance(result, list) or not isinstance(result.signed_data, bytes):
        raise _invalid()
    return result.signed_data


def _malformed() -> InputError:
    return _refused("SIGNATURE_MALFORMED", "签名不完整或无法读取", "the signature is not whole or readable")


def _invalid() -> InputError:
    return _refused(
        "SIGNATURE_INVALID",
        "签名不符：消息在签名后被改动，或不是这个证书签的",
        "the signature does not fit: the message was changed after signing, or another key signed it",
    )


def _refused(code: str, message: str, message_en: str) -> InputError:
    return InputError(code, message, message_en)
