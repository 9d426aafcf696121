"""Shows an address or a cell without giving away whose it is (DESIGN section 2, rule 10)."""

import re

from gateway.directory.model import EXTENSION, AddressKind

_LONGEST = 40
_MOBILE = 11  # digits of a mainland mobile number
_FEWEST_DIGITS = 7  # shorter numbers are service numbers or slips, and nobody's own
_FIRST_TO_LAST_DIGIT = re.compile(r"\d.*\d", re.DOTALL)
_MAILBOX = re.compile(r"(\S)\S*@(\S+)")


def mask(kind: AddressKind, value: str) -> str:
    """An address as it may be shown, also one that is none: `138****8000`, `l***@example.com`, `张*`.

    The country code of a mainland number stays, an extension does not; the name of a WeCom group or of a
    system is nobody's and stays whole.
    """
    if kind in ("wecom", "push"):
        return value
    if kind == "phone":
        value = value.partition(EXTENSION)[0]
    if kind in ("sms", "phone") and value.startswith("+86"):
        rest = value[3:]
        if len(rest) == _MOBILE and rest.isdecimal():  # nearly all of them; a check of a directory masks many
            return f"+86{rest[:3]}****{rest[-4:]}"
        return "+86" + mask("sms", rest)
    hidden = mask_text(value)
    return hidden if hidden != value or value.isdigit() else f"{value[:1]}*"


def mask_text(text: str) -> str:
    """Words of a cell, cut to 40 characters, with numbers and mailboxes masked."""
    hidden = _MAILBOX.sub(r"\1***@\2", text)
    if sum(character.isdigit() for character in hidden) >= _FEWEST_DIGITS:
        hidden = _FIRST_TO_LAST_DIGIT.sub(lambda found: _mask_digits(found.group()), hidden, count=1)
    hidden = " ".join(hidden.split())
    return hidden if len(hidden) <= _LONGEST else hidden[: _LONGEST - 1] + "…"


def masked_name(name: str | None) -> str | None:
    """A person's name without giving away whose it is: `王*`."""
    return f"{mask_text(name)[:1]}*" if name else None


def _mask_digits(text: str) -> str:
    """Three digits from the beginning and four from the end; fewer of a short number."""
    digits = re.sub(r"\D", "", text)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 9 else f"{digits[:1]}****{digits[-2:]}"
