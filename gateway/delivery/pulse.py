"""Whether this process itself stood still: stopped, suspended with its machine, or starved of its CPU."""

import asyncio
import time

_BEAT = 0.1  # seconds
_LATE = 0.25  # seconds that a busy loop may be late without having stood still


class Pulse:
    """Counts the seconds in which the loop did nothing though it was asked to."""

    def __init__(self) -> None:
        self._beat_at = time.monotonic()
        self._lost = 0.0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def lost(self) -> float:
        """Seconds lost since the start; what it grows by in a span was lost in it."""
        late = time.monotonic() - self._beat_at - _BEAT
        return self._lost + (late if late > _LATE else 0.0)

    def start(self) -> None:
        """Beat until `stop`, in the running loop."""
        self._lost = self.lost if self._timer is not None else 0.0
        self._beat_at = time.monotonic()
        self._timer = asyncio.get_running_loop().call_later(_BEAT, self.start)

    def stop(self) -> None:
        """Beat no more."""
        if self._timer is not None:
            self._timer.cancel()
