"""What somebody who is limited to areas may see of plans, and of what their units owe."""

import asyncio
from collections.abc import Mapping

from gateway.directory.areas import within
from gateway.errors import InputError
from gateway.ledger.follow_up.owed import Units
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan
from gateway.web.keys import DESK
from gateway.web.people import Person


async def plans_of(person: Person) -> dict[str, Plan]:
    """The plans that have an area of theirs, by id; all of them for somebody without limits."""
    found = await asyncio.to_thread(_all, person.request.app[DESK].catalogue)
    return {
        identifier: plan
        for identifier, plan in found.items()
        if any(person.sees(area.code) for area in plan.areas)
    }


def units_of(person: Person, plans: Mapping[str, Plan]) -> Units | None:
    """Whose obligations they see: of a plan that lies in their areas everybody's, of another one those of
    its districts that are theirs. None: no limits."""
    limits = person.user.areas
    if not limits:
        return None
    return {
        identifier: None
        if all(within(area.code, limits) for area in plan.areas)
        else frozenset(area.name for area in plan.areas if within(area.code, limits))
        for identifier, plan in plans.items()
    }


def _all(catalogue: Catalogue) -> dict[str, Plan]:
    found = {}
    for identifier in catalogue.identifiers():
        try:
            found[identifier] = catalogue.load(identifier).plan
        except InputError:  # a broken file keeps nobody from the others; `plan lint` tells of it
            continue
    return found
