"""How often somebody may ask: one count for all machines while Redis is there, one each without it.

GCRA: a key has the moment at which all that it has spent will be earned again. Both forms compute the same.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gateway.bus.words import Away

if TYPE_CHECKING:
    from gateway.bus.link import Link

_MOST = 10_000  # who asked, that a process remembers of each limit: a flood at one forgets no other's
_SPEND = """
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local earned = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
if earned > now + 2 * interval * burst then earned = now end
local wait = earned + interval * (1 - burst) - now
if wait > 0.5 then return math.ceil(wait) end
earned = earned + interval
redis.call('SET', KEYS[1], string.format('%.0f', earned), 'PX', math.ceil((earned - now) / 1000))
return 0
"""  # times in microseconds of the server's clock, which may step back at a fail-over; gives the wait


@dataclass(frozen=True, slots=True)
class Limit:
    """`burst` at once, and `per_second` more. `name` is a word of ours, of lower-case letters."""

    name: str
    per_second: float
    burst: int


class Limits:
    """Counts by limit and by whoever asks."""

    def __init__(self, link: "Link | None", space: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._link = link
        self._space = space
        self._clock = clock
        self._earned: dict[str, OrderedDict[str, float]] = {}  # by limit and the hash of who; seconds

    async def wait(self, limit: Limit, who: str) -> float:
        """Spend one; 0, or the seconds until there is one to spend (nothing was spent then).

        `who` is an account or address, or whatever was typed as one, however long: its hash alone is kept.
        """
        key = hashlib.sha256(f"{self._space} {who}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        wait = self._wait(limit, key)
        if wait:  # already more than this machine alone may let through
            return wait
        if self._link is not None and self._link.reachable:
            try:
                wait = await self._shared(self._link, limit, key)
            except Away:
                wait = self._wait(limit, key)
        if not wait:
            self._spend(limit, key)
        return wait

    async def _shared(self, link: "Link", limit: Limit, key: str) -> float:
        name = f"airwarn:{self._space}:limit:{limit.name}:{key}"
        interval = 1_000_000 / limit.per_second
        waited = await link.ask(
            lambda redis: redis.eval(_SPEND, 1, name, f"{interval:.3f}", str(limit.burst))
        )
        return int(waited) / 1_000_000

    def _wait(self, limit: Limit, key: str) -> float:
        now = self._clock()
        earned = max(self._of(limit).get(key, now), now)
        wait = earned + (1 - limit.burst) / limit.per_second - now
        return wait if wait > 1e-6 else 0.0

    def _spend(self, limit: Limit, key: str) -> None:
        now = self._clock()
        earned = self._of(limit)
        earned[key] = max(earned.pop(key, now), now) + 1 / limit.per_second
        if len(earned) > _MOST:
            earned.popitem(last=False)

    def _of(self, limit: Limit) -> OrderedDict[str, float]:
        return self._earned.setdefault(limit.name, OrderedDict())
