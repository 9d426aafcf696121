"""Organisations and their addresses as plain values."""

from dataclasses import dataclass
from typing import Literal

from gateway.vocabulary import Audience, Sector

AddressKind = Literal["sms", "wecom", "email"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: an E.164 number, an email address, or the name of a WeCom group.

    A WeCom group's key is a secret and lives in settings under that name.
    """

    kind: AddressKind
    value: str


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation of the directory; `code` is unique in it. Residents' groups and lists of
    subscribers are organisations of the audience `public`. `exercise` organisations are reached by
    exercises only, the others by real decisions only."""

    code: str
    name: str
    audience: Audience
    sector: Sector | None
    area: str
    contact: str | None
    addresses: tuple[Address, ...]
    exercise: bool = False
