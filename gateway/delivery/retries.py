"""When a message that certainly did not arrive is tried again, and when one that may have is repeated."""

from collections.abc import Mapping
from typing import Literal

from channels.contract import Reason

_MINUTE = 60_000  # ms

# Recipient and content reasons: at most so many attempts, and how long after each the next one leaves.
# What is not listed is not tried again: the provider would say the same.
RETRIES: dict[Reason, tuple[int, tuple[int, ...]]] = {
    Reason.UNREACHABLE: (3, (2 * _MINUTE, 10 * _MINUTE)),  # phones come back on; Twilio: at most twice
    Reason.FREQUENCY: (3, (10 * _MINUTE, 60 * _MINUTE)),  # minute and hour windows of the vendors
    Reason.UNKNOWN_FAILURE: (2, (5 * _MINUTE,)),
}


# Whether another route may do better, for every reason there is:
#   lane      the fault is the lane's own: its queue leaves by the next open route at once
#   patience  the provider asks for time: the queue leaves by another route if that is longer than a moment
#   message   this provider's own policy, list or limit: the message tries each other route once, at once
#   nowhere   the fact is the recipient's, or time's: every route would meet it
#   settled   nobody knows: only `gateway.delivery.recording.settle` sends it again
Elsewhere = Literal["lane", "patience", "message", "nowhere", "settled"]
ELSEWHERE: Mapping[Reason, Elsewhere] = {
    Reason.CONNECTION: "lane",
    Reason.RATE_LIMITED: "patience",
    Reason.QUOTA: "lane",
    Reason.AUTHENTICATION: "lane",
    Reason.CONFIGURATION: "lane",
    Reason.LANE_REMOVED: "lane",
    Reason.PROVIDER_BUSY: "patience",
    Reason.INVALID_ADDRESS: "nowhere",
    Reason.UNREACHABLE: "nowhere",  # tried again later, see `RETRIES`
    Reason.OPTED_OUT: "nowhere",  # whoever said no to us said no to all of our senders
    Reason.BLOCKED: "message",  # a filter judges the sender; another is another
    Reason.NO_ROUTE: "message",
    Reason.FREQUENCY: "message",  # each vendor counts for itself
    Reason.FOREIGN_TRANSFER: "message",  # a provider in the country may carry it
    Reason.TOO_LONG: "message",
    Reason.CONTENT_REJECTED: "message",
    Reason.TEMPLATE: "message",  # filed with one provider, not yet with the other
    Reason.NO_FORM: "message",  # its other account may read another form
    Reason.EXPIRED: "nowhere",
    Reason.TIMEOUT: "settled",
    Reason.DISCONNECTED: "settled",
    Reason.SERVER_ERROR: "settled",
    Reason.UNREADABLE_ANSWER: "settled",
    Reason.INTERRUPTED: "settled",
    Reason.UNKNOWN_FAILURE: "message",
}

# Between one unknown and the next repeat where a repeat does no harm: the last for ever, while it is valid.
_HARMLESS = (0, 5_000, 15_000, 30_000, _MINUTE)


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
    hint or a tip is for those who must act on it, not for the public. A question (`verify`) is not; what
    tells people of the office that it is their turn (`tell`) is.
    """
    if action == "verify":
        return False
    if action in ("lift", "correct", "retract", "tell"):
        return True
    return (action != "hint" and level in ("orange", "red")) or audience != "public"


def harmless_delay(unknown: int) -> int:
    """Milliseconds until a message is repeated of which `unknown` attempts may have arrived, on a lane whose
    repeats are known by their id."""
    return _HARMLESS[min(unknown, len(_HARMLESS)) - 1]
