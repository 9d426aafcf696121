"""Quiet hours of people: they hold back only what is neither urgent nor mandatory. Pure."""

from datetime import datetime, time, timedelta

from gateway.broadcasts.prepare import moment
from gateway.decisions.model import BEIJING, Decision
from gateway.vocabulary import Audience

# They carry out mandatory measures, or see to it that others do.
_BOUND: tuple[Audience, ...] = ("enterprises", "departments", "districts")


def may_be_held(decision: Decision, audience: Audience) -> bool:
    """Whether a step may wait for the end of somebody's quiet hours: hints and tips for anyone, a yellow
    warning for those whom it gives advice; never what mends a message, nor anything orange or red."""
    if decision.action in ("hint", "tip"):
        return True
    if decision.action in ("correct", "retract", "lift"):
        return False
    return decision.level == "yellow" and audience not in _BOUND


def quiet_until(begins: str | None, ends: str | None, now: int) -> int:
    """When the quiet hours (`HH:MM`, China Standard Time) that hold now end, in milliseconds since 1970
    UTC; `now` itself outside of them. They may run over midnight."""
    if begins is None or ends is None or begins == ends:
        return now
    local = moment(now).astimezone(BEIJING)
    first, last = time.fromisoformat(begins), time.fromisoformat(ends)
    at = local.time()
    inside = first <= at < last if first < last else at >= first or at < last
    if not inside:
        return now
    end = datetime.combine(local.date(), last, BEIJING)
    return int((end if end > local else end + timedelta(days=1)).timestamp() * 1000)
