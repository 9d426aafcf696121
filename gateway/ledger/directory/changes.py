"""What was changed of an organisation, by whom and when; append-only, numbers masked."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from gateway.directory.masking import mask, mask_text
from gateway.directory.model import AddressKind, Contact, Organisation
from gateway.ledger.schema import organisation_changes

_NUMBER = re.compile(
    r"(?<!\d)(?:\+?86[-－ ]?)?(?:1\d{2}[-－ ]?\d{4}[-－ ]?\d{4}|0\d{2,3}[-－ ]?\d{7,8})(?!\d)"
)
PLAIN = (
    "name",
    "audience",
    "sector",
    "area",
    "contact",
    "credit_code",
    "meter_number",
    "industry",
    "grade",
    "grade_valid_from",
    "location",
    "own_plan_filed_on",
)

Changes = Mapping[str, Sequence[Any]]  # field to [before, after]


@dataclass(frozen=True, slots=True)
class Changed:
    """One change; `at` in milliseconds since 1970 UTC."""

    id: int
    actor: str
    changes: dict[str, list[Any]]
    at: int


def append(connection: Connection, changed: Mapping[int, Changes], actor: str, now: int) -> None:
    """Note what was changed of each organisation (by id); one of which nothing changed is left out."""
    rows = [
        {
            "organisation_id": organisation_id,
            "actor": actor,
            "changes": json.dumps(changes, ensure_ascii=False, separators=(",", ":")),
            "at": now,
        }
        for organisation_id, changes in changed.items()
        if changes
    ]
    if rows:
        connection.execute(insert(organisation_changes), rows)


def of_organisation(
    connection: Connection, organisation_id: int, after: int = 0, limit: int = 100
) -> list[Changed]:
    """The changes of an organisation, oldest first, from the one after `after`."""
    query = (
        select(organisation_changes)
        .where(organisation_changes.c.organisation_id == organisation_id, organisation_changes.c.id > after)
        .order_by(organisation_changes.c.id)
        .limit(limit)
    )
    return [Changed(row.id, row.actor, json.loads(row.changes), row.at) for row in connection.execute(query)]


def newest(connection: Connection, organisation_id: int, limit: int) -> list[Changed]:
    """The last changes of an organisation, the newest first."""
    query = (
        select(organisation_changes)
        .where(organisation_changes.c.organisation_id == organisation_id)
        .order_by(organisation_changes.c.id.desc())
        .limit(limit)
    )
    return [Changed(row.id, row.actor, json.loads(row.changes), row.at) for row in connection.execute(query)]


def last(connection: Connection) -> int:
    """The number of the last change of any organisation: a later one means another directory."""
    return int(connection.execute(select(func.max(organisation_changes.c.id))).scalar_one() or 0)


def number(connection: Connection) -> int:
    """How often an organisation or its inventory was changed: equal numbers, equal directory."""
    return int(connection.execute(select(func.count()).select_from(organisation_changes)).scalar_one())


def between(before: Organisation, after: Organisation, *, was_active: bool = True) -> Changes:
    """Every field in which two states of an organisation differ, as it is kept: masked, two numbers may
    look alike."""
    one, other = _told(before, _whole) | {"active": was_active}, _told(after, _whole) | {"active": True}
    shown, shown_after = _told(before, mask) | {"active": was_active}, _told(after, mask) | {"active": True}
    return {field: [shown[field], shown_after[field]] for field in one if one[field] != other[field]}


def mask_numbers(text: str) -> str:
    """Words with every telephone number in them masked."""
    return _NUMBER.sub(lambda found: mask_text(found.group()), text)


def _whole(_kind: AddressKind, value: str) -> str:
    return value


def _told(organisation: Organisation, tell: Callable[[AddressKind, str], str]) -> dict[str, Any]:
    """Its fields as plain data, addresses as `tell` tells them."""
    plain = {field: getattr(organisation, field) for field in PLAIN}
    return {
        **{
            name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in plain.items()
        },
        "addresses": sorted([each.kind, tell(each.kind, each.value)] for each in organisation.addresses),
        "groups": sorted(organisation.groups),
        "contacts": [_contact(each, tell) for each in organisation.contacts],
    }


def _contact(contact: Contact, tell: Callable[[AddressKind, str], str]) -> dict[str, Any]:
    return {
        "name": contact.name,
        "role": contact.role,
        "language": contact.language,
        "addresses": sorted(
            [
                each.address.kind,
                tell(each.address.kind, each.address.value),
                each.verified_on.isoformat() if each.verified_on else "",
                f"{each.quiet_from or ''}-{each.quiet_until or ''}" if each.quiet_from else "",
            ]
            for each in contact.addresses
        ),
    }
