"""One person of an organisation added, changed or taken away by hand, as a form states them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from gateway.directory.cells import Refused
from gateway.directory.model import Address, AddressKind, Contact, ContactAddress, ContactRole
from gateway.directory.numbers import address
from gateway.errors import InputError
from gateway.vocabulary import Language

STATED: tuple[AddressKind, ...] = ("sms", "phone", "email", "wecom_user")  # what people type
MOST = 50  # people of an organisation
_NAME = 100  # characters


@dataclass(frozen=True, slots=True)
class Statement:
    """A person as a form states them; `addresses` as they were typed, by kind."""

    name: str
    role: ContactRole
    language: Language
    addresses: Mapping[AddressKind, Sequence[str]]


def stated(statement: Statement, before: Contact | None = None, verified_on: date | None = None) -> Contact:
    """The person. What is known of an address that stays (quiet hours, when it was verified) stays too, and
    so do addresses that nobody types; `verified_on`: all are said to be theirs on that day.

    Raises `InputError` (FIELD_MISSING, ADDRESS_INVALID, ADDRESS_MISSING), naming the field.
    """
    name = statement.name.strip()
    if not 1 <= len(name) <= _NAME:
        raise InputError(
            "FIELD_MISSING",
            "请填写姓名，最多 100 字",
            "state a name, of 100 characters at most",
            field="name",
        )
    known = {each.address: each for each in (before.addresses if before else ())}
    given = [
        Address(kind, _value(kind, text)) for kind in STATED for text in statement.addresses.get(kind, ())
    ]
    kept = [each for each in known if each.kind not in STATED]
    found = tuple(
        each
        if verified_on is None or each.address.kind not in STATED
        else replace(each, verified_on=verified_on)
        for each in (known.get(at, ContactAddress(at)) for at in dict.fromkeys([*given, *kept]))
    )
    if not found:
        raise InputError(
            "ADDRESS_MISSING", "至少填一个号码或邮箱", "state at least one number or mailbox", field="sms"
        )
    return Contact(name, statement.role, found, statement.language)


def version_of(one: Contact) -> str:
    """A sign that changes with anything of a person: who sends a form back tells what they saw."""
    return sha256(repr(one).encode()).hexdigest()[:16]


def _value(kind: AddressKind, text: str) -> str:
    try:
        return address(kind, text)
    except Refused as refused:
        raise InputError("ADDRESS_INVALID", refused.message, refused.message_en, field=kind) from None
