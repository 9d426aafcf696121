"""What the page of one broadcast looks at, second by second."""

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from gateway.delivery.words import CHANNEL_WORDS, STATE_WORDS
from gateway.directory.areas import home
from gateway.errors import InputError
from gateway.escalation_policy import Policies
from gateway.follow_up.signatures.stages import Escalation, escalation
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.delivery import completion, live, minutes
from gateway.ledger.delivery.arrivals import with_receipts
from gateway.ledger.delivery.counters import ReasonCount
from gateway.ledger.delivery.live import Head, Picture
from gateway.ledger.delivery.minutes import By, Minute
from gateway.ledger.follow_up import signature_counts
from gateway.ledger.follow_up.signature_counts import Tally
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Area
from gateway.web.charts import course as charts
from gateway.web.live import figures
from gateway.web.live.feeds import Look
from gateway.web.live.figures import NEVER, Line, Pace, Pacer, Pacers
from gateway.web.live.live_words import AUDIENCES
from gateway.web.live.moments import to_the_minute, when
from gateway.web.live.readers import Reader
from gateway.web.live.remedies import remedy
from gateway.web.live.rendering import fill
from gateway.web.live.standing import counting, standing

_RESTRAINT = (
    20  # asking whether all is complete may go through rows: it takes a twentieth of the time at most
)
_COURSE_EVERY = 3.0  # seconds between looks at what is counted by the minute and by signature
_FOREVER = 366 * 86_400_000  # ms: a lane parked for so long waits for a person


@dataclass(frozen=True, slots=True)
class Course:
    """What changes by the minute: deliveries together and by audience, channel and area, who signed, what is
    done where nobody did."""

    together: Sequence[Minute]
    minutes: Mapping[By, Sequence[Minute]]
    signatures: Tally
    escalation: Escalation


class Watched:
    """Looks at one broadcast, as far as it lies within these areas (codes; none: everywhere)."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        catalogue: Catalogue,
        policies: Policies,
        broadcast_id: int,
        limits: Collection[str] = (),
    ) -> None:
        self._ledger = ledger
        self._clock = clock
        self._catalogue = catalogue
        self._policies = policies
        self._broadcast_id = broadcast_id
        self._limits = limits
        self._pacer: Pacer | None = None
        self._pacers: Pacers | None = None
        self._complete = False
        self._ask_at = 0.0
        self._course: Course | None = None
        self._course_at = 0.0
        self._course_of: Mapping[str, int] = {}
        self._restrained_until = 0.0

    async def __call__(self) -> Look | None:
        """The broadcast as it stands; None where there is none, or nothing of it within the areas."""
        now = self._clock()
        picture = await self._ledger.read(live.picture, self._broadcast_id, now, self._limits)
        if picture is None:
            return None
        head = picture.head
        standings = standing(await self._ledger.read(counting, [head]), now)
        by_state = figures.totals(picture.counts)
        complete = await self._is_complete(head, by_state, now)
        areas = self._areas(head.plan)
        course = await self._course_now(by_state, now)
        tables = self._tables(picture, course, areas, now)
        self._pacer = self._pacer or Pacer(head.launched_at)
        pace = self._pacer.take(now, by_state, may_send=figures.may_send(head, now))
        total = sum(by_state.values())
        receipted = sum(each.deliveries for each in with_receipts(picture.counts, picture.without_receipts))
        times = minutes.times(course.together, {"": total}, {"": receipted})
        waits = head.live and figures.some(by_state, figures.WAITING) > 0
        until = min(now, head.valid_until) if waits else head.launched_at

        def render(reader: Reader) -> str:
            english = reader.language == "en"
            names = {code: (english and area.name_en) or area.name for code, area in areas.items()}
            values = {
                **_values(picture, by_state, pace, now),
                "tables": tables,
                "areas": names,
                "receipted": receipted,
                "accepted": times.get(("", "accepted"), NEVER),
                "delivered": times.get(("", "delivered"), NEVER),
                "at": lambda moment: to_the_minute(moment, head.launched_at),
                "picture": charts.chart(course.together, total, head.launched_at, until),
                "came": {stage: figures.some(by_state, states) for stage, states in minutes.STAGES.items()},
                "signatures": course.signatures,
                "escalation": course.escalation,
                "when": when,
                "doors": reader.doors,
                "limited": reader.limited,
                "standing": standings[reader.language].get(head.id, ""),
                "stage": figures.stage(head, by_state, complete=complete),
            }
            return fill("_broadcast.html", reader.language, **values)

        return Look((picture, pace, complete, tables, course, standings), complete, render, head.exercise)

    async def _is_complete(self, head: Head, by_state: Mapping[str, int], now: int) -> bool:
        if self._complete or figures.some(by_state, figures.WAITING) or time.monotonic() < self._ask_at:
            return self._complete
        started = time.monotonic()
        self._complete = await self._ledger.read(completion.complete, head.id, now)
        ended = time.monotonic()
        self._ask_at = ended + _RESTRAINT * (ended - started)
        return self._complete

    async def _course_now(self, by_state: Mapping[str, int], now: int) -> Course:
        """What is counted by the minute and by signature: some thousand rows, read every few seconds, and
        once more at the end, when the last message has left or arrived."""
        started = time.monotonic()
        last = not figures.some(by_state, figures.WAITING) and by_state != self._course_of
        due = started >= self._course_at or (last and started >= self._restrained_until)
        if self._course is None or due:
            self._course = await self._ledger.read(
                _course_of, self._broadcast_id, self._policies, now, self._limits
            )
            ended = time.monotonic()
            self._course_of = by_state
            self._restrained_until = ended + _RESTRAINT * (ended - started)
            self._course_at = max(ended + _COURSE_EVERY, self._restrained_until)
        return self._course

    def _tables(
        self, picture: Picture, course: Course, areas: Mapping[str, Area], now: int
    ) -> dict[By, tuple[Line, ...]]:
        """The rows by audience, channel and district, each with its pace and its times."""
        head = picture.head
        self._pacers = self._pacers or Pacers(head.launched_at)
        columns = figures.columns_of(figures.totals(picture.counts))
        orders: dict[By, Collection[str]] = {"audience": AUDIENCES, "channel": CHANNEL_WORDS, "area": areas}
        tables: dict[By, tuple[Line, ...]] = {}
        for by, order in orders.items():
            counts, of_it = picture.counts, course.minutes[by]
            if by == "area":  # streets and towns stand under their district
                counts = tuple(replace(each, area=home(each.area, areas) or each.area) for each in counts)
                of_it = _renamed(of_it, lambda area: home(area, areas) or area)
            counted = figures.by_key(counts, by)
            paces = self._pacers.take(now, by, counted, may_send=figures.may_send(head, now))
            receipted = figures.numbers(with_receipts(counts, picture.without_receipts), by)
            times = minutes.times(of_it, figures.numbers(counts, by), receipted)
            tables[by] = figures.lines(counted, columns, order, paces, receipted, times)
        return tables

    def _areas(self, plan: str) -> dict[str, Area]:
        """The plan's areas by code, in its order; none where the plan is no longer there."""
        try:
            return {area.code: area for area in self._catalogue.load(plan).plan.areas}
        except InputError:
            return {}


