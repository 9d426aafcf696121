"""What a decision's texts state: which kind of message they are, and which level then holds."""

from dataclasses import dataclass
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
    """The message's content, and the level and facts whose measures it orders (None: it orders none)."""

    content: Content
    level: Level | None
    facts: Facts


def stated(decision: Decision, before: InForce | None, after: InForce | None) -> Stated:
    """What holds once the decision is out.

    A correction states what the message that it mends (`before`) states: without a level a lift or a
    tip, with a level where none was in force a hint, else a warning. A retraction states `after`.
    """
    if decision.action == "retract":
        if after is None or after.level is None:
            return Stated("none", None, Facts())
        return Stated("warning", after.level, after.facts)
    content = _content(decision, before)
    return Stated(content, decision.level if content == "warning" else None, facts(decision))


def _content(decision: Decision, before: InForce | None) -> Content:
    if decision.action in WARNING_ACTIONS:
        return "warning"
    if decision.action in ("hint", "lift", "tip"):
        return decision.action
    if decision.level is None:
        return "tip" if before is not None and before.action == "tip" else "lift"
    return "hint" if before is not None and before.level is None else "warning"
