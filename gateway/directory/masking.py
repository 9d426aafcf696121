"""Shows an address or a cell without giving away whose it is (DESIGN section 2, rule 10)."""

import re

from gateway.directory.model import AddressKind

_LONGEST = 40
_DIGITS = re.compile(r"\d(?:[ \-]?\d){6,}")  # a number, however it is grouped


def mask_text(text: str) -> str:
    """Free text with every longer number and mailbox masked, cut to 40 characters."""
    hidden = " ".join(_mask_mailbox(word) if "@" in word else word for word in text.split())
    hidden = _DIGITS.sub(lambda found: _mask_digits(found.group()), hidden)
    return hidden if len(hidden) <= _LONGEST else hidden[: _LONGEST - 1] + "…"


def mask(kind: AddressKind, value: str) -> str:
    """`+86138****8000`, `l***@example.com`; the name of a WeCom group is nobody's and stays."""
    if kind == "sms" and value.startswith("+86"):
        return "+86" + _mask_digits(value[3:])
    return value if kind == "wecom" else mask_text(value)


def _mask_digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return f"{digits[:3]}****{digits[-4:]}" if len(digits) > 7 else f"{digits[:1]}****{digits[-2:]}"


def _mask_mailbox(text: str) -> str:
    local, _, domain = text.rpartition("@")
    return f"{local[:1]}***@{domain}"
