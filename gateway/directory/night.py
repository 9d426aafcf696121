"""When it is night for those who are told something."""

from datetime import datetime, time

from gateway.decisions.model import BEIJING

_FROM, _UNTIL = time(22, 0), time(6, 30)  # China Standard Time


def at_night(moment: datetime) -> bool:
    """Whether an aware moment lies between 22:00 and 06:30 China Standard Time."""
    local = moment.astimezone(BEIJING).time()
    return local >= _FROM or local < _UNTIL
