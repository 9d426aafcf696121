"""The directory for people: an organisation in full, what is to be mended, totals.

What the API and the commands show alike; numbers and names are masked.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from gateway.directory.areas import home, within
from gateway.directory.campaign import day_of
from gateway.directory.care import PROBLEMS, WHAT_TO_DO, Finding, check
from gateway.directory.inventory import InventoryLine
from gateway.directory.masking import mask, masked_name
from gateway.directory.model import Contact
from gateway.directory.selection import plan_codes
from gateway.directory.totals import totals
from gateway.errors import InputError
from gateway.ledger.directory import care, changes, contacts, inventory, organisations
from gateway.ledger.directory.organisations import Stored
from gateway.moments import iso
from gateway.plans.model import Plan
from gateway.web.rosters import next_gaps


def stored(connection: Connection, code: str, limits: Collection[str] = ()) -> Stored:
    """The organisation of that code, where it lies within these areas (none: everywhere). Raises
    `InputError` (ORGANISATION_UNKNOWN)."""
    found = organisations.by_codes(connection, [code]).get(code)
    if found is None or not within(found.organisation.area, limits):
        raise InputError(
            "ORGANISATION_UNKNOWN",
            f"通讯录中没有编码“{code}”",
            f"the directory has no organisation {code!r}",
            field="code",
        )
    return found


def head_json(each: Stored) -> dict[str, Any]:
    """An organisation in a list."""
    one = each.organisation
    return {
        "id": each.id,
        "code": one.code,
        "name": one.name,
        "audience": one.audience,
        "sector": one.sector,
        "area": one.area,
        "contact": masked_name(one.contact),
        "exercise": one.exercise,
        "active": each.active,
        "updated_at": iso(each.updated_at),
        "addresses": [
            {"kind": address.kind, "address": mask(address.kind, address.value)} for address in one.addresses
        ],
        "grade": one.grade,
        "groups": list(one.groups),
        "contacts": len(one.contacts),
    }


def detail_json(connection: Connection, code: str) -> dict[str, Any]:
    """An organisation with everything that is kept of it but its history. Raises ORGANISATION_UNKNOWN."""
    found = stored(connection, code)
    one = found.organisation
    people = contacts.of_organisations(connection, [found.id]).get(found.id, [])
    lines = inventory.of_organisations(connection, [found.id]).get(found.id, ())
    figures = inventory.emissions(connection, [found.id]).get(found.id, {})
    return {
        **head_json(found),
        "credit_code": one.credit_code,
        "meter_number": one.meter_number,
        "industry": one.industry,
        "grade_valid_from": one.grade_valid_from.isoformat() if one.grade_valid_from else None,
        "location": one.location,
        "own_plan_filed_on": one.own_plan_filed_on.isoformat() if one.own_plan_filed_on else None,
        "people": [{"id": each.id, **_contact_json(each.contact)} for each in people],
        "inventory": [_line_json(each) for each in lines],
        "emissions": [
            {"level": level or None, "pollutant": pollutant, "tonnes_a_day": tonnes}
            for (level, pollutant), tonnes in sorted(figures.items())
        ],
    }


def history_json(connection: Connection, code: str, after: int, limit: int) -> list[dict[str, Any]]:
    """What was changed of an organisation, oldest first. Raises ORGANISATION_UNKNOWN."""
    found = changes.of_organisation(connection, stored(connection, code).id, after, limit)
    return [
        {
            "id": each.id,
            "at": iso(each.at),
            "by": each.actor,
            "changes": {
                field: {
                    "before": shown_change(field, values[0]),
                    "after": shown_change(field, values[1]),
                }
                for field, values in each.changes.items()
            },
        }
        for each in found
    ]


def check_json(
    connection: Connection, now: int, *, exercise: bool = False, problem: str | None = None
) -> dict[str, Any]:
    """What is to be mended: counted by problem, and the findings. Reads the whole directory at once: a
    server looks beside its pages (`gateway.web.care`)."""
    entries = care.entries(connection, exercise)
    dead = {**care.wrong_numbers(connection, exercise), **care.dead(connection, exercise)}
    heard, gaps = care.heard(connection, exercise), next_gaps(connection, now)
    found = list(check(entries, dead, day_of(now), heard, gaps))
    return findings_json(len(entries), found, problem)


def findings_json(
    organisations: int,
    found: Iterable[Finding],
    problem: str | None = None,
    after: int = 0,
    limit: int | None = None,
) -> dict[str, Any]:
    """What was found at so many organisations: all counted by problem, and the findings of at most `limit`
    organisations from the one after `after`."""
    counted: Counter[str] = Counter()
    wanted: dict[int, list[Finding]] = defaultdict(list)
    for each in found:
        counted[each.problem] += 1
        if each.organisation_id > after and problem in (None, each.problem):
            wanted[each.organisation_id].append(each)
    page = list(islice(wanted, limit))
    return {
        "organisations": organisations,
        "counts": {name: counted[name] for name in PROBLEMS},
        "findings": [_finding_json(each) for identifier in page for each in wanted[identifier]],
        "next": page[-1] if len(page) < len(wanted) else None,
    }


def totals_json(
    connection: Connection, plan: Plan, society: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Planned reductions against the plan's targets, of the active organisations in its area that are on
    the industrial list or state emissions."""
    known = plan_codes(plan)
    found = inventory.sums(connection)
    inside = {area for area in set(found.areas.values()) if home(area, known) is not None}
    here = {identifier for identifier, area in found.areas.items() if area in inside}
    figures = {identifier: of_one for identifier, of_one in found.figures.items() if identifier in here}
    listed = found.listed & here
    return {
        "plan": plan.id,
        "listed": len(listed | figures.keys()),
        "with_figures": len(figures),
        "totals": [
            {
                "level": each.level,
                "pollutants": list(each.pollutants),
                "required": each.required,
                "emitted": each.emitted,
                "reduced": each.reduced,
                "percent": each.percent,
                "met": each.met,
                "lacking": each.lacking,
                "of_society": each.of_society,
                "clause": each.clause,
            }
            for each in totals(plan.reduction_targets, listed, figures, society)
        ],
    }


