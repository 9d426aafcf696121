"""Standard Webhooks: who sent a request, and that nobody changed it.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md (1.0.0). What is
signed is `<webhook-id>.<webhook-timestamp>.<body>`, with HMAC-SHA256 (`v1`, a shared secret `whsec_…`) or
ed25519 (`v1a`, keys `whsk_…` and `whpk_…`). The header holds one signature a key, so that keys rotate
without a pause. The project's own Python library knows one secret, no ed25519 and no body but text, which a
CAP message in another encoding is not; its published vectors are in our tests.
"""

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from channels.contract import Forged

ID = "webhook-id"
TIMESTAMP = "webhook-timestamp"
SIGNATURE = "webhook-signature"
TOLERANCE = timedelta(minutes=5)  # between the sender's clock and ours; older may be a replay

_SECRET, _PRIVATE, _PUBLIC = "whsec_", "whsk_", "whpk_"
_SECRET_BYTES = range(24, 65)  # the specification: 192 to 512 bits
_KEY_BYTES = 32
_MOST_SIGNATURES = 20  # of one request; two or three while keys rotate
_LONGEST_ID = 256
# no full stop, or a part of the body could pass for a part of the id; visible ASCII
_ID_FORM = re.compile(r"[!-\-/-~]+")
_TIMESTAMP_FORM = re.compile(r"[0-9]{1,12}")


class SigningKey(Protocol):
    """Signs what we send."""

    def signature(self, content: bytes) -> str:
        """The signature with its version, as in the header."""
        ...


class VerifyingKey(Protocol):
    """Knows what its owner signed."""

    @property
    def version(self) -> str:
        """What its signatures begin with in the header."""
        ...

    def signed(self, content: bytes, signature: bytes) -> bool:
        """Whether the owner signed exactly this; takes the same time whatever is wrong."""
        ...


@dataclass(frozen=True, slots=True)
class Signed:
    """A request that was proved: its id, by which repeats are recognised, and when it was sent (UTC)."""

    id: str
    sent_at: datetime


def signing_key(text: str) -> SigningKey:
    """A key to sign with: `whsec_…` (shared) or `whsk_…` (ed25519, a seed of 32 bytes).

    Raises `ValueError`, without the key in it.
    """
    if text.startswith(_SECRET):
        return _secret(text)
    if text.startswith(_PRIVATE):
        content = _decoded(text.removeprefix(_PRIVATE))
        if len(content) not in {_KEY_BYTES, 2 * _KEY_BYTES}:  # some tools write the public half behind it
            raise ValueError("an ed25519 secret key (whsk_) has 32 bytes in base64")
        key = Ed25519PrivateKey.from_private_bytes(content[:_KEY_BYTES])
        if len(content) > _KEY_BYTES and content[_KEY_BYTES:] != key.public_key().public_bytes_raw():
            raise ValueError("the two halves of an ed25519 secret key (whsk_) do not belong together")
        return _PrivateKey(key)
    raise ValueError("a key to sign with begins with whsec_ or whsk_")


def verifying_key(text: str) -> VerifyingKey:
    """A key to verify with: `whsec_…` (shared) or `whpk_…` (ed25519).

    Raises `ValueError`, without the key in it.
    """
    if text.startswith(_SECRET):
        return _secret(text)
    if text.startswith(_PUBLIC):
        content = _decoded(text.removeprefix(_PUBLIC))
        if len(content) != _KEY_BYTES:
            raise ValueError("an ed25519 public key (whpk_) has 32 bytes in base64")
        return _PublicKey(Ed25519PublicKey.from_public_bytes(content))
    raise ValueError("a key to verify with begins with whsec_ or whpk_")


def public_key(text: str) -> str:
    """The `whpk_…` that belongs to a `whsk_…`: what its readers need. Raises `ValueError`."""
    key = signing_key(text)
    if not isinstance(key, _PrivateKey):
        raise ValueError("only an ed25519 secret key (whsk_) has a public key")
    return _PUBLIC + base64.b64encode(key.key.public_key().public_bytes_raw()).decode()


def sign(keys: Sequence[SigningKey], message_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """The three headers of a request: signed with each key, in their order.

    `message_id` is the same for every repeat of one message; `sent_at` (aware) is when this one leaves.
    Raises `ValueError` without a key and for an id that the form does not allow.
    """
    if not keys:
        raise ValueError("nothing to sign with")
    if len(message_id) > _LONGEST_ID or not _ID_FORM.fullmatch(message_id):
        raise ValueError("a webhook-id is visible ASCII without a full stop")
    timestamp = str(int(sent_at.timestamp()))
    content = _content(message_id, timestamp, body)
    signatures = " ".join(key.signature(content) for key in keys)
    return {ID: message_id, TIMESTAMP: timestamp, SIGNATURE: signatures}


def verify(keys: Sequence[VerifyingKey], headers: Mapping[str, str], body: bytes, now: datetime) -> Signed:
    """Prove that one of `keys` signed this request, within `TOLERANCE` of `now` (aware).

    `headers` are case-insensitive (or in lower case); `body` is what came, byte for byte. Signatures of
    versions that nobody knows are passed over. Repeats are genuine too: whoever asks keeps the id.
    Raises `Forged`.
    """
    message_id, timestamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    if len(message_id) > _LONGEST_ID or not _ID_FORM.fullmatch(message_id):
        raise Forged
    if not _TIMESTAMP_FORM.fullmatch(timestamp) or abs(int(timestamp) - now.timestamp()) > TOLERANCE.seconds:
        raise Forged
    signatures = headers.get(SIGNATURE, "").split(" ")
    if len(signatures) > _MOST_SIGNATURES:
        raise Forged
    content = _content(message_id, timestamp, body)
    for signature in signatures:
        version, _, encoded = signature.partition(",")
        try:
            given = _decoded(encoded)
        except ValueError:
            continue
        if any(key.version == version and key.signed(content, given) for key in keys):
            return Signed(message_id, datetime.fromtimestamp(int(timestamp), UTC))
    raise Forged


@dataclass(frozen=True, slots=True)
class _Secret:
    key: bytes = field(repr=False)
    version: str = "v1"

    def signature(self, content: bytes) -> str:
        return f"v1,{base64.b64encode(hmac.digest(self.key, content, 'sha256')).decode()}"

    def signed(self, content: bytes, signature: bytes) -> bool:
        return hmac.compare_digest(hmac.digest(self.key, content, "sha256"), signature)


@dataclass(frozen=True, slots=True)
class _PrivateKey:
    key: Ed25519PrivateKey = field(repr=False)

    def signature(self, content: bytes) -> str:
        return f"v1a,{base64.b64encode(self.key.sign(content)).decode()}"


@dataclass(frozen=True, slots=True)
class _PublicKey:
    key: Ed25519PublicKey = field(repr=False)
    version: str = "v1a"

    def signed(self, content: bytes, signature: bytes) -> bool:
        try:
            self.key.verify(signature, content)
        except InvalidSignature:
            return False
        return True


def _secret(text: str) -> _Secret:
    content = _decoded(text.removeprefix(_SECRET))
    if len(content) not in _SECRET_BYTES:
        raise ValueError("a shared secret (whsec_) has 24 to 64 bytes in base64")
    return _Secret(content)


def _content(message_id: str, timestamp: str, body: bytes) -> bytes:
    return f"{message_id}.{timestamp}.".encode() + body


def _decoded(text: str) -> bytes:
    """Base64, with or without its padding. Raises `ValueError`."""
    try:
        return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), validate=True)
    except ValueError:
        raise ValueError("not base64") from None
