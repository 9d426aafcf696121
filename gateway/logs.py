"""What the program writes about itself: JSON lines on stderr, or lines to read on a terminal; masked.

Modules log through the standard library: the message names the event, `extra` holds what belongs to
it (ids, counts, reasons). Numbers, mailboxes, names and texts are not passed in the first place; the
mask is the second line, and the only one for what libraries say. docs/operations.md lists the events.
"""

import logging
import re
import sys
import time
import traceback
from collections.abc import Callable, Hashable, Iterable, Mapping, MutableMapping
from typing import Any, Literal, TextIO
from urllib.parse import quote

import structlog
from pydantic import BaseModel, SecretStr
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict

LogLevel = Literal["debug", "info", "warning", "error"]

OURS = ("gateway", "channels")
HIDDEN = "***"
_SHORTEST_SECRET = 4  # characters; a shorter one would black out half of every line

_PATTERNS = [
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+", rf"\1 {HIDDEN}"),
        (r"(\w://)[^/\s@]+@", rf"\1{HIDDEN}@"),  # https://name:password@host
        (r"([?&;][^\s=&?;#]{1,60}=)[^\s&;#\"']+", rf"\1{HIDDEN}"),  # ?key=…
        (r"(/callbacks/)[^\s\"']+", rf"\1{HIDDEN}"),  # it ends in the proof that we made it
        (r"(/[sv]/)[^\s\"'?#/]+", rf"\1{HIDDEN}"),  # whoever has it can sign, or answer
        (r"[^\s@<>()\[\]\"',;:=/]+@[^\s@<>()\[\]\"',;:=/]+", HIDDEN),
        (r"(?<![\w.])\+\d(?:[\s().-]*\d){5,14}(?!\d)", HIDDEN),  # E.164, also with gaps
        (r"(?<![\d.])(?:00)?(?:86[\s-]?)?1[3-9]\d(?:[\s-]?\d{4}){2}(?!\d)", HIDDEN),  # mainland mobile
        (r"(?<![\d.])0\d{2,3}[\s-]?\d{7,8}(?!\d)", HIDDEN),  # mainland landline
    )
]


class Mask:
    """Hides numbers, mailboxes, credentials in addresses, and these secrets, wherever they stand."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {form for secret in secrets for form in (secret, quote(secret, safe=""))}
        longest_first = sorted(
            (each for each in known if len(each) >= _SHORTEST_SECRET), key=len, reverse=True
        )
        self._secrets = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def text(self, text: str) -> str:
        """A text without them."""
        text = self._secrets.sub(HIDDEN, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def value(self, value: object) -> object:
        """The same for whatever an event holds; what is neither number nor container becomes text."""
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, int):
            return value if self.text(str(value)) == str(value) else HIDDEN
        if isinstance(value, Mapping):
            return {self.text(str(key)): self.value(each) for key, each in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.value(each) for each in value]
        return self.text(str(value))

    def __call__(self, _logger: object, _method: str, event: EventDict) -> EventDict:
        """As a processor of structlog."""
        return {key: self.value(each) for key, each in event.items()}


def configure(level: LogLevel, settings: BaseModel | None = None, stream: TextIO | None = None) -> None:
    """Send every log of this process, the libraries' too, to `stream` (stderr), masked.

    JSON, one object a line, unless `stream` is a terminal. Our own events from `level` up; libraries'
    warnings and errors. The secrets of `settings` are hidden by value.
    """
    stream = stream or sys.stderr
    terminal = stream.isatty()
    stamp = structlog.processors.TimeStamper(fmt="%H:%M:%S" if terminal else "iso", utc=not terminal)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        ProcessorFormatter(
            # what is told of an event first: none of it may stand in the place of the line's own level
            foreign_pre_chain=[ExtraAdder(), add_log_level, add_logger_name, stamp],
            processors=[
                _brief,
                ProcessorFormatter.remove_processors_meta,
                Mask(secrets_of(settings)),
                _renderer(terminal),
            ],
        )
    )
    logging.raiseExceptions = False  # a line that cannot be written is not printed unmasked instead
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    # aiohttp's access log holds paths and queries; the metrics count requests
    logging.getLogger("aiohttp.access").setLevel(logging.CRITICAL)


def secrets_of(value: object) -> list[str]:
    """The secret values anywhere in settings."""
    if isinstance(value, SecretStr):
        return [value.get_secret_value()]
    if isinstance(value, BaseModel):
        return secrets_of([each for _, each in value])
    if isinstance(value, Mapping):
        return secrets_of(list(value.values()))
    if isinstance(value, list | tuple):
        return [secret for each in value for secret in secrets_of(each)]
    return []


class Ration:
    """Lets one line of a kind through in `seconds`, and counts those that it kept back."""

    def __init__(self, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._last: dict[Hashable, float] = {}
        self._kept_back: dict[Hashable, int] = {}

    def left_out(self, kind: Hashable) -> int | None:
        """How many of this kind were left out since the last line; None: leave this one out too.

        Kinds are few: pass nothing that a caller from outside chooses.
        """
        now = self._clock()
        if kind in self._last and now - self._last[kind] < self._seconds:
            self._kept_back[kind] = self._kept_back.get(kind, 0) + 1
            return None
        self._last[kind] = now
        return self._kept_back.pop(kind, 0)


def _renderer(terminal: bool) -> structlog.typing.Processor:
    if terminal:
        return structlog.dev.ConsoleRenderer(pad_event_to=24)
    return structlog.processors.JSONRenderer(ensure_ascii=False)


def _brief(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception its kind and place, of a library's message the first line.

    What an exception says may quote what somebody sent us; where it was raised does not.
    """
    information = event.pop("exc_info", None)
    event.pop("stack_info", None)
    if information and information[1] is not None:
        error = information[1]
        frames = traceback.extract_tb(error.__traceback__)
        event["exception"] = type(error).__name__
        event["where"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    if not str(event.get("logger", "")).startswith(OURS):
        event["event"] = str(event["event"]).partition("\n")[0]
    return event
