"""Whose obligations somebody sees who is limited to areas. Pure."""

from collections.abc import Collection, Mapping

from gateway.directory.areas import within
from gateway.ledger.follow_up.owed import Units
from gateway.plans.model import Plan


def units_within(limits: Collection[str], plans: Mapping[str, Plan]) -> Units | None:
    """By plan who owes what they see: of a plan that lies in their areas everybody, of another one its
    districts that are theirs, of one without any of these nobody. None: no limits."""
    if not limits:
        return None
    return {
        identifier: None
        if all(within(area.code, limits) for area in plan.areas)
        else frozenset(area.name for area in plan.areas if within(area.code, limits))
        for identifier, plan in plans.items()
        if any(within(area.code, limits) for area in plan.areas)
    }
