"""The register of what was issued to the public: every real message, in order, and what has become of it.

Exercises and tests are never put into it. Times are compared as moments; `now` is always the caller's.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from gateway.exchange.model import ALERT_LEVEL, CELL, SMS, SMS_SHORT, Alert, Info, read_moment
from gateway.notices.chinese import one_line

Kind = Literal["decision", "all_clear", "renewal"]
# holds: what it says counts; ends: it says that something is over, and so it is; replaced: a later message
# counts in its place; ended: a later message ended it; ran_out: its time is over
State = Literal["holds", "ends", "replaced", "ended", "ran_out"]

_PARAMETERS = (SMS_SHORT, SMS, CELL)
# What a person or a program puts before a text and behind it in passing it on.
_PASSED_ON = re.compile(r"(?:【转发】|\[转发\]|转发:)+")
_PASSED_ON_FROM = re.compile(r"[（(【\[—–-]*转自.{0,40}")
_SIGNATURE = re.compile(r"【[^【】]{1,30}】")
_MARKS = ("演练", "测试")  # in the place of a signature: it is no text of ours with a signature before it


@dataclass(frozen=True, slots=True)
class Text:
    """One of a message's texts: its name as in the payload, its language, the SHA-256 (hex) of its UTF-8."""

    name: str
    language: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Effect:
    """What a message makes so, and from when (as it wrote it): a level by its Chinese word, or the end of
    what was before; None: neither, as of a hint or tip."""

    level: str | None
    ends: bool
    at: str


@dataclass(frozen=True, slots=True)
class Issued:
    """What is kept of a message for ever. `number` counts all real messages from 1, without a gap.

    `sha256` (hex) is of its CAP bytes; times are as it wrote them.
    """

    number: int
    identifier: str
    kind: Kind
    plan: str
    episode: str
    message_type: str
    headline: str
    headline_en: str | None
    issuer: str
    sent: str
    expires: str | None
    sha256: str
    texts: tuple[Text, ...]
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A message of which somebody has a text. `signature` (with its brackets) stood before that text and
    is not the message's own; None: nothing did. `origin` are the lines behind it that say where it was
    passed on from, "" for none: they are not ours either."""

    issued: Issued
    text: Text
    signature: str | None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Current:
    """A message that no later one replaced or ended; it may have run out."""

    issued: Issued
    alert: Alert

    def blocks(self, now: datetime) -> tuple[Info, ...]:
        """Its info blocks whose time is not over."""
        return tuple(
            info for info in self.alert.infos if info.expires is None or now < read_moment(info.expires)
        )

    def state(self, now: datetime) -> State:
        """What has become of it by itself."""
        blocks = self.blocks(now)
        if any(not info.ends for info in blocks):
            return "holds"
        return "ends" if self.alert.infos[0].ends else "ran_out"


class Register:
    """Messages in the order in which they were issued."""

    def __init__(self) -> None:
        self.issued: list[Issued] = []
        self._by_identifier: dict[str, Issued] = {}
        self._current: dict[str, Current] = {}  # by identifier
        self._later: dict[str, str] = {}  # what replaced or ended a message, by identifiers
        self._texts: dict[bytes, list[tuple[Issued, Text, str | None]]] = defaultdict(list)

    def add(self, alert: Alert, *, kind: Kind, plan: str, episode: str, sha256: str) -> None:
        """Put in the next message. Raises `ValueError` for one that is not real."""
        if not alert.real:
            raise ValueError(f"{alert.identifier} is not meant for the public")
        first = alert.infos[0]
        english = next(iter(alert.in_language("en-US")), None)
        texts = [(text, Text(name, language, _hash(text))) for name, language, text in texts_of(alert)]
        issued = Issued(
            len(self.issued) + 1,
            alert.identifier,
            kind,
            plan,
            episode,
            alert.message_type,
            first.headline or first.event,
            None if english is None else english.headline,
            first.sender_name or "",
            alert.sent,
            alert.expires,
            sha256,
            tuple(text for _, text in texts),
            effects_of(alert),
        )
        if kind == "all_clear":
            self._beside(issued)
        else:
            self._replace(issued, alert)
        self.issued.append(issued)
        self._by_identifier[issued.identifier] = issued
        for words, text in texts:
            signature, body = _parted(words)
            self._texts[_key(body)].append((issued, text, signature))

    def _beside(self, issued: Issued) -> None:
        """The other form of a Cancel: what becomes of that becomes of it."""
        cancel = next((each for each in reversed(self.issued) if each.episode == issued.episode), None)
        if cancel is not None:
            self._later[issued.identifier] = cancel.identifier

    def _replace(self, issued: Issued, alert: Alert) -> None:
        over = {reference.identifier for reference in alert.references}
        over |= {  # a lift that was taken back: what follows it cannot reference a Cancel
            each.issued.identifier
            for each in self._current.values()
            if each.issued.episode == issued.episode and each.alert.message_type == "Cancel"
        }
        for identifier in over:
            self._current.pop(identifier, None)
            self._later[identifier] = issued.identifier
        self._current[issued.identifier] = Current(issued, alert)

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._by_identifier

    def __getitem__(self, identifier: str) -> Issued:
        return self._by_identifier[identifier]

    def of_episode(self, episode: str) -> list[Issued]:
        """The messages of an episode, oldest first."""
        return [each for each in self.issued if each.episode == episode]

    def page(self, before: int | None, limit: int) -> list[Issued]:
        """The messages with numbers below `before`, newest first."""
        end = len(self.issued) if before is None else max(0, min(before - 1, len(self.issued)))
        return self.issued[max(0, end - limit) : end][::-1]

    def plans(self) -> list[str]:
        """The plans under which anything was ever issued, by name."""
        return sorted({each.plan for each in self.issued})

    def newest(self, plan: str) -> Issued:
        """A plan's newest message. Raises `LookupError` for a plan without."""
        for each in reversed(self.issued):
            if each.plan == plan and each.kind != "all_clear":
                return each
        raise LookupError(plan)

    def current(self, plan: str | None = None) -> list[Current]:
        """What no later message replaced or ended, newest first."""
        found = (each for each in self._current.values() if plan in (None, each.issued.plan))
        return sorted(found, key=lambda each: -each.issued.number)

    def on_show(self, now: datetime) -> list[Current]:
        """What a feed shows, newest first: messages whose time is not over, those that end others among
        them, so that a reader who comes once a day learns of the end."""
        return [each for each in self.current() if each.blocks(now)]

    def state(self, issued: Issued, now: datetime) -> tuple[State, Issued]:
        """What has become of a message, and which one counts in its place (itself where none does)."""
        last = issued.identifier
        while last in self._later:
            last = self._later[last]
        standing = self._current[last]
        state = standing.state(now)
        if standing.issued is issued or (issued.kind == "all_clear" and state == "ends"):
            return state, issued
        return ("ended" if state == "ends" else "replaced"), standing.issued

    def find(self, words: str) -> list[Match]:
        """The messages that have a text of these very words, newest first, each once.

        White space counts for nothing, nor the width of signs (full or half), nor a signature in 【】,
        nor what says that it was passed on: `转发：` before it, lines of `转自…` behind it.
        """
        words, origin = _without_origin(words)
        signature, body = _parted(words)
        found: dict[int, Match] = {}
        if signature is not None and any(mark in signature for mark in _MARKS):
            return []
        for issued, text, own in self._texts.get(_key(body), ()):
            foreign = signature if signature is not None and signature != own else None
            found.setdefault(issued.number, Match(issued, text, foreign, origin))
        return [found[number] for number in sorted(found, reverse=True)]

    def turns(self) -> Iterator[datetime]:
        """The moments at which what is current becomes, or became, something else."""
        for each in self._current.values():
            yield read_moment(each.issued.sent)
            for info in each.alert.infos:
                for at in (info.effective, info.onset, info.expires):
                    if at is not None:
                        yield read_moment(at)


