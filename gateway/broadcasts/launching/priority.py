"""What leaves first, and until when it may leave."""

from collections.abc import Sequence
from datetime import timedelta

from gateway.decisions.model import Decision
from gateway.moments import milliseconds
from gateway.vocabulary import Audience, Level

# 0 leaves first: what was sent in error. A lift has the urgency of the highest level of its episode, so
# that it never waits behind a newer, lesser warning. Hints and tips order nothing.
_MENDING = 0
_URGENCY: dict[Level, int] = {"red": 10, "orange": 20, "yellow": 30}
_ADVANCE = 40
CODE = 49  # that proves an address of the office's own people
QUESTION = 90  # whether a number is still right: after everything else

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

_READER_LAST = 9  # behind every reader of a class

OPEN_ENDED_LIFE = timedelta(hours=24)  # DESIGN section 9: of a warning without an end, and of what ends one


def urgency(decision: Decision, episode_levels: Sequence[Level], *, ends: bool = False) -> int:
    """The class in which a decision's words leave; within it, see `priority`.

    `episode_levels`: those that were in force in its episode so far. `ends`: the words end something, as
    those of a lift do.
    """
    if decision.action in ("correct", "retract"):
        return _MENDING
    if decision.action == "lift" or ends:
        return min((_URGENCY[level] for level in episode_levels), default=_ADVANCE)
    if decision.level is None or decision.action == "hint":
        return _ADVANCE
    return _URGENCY[decision.level]


def can_wait(urgency: int) -> bool:
    """Whether words of this class may wait for the end of somebody's quiet hours: hints and tips, which
    order nothing."""
    return urgency == _ADVANCE


def priority(urgency: int, audience: Audience) -> int:
    """The delivery's priority."""
    return urgency + _READER[audience]


def memo(urgency: int) -> int:
    """The priority of what tells people of the office that a decision of that class waits for them: behind
    the warnings of its class, before those of lesser ones, which may be a million."""
    return urgency + _READER_LAST


def valid_until(decision: Decision, now: int) -> int:
    """When the words have lost their use, in milliseconds since 1970 UTC: nothing leaves after it.

    An end and a mended message are owed for a day from when they take effect, whatever their episode's
    end: it may have passed.
    """
    life = int(OPEN_ENDED_LIFE.total_seconds() * 1000)
    starts = milliseconds(decision.starts_at)
    if decision.action == "lift":
        return max(now, starts) + life
    ends = decision.expected_end_at
    if decision.action == "retract" or ends is None:
        return now + life
    ends_at = milliseconds(ends)
    return max(ends_at, now + life) if decision.action == "correct" else ends_at
