"""Signs an alert: one enveloped XML signature, the last child of `alert`, over all of it.

RSA or ECDSA with SHA-256 and exclusive canonicalisation, as the interfaces of this field verify it. The
signed bytes are the message: whoever parses and prints them again, however equal they look, breaks them.
"""

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml.algorithms import CanonicalizationMethod, DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner

from gateway.errors import InputError
from gateway.exchange import xml
from gateway.exchange.certificates import SigningKey, is_current


def sign(content: bytes, key: SigningKey, now: datetime) -> bytes:
    """The alert with its signature, UTF-8. Takes milliseconds of CPU.

    Raises `InputError` like `xml.parse`, SIGNED_ALREADY, and CERTIFICATE_EXPIRED where the certificate
    does not hold at `now`: no consumer would take what it signs.
    """
    if not is_current(key.certificate, now):
        until = f"{key.certificate.not_valid_after_utc:%Y-%m-%d}"
        raise InputError(
            "CERTIFICATE_EXPIRED",
            f"签名证书不在有效期内（{until} 到期）",
            f"the signing certificate does not hold now (until {until})",
        )
    root = xml.parse(content)
    if next(root.iter(f"{{{xml.SIGNATURES}}}*"), None) is not None:
        raise InputError("SIGNED_ALREADY", "消息已经有签名", "the message is signed already")
    is_rsa = isinstance(key.private_key, rsa.RSAPrivateKey)
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.RSA_SHA256 if is_rsa else SignatureMethod.ECDSA_SHA256,
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    signed = signer.sign(root, key=key.private_key, cert=[key.certificate])
    return etree.tostring(signed, xml_declaration=True, encoding="UTF-8")