def effects_of(alert: Alert) -> tuple[Effect, ...]:
    """What a message makes so, in its order; not where else it ends something."""
    return tuple(
        Effect(info.parameter(ALERT_LEVEL), info.ends, info.onset or info.effective or alert.sent)
        for info in alert.infos
        if info.language != "en-US" and (alert.infos[0].ends or not info.ends)
    )


def texts_of(alert: Alert) -> Iterator[tuple[str, str, str]]:
    """Name, language and words of every text of a message that reaches people."""
    for info in alert.infos:
        language = info.language or "en-US"
        words = [(name, info.parameter(name)) for name in _PARAMETERS]
        words += [
            ("headline", info.headline),
            ("description", info.description),
            ("instruction", info.instruction),
        ]
        for name, text in words:
            if text:
                yield name, language, text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _without_origin(words: str) -> tuple[str, str]:
    """The text without the last lines that say where it was passed on from, and those lines."""
    lines = words.rstrip().splitlines()
    origin: list[str] = []
    while len(lines) > 1 and (not lines[-1].strip() or _PASSED_ON_FROM.fullmatch(lines[-1].strip())):
        origin.append(one_line(lines.pop()))
    return "\n".join(lines), " ".join(filter(None, reversed(origin)))


def _parted(words: str) -> tuple[str | None, str]:
    """A leading signature, or None, and what remains, both without white space and invisible signs."""
    plain = "".join(
        sign
        for sign in unicodedata.normalize("NFKC", words)
        if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc")
    )
    if (passed_on := _PASSED_ON.match(plain)) is not None:
        plain = plain[passed_on.end() :]
    found = _SIGNATURE.match(plain)
    return (None, plain) if found is None else (found[0], plain[found.end() :])


def _key(body: str) -> bytes:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).digest()[:16]
