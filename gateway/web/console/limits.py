"""What somebody who is limited to areas may see of plans, and of what their units owe."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from gateway.directory.areas import home
from gateway.directory.counting import Kind
from gateway.directory.selection import plan_codes
from gateway.follow_up.obligations.owers import units_within
from gateway.ledger.follow_up.owed import Units
from gateway.plans.model import Plan
from gateway.vocabulary import Words
from gateway.web.keys import DESK
from gateway.web.people import Person


async def plans_of(person: Person) -> dict[str, Plan]:
    """The plans that have an area of theirs, by id; all of them for somebody without limits."""
    found = await asyncio.to_thread(person.request.app[DESK].catalogue.readable)
    return {
        identifier: plan
        for identifier, plan in found.items()
        if any(person.sees(area.code) for area in plan.areas)
    }


def usual_plan(plans: Sequence[Plan], found: Sequence[Kind], today: date) -> Plan | None:
    """Of the plans in force the one in whose areas most of the directory (`found`) is; None where that is
    none of them. `today` in China's calendar."""
    valid = [plan for plan in plans if in_validity(plan, today)] or plans
    if len(valid) == 1:
        return valid[0]
    number: Counter[str] = Counter()
    for plan in valid:
        known = plan_codes(plan)
        number[plan.id] = sum(each.number for each in found if home(each.area, known) is not None)
    most = max(valid, key=lambda plan: number[plan.id], default=None)
    return most if most is not None and number[most.id] else None


def in_validity(plan: Plan, today: date) -> bool:
    """Whether the plan is in force on a day of China's calendar."""
    first, last = plan.validity.valid_from, plan.validity.valid_until
    return (first is None or first <= today) and (last is None or today <= last)


def units_of(person: Person, plans: Mapping[str, Plan]) -> Units | None:
    """Whose obligations they see; None: no limits."""
    return units_within(person.user.areas, plans)


async def areas_of(person: Person) -> dict[str, Words]:
    """The areas of the plans that are theirs, by code."""
    return {
        area.code: Words(area.name, area.name_en or area.name)
        for plan in (await plans_of(person)).values()
        for area in plan.areas
        if person.sees(area.code)
    }
