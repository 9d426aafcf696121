"""Organisations and their addresses as plain values."""

from dataclasses import dataclass
from typing import Literal, get_args

from gateway.vocabulary import Audience, Sector

AddressKind = Literal["sms", "wecom", "email"]
ADDRESS_KINDS: tuple[AddressKind, ...] = get_args(AddressKind)

# What storing an organisation did; refused: its code is of the other kind, exercise or real.
Change = Literal["added", "changed", "unchanged", "refused"]


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


@dataclass(frozen=True, slots=True)
class StoredAddress:
    """An address of the ledger, without its value: choosing recipients needs no personal data."""

    id: int
    kind: AddressKind


@dataclass(frozen=True, slots=True)
class Recipient:
    """An organisation of the ledger that may be told something, with its addresses in a stable order."""

    organisation_id: int
    code: str
    name: str
    audience: Audience
    sector: Sector | None
    area: str
    addresses: tuple[StoredAddress, ...]
