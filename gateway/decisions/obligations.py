"""What a decision owes: the plan's reports and filings, and the lift that every start owes."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal

from gateway.decisions.model import BEIJING, Context, Decision, local
from gateway.plans.model import Deadline, Plan


@dataclass(frozen=True, slots=True)
class Obligation:
    """Something owed by `at` (None: the decision states no time that it could follow from).

    A repeating one names its first moment.
    """

    code: str
    what: str
    by_whom: str
    to_whom: str
    at: datetime | None
    repeats: Literal["daily"] | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape of DESIGN section 7, the time in China Standard Time."""
        shape: dict[str, Any] = {
            "code": self.code,
            "what": self.what,
            "by_whom": self.by_whom,
            "to_whom": self.to_whom,
            "at": local(self.at).isoformat() if self.at else None,
        }
        if self.repeats:
            shape["repeats"] = self.repeats
        return shape


def due(plan: Plan, decision: Decision, context: Context | None = None) -> tuple[Obligation, ...]:
    """What the decision owes, the earliest first. `context` takes the place of the document's own.

    A lift is judged by the level in force; where that is unknown, every level's reports count.
    """
    known = context or decision.context or Context()
    level = decision.level or known.active_level
    owed = [
        Obligation(
            report.code,
            report.what,
            report.by_whom,
            report.to_whom,
            _deadline(decision, report.deadline),
            "daily" if _daily(report.deadline) else None,
        )
        for report in plan.reports
        if decision.action in report.actions
        and (level is None or not report.levels or level in report.levels)
    ]
    if decision.action != "lift":
        owed.append(
            Obligation(
                "lift",
                "发布预警解除信息",
                plan.issuing_body.name,
                "收到过本次预警的全部对象",
                decision.expected_end_at,
            )
        )
    return tuple(sorted(owed, key=lambda item: (item.at is None, item.at or decision.decided_at)))


def _daily(deadline: Deadline) -> bool:
    return deadline.daily or deadline.daily_at is not None


def _deadline(decision: Decision, deadline: Deadline) -> datetime | None:
    if deadline.event == "year":
        return _next_in_year(decision.decided_at, deadline.before) if deadline.before else None
    moment = {
        "decision": decision.decided_at,
        "start": decision.starts_at,
        "end": decision.starts_at if decision.action == "lift" else decision.expected_end_at,
    }[deadline.event]
    if moment is None:
        return None
    moment += timedelta(days=deadline.within_days or 0, hours=deadline.within_hours or 0)
    if not _daily(deadline):
        return _day_end(moment) if deadline.within_days == 0 else moment
    if deadline.daily_at is None:
        return _day_end(moment)
    first = datetime.combine(local(moment).date(), time.fromisoformat(deadline.daily_at), BEIJING)
    return first if first >= moment else first + timedelta(days=1)


def _day_end(moment: datetime) -> datetime:
    """The last minute of the moment's day: 24:00 would print as the next date."""
    return local(moment).replace(hour=23, minute=59, second=0, microsecond=0)


def _next_in_year(after: datetime, month_day: str) -> datetime:
    month, day = (int(part) for part in month_day.split("-"))
    first = datetime(local(after).year, month, day, tzinfo=BEIJING)
    return first if first > after else first.replace(year=first.year + 1)
