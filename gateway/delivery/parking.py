"""How long a lane rests after its provider, credential or connection failed; and its breaker. Pure."""

from collections import deque

from channels.contract import Reason

_SECOND = 1000  # ms
_MINUTE = 60 * _SECOND

# The lane rests so long where the provider names no time. A restart ends the rests in `MENDED_BY_HAND`.
PARKS: dict[Reason, int] = {
    Reason.CONNECTION: 5 * _SECOND,
    Reason.PROVIDER_BUSY: 10 * _SECOND,
    Reason.RATE_LIMITED: 60 * _SECOND,  # WeCom's minute-class block; others name their time
    Reason.QUOTA: 30 * _MINUTE,
    Reason.AUTHENTICATION: 5 * _MINUTE,
    Reason.CONFIGURATION: 5 * _MINUTE,
    Reason.LANE_REMOVED: 10 * _MINUTE,
}
MENDED_BY_HAND = (Reason.AUTHENTICATION, Reason.CONFIGURATION, Reason.LANE_REMOVED)

TOO_MANY_UNKNOWN = "too_many_unknown"  # why the breaker parked a lane
_BREAKER_REST = 60 * _SECOND
_RECENT = 100  # requests that the breaker looks back on
_FEWEST = 20
_SHARE = 0.05


def park_length(reason: Reason, retry_after: float | None) -> int:
    """Milliseconds that a lane rests; `retry_after` is the provider's word in seconds."""
    if retry_after is not None:
        return max(_SECOND, int(retry_after * 1000))
    return PARKS.get(reason, 10 * _SECOND)


class Breaker:
    """Opens when more than a twentieth of a lane's recent requests ended unknown."""

    def __init__(self) -> None:
        self._recent: deque[bool] = deque(maxlen=_RECENT)

    def tripped_by(self, unknown: bool) -> int | None:
        """Count one request; gives how long (ms) the lane rests if that was one too many."""
        self._recent.append(unknown)
        if not unknown or len(self._recent) < _FEWEST or sum(self._recent) <= _SHARE * len(self._recent):
            return None
        self._recent.clear()
        return _BREAKER_REST
