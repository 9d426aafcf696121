"""A lane's breaker: closed, open, half-open; when it opens, how long it rests, when it closes. Pure.

Closed, a lane is trusted. It opens when its provider, credential or connection fails, and when too many
of its requests end unknown. After its rest it is half-open: one message after the other until a few have
been answered, then at full speed; it closes after a time without another opening. Until then no other lane
hands its queue over to it, so that nothing is flipped to and fro. Each opening soon after the one before
rests and is watched for twice as long.
"""

from collections import deque
from typing import Literal, NamedTuple

from channels.contract import Reason
from gateway.delivery.parking import longest_park, park_length
from gateway.delivery.retries import ELSEWHERE

State = Literal["closed", "open", "half_open"]

TOO_MANY_UNKNOWN = "too_many_unknown"  # why it opened, where no single answer was the reason
PROBES = 3  # answers that a half-open lane owes before it works at full speed

_SECOND = 1000  # ms
_MINUTE = 60 * _SECOND
_REST = 10 * _SECOND  # after too many unknown: a hiccup of the only route must not cost a minute
_LONGEST_REST = 5 * _MINUTE
_WATCH = 10 * _SECOND  # from the last probe's answer to closing
_LONGEST_WATCH = 5 * _MINUTE
_CALM = 30 * _MINUTE  # closed for so long, the next opening counts as the first
SHORT = 10 * _SECOND  # a provider that asks for so little patience has not failed

_RECENT = 200  # requests that it looks back on,
_WINDOW = 10 * _MINUTE  # none older than that
_FEWEST = 10  # unknown among them
_SHARE = 0.05


class Kept(NamedTuple):
    """What the ledger keeps of a breaker: whether it is closed, since when, and how often it has opened
    without a calm time in between."""

    closed: bool = True
    since: int = 0
    openings: int = 0


class Rest(NamedTuple):
    """A lane rests until then. `openings`: how often its breaker has opened by now without a calm time in
    between; None: a short pause that the provider asked for, the breaker stays as it is."""

    until: int
    reason: str
    openings: int | None


class Breaker:
    """One lane's. Moments and spans are milliseconds.

    **Too many unknown** is more than a twentieth of the last 200 requests (DESIGN section 9), and at
    least ten, however few requests there were. Fewer say nothing: of a sound provider that loses one
    answer in a hundred, two of twenty are lost in one batch of 60, and every broadcast has hundreds of
    batches; ten of 200 in one window of 25,000. One that loses a tenth has lost ten after about a hundred
    requests, one that loses all after ten.
    """

    def __init__(self, kept: Kept, *, resting_until: int = 0, harmless: bool = False) -> None:
        """`resting_until`: when its rest ends or has ended; 0: it had none, so nothing is tried first.
        `harmless`: a repeat does no harm, so that it is tried again after a minute at most while its answers
        are lost, and after a minute at first where its address or key is refused: who takes alerts owes them
        to the people within minutes."""
        self._harmless = harmless
        self._longest = _MINUTE if harmless else _LONGEST_REST
        self._closed, self._since, self._openings = kept
        self._tried_from = max(resting_until, kept.since)  # older requests say nothing of the lane now
        self._owed = PROBES if not kept.closed else int(resting_until > 0)
        self._answered_at = 0  # the last probe
        self._recent: deque[tuple[int, bool]] = deque(maxlen=_RECENT)

    @property
    def careful(self) -> bool:
        """Whether one message goes ahead of the others."""
        return self._owed > 0

    @property
    def closes_at(self) -> int | None:
        """When it closes if nothing fails until then; None: it is closed, or owes answers."""
        return None if self._closed or self._owed else self._answered_at + self._watch

    def rested(self, until: int) -> None:
        """A person set the lane's rest: what was asked before its end says nothing of it any more."""
        self._tried_from = until
        self._owed = max(self._owed, 1)

    def close(self, now: int) -> None:
        """It has been half-open without a failure for long enough."""
        self._closed, self._since = True, now
        self._recent.clear()

    def answered(self, asked_at: int, now: int, *, unknown: bool) -> Rest | None:
        """Take in the answer (or its loss) of a request of `asked_at`; gives the rest that follows."""
        if asked_at < self._tried_from:
            return None
        if unknown and self._owed and not self._closed:
            return self._opened(now, _REST, self._longest, TOO_MANY_UNKNOWN)
        if unknown:
            self._recent.append((now, True))
            return self._too_many(now)
        self._recent.append((now, False))
        if self._owed:
            self._owed -= 1
            self._answered_at = now
        return None

    def failed(self, reason: Reason, retry_after: float | None, now: int) -> Rest:
        """The lane itself failed, for a lane's reason; `retry_after` is the provider's word in seconds."""
        rest = park_length(reason, retry_after, harmless=self._harmless)
        tried = self._owed and now >= self._tried_from  # what went ahead of the others met the same
        if ELSEWHERE[reason] == "patience" and rest <= SHORT and not tried:
            self._tried_from = max(self._tried_from, now + rest)
            self._owed = max(self._owed, 1)
            return Rest(now + rest, reason, None)
        return self._opened(now, rest, rest if retry_after is not None else longest_park(reason), reason)

    def _too_many(self, now: int) -> Rest | None:
        while self._recent[0][0] < now - _WINDOW:
            self._recent.popleft()
        lost = sum(unknown for _, unknown in self._recent)
        if lost < _FEWEST or lost <= _SHARE * len(self._recent):
            return None
        return self._opened(now, _REST, self._longest, TOO_MANY_UNKNOWN)

    def _opened(self, now: int, rest: int, longest: int, reason: str) -> Rest:
        if self._closed or now >= self._tried_from:  # not: one more answer of those under way as it opened
            calm = self._closed and now - self._since > _CALM
            self._openings = 1 if calm else self._openings + 1
        grown = min(rest << min(self._openings - 1, 20), max(rest, longest))
        self._closed, self._since = False, now
        self._tried_from = max(self._tried_from, now + grown)
        self._owed = PROBES
        self._recent.clear()
        return Rest(self._tried_from, reason, self._openings)

    @property
    def _watch(self) -> int:
        return min(_WATCH << min(max(self._openings - 1, 0), 20), _LONGEST_WATCH)
