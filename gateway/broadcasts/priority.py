"""What leaves first, and until when it may leave."""

from collections.abc import Sequence
from datetime import timedelta

from gateway.decisions.model import Decision
from gateway.vocabulary import Audience, Level

# 0 leaves first. A lift has the urgency of the highest level of its episode, so that it never waits
# behind a newer, lesser warning.
_URGENCY: dict[Level, int] = {"red": 10, "orange": 20, "yellow": 30}

# Whoever must carry out mandatory measures comes before those who publish, and before the public.
_READER: dict[Audience, int] = {
    "districts": 0,
    "departments": 0,
    "enterprises": 1,
    "schools": 1,
    "hospitals": 1,
    "operators": 3,
    "media": 3,
    "public": 5,
}

OPEN_ENDED_LIFE = timedelta(hours=24)  # DESIGN section 9: of a warning without an end, and of a lift


def urgent_level(decision: Decision, episode_levels: Sequence[Level]) -> Level:
    """The level whose urgency a decision has; `episode_levels`: those of its episode so far."""
    levels = [*episode_levels] if decision.level is None else [decision.level]
    return min(levels, key=_URGENCY.__getitem__)


def priority(level: Level, audience: Audience) -> int:
    """The delivery's priority."""
    return _URGENCY[level] + _READER[audience]


def valid_until(decision: Decision, now: int) -> int:
    """When the words have lost their use, in milliseconds since 1970 UTC: nothing leaves after it."""
    if decision.expected_end_at is not None and decision.action != "lift":
        return int(decision.expected_end_at.timestamp() * 1000)
    begins = max(now, int(decision.starts_at.timestamp() * 1000)) if decision.action == "lift" else now
    return begins + int(OPEN_ENDED_LIFE.total_seconds() * 1000)
