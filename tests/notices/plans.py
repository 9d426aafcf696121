"""Every packaged plan, and decisions of every action under it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from gateway.decisions.facts import facts
from gateway.decisions.model import Decision
from gateway.moments import BEIJING
from gateway.notices.model import InForce, Office
from gateway.plans.catalogue import Catalogue, read
from gateway.plans.model import Plan
from gateway.vocabulary import LEVELS, Action, Level, rank

PLANS = tuple(Catalogue().identifiers())
DECIDED = datetime(2024, 1, 8, 8, tzinfo=BEIJING)
CORRECTS = {"wrong": "启动时间误写为1月10日20时", "right": "启动时间为1月10日12时"}
SINCE = DECIDED - timedelta(hours=20)


@cache
def packaged(identifier: str) -> Plan:
    """A packaged plan, as it stands in its file."""
    return read(*Catalogue().content(identifier)).plan


def office_of(plan: Plan) -> Office:
    """An office of the plan's place."""
    return Office(
        signature=f"{plan.place}重污染天气预警",
        contacts=("值班电话 0000-00000000",),
        full_text_at="https://example.gov.cn/yj/3",
        season_serial="第3期",
        reply_by_minutes=(("schools", 30), ("enterprises", 60)),
    )


def stated(plan: Plan, action: Action, level: Level | None, **changes: Any) -> Decision:
    """A decision for the whole area of the plan."""
    starts_at = DECIDED + timedelta(hours=52)
    return Decision.model_validate(
        {
            "plan": plan.id,
            "action": action,
            "level": level,
            "decided_at": DECIDED,
            "starts_at": starts_at,
            "expected_end_at": starts_at + timedelta(hours=72) if action not in ("lift", "retract") else None,
            "area": [plan.area],
            "forecast": {"aqi_mean": 225, "primary_pollutant": "PM2.5"},
            "document_number": "某办〔2024〕2号",
            "corrects": CORRECTS if action in ("correct", "retract") else None,
            **changes,
        }
    )


def was(plan: Plan, level: Level | None, action: Action = "issue") -> InForce:
    """What was in force before, for the whole area."""
    known = facts(stated(plan, "issue", level or "yellow"))
    return InForce(level, known, SINCE, "某办〔2024〕1号", action, (plan.area,))


@dataclass(frozen=True)
class Step:
    """A decision of an action and level, after a message (`before`: its level and action) or none.

    `after` is the level that holds once a message is retracted.
    """

    action: Action
    level: Level | None
    before: tuple[Level | None, Action] | None = None
    after: Level | None = None

    def decision(self, plan: Plan, **changes: Any) -> Decision:
        """The decision under a plan."""
        return stated(plan, self.action, self.level, **changes)

    def told(self, plan: Plan) -> dict[str, Any]:
        """What `render` is told of what was and will be in force."""
        return {
            "before": was(plan, *self.before) if self.before else None,
            "after": was(plan, self.after) if self.after else None,
        }


def _steps() -> Iterator[tuple[str, Step]]:
    for level in LEVELS:
        yield f"hint {level}", Step("hint", level)
        yield f"issue {level}", Step("issue", level)
        yield f"issue {level} after a hint", Step("issue", level, (None, "hint"))
        yield f"extend {level}", Step("extend", level, (level, "issue"))
        yield f"lift {level}", Step("lift", None, (level, "issue"))
        yield f"correct {level}", Step("correct", level, (level, "issue"))
        yield f"correct a hint of {level}", Step("correct", level, (None, "hint"))
        yield f"retract {level}", Step("retract", level, (level, "issue"))
        yield f"retract a lift of {level}", Step("retract", None, (None, "lift"), level)
        for other in LEVELS:
            if rank(other) > rank(level):
                yield f"raise {level} to {other}", Step("raise", other, (level, "issue"))
                yield f"lower {other} to {level}", Step("lower", level, (other, "issue"))
                back = Step("retract", other, (other, "raise"), level)
                yield f"retract a raise from {level} to {other}", back
    yield "tip", Step("tip", None)
    yield "lift a hint", Step("lift", None, (None, "hint"))
    yield "retract a hint", Step("retract", None, (None, "hint"))
    yield "retract a tip", Step("retract", None, (None, "tip"))
    yield "correct a lift", Step("correct", None, (None, "lift"))
    yield "correct a tip", Step("correct", None, (None, "tip"))


STEPS = dict(_steps())
