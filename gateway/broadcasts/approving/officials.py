"""Whose turn it is with a decision: who of those who sign in approves, launches or changes it next."""

from collections.abc import Iterable

from gateway.broadcasts.approving import steps
from gateway.broadcasts.approving.sheet import Sheet
from gateway.decisions.model import Decision
from gateway.directory.areas import within
from gateway.ledger.accounts.users import Role, User
from gateway.ledger.decisions.decisions import Entry

_SIGNED_IN = "user:"  # how the ledger names somebody who drafted on the console


def concerns(user: User, decision: Decision) -> bool:
    """Whether somebody may see a decision and act for it: every area that it names lies in theirs."""
    return all(within(code, user.areas) for code in decision.area)


def approvers(everybody: Iterable[User], of: Sheet) -> list[User]:
    """Who may give the next step of an open decision."""
    step = of.left[0]
    return [
        each
        for each in _holding(everybody, "approver", of.decision)
        if any(steps.fits(of.plan, step, title) for title in each.titles)
        and (step.titles or each.person != of.entry.drafter_name)
    ]


def others_to_approve(everybody: Iterable[User], of: Sheet) -> list[User]:
    """Who is told that the next step is theirs: all that may give it but the drafter, who knows."""
    people = list(everybody)
    own = {each.id for each in drafters(people, of.entry)}
    return [each for each in approvers(people, of) if each.id not in own]


def officers(everybody: Iterable[User], of: Sheet) -> list[User]:
    """Who may launch a decision."""
    return _holding(everybody, "duty_officer", of.decision)


def drafters(everybody: Iterable[User], entry: Entry) -> list[User]:
    """Who drafted a decision, where they sign in: by the account; by the person's name only where it came
    with a token, or others of that name would be told in their place."""
    present = [each for each in everybody if each.disabled_at is None]
    if entry.drafter.startswith(_SIGNED_IN):
        return [each for each in present if f"{_SIGNED_IN}{each.name}" == entry.drafter]
    return [each for each in present if each.person == entry.drafter_name]


def _holding(everybody: Iterable[User], role: Role, decision: Decision) -> list[User]:
    return [
        each
        for each in everybody
        if each.disabled_at is None and role in each.roles and concerns(each, decision)
    ]
