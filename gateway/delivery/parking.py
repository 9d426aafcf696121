"""How long a lane rests after its provider, credential or connection failed. Pure."""

from channels.contract import Reason

_SECOND = 1000  # ms
_MINUTE = 60 * _SECOND

# The lane rests so long where the provider names no time: after the first failure, and at most where one
# follows the other. A restart ends the rests in `MENDED_BY_HAND`.
PARKS: dict[Reason, tuple[int, int]] = {
    Reason.CONNECTION: (5 * _SECOND, 60 * _SECOND),
    Reason.PROVIDER_BUSY: (10 * _SECOND, 60 * _SECOND),
    Reason.RATE_LIMITED: (60 * _SECOND, 60 * _SECOND),  # WeCom's minute-class block; others name their time
    Reason.QUOTA: (30 * _MINUTE, 30 * _MINUTE),
    Reason.AUTHENTICATION: (5 * _MINUTE, 5 * _MINUTE),
    Reason.CONFIGURATION: (5 * _MINUTE, 5 * _MINUTE),
    Reason.LANE_REMOVED: (10 * _MINUTE, 10 * _MINUTE),
}
MENDED_BY_HAND = (Reason.AUTHENTICATION, Reason.CONFIGURATION, Reason.LANE_REMOVED)
_HARMLESS = 60 * _SECOND  # where a repeat does no harm: alerts are owed within minutes, so it begins here
_OTHERWISE = (10 * _SECOND, 60 * _SECOND)  # a provider that took nothing, for a reason of another scope


def park_length(reason: Reason, retry_after: float | None, *, harmless: bool = False) -> int:
    """Milliseconds that a lane rests; `retry_after` is the provider's word in seconds. `harmless`: a repeat
    does no harm, so that what people mend is tried again after a minute at first."""
    if retry_after is not None:
        return max(_SECOND, int(retry_after * 1000))
    first = PARKS.get(reason, _OTHERWISE)[0]
    return min(first, _HARMLESS) if harmless and reason in MENDED_BY_HAND else first


def longest_park(reason: Reason) -> int:
    """Milliseconds beyond which its rests do not grow."""
    return PARKS.get(reason, _OTHERWISE)[1]
