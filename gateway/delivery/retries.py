"""When a message that certainly did not arrive is tried again, and when one that may have is repeated."""

from channels.contract import Reason

_MINUTE = 60_000  # ms

# Recipient and content reasons: at most so many attempts, and how long after each the next one leaves.
# What is not listed is not tried again: the provider would say the same.
RETRIES: dict[Reason, tuple[int, tuple[int, ...]]] = {
    Reason.UNREACHABLE: (3, (2 * _MINUTE, 10 * _MINUTE)),  # phones come back on; Twilio: at most twice
    Reason.FREQUENCY: (3, (10 * _MINUTE, 60 * _MINUTE)),  # minute and hour windows of the vendors
    Reason.UNKNOWN_FAILURE: (2, (5 * _MINUTE,)),
}


def retry_delay(reason: Reason | None, attempts: int, retry_after: float | None = None) -> int | None:
    """Milliseconds until the next attempt after `attempts` failed ones; None: there is none.

    `retry_after` is the provider's own word in seconds; it never shortens our delay.
    """
    most, delays = RETRIES.get(reason, (1, ())) if reason is not None else (1, ())
    if attempts >= most:
        return None
    return max(delays[attempts - 1], int((retry_after or 0.0) * 1000))


def repeats_unknown(action: str, level: str | None, audience: str) -> bool:
    """Whether a message that may have been lost is sent once more, though it may arrive twice.

    A lift, a correction, a retraction, an orange or a red warning is worth a double. A yellow one, a
    hint or a tip is for those who must act on it, not for the public. A question (`verify`) is not.
    """
    if action == "verify":
        return False
    if action in ("lift", "correct", "retract"):
        return True
    return (action != "hint" and level in ("orange", "red")) or audience != "public"
