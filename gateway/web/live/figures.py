"""From counts to what a page shows: stage, rates, time left, tables. Pure: moments are passed in, in ms."""

from collections import deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from gateway.ledger.delivery.counters import Count
from gateway.ledger.delivery.live import Head
from gateway.ledger.delivery.minutes import By, Stage, Times

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
class Pace:
    """Messages a second over the last ten seconds and since the launch, and minutes left; None: not known.
    `change`: by how many each state grew in these seconds, where it did (below 0: it fell)."""

    recent: float | None = None
    mean: float | None = None
    minutes_left: float | None = None
    change: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: a key (audience, channel, area) with a number for each of the columns asked, how
    fast it goes, how many are `receipted` (on channels with receipts), when the first and 95 % of all had
    been `accepted`, and the first and 95 % of the `receipted` `delivered`."""

    key: str
    numbers: tuple[int, ...]
    total: int
    waiting: int
    pace: Pace
    receipted: int
    accepted: Times
    delivered: Times


NEVER = Times(None, None)


def totals(counts: Iterable[Count]) -> dict[str, int]:
    """Deliveries by state."""
    found: dict[str, int] = {}
    for count in counts:
        found[count.state] = found.get(count.state, 0) + count.deliveries
    return found


def by_key(counts: Iterable[Count], by: By) -> dict[str, dict[str, int]]:
    """Deliveries by state, for each audience, channel or area code."""
    grouped: dict[str, list[Count]] = {}
    for count in counts:
        grouped.setdefault(getattr(count, by), []).append(count)
    return {key: totals(of_it) for key, of_it in grouped.items()}


def numbers(counts: Iterable[Count], by: By) -> dict[str, int]:
    """Deliveries in all, for each audience, channel or area code."""
    return {key: sum(by_state.values()) for key, by_state in by_key(counts, by).items()}


def some(by_state: Mapping[str, int], states: Collection[str]) -> int:
    """How many are in one of these states."""
    return sum(by_state.get(state, 0) for state in states)


def columns_of(by_state: Mapping[str, int]) -> tuple[str, ...]:
    """The columns in which there is anything."""
    return tuple(name for name, states in COLUMNS.items() if some(by_state, states))


def lines(
    counted: Mapping[str, Mapping[str, int]],
    columns: Collection[str],
    order: Collection[str],
    paces: Mapping[str, Pace],
    receipted: Mapping[str, int],
    times: Mapping[tuple[str, Stage], Times],
) -> tuple[Line, ...]:
    """A table of what `by_key` gives, its rows in this order; what the order does not know comes last, by
    name. `paces`, `receipted` and `times` by key."""
    places = {name: place for place, name in enumerate(order)}
    return tuple(
        Line(
            key,
            tuple(some(by_state, COLUMNS[column]) for column in columns),
            sum(by_state.values()),
            some(by_state, WAITING),
            paces.get(key, Pace()),
            receipted.get(key, 0),
            times.get((key, "accepted"), NEVER),
            times.get((key, "delivered"), NEVER),
        )
        for key, by_state in sorted(
            counted.items(), key=lambda item: (places.get(item[0], len(places)), item[0])
        )
    )


def may_send(head: Head, now: int) -> bool:
    """Whether anything of a broadcast may still leave."""
    return head.live and now < head.valid_until


def stage(head: Head, by_state: Mapping[str, int], *, complete: bool) -> str:
    """How far a broadcast is, as `STAGES` of the live words names it; `complete`: nothing more is to come."""
    waiting = some(by_state, WAITING)
    if not head.live:
        return "stopping" if waiting else "stopped"
    if head.expanded_at is None:
        return "expanding"
    if waiting:
        return "sending"
    unsettled = some(by_state, (*COLUMNS["left"], "unknown"))
    return "complete" if complete or not unsettled else "waiting"


class Pacer:
    """Remembers the last seconds' counts and tells the pace from their differences."""

    def __init__(self, launched_at: int) -> None:
        self._launched_at = launched_at
        self._seen: deque[tuple[int, Mapping[str, int]]] = deque()
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
        self._seen.append((now, dict(by_state)))
        started, before = self._seen[0]
        recent, change = None, {}
        if now - started >= _SHORTEST:  # a repeat of an unknown counts back: never below nothing
            recent = max(0.0, (handled - some(before, HANDLED)) * 1000 / (now - started))
            grew = {state: number - before.get(state, 0) for state, number in by_state.items()}
            change = {state: number for state, number in grew.items() if number}
        if waiting and now > self._launched_at:
            self._mean = handled * 1000 / (now - self._launched_at)
        left = None
        if waiting and may_send and recent:
            left = waiting / recent / 60
        return Pace(recent, self._mean, left, change)


class Pacers:
    """The same for each row of several tables."""

    def __init__(self, launched_at: int) -> None:
        self._launched_at = launched_at
        self._pacers: dict[tuple[By, str], Pacer] = {}

    def take(
        self, now: int, by: By, counted: Mapping[str, Mapping[str, int]], *, may_send: bool
    ) -> dict[str, Pace]:
        """The pace of each row of the table `by`; see `Pacer.take`."""
        return {
            key: self._pacers.setdefault((by, key), Pacer(self._launched_at)).take(
                now, by_state, may_send=may_send
            )
            for key, by_state in counted.items()
        }
