"""How far the escalation of a broadcast is: what was done, what comes next and when, and for how many."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.escalation_policy import Policies, StepKind, policy_for
from gateway.follow_up.signatures.unsigned import launched
from gateway.ledger.decisions.broadcasts import Summary
from gateway.ledger.follow_up import escalated
from gateway.ledger.follow_up.escalated import Stage
from gateway.vocabulary import Audience, Level

_MINUTE = 60_000  # ms


@dataclass(frozen=True, slots=True)
class Coming:
    """A stage of which no step is set yet: it concerns whoever has not signed by then, now `at_most` so many
    organisations. `due_at` in milliseconds since 1970 UTC."""

    due_at: int
    kind: StepKind
    at_most: int


@dataclass(frozen=True, slots=True)
class Escalation:
    """The stages that have steps, and those to come; `waiting`: who has neither signed nor objected.
    `follows`: whether anything more is done by itself."""

    broadcast: Summary
    stages: Sequence[Stage]
    coming: Sequence[Coming]
    waiting: int
    follows: bool

    @property
    def next(self) -> Stage | Coming | None:
        """What is done next; None: nothing."""
        if not self.follows:
            return None
        left: list[Stage | Coming] = [each for each in self.stages if each.waiting]
        return min([*left, *self.coming], key=lambda each: each.due_at, default=None)

    @property
    def to_call(self) -> int:
        """How many organisations have come to be called by a person, and were not spared it before."""
        return sum(each.taken for each in self.stages if each.kind == "phone")


def escalation(
    connection: Connection,
    broadcast_id: int,
    policies: Policies,
    now: int,
    limits: Collection[str] = (),
) -> Escalation:
    """How far a broadcast's escalation is among the organisations within these areas (none: everywhere).

    `now` in milliseconds since 1970 UTC. Raises `InputError` (BROADCAST_UNKNOWN).
    """
    summary = launched(connection, broadcast_id)
    waiting = escalated.waiting(connection, broadcast_id, limits)
    known = escalated.stages(connection, broadcast_id, limits)
    follows = summary.live and now < (summary.valid_until or 0)
    later: list[Coming] = []
    if follows:
        level: Level | None = summary.level  # type: ignore[assignment]  # as the decision has it
        later = coming(policies, level, summary.launched_at or 0, now, waiting, known)
    return Escalation(summary, known, later, sum(waiting.values()), follows)


def coming(
    policies: Policies,
    level: Level | None,
    launched_at: int,
    now: int,
    waiting: Mapping[Audience, int],
    known: Sequence[Stage],
) -> list[Coming]:
    """The stages that follow by the policies and have no step yet, in their order. `waiting`: how many
    organisations of each audience have not signed; moments in milliseconds since 1970 UTC. Pure."""
    set_already = {(each.due_at, each.kind) for each in known}
    numbers: Counter[tuple[int, StepKind]] = Counter()
    for audience, number in waiting.items():
        policy = policy_for(policies, audience, level)
        for step in policy.steps if policy is not None else ():
            due_at = launched_at + step.after_minutes * _MINUTE
            if due_at > now and (due_at, step.kind) not in set_already:
                numbers[due_at, step.kind] += number
    return [Coming(due_at, kind, number) for (due_at, kind), number in sorted(numbers.items()) if number]
