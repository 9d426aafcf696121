"""What a stand-in does with a message, and what it remembers of it."""

import hashlib
import json
import os
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Span = tuple[float, float]  # from, to; seconds; a value between them is drawn


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How a stand-in treats messages. Shares are probabilities from 0 to 1, times are seconds.

    Of the requests a share is `busy`; of the others the connection of a share is cut before anything is
    taken (`reset`), and a share is answered as if all were well, with a body that is an error (`garbled`).
    Of a message that is neither refused nor limited, one of three accidents may happen *after* it was
    taken: the connection closes without an answer (`lose_answer`), the answer is an error of the
    server (`fail_after_accepting`), or nothing is ever answered (`hang`).
    """

    refused: frozenset[str] = frozenset()  # addresses (WeCom: keys) that are turned away as invalid
    rate: tuple[int, float] | None = None  # at most so many accepted in so many seconds
    delay: Span = (0.0, 0.0)  # before the answer
    busy: float = 0.0  # share answered "not taken, come again"
    reset: float = 0.0  # Twilio's only
    garbled: float = 0.0  # Twilio's only
    lose_answer: float = 0.0
    fail_after_accepting: float = 0.0
    hang: float = 0.0
    receipts: bool = True  # whether status callbacks are sent at all
    findable: bool = True  # whether it knows of its messages when it is asked about them
    ask_delay: Span = (0.0, 0.0)  # before it answers a question about messages
    receipt_delay: Span = (0.0, 0.05)
    receipt_twice: float = 0.0  # share of callbacks sent again
    receipts_reversed: float = 0.0  # share of messages whose last status comes first
    undelivered: float = 0.0  # share that ends undelivered instead of delivered

    @classmethod
    def read(cls, text: str) -> "Behaviour":
        """Read a JSON object with these names. Raises `ValueError` for anything else."""
        names = [field.name for field in fields(cls)]
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        if not isinstance(values, dict) or not values.keys() <= set(names):
            raise ValueError(f"a behaviour is a JSON object with some of {', '.join(names)}")
        return cls(**{name: _frozen(value) for name, value in values.items()})


def _frozen(value: Any) -> Any:
    if isinstance(value, list):
        return frozenset(value) if all(isinstance(item, str) for item in value) else tuple(value)
    return value


@dataclass(frozen=True, slots=True)
class Seen:
    """A message that a stand-in took. `message_id` and `attempt` are ours, where the request names them."""

    at: datetime
    channel: str
    to: str
    text: str
    message_id: str | None
    attempt: int | None
    provider_id: str | None


class Record:
    """The messages that a stand-in took: in memory, and as JSON lines in a file where one is given.

    A line holds at, channel, to, text_sha256, message_id, attempt, provider_id. It is written at once:
    a reader in another process, or after a kill, finds all that was taken.
    """

    def __init__(self, log: Path | None = None, *, remember: bool = True) -> None:
        self.seen: list[Seen] = []
        self._remember = remember
        self._file = None if log is None else os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._digests: dict[str, str] = {}

    def add(
        self,
        channel: str,
        to: str,
        text: str,
        *,
        message_id: str | None = None,
        attempt: int | None = None,
        provider_id: str | None = None,
    ) -> None:
        """Note one message."""
        at = datetime.now(UTC)
        if self._remember:
            self.seen.append(Seen(at, channel, to, text, message_id, attempt, provider_id))
        if self._file is not None:
            line: Mapping[str, object] = {
                "at": at.isoformat(),
                "channel": channel,
                "to": to,
                "text_sha256": self._digest(text),
                "message_id": message_id,
                "attempt": attempt,
                "provider_id": provider_id,
            }
            os.write(self._file, json.dumps(line).encode() + b"\n")

    def close(self) -> None:
        """Close the file; `seen` stays."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _digest(self, text: str) -> str:
        digest = self._digests.get(text)
        if digest is None:
            if len(self._digests) > 1000:
                self._digests.clear()
            digest = self._digests[text] = hashlib.sha256(text.encode()).hexdigest()
        return digest


class Window:
    """A vendor's window: at most `count` in any `seconds`; moments are of a monotonic clock."""

    def __init__(self) -> None:
        self._taken: deque[float] = deque()

    def wait(self, rate: tuple[int, float] | None, now: float) -> float | None:
        """Take a place and return None, or return the seconds until one is free."""
        if rate is None:
            return None
        count, seconds = rate
        while self._taken and self._taken[0] <= now - seconds:
            self._taken.popleft()
        if len(self._taken) >= count:
            return (self._taken[0] if self._taken else now) + seconds - now
        self._taken.append(now)
        return None
