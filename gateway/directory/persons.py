"""Reads the people that a row tells of: in columns of their own, or named beside a number."""

from datetime import date

from gateway.directory import cells
from gateway.directory.header_words import PEOPLE_WORDS
from gateway.directory.model import (
    CONTACT_ROLE_WORDS,
    Address,
    Contact,
    ContactAddress,
    ContactRole,
)
from gateway.directory.row import TELEPHONES, Cells

ROLES_IN_ORDER: tuple[ContactRole, ...] = (  # in which people are tried, where a list does not say
    *("responsible", "deputy", "night_duty", "liaison", "supervisor", "grid_member", "head"),
    "duty",
)


def people(row: Cells) -> dict[ContactRole, tuple[Contact, ...]]:
    """The people that stand in columns of their own (负责人, 负责人电话), for the roles that have columns,
    and those whom cells name beside a number, for their roles.

    Whoever is named in a column of the organisation's numbers without a role is the responsible one, the
    next a deputy, as 第一联系人 and 第二联系人 are.
    """
    found: dict[ContactRole, dict[str, list[Address]]] = {}
    for role in ROLES_IN_ORDER:
        name, phone = f"{role}.name", f"{role}.phone"
        if name not in row and phone not in row:
            continue
        who = row.attempt(name, lambda text: cells.line("姓名", "name", text, 50)) if row.get(name) else None
        of_role = found.setdefault(role, {})
        if who:
            of_role.setdefault(who, [])
        for caller in row.callers(phone):
            # 负责人 beside a number in the column of the deputy is still the deputy's own title
            theirs = role if caller.role in (None, "responsible") else caller.role
            called = caller.name or (who if theirs == role and who else CONTACT_ROLE_WORDS[theirs])
            found.setdefault(theirs, {}).setdefault(called, []).append(caller.address)
    for caller in (each for name in TELEPHONES for each in row.callers(name)):
        if caller.name is None and caller.role is None:
            continue
        known = next((role for role, members in found.items() if caller.name in members), None)
        theirs = caller.role or known or ("deputy" if found.get("responsible") else "responsible")
        called = caller.name or CONTACT_ROLE_WORDS[theirs]
        found.setdefault(theirs, {}).setdefault(called, []).append(caller.address)
    return {
        role: tuple(
            Contact(name, role, tuple(ContactAddress(value) for value in dict.fromkeys(values)))
            for name, values in members.items()
        )
        for role, members in found.items()
    }


def person(row: Cells) -> Contact | None:
    """The person whom a row of a list of contacts tells of; None with a fault."""
    who = row.attempt(
        "person", cells.needed("姓名", "person", lambda text: cells.line("姓名", "person", text, 50))
    )
    role = row.attempt("role", cells.needed("角色", "role", lambda text: cells.role(text, PEOPLE_WORDS)))
    language = row.attempt("language", cells.language)
    quiet = row.attempt("quiet_hours", cells.hours) if row.get("quiet_hours") else None
    verified: date | None = None
    if row.get("verified_on"):
        verified = row.attempt("verified_on", cells.dated("核实日期", "verified_on"))
    values = [
        *_numbers_of(row, who),
        *row.addresses("person_wecom_user", "wecom_user"),
        *row.addresses("person_email", "email"),
    ]
    if who is None or role is None or language is None:
        return None
    begin, end = quiet or (None, None)
    return Contact(
        who,
        role,
        tuple(ContactAddress(value, verified, begin, end) for value in dict.fromkeys(values)),
        language,
    )


def _numbers_of(row: Cells, who: str | None) -> list[Address]:
    """The numbers of the row's person; a number of somebody else is a fault."""
    found = []
    for caller in row.callers("person_phone"):
        if caller.name is not None and who is not None and caller.name != who:
            row.fault(
                "person_phone",
                "号码旁写着另一个人；每人请用一行",
                "another person stands beside the number; use a row for each person",
            )
        found.append(caller.address)
    return found
