"""Whose turn it is with a decision: what the person who looks at it may do next."""

from gateway.broadcasts.approving import steps
from gateway.broadcasts.approving.officials import concerns
from gateway.broadcasts.approving.sheet import Sheet, sheet
from gateway.broadcasts.approving.steps import Step
from gateway.ledger.decisions import decisions
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.people import Person


async def waiting_for(person: Person) -> list[tuple[Sheet, str]]:
    """The decisions that somebody is to do something with now, and the page where: approve or launch."""
    app = person.request.app
    if not person.holds("approver", "duty_officer"):
        return []
    found = []
    for entry in await app[LEDGER].read(decisions.undecided):
        of = await app[LEDGER].read(sheet, app[DESK], entry.id, app[CLOCK]())
        if not concerns(person.user, of.decision) or of.hindrance is not None:
            continue
        if turn(person, of) is not None:
            found.append((of, "approve"))
        elif person.holds("duty_officer") and not of.left and of.open:
            found.append((of, "launch"))
    return found


def turn(person: Person, of: Sheet) -> str | None:
    """The title under which the person gives the next step; None where it is not theirs to give."""
    if not (of.left and person.holds("approver")) or (drafted(person, of) and not of.left[0].titles):
        return None
    printed = of.left[0].titles
    titles = sorted(person.user.titles, key=lambda each: each not in printed)  # as the plan prints it
    return next((each for each in titles if steps.fits(of.plan, of.left[0], each)), None)


def may_turn_down(person: Person, of: Sheet) -> bool:
    """Whether they may return or refuse it: anyone with a title of the plan's chain."""
    fits = (
        steps.fits(of.plan, step, title)
        for step in (of.chain or (Step(0, (), ""),))
        for title in person.user.titles
    )
    return of.open and person.holds("approver") and any(fits)


def drafted(person: Person, of: Sheet) -> bool:
    """Whether the person drafted it."""
    name = of.entry.drafter_name
    return name == person.user.person if name else of.entry.drafter == person.caller.name
