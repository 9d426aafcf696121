"""Keys that sign and certificates that are trusted: read from PEM, named by fingerprint, valid for a time."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pydantic import SecretStr

from gateway.errors import InputError, system_words

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
MIN_RSA_BITS = 2048  # shorter ones no longer prove who signed
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_FINGERPRINT = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key and the certificate that consumers pin; neither shows in a log."""

    private_key: PrivateKey = field(repr=False)
    certificate: x509.Certificate

    @property
    def fingerprint(self) -> str:
        """What consumers pin: SHA-256 of the certificate, 64 lower-case hexadecimal digits."""
        return fingerprint(self.certificate)


class KeySettings(Protocol):
    """What the settings' `signing` holds; a value counts before a file."""

    @property
    def key(self) -> SecretStr | None:
        """The private key as PEM."""

    @property
    def key_file(self) -> Path | None:
        """Where it lies."""

    @property
    def passphrase(self) -> SecretStr | None:
        """What opens it."""

    @property
    def certificate(self) -> str | None:
        """The certificate as PEM."""

    @property
    def certificate_file(self) -> Path | None:
        """Where it lies."""


def read_key(key: bytes, certificate: bytes, passphrase: str | None = None) -> SigningKey:
    """A key and its certificate, both PEM: RSA of at least 2048 bits, or ECDSA on P-256, P-384 or P-521.

    Raises `InputError`, which never holds any of the key: SIGNING_KEY_UNREADABLE, SIGNING_KEY_WEAK,
    SIGNING_CERTIFICATE_UNREADABLE, SIGNING_KEY_MISMATCH.
    """
    try:
        private = serialization.load_pem_private_key(key, passphrase.encode() if passphrase else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise InputError(
            "SIGNING_KEY_UNREADABLE",
            "无法读取签名私钥（应为 PEM；有口令时须给出口令）",
            "the signing key cannot be read (PEM; with its passphrase where it has one)",
        ) from None
    try:
        loaded = x509.load_pem_x509_certificate(certificate)
        public = loaded.public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise InputError(
            "SIGNING_CERTIFICATE_UNREADABLE",
            "无法读取签名证书（应为 PEM）",
            "the signing certificate cannot be read (PEM)",
        ) from None
    if not isinstance(private, PrivateKey) or not is_strong(loaded):
        raise InputError(
            "SIGNING_KEY_WEAK",
            f"签名密钥应为 {MIN_RSA_BITS} 位以上的 RSA，或 P-256、P-384、P-521 的 ECDSA",
            f"the signing key must be RSA of at least {MIN_RSA_BITS} bits, or ECDSA on P-256, P-384, P-521",
        )
    if private.public_key() != public:
        raise InputError(
            "SIGNING_KEY_MISMATCH",
            "签名私钥与证书不是一对",
            "the signing key is not that of the certificate",
        )
    return SigningKey(private, loaded)


def configured_key(settings: KeySettings) -> SigningKey | None:
    """The key that the settings name, from files or the values themselves; None where none is named.

    Raises `InputError` like `read_key`, and SIGNING_FILE_UNREADABLE.
    """
    key = settings.key.get_secret_value().encode() if settings.key else _read(settings.key_file)
    certificate = settings.certificate.encode() if settings.certificate else _read(settings.certificate_file)
    if key is None or certificate is None:
        return None
    passphrase = settings.passphrase.get_secret_value() if settings.passphrase else None
    return read_key(key, certificate, passphrase)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 of the certificate, 64 lower-case hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def read_fingerprint(written: str) -> str:
    """A fingerprint as tools print it (`AB:CD:…` or plain). Raises `InputError` FINGERPRINT_MALFORMED."""
    plain = re.sub(r"[:\s]", "", written).lower()
    if not _FINGERPRINT.fullmatch(plain):
        raise InputError(
            "FINGERPRINT_MALFORMED",
            "证书指纹应为 SHA-256 的 64 位十六进制数",
            "a certificate's fingerprint is the 64 hexadecimal digits of its SHA-256",
        )
    return plain


def is_strong(certificate: x509.Certificate) -> bool:
    """Whether its key is one that this program signs with and trusts."""
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return False
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size >= MIN_RSA_BITS
    return isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES


def is_current(certificate: x509.Certificate, at: datetime) -> bool:
    """Whether it is valid at that moment."""
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _read(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        return file.read_bytes()
    except OSError as error:
        raise InputError(
            "SIGNING_FILE_UNREADABLE",
            f"无法读取“{file}”：{system_words(error)}",
            f"cannot read {str(file)!r}: {error.strerror}",
            str(file),
        ) from None
