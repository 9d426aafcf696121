"""What waits for somebody, counted for the navigation of every page.

To know whose turn it is, the sheet of each open decision is read. Every act of the office adds a row to the
audit trail: as long as that has no new row, what was found for somebody still holds.
"""

from collections.abc import Mapping

from aiohttp import web
from sqlalchemy import Connection

from gateway.ledger.accounts import account_changes
from gateway.ledger.exchange import orders
from gateway.ledger.follow_up import objections, owed
from gateway.ledger.follow_up.owed import Units
from gateway.ledger.trail import audit
from gateway.web.console.decisions.whose_turn import waiting_for
from gateway.web.console.limits import plans_of, units_of
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.people import Person

Waits = Mapping[str, int]
WAITS: web.RequestKey[Waits] = web.RequestKey("waits", Mapping)  # of the person who sent a request
DECISIONS_WAITING: web.AppKey[dict[str, tuple[int, int]]] = web.AppKey("decisions_waiting", dict)


async def count(person: Person) -> None:
    """Count what waits for somebody, by the path of its place in the navigation, and keep it with their
    request: overdue obligations, orders and objections for the office; decisions to approve or launch;
    changes of accounts that another administrator proposed. Once more after an act that settled
    one."""
    request = person.request
    units = units_of(person, await plans_of(person)) if person.user.areas else None
    head, found = await request.app[LEDGER].read(_counted, person, units, request.app[CLOCK]())
    request[WAITS] = found | {"/console/decisions": await _decisions(person, head)}


async def _decisions(person: Person, head: int) -> int:
    if not person.holds("approver", "duty_officer"):
        return 0
    known = person.request.app[DECISIONS_WAITING]
    if known.get(person.user.id, (-1, 0))[0] != head:
        known[person.user.id] = (head, len(await waiting_for(person)))
    return known[person.user.id][1]


def _counted(
    connection: Connection, person: Person, units: Units | None, now: int
) -> tuple[int, dict[str, int]]:
    found = {}
    if person.holds("duty_officer"):
        found["/console/obligations"] = owed.counts(connection, now, units)["overdue"]
        found["/console/objections"] = objections.waiting(connection, person.user.areas)
    if person.holds("drafter", "duty_officer") and not person.user.areas:
        found["/console/orders"] = orders.how_many_wait(connection).get(False, 0)
    if person.holds("administrator"):
        proposed = account_changes.waiting(connection, now)
        found["/console/users"] = sum(each.proposed_by != person.user.id for each in proposed)
    return audit.head(connection).rows, found
