"""From counts to what a page shows: rates, time left, tables. Pure: moments are passed in, in ms."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from gateway.ledger.counters import Count

# Columns of the tables: every state is in exactly one.
COLUMNS: dict[str, tuple[str, ...]] = {
    "waiting": ("queued", "sending"),
    "left": ("accepted", "sent"),
    "arrived": ("delivered", "read"),
    "failed": ("failed",),
    "unknown": ("unknown",),
    "withheld": ("expired", "cancelled", "suppressed"),
}
HANDLED = ("accepted", "sent", "delivered", "read", "failed", "unknown")  # these have had their turn
WAITING = COLUMNS["waiting"]

WINDOW = 10_000  # ms over which the present rate is taken
_SHORTEST = 1_500  # ms of history below which no rate is told
_LONGEST = 15_000  # ms of it that still count as the present, when looks come late


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: a key (audience, channel, area) with a number for each of the columns asked."""

    key: str
    numbers: tuple[int, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Pace:
    """Messages a second over the last ten seconds and since the launch, and minutes left; None: not known."""

    recent: float | None
    mean: float | None
    minutes_left: float | None


def totals(counts: Iterable[Count]) -> dict[str, int]:
    """Deliveries by state."""
    found: dict[str, int] = {}
    for count in counts:
        found[count.state] = found.get(count.state, 0) + count.deliveries
    return found


def some(by_state: Mapping[str, int], states: Collection[str]) -> int:
    """How many are in one of these states."""
    return sum(by_state.get(state, 0) for state in states)


def columns_of(by_state: Mapping[str, int]) -> tuple[str, ...]:
    """The columns in which there is anything."""
    return tuple(name for name, states in COLUMNS.items() if some(by_state, states))


def lines(
    counts: Iterable[Count], key: Callable[[Count], str], columns: Collection[str], order: Collection[str]
) -> tuple[Line, ...]:
    """A table by `key`, its rows in this order; what the order does not know comes last, by name."""
    grouped: dict[str, list[Count]] = {}
    for count in counts:
        grouped.setdefault(key(count), []).append(count)
    places = {name: place for place, name in enumerate(order)}
    return tuple(
        Line(
            name,
            tuple(some(by_state, COLUMNS[column]) for column in columns),
            sum(by_state.values()),
        )
        for name, by_state in (
            (name, totals(grouped[name]))
            for name in sorted(grouped, key=lambda name: (places.get(name, len(places)), name))
        )
    )


class Pacer:
    """Remembers the last seconds' counts and tells the pace from their differences."""

    def __init__(self, launched_at: int) -> None:
        self._launched_at = launched_at
        self._seen: deque[tuple[int, int]] = deque()
        self._mean: float | None = None

    def take(self, now: int, by_state: Mapping[str, int], *, may_send: bool) -> Pace:
        """The pace with these counts. `may_send`: false once nothing more of the broadcast can leave.

        The mean is taken while messages wait, and stays when none does: later seconds say nothing of it.
        """
        handled, waiting = some(by_state, HANDLED), some(by_state, WAITING)
        while self._seen and self._seen[0][0] < now - _LONGEST:
            self._seen.popleft()  # nobody looked for a while
        while len(self._seen) > 1 and self._seen[1][0] <= now - WINDOW:
            self._seen.popleft()
        self._seen.append((now, handled))
        started, before = self._seen[0]
        recent = None
        if now - started >= _SHORTEST:  # a repeat of an unknown counts back: never below nothing
            recent = max(0.0, (handled - before) * 1000 / (now - started))
        if waiting and now > self._launched_at:
            self._mean = handled * 1000 / (now - self._launched_at)
        left = None
        if waiting and may_send and recent:
            left = waiting / recent / 60
        return Pace(recent, self._mean, left)
