"""The kinds of value that elements may have, by the standard; each tells what is wrong with a text."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.exchange.validation.fault import shown

_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T]([0-9]{2}:[0-9]{2}:[0-9]{2})([-+][0-9]{2}:[0-9]{2})")
_SPACED_TIME = re.compile(_TIME.pattern.replace("[T]", "[ ]"))
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)")
# RFC 3986 with the characters of RFC 3987; what is outside breaks links long before it breaks a schema
_URI = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/?#]*:))"  # without a scheme the first segment holds no colon
    r"(?://(?:[\w.~!$&'()*+,;=:%-]*@)?(?:[\w.~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?(?=[/?#]|\Z)|(?!//))"
    r"[\w.~!$&'()*+,;=:@/%-]*(?:\?[\w.~!$&'()*+,;=:@/?%-]*)?(?:#[\w.~!$&'()*+,;=:@/?%-]*)?"
)
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SPACE = " \t\r\n"  # what XML calls white space; `strip` alone would take more


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why a text is no value of its kind."""

    code: str
    message: str
    message_en: str


Value = Callable[[str], Wrong | None]


def anything(_text: str) -> None:
    """Any text."""


def one_of(*words: str) -> Value:
    """Exactly one of these words, without space around it."""
    listed = " ".join(words)

    def check(text: str) -> Wrong | None:
        if text in words:
            return None
        return Wrong(
            "VALUE_NOT_IN_LIST",
            f"“{shown(text)}”不是允许的值（{listed}）",
            f"{shown(text)!r} is not one of the values allowed ({listed})",
        )

    return check


def time(text: str) -> Wrong | None:
    """A date and time with a numeric offset, `2024-11-20T18:00:00+08:00` (CAP 1.2, section 3.3.2).

    The letter Z is forbidden; midnight is 00:00:00; offsets reach 14:00.
    """
    return None if moment(text) else _no_time(text, "2024-11-20T18:00:00+08:00")


def spaced_time(text: str) -> Wrong | None:
    """The same with a blank in place of the T, as the 12379 dialect has it."""
    return None if spaced_moment(text) else _no_time(text, "2024-11-20 18:00:00+08:00")


def moment(text: str) -> datetime | None:
    """The moment that a time of CAP 1.2 states, None for what is none."""
    return _moment(_TIME.fullmatch(text.strip(_SPACE)))


def spaced_moment(text: str) -> datetime | None:
    """The moment that a time of the 12379 dialect states, None for what is none."""
    return _moment(_SPACED_TIME.fullmatch(text.strip(_SPACE)))


def language(text: str) -> Wrong | None:
    """A language tag (RFC 3066), such as `zh-CN`; nothing at all stands for the default."""
    if not text or _LANGUAGE.fullmatch(text.strip(_SPACE)):
        return None
    return Wrong(
        "LANGUAGE_MALFORMED",
        f"“{shown(text)}”不是语言代码（如 zh-CN）",
        f"{shown(text)!r} is no language code (such as zh-CN)",
    )


def uri(text: str) -> Wrong | None:
    """A URI or a relative reference (RFC 3986, RFC 3987)."""
    bare = text.strip(_SPACE)
    if _URI.fullmatch(bare) and not _BAD_ESCAPE.search(bare):
        return None
    return Wrong("URI_MALFORMED", f"“{shown(text)}”不是有效的网址", f"{shown(text)!r} is no valid URI")


def integer(text: str) -> Wrong | None:
    """A whole number."""
    return None if _INTEGER.fullmatch(text.strip(_SPACE)) else _no_number(text)


def decimal(text: str) -> Wrong | None:
    """A decimal number without an exponent."""
    return None if _DECIMAL.fullmatch(text.strip(_SPACE)) else _no_number(text)


def _moment(found: re.Match[str] | None) -> datetime | None:
    if found is None:
        return None
    date, clock, offset = found.groups()
    hours, minutes = int(offset[1:3]), int(offset[4:])
    if minutes > 59 or hours * 60 + minutes > 14 * 60 or clock.startswith("24"):
        return None
    try:
        return datetime.fromisoformat(f"{date}T{clock}{offset}")
    except ValueError:
        return None


def _no_time(text: str, example: str) -> Wrong:
    return Wrong(
        "TIME_MALFORMED",
        f"“{shown(text)}”不是规定格式的时间，应如 {example}（须带数字时区，不得用 Z）",
        f"{shown(text)!r} is no time of the form {example} (a numeric offset, no Z)",
    )


def _no_number(text: str) -> Wrong:
    return Wrong("NUMBER_MALFORMED", f"“{shown(text)}”不是数字", f"{shown(text)!r} is no number")
