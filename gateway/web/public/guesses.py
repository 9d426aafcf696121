"""How often an address may open links that do not exist.

Guessing 130 bits is hopeless at any pace; this keeps it from being work for the ledger's readers. Who has
a link is never kept waiting: a plant signs although somebody behind the same address guesses.
"""

import time
from collections import OrderedDict
from collections.abc import Callable

from aiohttp import web

BURST = 20
PER_SECOND = 0.2
_MOST = 10_000  # addresses remembered


class Guesses:
    """Counts wrong links by address, in memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._spent: OrderedDict[str, tuple[float, float]] = OrderedDict()  # guesses, and when that was

    def wait(self, address: str) -> float:
        """Count one guess; 0, or seconds until the address may guess again."""
        now = self._clock()
        spent, since = self._spent.pop(address, (0.0, now))
        spent = max(0.0, spent - (now - since) * PER_SECOND)
        refused = spent + 1.0 > BURST
        self._spent[address] = (spent if refused else spent + 1.0, now)
        if len(self._spent) > _MOST:
            self._spent.popitem(last=False)
        return (spent + 1.0 - BURST) / PER_SECOND if refused else 0.0


GUESSES = web.AppKey("guesses", Guesses)
