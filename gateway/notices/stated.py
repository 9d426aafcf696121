"""What a decision's texts state: which kind of message they are, which level then holds, and what of the
warnings before it has begun by then."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from gateway.decisions.facts import facts
from gateway.decisions.model import Decision
from gateway.notices.model import InForce
from gateway.plans.measures import Facts
from gateway.vocabulary import WARNING_ACTIONS, Level

# `none`: a retraction after which nothing holds that the program knows of.
Content = Literal["warning", "hint", "lift", "tip", "none"]
OWN: tuple[Content, ...] = ("warning", "lift")  # an enterprise is told of its own lines


@dataclass(frozen=True, slots=True)
class Stated:
    """The message's content, and the level and facts whose measures it orders (None: it orders none).

    `former` is what the decision changes, or the message that it mends (None: nothing is known); of a lift
    the warning that is in force by then, or the newest where none is. `begun`: whether any warning is in
    force when it takes effect, or may be. `unbegun` are those that a lift takes back before their start,
    the first to start first.
    """

    content: Content
    level: Level | None
    facts: Facts
    former: InForce | None = None
    begun: bool = True
    unbegun: tuple[InForce, ...] = ()


def stated(decision: Decision, before: InForce | None, after: InForce | None) -> Stated:
    """What holds once the decision is out.

    A correction states what the message that it mends (`before`) states: without a level a lift or a
    tip, with a level where none was in force a hint, else a warning. A retraction states `after`.
    """
    if decision.action == "retract":
        if after is None or after.level is None:
            return Stated("none", None, Facts(), before)
        return Stated("warning", after.level, after.facts, before)
    content = _content(decision, before)
    level = decision.level if content == "warning" else None
    corrects = decision.action == "correct"
    found = lifted(before.below if corrects and before is not None else before, decision.starts_at)
    if content == "lift":
        former = before if corrects else found.held or before
        return Stated(content, level, facts(decision), former, found.begun, found.unbegun)
    return Stated(content, level, facts(decision), before if corrects else _held(before), found.begun)


@dataclass(frozen=True, slots=True)
class Lifted:
    """What ends at a moment: the warning in force then (`held`; None: none is, or it is not known), and
    those announced that have not begun (`unbegun`, the first to start first)."""

    held: InForce | None
    unbegun: tuple[InForce, ...]

    @property
    def begun(self) -> bool:
        """Whether anything has begun."""
        return self.held is not None or not self.unbegun


def lifted(newest: InForce | None, at: datetime) -> Lifted:
    """What a lift ends that takes effect `at`; `newest` is the newest message of its episode."""
    waiting: list[InForce] = []
    force = newest
    while force is not None and force.level is not None and not force.begun(at):
        if not waiting or _before(force, waiting[-1]):  # what another takes the place of would never begin
            waiting.append(force)
        force = force.below
    held = _held(force) if force is not None and force.level is not None else None
    return Lifted(held, tuple(_other_levels(waiting, held)))


def _other_levels(waiting: Sequence[InForce], held: InForce | None) -> list[InForce]:
    """Those that would have begun another response; an extension only goes on with one. First to start
    first."""
    found: list[InForce] = []
    level = held.level if held is not None else None
    for each in reversed(waiting):
        if each.level != level:
            found.append(each)
        level = each.level
    return found


def _held(force: InForce | None) -> InForce | None:
    """The message, with the moment since when its level has held without a break."""
    first = force
    while (
        first is not None
        and first.level is not None
        and first.below is not None
        and first.below.level == first.level
        and _before(first.below, first)
    ):
        first = first.below
    return force if force is None or first is None else replace(force, since=first.since)


def _before(one: InForce, other: InForce) -> bool:
    return one.since is not None and other.since is not None and one.since < other.since


def _content(decision: Decision, before: InForce | None) -> Content:
    if decision.action in WARNING_ACTIONS:
        return "warning"
    if decision.action in ("hint", "lift", "tip"):
        return decision.action
    if decision.level is None:
        return "tip" if before is not None and before.action == "tip" else "lift"
    return "hint" if before is not None and before.level is None else "warning"
