"""Compares what providers took with what the ledger says. Pure: no I/O, no clock.

Moments are milliseconds since 1970 UTC, those of one machine.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest
from typing import NamedTuple

GATHERED = 0.05  # seconds of outcomes that a recorder may hold when it is killed
ASKED_SHARE = 0.006  # of messages that may be doubled where the provider can be asked
_TOOK = frozenset({"accepted", "sent", "delivered", "read"})  # what is only said of a message that arrived


class Arrival(NamedTuple):
    """A message that a provider took; `delivery` and `attempt` are ours as the request named them, -1 where
    it named none."""

    at: int
    to: str
    text: str
    delivery: int
    attempt: int


class Try(NamedTuple):
    """An attempt as the ledger has it."""

    delivery: int
    number: int
    lane: int
    repeat: bool
    state: str
    started_at: int


class Row(NamedTuple):
    """A delivery as the ledger has it: to whom, and what it says."""

    id: int
    broadcast: int
    to: str
    text: str
    state: str


class Fault(NamedTuple):
    """Something was broken at `began`; from `mended` on it could work again."""

    began: int
    mended: int


@dataclass(frozen=True)
class Terms:
    """What happened, and what may therefore be.

    `expected`: how many deliveries there must be. `kills`: processes that ended without a word.
    `in_flight`: requests of all lanes at the same time; `per_second`: how many may leave. `asked`: the
    provider answers what became of a message. `stopped`: when a broadcast was certainly stopped, by id.
    `patience`: seconds within which sending goes on after a fault, on `each_lane` of them or
    (its provider failed, and its queue has another route) on any. `lost_answers`: answers that providers
    kept back; each may cost a marked double where nobody can be asked.
    """

    expected: int
    kills: int
    in_flight: int
    per_second: float
    patience: float
    each_lane: bool = True
    asked: bool = True
    lost_answers: int = 0
    stopped: Mapping[int, int] = field(default_factory=dict)
    faults: Sequence[Fault] = ()

    @property
    def marked(self) -> int:
        """Marked doubles that may be."""
        most = int(self.kills * (self.in_flight + self.per_second * GATHERED)) + self.lost_answers
        return min(most, max(1, int(self.expected * ASKED_SHARE))) if self.asked else most


@dataclass(frozen=True)
class Verdict:
    """One line of the table, and what is wrong: nothing, where all promises were kept.

    `undecided`: unknown twice, which is a person's to decide. `old`: messages of a stopped broadcast that
    arrived after it; `recovery`: the longest wait after a fault in seconds, None where nothing was left.
    """

    messages: int
    lost: int
    marked: int
    unmarked: int
    old: int
    undecided: int
    recovery: float | None
    wrong: Sequence[str]


def judge(rows: Sequence[Row], tries: Sequence[Try], arrivals: Sequence[Arrival], terms: Terms) -> Verdict:
    """What became of a run that is over."""
    wrong: list[str] = []
    known = {(each.delivery, each.number): each for each in tries}
    if len(rows) != terms.expected:
        wrong.append(f"{len(rows)} deliveries in the ledger, not {terms.expected}")
    strangers = [each for each in arrivals if (each.delivery, each.attempt) not in known]
    _say(wrong, "arrived, and the ledger knows of no such attempt", strangers)
    by_id = {row.id: row for row in rows}
    other = [
        each
        for each in arrivals
        if each.delivery in by_id
        and (each.to, each.text) != (by_id[each.delivery].to, by_id[each.delivery].text)
    ]
    _say(wrong, "arrived with other words or elsewhere", other)

    arrived: dict[int, list[Arrival]] = defaultdict(list)
    for each in arrivals:
        arrived[each.delivery].append(each)
    lost = _lost(rows, known.values(), arrived, terms)
    _say(wrong, "lost", lost)
    marked, unmarked = _doubled(rows, known, arrived)
    _say(wrong, "doubled without a mark", unmarked)
    if len(marked) > terms.marked:
        wrong.append(f"{len(marked)} doubled with a mark, at most {terms.marked} may be")

    old = [each for each in arrivals if _is_old(each, by_id, terms)]
    claimed_late = [
        each
        for each in old
        if (made := known.get((each.delivery, each.attempt))) is not None
        and made.started_at > terms.stopped[by_id[each.delivery].broadcast]
    ]
    _say(wrong, "old words claimed after they were stopped", claimed_late)
    per_broadcast = Counter(by_id[each.delivery].broadcast for each in old)
    for broadcast, number in per_broadcast.items():
        if number > terms.in_flight:
            wrong.append(f"{number} old words of broadcast {broadcast}, {terms.in_flight} were in flight")

    recovery = _recovery(arrivals, known, terms)
    if recovery is not None and recovery > terms.patience:
        wrong.append(f"it took {recovery:.1f} s to go on, at most {terms.patience:.1f} s may be")
    return Verdict(
        messages=len(rows),
        lost=len(lost),
        marked=len(marked),
        unmarked=len(unmarked),
        old=len(old),
        undecided=sum(row.state == "unknown" for row in rows),
        recovery=recovery,
        wrong=wrong,
    )


def _lost(
    rows: Iterable[Row], tries: Iterable[Try], arrived: Mapping[int, object], terms: Terms
) -> list[Row | Try]:
    """What a provider never took though the ledger says so, and what ended without ever arriving. An
    unknown is not lost once it was repeated: it is a person's."""
    unclear = Counter(each.delivery for each in tries if each.state == "unknown")
    reached = {row.id for row in rows if row.id in arrived}
    missing: list[Row | Try] = []
    for row in rows:
        if row.id in reached:
            fine = row.state in _TOOK or row.state == "unknown"
        elif row.broadcast in terms.stopped:
            fine = row.state in ("cancelled", "unknown")
        else:
            fine = row.state == "unknown" and unclear[row.id] >= 2
        if not fine:
            missing.append(row)
    return missing


