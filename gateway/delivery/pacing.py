"""How fast a lane may send: GCRA over milliseconds since 1970 UTC. Pure.

One number is the whole state: the moment by which everything claimed so far is paid for. It is stored
with each claim (`lanes.next_free_at`), so that a restart forgets nothing.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

_SHARE = 0.9  # of a vendor's hard limit: clocks differ, and requests bunch up on the way


@dataclass(frozen=True, slots=True)
class Pace:
    """One message each `interval` ms in the long run, up to `burst` of them at once."""

    interval: float
    burst: int

    @classmethod
    def of(cls, per_second: float, windows: Sequence[tuple[int, float]] = ()) -> "Pace":
        """The pace of a lane: `per_second`, in bursts of a tenth of a second's worth, within `windows`.

        A window (messages, seconds) is kept for any stretch of that length: what its burst leaves of
        nine tenths of it is the refill. Half is burst, so that the parts of a few notices leave at once.
        """
        if not windows:
            return cls(1000 / per_second, max(1, int(per_second / 10)))
        allowed = [(max(1, int(_SHARE * messages)), seconds) for messages, seconds in windows]
        burst = max(1, min(messages for messages, _ in allowed) // 2)
        rates = [max(messages - burst, 0.5) / seconds for messages, seconds in allowed]
        return cls(1000 / min(per_second, *rates), burst)

    def allowance(self, paid_until: float, now: int) -> int:
        """How many may leave at once, when one may."""
        return max(1, min(self.burst, math.floor(self.burst - (paid_until - now) / self.interval)))

    def owed(self, paid_until: float, now: int) -> float:
        """The state as far as it can be true: nobody claims beyond a burst, so what is paid for further
        ahead was written before the clock was set back."""
        return min(paid_until, now + self.burst * self.interval)

    def next_at(self, paid_until: float) -> float:
        """The moment from which one may leave."""
        return paid_until - (self.burst - 1) * self.interval

    def spent(self, paid_until: float, now: int, messages: int) -> float:
        """The state after so many have been claimed."""
        return max(paid_until, now) + messages * self.interval
