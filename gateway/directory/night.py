"""When it is night for those who are told something, and when they want to be left in peace."""

from datetime import datetime, time, timedelta

from gateway.moments import BEIJING

_FROM, _UNTIL = time(22, 0), time(6, 30)  # China Standard Time


def at_night(moment: datetime) -> bool:
    """Whether an aware moment lies between 22:00 and 06:30 China Standard Time."""
    local = moment.astimezone(BEIJING).time()
    return local >= _FROM or local < _UNTIL


def quiet_end(moment: datetime, quiet_from: str, quiet_until: str) -> datetime | None:
    """When the quiet hours (`HH:MM`, China Standard Time, over midnight or not) in which an aware moment
    lies end; None where it lies in none."""
    local = moment.astimezone(BEIJING)
    begins, ends = time.fromisoformat(quiet_from), time.fromisoformat(quiet_until)
    clock = local.time()
    over_midnight = begins > ends
    inside = clock >= begins or clock < ends if over_midnight else begins <= clock < ends
    if not inside:
        return None
    day = local.date() + timedelta(days=1) if over_midnight and clock >= begins else local.date()
    return datetime.combine(day, ends, BEIJING)


def in_hours(moment: datetime, begins: time, ends: time) -> datetime:
    """The first moment from an aware one on that lies in these hours of a day (China Standard Time,
    `begins` before `ends`); the moment itself where both are the same: all day."""
    local = moment.astimezone(BEIJING)
    if begins == ends or begins <= local.time() < ends:
        return moment
    day = local.date() if local.time() < begins else local.date() + timedelta(days=1)
    return datetime.combine(day, begins, BEIJING)
