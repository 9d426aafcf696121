"""Messages of events for tests: one decision's alert, and whole events of random decisions."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gateway.decisions.facts import facts
from gateway.decisions.model import Decision
from gateway.exchange.build import build, identifier
from gateway.exchange.model import Alert, Authority, Identity
from gateway.notices.model import InForce
from gateway.plans.model import Plan
from gateway.vocabulary import LEVELS, WARNING_ACTIONS, Action, Level, rank
from tests.notices.plans import CORRECTS, DECIDED, STEPS, office_of, packaged

AUTHORITY = Authority()


def alert_of(
    step: str,
    plan_id: str = "zhengzhou",
    *,
    authority: Authority = AUTHORITY,
    earlier: Sequence[Alert] | None = None,
    sent: datetime = DECIDED,
    test: bool = False,
    standing: Decision | None = None,
    **changes: Any,
) -> Alert:
    """The alert of a step of `tests.notices.plans`, after an issue (a hint, a tip) where it follows one."""
    plan = packaged(plan_id)
    decision = STEPS[step].decision(plan, **changes)
    if earlier is None:
        first = STEPS[step].action in ("issue", "hint", "tip")
        told: dict[str, Any] = {"exercise": decision.exercise, "expected_end_at": None, "open_ended": True}
        before = sent - timedelta(hours=20)
        opening = {"authority": authority, "sent": before, "test": test, **told}
        before_it = STEPS[step].before
        began = {"hint": "hint yellow", "tip": "tip"}.get(before_it[1] if before_it else "", "issue yellow")
        earlier = () if first else [alert_of(began, plan_id, **opening)]
    return build(
        plan,
        decision,
        authority,
        office_of(plan),
        Identity(identifier(plan, authority, sent), sent),
        earlier=earlier,
        standing=standing,
        test=test,
        **STEPS[step].told(plan),
    )


@dataclass
class Event:
    """An event under way: its messages, and what holds after each decision."""

    plan: Plan
    chance: random.Random
    messages: list[Alert]
    held: list[InForce | None]
    now: datetime
    exercise: bool


def walk(plan_id: str, seed: int, length: int) -> Iterator[tuple[Decision, Alert, tuple[Alert, ...]]]:
    """Random events of a plan until so many messages: decision, alert, the event's earlier messages."""
    chance = random.Random(seed)
    made = 0
    now = DECIDED
    while made < length:
        event = Event(packaged(plan_id), chance, [], [], now, chance.random() < 0.2)
        for _ in range(chance.randint(1, 9)):
            decision, before, after = _next(event)
            earlier = tuple(event.messages)
            alert = build(
                event.plan,
                decision,
                AUTHORITY,
                office_of(event.plan),
                Identity(identifier(event.plan, AUTHORITY, event.now), event.now),
                before=before,
                after=after,
                earlier=earlier,
            )
            event.messages.append(alert)
            yield decision, alert, earlier
            made += 1
            event.now += timedelta(minutes=chance.randint(1, 60 * 40))
        now = event.now


def _next(event: Event) -> tuple[Decision, InForce | None, InForce | None]:
    chance, held = event.chance, event.held
    now = held[-1] if held else None
    action = chance.choice(_possible(now))
    level = _level(action, now, chance)
    lead = chance.choice([0, 1, 20, 52])
    starts = event.now + timedelta(hours=lead)
    decision = Decision.model_validate(
        {
            "plan": event.plan.id,
            "action": action,
            "level": level,
            "exercise": event.exercise,
            "decided_at": event.now,
            "starts_at": starts,
            **_end(chance, action, starts),
            "area": _area(event.plan, chance),
            "forecast": _forecast(chance),
            "basis": {"kind": chance.choice(["own_forecast", "monitored"])},
            "document_number": chance.choice([None, f"某办〔2024〕{chance.randint(1, 99)}号"]),
            "corrects": chance.choice([CORRECTS, {"wrong": "级别有误"}, None])
            if action in ("correct", "retract")
            else None,
        }
    )
    after = next((each for each in reversed(held[:-1])), None) if action == "retract" else None
    new = InForce(
        decision.level if action in WARNING_ACTIONS else now.level if action == "correct" and now else None,
        facts(decision),
        starts,
        decision.document_number,
        action,
        tuple(decision.area),
    )
    held.append(after if action == "retract" else new)
    return decision, now, after


def _possible(now: InForce | None) -> list[Action]:
    if now is None:
        return ["hint", "issue", "tip"]
    if now.level is None:
        return ["issue", "issue", "hint", "tip", "lift", "correct", "retract"]
    found: list[Action] = ["extend", "lift", "correct", "retract"]
    if rank(now.level) < len(LEVELS):
        found += ["raise", "raise"]
    if rank(now.level) > 1:
        found.append("lower")
    return found


def _level(action: Action, now: InForce | None, chance: random.Random) -> Level | None:
    current = now.level if now else None
    if action in ("lift", "tip"):
        return None
    if action in ("correct", "retract"):
        if current is None and now is not None and now.action == "hint":
            return chance.choice(LEVELS)
        return current
    if action == "extend":
        return current
    if action == "raise":
        return chance.choice(LEVELS[rank(current) :])
    if action == "lower":
        return chance.choice(LEVELS[: rank(current) - 1])
    return chance.choice(LEVELS)


def _end(chance: random.Random, action: Action, starts: datetime) -> dict[str, Any]:
    if action in ("lift", "retract") or chance.random() < 0.2:
        return {}
    if chance.random() < 0.3:
        return {"open_ended": True}
    return {"expected_end_at": starts + timedelta(hours=chance.choice([12, 24, 72]))}


def _area(plan: Plan, chance: random.Random) -> list[str]:
    counties = [area.code for area in plan.areas if area.code != plan.area]
    if not counties or chance.random() < 0.6:
        return [plan.area]
    return chance.sample(counties, chance.randint(1, len(counties)))


def _forecast(chance: random.Random) -> dict[str, Any]:
    low = chance.randint(100, 300)
    days = [
        {"date": f"2024-01-{10 + day}", "low": low, "high": low + 60} for day in range(chance.randint(0, 3))
    ]
    pollutant = chance.choice(["PM2.5", "PM10", "O3"])
    return {"days": days, "aqi_mean": low + 30, "primary_pollutant": pollutant}
