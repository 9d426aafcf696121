"""The gateway's own advice, which is no measure of a plan: what to get ready for, and health tips.

It is in `message_templates/tips/`, by reader, in Chinese and for its readers in English.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gateway.documents import decode, parse
from gateway.errors import InputError
from gateway.notices.words import Words
from gateway.plans.model import reader, written_readers
from gateway.vocabulary import Audience, Cause, Language, Pollutant, Sector

FOLDER = "message_templates/tips"


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of advice, one line without a stop; `short` for short media."""

    text: str
    short: str


@dataclass(frozen=True, slots=True)
class Topic:
    """What a health tip is about: its `name` (臭氧), what to expect in one sentence and in short."""

    name: str
    about: str
    short: str


def readiness(audience: Audience, sector: Sector | None, words: Words) -> tuple[Piece, ...]:
    """What a reader of a hint gets ready for; nothing in it is an order.

    Raises `InputError` TEMPLATE_MISSING where a reader or a language has none.
    """
    return _pieces("readiness", 0, reader(audience, sector), words.LANGUAGE)


def health(
    cause: Cause, pollutant: Pollutant | None, audience: Audience, sector: Sector | None, words: Words
) -> tuple[Piece, ...]:
    """The health advice for one reader. Raises `InputError` like `readiness`."""
    return _pieces("health", _topic(cause, pollutant), reader(audience, sector), words.LANGUAGE)


def topic(cause: Cause, pollutant: Pollutant | None, words: Words) -> Topic:
    """What the advice is about: the cause where it has advice of its own, else the pollutant."""
    entry = _entries("health")[_topic(cause, pollutant)]
    end = "_en" if words.LANGUAGE == "en" else ""
    return Topic(*(words.sentence(entry[f"{key}{end}"]) for key in ("name", "about", "short")))


def _topic(cause: Cause, pollutant: Pollutant | None) -> int:
    """The entry of the cause, else of the pollutant, else the general one, which stands last."""
    entries = _entries("health")
    for number, entry in enumerate(entries):
        if cause in entry["causes"]:
            return number
    for number, entry in enumerate(entries):
        if pollutant in entry["pollutants"]:
            return number
    return len(entries) - 1


@cache
def _pieces(name: str, number: int, key: str, language: Language) -> tuple[Piece, ...]:
    text, short = ("en", "en_short") if language == "en" else ("text", "short")
    for keys, pieces in _entries(name)[number]["texts"].items():
        if key in written_readers(keys) and all(text in piece and short in piece for piece in pieces):
            return tuple(Piece(piece[text].rstrip("。."), piece[short].rstrip("。.")) for piece in pieces)
    file = f"{FOLDER}/{name}.yaml"
    raise InputError(
        "TEMPLATE_MISSING",
        f"“{file}”中没有 {key} 的文字（{language}）",
        f"{file!r} has no text for {key} in {language}",
        file,
    )


@cache
def _entries(name: str) -> list[dict[str, Any]]:
    file = f"{FOLDER}/{name}.yaml"
    content = (files("message_templates") / "tips" / f"{name}.yaml").read_bytes()
    entries: list[dict[str, Any]] = parse(decode(content, file), file).data
    return entries