def _course_of(
    connection: Connection, broadcast_id: int, policies: Policies, now: int, limits: Collection[str]
) -> Course:
    by: tuple[By, ...] = ("audience", "channel", "area")
    return Course(
        minutes.of_broadcast(connection, broadcast_id, limits=limits),
        {each: minutes.of_broadcast(connection, broadcast_id, each, limits=limits) for each in by},
        signature_counts.tally(connection, broadcast_id, limits),
        escalation(connection, broadcast_id, policies, now, limits),
    )


def _renamed(of_it: Sequence[Minute], name: Callable[[str], str]) -> list[Minute]:
    """The minutes under other keys, again in the order of time."""
    renamed = (each._replace(key=name(each.key)) for each in of_it)
    return sorted(renamed, key=lambda each: (each.minute, each.first_at))


def _values(picture: Picture, by_state: Mapping[str, int], pace: Pace, now: int) -> dict[str, object]:
    """What the template of one broadcast shows of its counts."""
    head = picture.head
    total, waiting = sum(by_state.values()), figures.some(by_state, figures.WAITING)
    columns = figures.columns_of(by_state)
    may_send = figures.may_send(head, now)
    ends_at = None if pace.minutes_left is None else now + pace.minutes_left * 60_000
    return {
        "head": head,
        "now": when(now),
        "launched": when(head.launched_at),
        "valid_until": when(head.valid_until),
        "total": total,
        "handled": total - waiting,
        "waiting": waiting,
        "may_send": may_send,
        "pace": pace,
        "stalled": may_send and waiting > 0 and pace.recent == 0,
        "too_late": ends_at is not None and ends_at > head.valid_until,
        "columns": columns,
        "column_totals": [figures.some(by_state, figures.COLUMNS[column]) for column in columns],
        "states": [
            (state, by_state[state], pace.change.get(state, 0))
            for state in STATE_WORDS
            if by_state.get(state)
        ],
        "reasons": [(each, remedy(each.reason, each.channel)) for each in _in_order(picture.reasons)],
        "unknown": by_state.get("unknown", 0),
        "parked": [
            (lane, lane.until <= now, when(lane.until) if lane.until < now + _FOREVER else None)
            for lane in picture.parked
        ],
        "worked": [(each, None if each.since is None else when(each.since)) for each in picture.worked],
    }


def _in_order(reasons: Iterable[ReasonCount]) -> list[ReasonCount]:
    """The commonest first."""
    return sorted(reasons, key=lambda each: -each.deliveries)
