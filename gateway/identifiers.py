"""Time-ordered identifiers (UUID version 7, RFC 9562)."""

import secrets
import uuid
from collections.abc import Callable

NewId = Callable[[int], str]


def uuid7(now: int) -> str:
    """A UUIDv7 whose first 48 bits are `now` (milliseconds since 1970 UTC); the rest is random."""
    value = (now & (1 << 48) - 1) << 80 | 0x7 << 76 | secrets.randbits(12) << 64
    return str(uuid.UUID(int=value | 0b10 << 62 | secrets.randbits(62)))