def _doubled(
    rows: Iterable[Row], known: Mapping[tuple[int, int], Try], arrived: Mapping[int, Sequence[Arrival]]
) -> tuple[list[Arrival], list[Arrival]]:
    """Arrivals beyond the first of the same words at the same address: marked as repeats, and not. The
    first may be the repeat, if the other was longer on its way."""
    same: dict[tuple[int, str, str], list[Arrival]] = defaultdict(list)
    for row in rows:
        same[row.broadcast, row.to, row.text] += arrived.get(row.id, ())
    marked: list[Arrival] = []
    unmarked: list[Arrival] = []
    for all_of_it in same.values():
        several = Counter((each.delivery, each.attempt) for each in all_of_it)
        plain: list[Arrival] = []
        repeats: list[Arrival] = []
        for each in sorted(all_of_it):
            made = known.get((each.delivery, each.attempt))
            is_repeat = made is not None and made.repeat and several[each.delivery, each.attempt] == 1
            (repeats if is_repeat else plain).append(each)
        unmarked += plain[1:]
        marked += repeats if plain else repeats[1:]
    return marked, unmarked


def _is_old(arrival: Arrival, by_id: Mapping[int, Row], terms: Terms) -> bool:
    if arrival.delivery not in by_id:
        return False
    stopped = terms.stopped.get(by_id[arrival.delivery].broadcast)
    return stopped is not None and arrival.at > stopped


def _recovery(
    arrivals: Iterable[Arrival], known: Mapping[tuple[int, int], Try], terms: Terms
) -> float | None:
    """The longest wait for a first attempt from a mended fault until the next one begins: of each lane for
    its next one, if it had one to make by then, and of all of them together for any (one that left at once
    does not hide that all stood still afterwards)."""
    of_lane: dict[int, list[int]] = defaultdict(list)
    for each in sorted(arrivals):
        made = known.get((each.delivery, each.attempt))
        if made is not None and made.number == 1:
            of_lane[made.lane].append(each.at)
    longest: int | None = None
    for fault, follower in zip_longest(terms.faults, terms.faults[1:]):
        until = math.inf if follower is None else follower.began
        moments = [[at for at in all_of_it if fault.mended <= at <= until] for all_of_it in of_lane.values()]
        waits = [after[0] - fault.mended for after in moments if after and terms.each_lane]
        together = sorted(at for after in moments for at in after)
        waits += [after - before for before, after in pairwise([fault.mended, *together])]
        longest = max([*waits, *([] if longest is None else [longest])], default=None)
    return None if longest is None else longest / 1000


def _say(wrong: list[str], what: str, found: Sequence[object]) -> None:
    if found:
        wrong.append(f"{len(found)} {what}, such as {found[0]}")
