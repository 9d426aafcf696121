"""Somebody else was named as the contact: a keeper of the directory has called, and accepts or refuses it."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from gateway.directory.campaign import day_of
from gateway.directory.masking import mask
from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.directory.numbers import telephone
from gateway.errors import InputError
from gateway.ledger.directory import changes, directory, organisations, proposed_contacts
from gateway.ledger.directory.verifications import Verification
from gateway.ledger.trail import audit


def accept(
    connection: Connection, identifier: int, limits: Collection[str], verified: bool, now: int, actor: str
) -> int:
    """Let the person who was named take the other's place, with their role; the organisation's id.

    What was the organisation's own number is replaced by the new one. `verified`: they were called and said
    that the number is theirs. `limits`: the areas of whoever acts (none: all). `now` in milliseconds since
    1970 UTC. Raises `InputError` (PROPOSAL_SETTLED).
    """
    asked = _open(connection, identifier, limits)
    found = organisations.by_id(connection, asked.organisation_id)
    if found is None:
        raise _settled()
    after = succeeded(found.organisation, asked, day_of(now) if verified else None)
    directory.apply(connection, [after], now, ("contacts", "addresses", "contact"), actor)
    _settle(connection, asked, "proposal_accepted", now, actor)
    return asked.organisation_id


def refuse(connection: Connection, identifier: int, limits: Collection[str], now: int, actor: str) -> int:
    """Leave everything as it is; the organisation's id. Raises `InputError` (PROPOSAL_SETTLED)."""
    asked = _open(connection, identifier, limits)
    changes.append(
        connection,
        {asked.organisation_id: {"changed_contact": [mask(asked.kind, asked.address), None]}},
        actor,
        now,
    )
    _settle(connection, asked, "proposal_refused", now, actor)
    return asked.organisation_id


def succeeded(one: Organisation, asked: Verification, verified_on: date | None) -> Organisation:
    """The organisation with the proposed person in the place of whoever had the address that was asked."""
    number = telephone(asked.proposed_number or "")
    old = Address(asked.kind, asked.address)
    name = asked.proposed_name or ""
    had = next((each for each in one.contacts if any(at.address == old for at in each.addresses)), None)
    if had is None:
        own = [number if each == old else each for each in one.addresses]
        return replace(one, contact=name, addresses=tuple(dict.fromkeys(own)))
    return replace(one, contacts=_people(one.contacts, had, name, ContactAddress(number, verified_on)))


def _people(
    people: Sequence[Contact], had: Contact, name: str, address: ContactAddress
) -> tuple[Contact, ...]:
    """Whoever has that name already gets the number beside their others; else they come in the old one's
    place."""
    if any(each.name == name for each in people):
        kept = [each for each in people if each is not had or each.name == name]
        return tuple(_with(each, address) if each.name == name else each for each in kept)
    return tuple(replace(each, name=name, addresses=(address,)) if each is had else each for each in people)


def _with(one: Contact, address: ContactAddress) -> Contact:
    others = tuple(each for each in one.addresses if each.address != address.address)
    return replace(one, addresses=(*others, address))


def _open(connection: Connection, identifier: int, limits: Collection[str]) -> Verification:
    asked = proposed_contacts.one(connection, identifier, limits)
    if asked is None:
        raise _settled()
    return asked


def _settle(connection: Connection, asked: Verification, what: str, now: int, actor: str) -> None:
    proposed_contacts.settle(connection, asked.id, now)
    detail: dict[str, object] = {"address": mask(asked.kind, asked.address)}
    audit.append(connection, now, actor, what, f"organisation:{asked.code}", detail)


def _settled() -> InputError:
    return InputError(
        "PROPOSAL_SETTLED",
        "这条提议已经处理过，或后来又有了新的答复",
        "this proposal was settled, or another answer came since",
        field="id",
    )
