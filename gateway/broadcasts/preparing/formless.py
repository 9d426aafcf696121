"""Systems that would get nothing of an alert, because the form that they read cannot say it."""

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection

from gateway.broadcasts.desk import Desk
from gateway.broadcasts.preparing.alert_draft import drafted
from gateway.broadcasts.preparing.standing import Link
from gateway.decisions.model import Decision
from gateway.directory.targets import Targets
from gateway.errors import InputError
from gateway.exchange import national
from gateway.ledger.directory import addresses
from gateway.plans.model import Plan

Read = Callable[[Callable[[Connection], Any]], Any]  # runs a function on the ledger and gives its answer


class Formless(NamedTuple):
    """The receivers of the 12379 dialect by name, and why the alert has no such form."""

    receivers: tuple[str, ...]
    message: str
    message_en: str


def formless(
    desk: Desk, plan: Plan, decision: Decision, link: Link, targets: Targets, read: Read
) -> Formless | None:
    """Who of `targets` would get nothing; None where the alert can be said, or nobody reads the dialect.
    Raises what `drafted` raises."""
    names = {name for name, exercise in desk.national if exercise == decision.exercise}
    if not names:
        return None
    pushed = [address for _, address, place in targets.rows() if targets.readings[place].kind == "push"]
    receivers = sorted(names & read(partial(addresses.values, address_ids=pushed)))
    if not receivers:
        return None
    alert = drafted(desk, plan, decision, link)
    try:
        national.write(alert, desk.authority)
    except InputError as error:
        return Formless(tuple(receivers), error.message, error.message_en)
    return None
