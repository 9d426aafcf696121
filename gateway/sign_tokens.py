"""The tokens of sign links: unguessable, one for each organisation and broadcast, and never stored.

A token is made from the data folder's key whenever a message leaves; the ledger keeps its hash only.
"""

import hmac
import re
from base64 import b32encode
from hashlib import sha256

SIGN_SLOT = "0" * 26  # stands in the frozen texts where an organisation's token will stand
QUESTION_SLOT = "1" * 26  # the same in a question, whether an address is still right
# No 0 and no 1 is in it, so no token looks like a slot; phones take the stop after a link for a part of it.
_TOKEN = re.compile(r"([a-z2-7]{26})[^a-z0-9]*")


class SignTokens:
    """Makes the tokens of one ledger; `key` stays the same from start to start."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def token(self, broadcast_id: int, organisation_id: int) -> str:
        """26 characters of base32 (130 bits), as long as the slot."""
        return self._of(f"ack:{broadcast_id}:{organisation_id}")

    def question(self, notice_id: int) -> str:
        """The same for a question: each address is asked by a notice of its own."""
        return self._of(f"verify:{notice_id}")

    def question_sha256(self, notice_id: int) -> str:
        """What the ledger keeps of the token of a question."""
        return token_hash(self.question(notice_id))

    def _of(self, name: str) -> str:
        digest = hmac.digest(self._key, name.encode(), "sha256")
        return b32encode(digest)[: len(SIGN_SLOT)].decode("ascii").lower()

    def sha256(self, broadcast_id: int, organisation_id: int) -> str:
        """What the ledger keeps of a token."""
        return token_hash(self.token(broadcast_id, organisation_id))


def token_hash(token: str) -> str:
    """SHA-256 (hex) of a token."""
    return sha256(token.encode()).hexdigest()


def read_token(words: str) -> str | None:
    """The token that somebody opened or typed, in whatever case; None for what can be none."""
    found = _TOKEN.fullmatch(words.lower())
    return None if found is None else found[1]
