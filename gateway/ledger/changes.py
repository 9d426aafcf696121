"""What was changed of an organisation, by whom and when; append-only, numbers masked."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from gateway.directory.masking import mask, mask_text
from gateway.directory.model import Contact, Organisation
from gateway.ledger.schema import organisation_changes

_NUMBER = re.compile(r"(?<!\d)(?:\+?86)?(?:1\d{10}|0\d{2,3}[-－ ]?\d{7,8})(?!\d)")
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


def between(before: Organisation, after: Organisation, *, was_active: bool = True) -> Changes:
    """Every field in which two states of an organisation differ, as it is kept."""
    one, other = _shown(before) | {"active": was_active}, _shown(after) | {"active": True}
    return {field: [one[field], other[field]] for field in one if one[field] != other[field]}


def mask_numbers(text: str) -> str:
    """Words with every telephone number in them masked."""
    return _NUMBER.sub(lambda found: mask_text(found.group()), text)


def _shown(organisation: Organisation) -> dict[str, Any]:
    plain = {field: getattr(organisation, field) for field in PLAIN}
    return {
        **{
            name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in plain.items()
        },
        "addresses": sorted([each.kind, mask(each.kind, each.value)] for each in organisation.addresses),
        "groups": sorted(organisation.groups),
        "contacts": [_shown_contact(each) for each in organisation.contacts],
    }


def _shown_contact(contact: Contact) -> dict[str, Any]:
    return {
        "name": contact.name,
        "role": contact.role,
        "language": contact.language,
        "addresses": sorted(
            [
                each.address.kind,
                mask(each.address.kind, each.address.value),
                each.verified_on.isoformat() if each.verified_on else "",
                f"{each.quiet_from or ''}-{each.quiet_until or ''}" if each.quiet_from else "",
            ]
            for each in contact.addresses
        ),
    }
