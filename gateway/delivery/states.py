"""How a delivery's state follows from its attempts, in whatever order answers and receipts come. Pure.

Within one attempt the higher rank stays (DESIGN section 8). Between attempts the best news for the
recipient counts: one attempt's failure never hides another that arrived or still may.
"""

from collections.abc import Collection
from typing import Literal

AttemptState = Literal[
    "sending",
    "deferred",  # certainly not sent, through no fault of recipient or text
    "unknown",
    "accepted",
    "sent",
    "refused",  # certainly not sent: the provider's answer
    "failed",  # not delivered: the provider's receipt
    "delivered",
    "read",
]
DeliveryState = Literal[
    "queued",
    "sending",
    "accepted",
    "sent",
    "delivered",
    "read",
    "unknown",
    "failed",
    "expired",
    "cancelled",
    "suppressed",
]

_RANK: dict[AttemptState, int] = {
    "sending": 0,
    "deferred": 1,
    "unknown": 2,
    "accepted": 3,
    "sent": 4,
    "refused": 5,
    "failed": 5,
    "delivered": 6,
    "read": 7,
}
_NEWS: dict[AttemptState, tuple[int, DeliveryState]] = {  # deferred is no news of the message
    "refused": (0, "failed"),
    "failed": (0, "failed"),
    "unknown": (1, "unknown"),
    "sending": (2, "sending"),
    "accepted": (3, "accepted"),
    "sent": (4, "sent"),
    "delivered": (5, "delivered"),
    "read": (6, "read"),
}
_STOPPED = ("cancelled", "expired", "suppressed")


def merged(known: AttemptState, told: AttemptState) -> AttemptState:
    """An attempt's state after one more answer or receipt."""
    return told if _RANK[told] > _RANK[known] else known


def best(attempts: Collection[AttemptState]) -> DeliveryState | None:
    """The best news of all attempts; None where none of them says anything."""
    news = [_NEWS[attempt] for attempt in attempts if attempt in _NEWS]
    return max(news)[1] if news else None


def following(
    state: DeliveryState,
    attempts: Collection[AttemptState],
    again: Literal["queued", "cancelled", "expired"] | None = None,
) -> DeliveryState:
    """The state of a delivery in `state` after one of its attempts changed.

    `again`: another attempt is called for, and this is what becomes of it: it may leave, or its
    broadcast was superseded or has run out. None: nothing called for one.
    """
    news = best(attempts)
    if news is not None and news not in ("failed", "unknown"):
        return news  # it is on its way or there: what was queued need not leave
    if again == "queued":
        return "queued"
    if news is None:  # deferred only
        return again or state
    if state in _STOPPED:
        return state
    if state == "queued" and news == "unknown":
        return "queued"  # its repeat still waits
    return news
