"""Keys and certificates for tests, made anew in each run: none is in the repository."""

from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from gateway.exchange.certificates import SigningKey, read_key

NOW = datetime(2024, 1, 8, 0, 0, tzinfo=UTC)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, passphrase: str | None = None) -> bytes:
    """The key as PEM."""
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def certificate(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    *,
    name: str = "example",
    until: datetime | None = None,
) -> bytes:
    """A certificate of the key, signed by itself, that holds from a year before `NOW`."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(days=365))
        .not_valid_after(until or NOW + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """One RSA key for the whole run: making it takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def signing_key(kind: str = "rsa", name: str = "example") -> SigningKey:
    """A key with its certificate; each name has one of its own, RSA keys are shared."""
    key = rsa_key() if kind == "rsa" else ec.generate_private_key(ec.SECP256R1())
    return read_key(pem(key), certificate(key, name=name))
