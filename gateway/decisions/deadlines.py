"""When something is owed: a plan's deadline, counted from the decision's own times."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from gateway.decisions.model import Decision
from gateway.moments import BEIJING, local
from gateway.plans.model import Deadline

DAY = timedelta(days=1)


def is_daily(deadline: Deadline) -> bool:
    """Whether it comes again every day of the response."""
    return deadline.daily or deadline.daily_at is not None


def first(deadline: Deadline, decision: Decision, *, ends: bool) -> datetime | None:
    """The (first) moment of the deadline; None where the decision states no time to count from.

    `ends`: whether the decision is itself the end of the response (a lift), so that its start is the
    `end` that deadlines count from; otherwise that is the expected end. A daily report about the day
    before is first owed on the day after the start.
    """
    if deadline.event == "year":
        return _next_in_year(decision.decided_at, deadline.before) if deadline.before else None
    moment = {
        "decision": decision.decided_at,
        "start": decision.starts_at,
        "end": decision.starts_at if ends else decision.expected_end_at,
    }[deadline.event]
    if moment is None:
        return None
    counted = moment + timedelta(days=deadline.within_days or 0, hours=deadline.within_hours or 0)
    if not is_daily(deadline):
        return _day_end(counted) if deadline.within_days == 0 else counted
    due = _day_end(counted)
    if deadline.daily_at is not None:
        due = datetime.combine(local(counted).date(), time.fromisoformat(deadline.daily_at), BEIJING)
        due = due if due >= counted else due + DAY
    return due if _covers(deadline, due) >= local(moment).date() else due + DAY


def covered(deadline: Deadline, due: datetime) -> date | None:
    """The date (China Standard Time) that a daily report owed at `due` is about; None for others."""
    return _covers(deadline, due) if is_daily(deadline) else None


def _covers(deadline: Deadline, due: datetime) -> date:
    day = local(due).date()
    return day - DAY if deadline.covers == "previous_day" else day


def _day_end(moment: datetime) -> datetime:
    """The last minute of the moment's day: 24:00 would print as the next date."""
    return local(moment).replace(hour=23, minute=59, second=0, microsecond=0)


def _next_in_year(after: datetime, month_day: str) -> datetime:
    this_year = _in_year(local(after).year, month_day)
    return this_year if this_year > after else _in_year(local(after).year + 1, month_day)


def _in_year(year: int, month_day: str) -> datetime:
    month, day = (int(part) for part in month_day.split("-"))
    return datetime(year, month, min(day, monthrange(year, month)[1]), tzinfo=BEIJING)
