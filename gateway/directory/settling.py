"""Joins what a file states of an organisation with what is known of it already. Pure.

What a file has no column for stays as it is; an organisation that is not known yet needs a code, a name,
an audience and an area from the file, or from what the list itself says.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.directory.cells import Fault
from gateway.directory.entries import Entry
from gateway.directory.model import ADDRESS_KINDS, Address, Contact, Organisation
from gateway.directory.persons import ROLES_IN_ORDER

_NEEDED = {"name": "名称", "audience": "受众", "area": "区域代码"}


@dataclass(frozen=True, slots=True)
class Assumed:
    """What a list as a whole says of organisations that only it names: fields of `Organisation`."""

    fields: Mapping[str, Any]


def settle(
    entry: Entry, known: Organisation | None, assumed: Assumed, *, may_add: bool = True
) -> tuple[Organisation | None, tuple[Fault, ...]]:
    """The organisation to store, or why there is none."""
    if known is None and not may_add:
        return None, (_unknown(entry),)
    if known is None:
        return _new(entry, assumed)
    organisation = replace(
        known,
        name=entry.name or known.name,
        credit_code=entry.credit_code or known.credit_code,
        addresses=_addresses(entry, known.addresses),
        contacts=_contacts(entry, known.contacts),
        **entry.stated,
    )
    if organisation.audience != "enterprises" and organisation.sector is not None:
        organisation = replace(organisation, sector=None)
    return organisation, ()


def _new(entry: Entry, assumed: Assumed) -> tuple[Organisation | None, tuple[Fault, ...]]:
    values: dict[str, Any] = {
        "name": entry.name,
        "audience": None,
        "area": None,
        "sector": None,
        "contact": None,
        "location": entry.street,
        **assumed.fields,
        **entry.stated,
    }
    faults = [
        Fault(
            name,
            f"缺少{title}：通讯录里还没有这个单位",
            f"the {name} is missing; the directory does not know it yet",
        )
        for name, title in _NEEDED.items()
        if not values[name]
    ]
    code = entry.code or entry.credit_code
    if code is None:
        faults.insert(
            0,
            Fault(
                "code",
                "缺少编码或统一社会信用代码，通讯录里也没有唯一的同名单位",
                "there is no code and no credit code, nor one organisation of that name in the directory",
            ),
        )
    if faults or code is None:
        return None, tuple(faults)
    if values["audience"] != "enterprises":
        values["sector"] = None
    return (
        Organisation(
            code=code,
            credit_code=entry.credit_code,
            addresses=_addresses(entry, ()),
            contacts=_contacts(entry, ()),
            **values,
        ),
        (),
    )


def _addresses(entry: Entry, known: tuple[Address, ...]) -> tuple[Address, ...]:
    """Those of the file for the kinds that it has columns of, the known ones for the others."""
    return tuple(
        address
        for kind in ADDRESS_KINDS
        for address in entry.addresses.get(kind, tuple(each for each in known if each.kind == kind))
    )


def _contacts(entry: Entry, known: tuple[Contact, ...]) -> tuple[Contact, ...]:
    """Those of the file for the roles that it speaks of, the known ones for the others, in their order.

    Who was the responsible one or a deputy only by their place in a cell may have another role by now.
    """
    if entry.everyone is not None:
        return entry.everyone
    named = {contact.name for people in entry.contacts.values() for contact in people}
    kept = [
        contact
        for contact in known
        if contact.role not in entry.contacts
        and not (contact.role in ("responsible", "deputy") and contact.name in named)
    ]
    new = [contact for people in entry.contacts.values() for contact in people]
    return tuple(sorted([*kept, *new], key=lambda contact: ROLES_IN_ORDER.index(contact.role)))


def _unknown(entry: Entry) -> Fault:
    return Fault(
        "code",
        f"通讯录里没有单位“{entry.written}”，请先导入单位",
        f"the directory has no organisation {entry.written!r}; import it first",
    )
