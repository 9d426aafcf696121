"""Addresses that providers call back: they name the attempt and prove that we made them.

`<origin>/callbacks/<account>/<message id>/<attempt>/<mac>`. A message id is `<delivery>-<ledger>`,
where the second part tells ledgers apart: mail servers drop a Message-ID that they have seen.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from functools import lru_cache
from urllib.parse import quote

_PATH = re.compile(r"/callbacks/([^/?#]+)/([0-9]{1,18}-[0-9a-f]+)/([0-9]{1,5})/([0-9A-Za-z_-]+)(?:\?.*)?\Z")
_MAC_BYTES = 12


class CallbackAddresses:
    """Makes and reads the addresses of one ledger; `secret` is that ledger's own."""

    def __init__(self, origin: str, secret: bytes) -> None:
        self._origin = origin.rstrip("/")
        self._secret = secret
        self._ledger = hmac.digest(secret, b"ledger", hashlib.sha256).hex()[:12]

    def message_id(self, delivery_id: int) -> str:
        """The name of a delivery towards providers, stable over attempts."""
        return f"{delivery_id}-{self._ledger}"

    def delivery_id(self, message_id: str) -> int | None:
        """The delivery so named; None for a name that is not of this ledger."""
        number, _, ledger = message_id.partition("-")
        return int(number) if ledger == self._ledger and number.isdecimal() and len(number) < 19 else None

    def of(self, account: str, message_id: str, attempt: int) -> str:
        """The address that a provider calls about one attempt."""
        name = f"{_in_path(account)}/{message_id}/{attempt}"
        return f"{self._origin}/callbacks/{name}/{self._mac(name)}"

    def attempt_of(self, account: str, target: str) -> tuple[int, int] | None:
        """Delivery and attempt that a request's path names; None unless we made that address."""
        found = _PATH.search(target)
        if found is None or found[1] != _in_path(account):
            return None
        account, message_id, attempt, mac = found.groups()
        if not hmac.compare_digest(mac, self._mac(f"{account}/{message_id}/{attempt}")):
            return None
        delivery_id = self.delivery_id(message_id)
        return None if delivery_id is None else (delivery_id, int(attempt))

    def _mac(self, name: str) -> str:
        digest = hmac.digest(self._secret, name.encode(), hashlib.sha256)
        return urlsafe_b64encode(digest[:_MAC_BYTES]).decode("ascii")


@lru_cache(maxsize=256)
def _in_path(account: str) -> str:
    return quote(account, safe="")