def _contact_json(contact: Contact) -> dict[str, Any]:
    return {
        "name": masked_name(contact.name),
        "role": contact.role,
        "language": contact.language,
        "addresses": [
            {
                "kind": each.address.kind,
                "address": mask(each.address.kind, each.address.value),
                "verified_on": each.verified_on.isoformat() if each.verified_on else None,
                "quiet_from": each.quiet_from,
                "quiet_until": each.quiet_until,
            }
            for each in contact.addresses
        ],
    }


def _line_json(line: InventoryLine) -> dict[str, Any]:
    return {
        "list": line.list,
        "level": line.level,
        "line": line.line,
        "action": line.action,
        "percent": line.percent,
        "indicator": line.indicator,
        "indicator_value": line.indicator_value,
        "preparation_minutes": line.preparation_minutes,
        "person": masked_name(line.person),
        "exemption": line.exemption,
        "batch": line.batch,
        "words": changes.mask_numbers(line.words),
        "certain": line.certain,
    }


def _finding_json(each: Finding) -> dict[str, Any]:
    return {
        "id": each.organisation_id,
        "code": each.code,
        "name": each.name,
        "audience": each.audience,
        "area": each.area,
        "problem": each.problem,
        "contact": masked_name(each.contact),
        "address": each.address,
        "detail": each.detail,
        "to_do": WHAT_TO_DO[each.problem],
    }


def shown_change(field: str, value: Any) -> Any:
    """A kept value of the history with the names of people masked."""
    if field == "contact":
        return masked_name(value)
    if field == "contacts" and isinstance(value, list):
        return [{**each, "name": masked_name(each["name"])} for each in value]
    if field.startswith("inventory.") and isinstance(value, list):
        return [
            {**each, "person": masked_name(each["person"])} if "person" in each else each for each in value
        ]
    return value
