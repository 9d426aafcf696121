"""Tables of decisions under the shipped plans: a document that fits, changes to it, what the check says.

The expectations of the tables are written from the source documents.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

import yaml

from gateway.decisions.checks import Check, check
from gateway.decisions.model import Context, Decision
from gateway.decisions.obligations import owed
from gateway.decisions.reading import read
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan
from tests.decisions.examples import severities

Document = dict[str, Any]
Findings = dict[str, str]  # the gravest severity of each code

# Label, changes to the document that fits, outcome, findings.
Row = tuple[str, Document, str, Findings]


@cache
def plan_of(identifier: str) -> Plan:
    return Catalogue().load(identifier).plan


def with_changes(base: Mapping[str, Any], changes: Mapping[str, Any]) -> Document:
    """A change replaces a key, or a part's keys where it is a mapping; a lift and a tip have no level."""
    changed = dict(base)
    for key, value in changes.items():
        merges = isinstance(value, dict) and isinstance(changed.get(key), dict)
        changed[key] = {**changed[key], **value} if merges else value
    if changed["action"] in ("lift", "tip"):
        changed["level"] = None
    return changed


def stated(base: Mapping[str, Any], **changes: Any) -> Decision:
    """The decision, read as a file would be."""
    return read(yaml.safe_dump(with_changes(base, changes), allow_unicode=True))


def check_of(base: Mapping[str, Any], now: datetime | None = None, **changes: Any) -> Check:
    """The check under the plan that the document names, at `now` or when it was decided."""
    decision = stated(base, **changes)
    return check(plan_of(decision.plan), decision, now or decision.decided_at)


def verdict(base: Mapping[str, Any], changes: Mapping[str, Any]) -> tuple[str, Findings]:
    """Outcome and findings."""
    result = check_of(base, **changes)
    return result.outcome, severities(result)


def due_of(base: Mapping[str, Any], **changes: Any) -> dict[str, tuple[str | None, str | None]]:
    """When each obligation is due, and whether it repeats, by its code."""
    shapes = check_of(base, **changes).as_json()["due"]
    return {shape["code"]: (shape["at"], shape.get("repeats")) for shape in shapes}


def owing(base: Mapping[str, Any], code: str, **changes: Any) -> list[str]:
    """Who owes that obligation, body by body, and what the plan wants in it is the same for all."""
    decision = stated(base, **changes)
    found = owed(plan_of(decision.plan), decision, decision.context or Context())
    return [each.by_whom for each in found if each.code == code]
