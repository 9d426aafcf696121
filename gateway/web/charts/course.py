"""The course of a broadcast as lines over time: how many were accepted, delivered and failed so far."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from gateway.ledger.delivery.minutes import MINUTE, STAGES, Minute, Stage
from gateway.moments import local, moment

WIDTH, HEIGHT = 480, 260  # small, so that its words can be read on a phone
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 146, 20, 30
_APART = 18  # between the words at the ends of lines
_MOST_TICKS = 5
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 360, 720, 1440)  # minutes between the marks of time
_LONG = 20 * 60  # minutes from which a mark of time needs its date


@dataclass(frozen=True, slots=True)
class Line:
    """One stage: its path, where it ends, where its words stand, and what it came to."""

    stage: Stage
    path: str
    x: float
    y: float
    words_y: float
    number: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and its words."""

    at: float
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """A minute (since 1970 UTC) in which something came: by stage what came in it (below 0: fell), and what
    had come by its end."""

    minute: int
    in_it: Mapping[Stage, int]
    by_then: Mapping[Stage, int]


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything in units of the picture, which is `width` by `height`; `whole_y`: where all would be."""

    lines: tuple[Line, ...]
    times: tuple[Tick, ...]
    numbers: tuple[Tick, ...]
    whole: int
    whole_y: float
    left: float = _LEFT
    right: float = WIDTH - _RIGHT
    top: float = _TOP
    bottom: float = HEIGHT - _BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def chart(minutes: Iterable[Minute], whole: int, launched_at: int, until: int) -> Chart | None:
    """The picture of a broadcast's minutes, of one key, out of `whole` deliveries, from its launch on and at
    least through `until` (ms since 1970 UTC); None while nothing has happened."""
    by_stage: dict[Stage, list[Minute]] = {stage: [] for stage in STAGES}
    for each in minutes:
        by_stage[each.stage].append(each)
    if not any(by_stage.values()):
        return None
    last = max(each.last_at for of_stage in by_stage.values() for each in of_stage)
    ends = max(last, until, launched_at + MINUTE)
    highest = max([1, whole, *(_sum(of_stage) for of_stage in by_stage.values())])

    def x(at: int) -> float:
        part = (max(at, launched_at) - launched_at) / (ends - launched_at)
        return round(_LEFT + (WIDTH - _LEFT - _RIGHT) * part, 1)

    def y(number: int) -> float:
        return round(_TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - max(number, 0) / highest), 1)

    drawn = []
    for stage, of_stage in by_stage.items():
        points, there = [(x(launched_at), y(0))], 0
        for each in of_stage:
            points.append((x(each.first_at), y(there)))
            there += each.deliveries
            points.append((x(each.last_at), y(there)))
        points.append((x(ends), y(there)))
        drawn.append((stage, _path(points), y(there), there))
    places = _spread([ends_y for _, _, ends_y, _ in drawn])
    lines = tuple(
        Line(stage, path, x(ends), ends_y, words_y, number)
        for (stage, path, ends_y, number), words_y in zip(drawn, places, strict=True)
    )
    times = tuple(Tick(x(at), words) for at, words in _clock(launched_at, ends))
    numbers = tuple(Tick(y(number), f"{number:,}") for number in _round_numbers(highest))
    return Chart(lines, times, numbers, whole, y(whole))


def so_far(minutes: Iterable[Minute]) -> list[Step]:
    """The minutes in which something came, of one key, oldest first."""
    came: dict[int, dict[Stage, int]] = {}
    for each in minutes:
        came.setdefault(each.minute, dict.fromkeys(STAGES, 0))[each.stage] = each.deliveries
    found = []
    there = dict.fromkeys(STAGES, 0)
    for minute in sorted(came):
        there = {stage: number + came[minute][stage] for stage, number in there.items()}
        found.append(Step(minute, came[minute], there))
    return found


def _sum(minutes: Iterable[Minute]) -> int:
    return sum(each.deliveries for each in minutes)


def _path(points: Sequence[tuple[float, float]]) -> str:
    kept = [points[0], *(after for before, after in pairwise(points) if after != before)]
    return "M" + " L".join(f"{x:g} {y:g}" for x, y in kept)


def _spread(ends: Sequence[float]) -> list[float]:
    """Where the words of lines stand so that none covers another: near the lines' ends, in their order."""
    order = sorted(range(len(ends)), key=lambda place: ends[place])
    found = list(ends)
    lowest: float = HEIGHT - _BOTTOM
    for above, place in pairwise(order):
        found[place] = max(found[place], found[above] + _APART)
    for place in reversed(order):  # what was pushed below the axis goes up again, and the others before it
        found[place] = round(min(found[place], lowest), 1)
        lowest = found[place] - _APART
    return found


def _clock(start: int, end: int) -> list[tuple[int, str]]:
    """Full minutes of China's time between two moments."""
    minutes = (end - start) / MINUTE
    step = next((each for each in _STEPS if minutes / each <= _MOST_TICKS), _STEPS[-1])
    shown = "%m-%d %H:%M" if minutes > _LONG else "%H:%M"
    shift = 8 * 60  # steps of hours begin at midnight there
    first = -(-(start // MINUTE + shift) // step) * step - shift
    first += step if first * MINUTE < start else 0
    return [
        (minute * MINUTE, f"{local(moment(minute * MINUTE)):{shown}}")
        for minute in range(first, end // MINUTE + 1, step)
    ]


def _round_numbers(highest: int) -> list[int]:
    """Nothing, and two to five round numbers up to the highest."""
    size = 10 ** (len(str(highest)) - 1)
    step = next(each for each in (size // 4, size // 2, size, 2 * size) if each and highest / each <= 5)
    return list(range(0, highest + 1, step))
