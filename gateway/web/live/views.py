"""What the live pages look at, and how it is told: the newest broadcasts, and one of them."""

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from gateway.delivery.words import CHANNEL_WORDS, STATE_WORDS
from gateway.directory.areas import home
from gateway.errors import InputError
from gateway.escalation_policy import Policies
from gateway.follow_up.signatures.stages import Escalation, escalation
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.decisions import episodes, numbers
from gateway.ledger.decisions.episodes import Episode
from gateway.ledger.decisions.numbers import Numbers, Use
from gateway.ledger.delivery import completion, live, minutes
from gateway.ledger.delivery.arrivals import with_receipts
from gateway.ledger.delivery.counters import ReasonCount
from gateway.ledger.delivery.live import Head, Picture
from gateway.ledger.delivery.minutes import By, Minute
from gateway.ledger.exchange import orders
from gateway.ledger.follow_up import overdue, signature_counts
from gateway.ledger.follow_up.signature_counts import Tally
from gateway.moments import local, moment
from gateway.orders.dismissing import concerns
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Area
from gateway.web.charts import course as charts
from gateway.web.live import figures
from gateway.web.live.feeds import Look
from gateway.web.live.figures import NEVER, Line, Pace, Pacer, Pacers
from gateway.web.live.live_words import AUDIENCES, LANGUAGES, NUMBERS, Language, Speech
from gateway.web.live.readers import Reader
from gateway.web.live.remedies import remedy
from gateway.web.live.rendering import fill
from gateway.web.live.standing_words import step_standing

NEWEST = 50  # broadcasts in the list
_RESTRAINT = (
    20  # asking whether all is complete may go through rows: it takes a twentieth of the time at most
)
_COURSE_EVERY = 3.0  # seconds between looks at what is counted by the minute and by signature
_FOREVER = 366 * 86_400_000  # ms: a lane parked for so long waits for a person


class Newest:
    """Looks at the list of broadcasts, as far as they lie within these areas (codes; none: everywhere)."""

    def __init__(self, ledger: Ledger, clock: Clock, limits: Collection[str] = ()) -> None:
        self._ledger = ledger
        self._clock = clock
        self._limits = limits

    async def __call__(self) -> Look:
        """The newest broadcasts with their counts."""
        now, limits = self._clock(), self._limits
        found = await self._ledger.read(live.newest, NEWEST, limits)
        past = await self._ledger.read(overdue.past_their_end, now)
        if past and limits:
            theirs = await self._ledger.read(live.reaching, [each.broadcast_id for each in past], limits)
            past = [each for each in past if each.broadcast_id in theirs]
        standing = _standing(await self._ledger.read(_counting, [head for head, _ in found]), now)
        apart = [] if limits else await self._ledger.read(_apart, [head for head, _ in found])
        waiting = [each for each in await self._ledger.read(orders.waiting) if concerns(each, limits)]
        values = {
            "now": _when(now),
            "most": NEWEST,
            "orders": [(each, _when(each.received_at)) for each in waiting],
            "past_their_end": [(each, _when(each.expected_end_at)) for each in past],
            "broadcasts": [
                {
                    "head": head,
                    "launched": _when(head.launched_at),
                    "stage": _stage(head, by_state, complete=False),
                    "numbers": [
                        (column, figures.some(by_state, figures.COLUMNS[column]))
                        for column in figures.columns_of(by_state)
                    ],
                    "total": sum(by_state.values()),
                }
                for head, by_state in found
            ],
        }

        says = {each: _apart_in_words(apart, each) for each in LANGUAGES}
        running = any(figures.some(by_state, figures.WAITING) for _, by_state in found)
        return Look(
            (found, past, waiting, standing, apart),
            not running,
            lambda reader: fill(
                "_list.html",
                reader.language,
                doors=reader.doors,
                limited=reader.limited,
                standing=standing[reader.language],
                apart=says[reader.language],
                **values,
            ),
        )


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
        standing = _standing(await self._ledger.read(_counting, [head]), now)
        by_state = figures.totals(picture.counts)
        complete = await self._is_complete(head, by_state, now)
        areas = self._areas(head.plan)
        course = await self._course_now(by_state, now)
        tables = self._tables(picture, course, areas, now)
        self._pacer = self._pacer or Pacer(head.launched_at)
        pace = self._pacer.take(now, by_state, may_send=_may_send(head, now))
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
                "at": lambda moment: _told(moment, head.launched_at),
                "picture": charts.chart(course.together, total, head.launched_at, until),
                "came": {stage: figures.some(by_state, states) for stage, states in minutes.STAGES.items()},
                "signatures": course.signatures,
                "escalation": course.escalation,
                "when": _when,
                "doors": reader.doors,
                "limited": reader.limited,
                "standing": standing[reader.language].get(head.id, ""),
                "stage": _stage(head, by_state, complete=complete),
            }
            return fill("_broadcast.html", reader.language, **values)

        return Look((picture, pace, complete, tables, course, standing), complete, render, head.exercise)

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
            paces = self._pacers.take(now, by, counted, may_send=_may_send(head, now))
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


def _apart_in_words(apart: Iterable[Numbers], language: Language) -> str:
    """What numbers stand for that no broadcast has: `5—7 …；9 …`, each use once; "" for none."""
    say, by_use = Speech(language), defaultdict[Use, list[str]](list)
    for each in apart:
        by_use[each.use].append(str(each.first) if each.first == each.last else f"{each.first}–{each.last}")
    told = [f"{say.listed(numbers)} {say.of(NUMBERS[use])}" for use, numbers in by_use.items()]
    return ("；" if language == "zh" else "; ").join(told)


def _apart(connection: Connection, heads: Sequence[Head]) -> list[Numbers]:
    """The numbers between those of the list, or from the first on where that is the whole list."""
    ids = [head.id for head in heads]
    if not ids:
        return []
    return numbers.apart(connection, 1 if len(ids) < NEWEST else min(ids), max(ids))


def _counting(connection: Connection, heads: Sequence[Head]) -> dict[int, tuple[Episode, str]]:
    """The broadcasts that no later one has taken the place of: each with its episode and decision."""
    newest = {head.decision_id: head.id for head in heads if head.superseded_by is None}
    found = episodes.of_decisions(connection, newest)
    return {newest[identifier]: (episode, identifier) for identifier, episode in found.items()}


def _standing(counting: Mapping[int, tuple[Episode, str]], now: int) -> dict[Language, dict[int, str]]:
    """How each of them stands by now, in each language."""
    return {
        language: {number: step_standing(language, *of, now) for number, of in counting.items()}
        for language in LANGUAGES
    }


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
    may_send = _may_send(head, now)
    ends_at = None if pace.minutes_left is None else now + pace.minutes_left * 60_000
    return {
        "head": head,
        "now": _when(now),
        "launched": _when(head.launched_at),
        "valid_until": _when(head.valid_until),
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
            (lane, lane.until <= now, _when(lane.until) if lane.until < now + _FOREVER else None)
            for lane in picture.parked
        ],
        "worked": [(each, None if each.since is None else _when(each.since)) for each in picture.worked],
    }


def _in_order(reasons: Iterable[ReasonCount]) -> list[ReasonCount]:
    """The commonest first."""
    return sorted(reasons, key=lambda each: -each.deliveries)


def _may_send(head: Head, now: int) -> bool:
    return head.live and now < head.valid_until


def _stage(head: Head, by_state: Mapping[str, int], *, complete: bool) -> str:
    """How far a broadcast is."""
    waiting = figures.some(by_state, figures.WAITING)
    if not head.live:
        return "stopping" if waiting else "stopped"
    if head.expanded_at is None:
        return "expanding"
    if waiting:
        return "sending"
    unsettled = figures.some(by_state, (*figures.COLUMNS["left"], "unknown"))
    return "complete" if complete or not unsettled else "waiting"


def _when(milliseconds: int) -> dict[str, str]:
    """A moment in China Standard Time: for people, and for machines."""
    at = local(moment(milliseconds))
    return {"text": f"{at:%m-%d %H:%M:%S}", "iso": at.isoformat(timespec="seconds")}


def _told(milliseconds: int | None, launched_at: int) -> dict[str, str] | None:
    """The same to the minute, with its day where that is not the launch's; None: it is not there yet."""
    if milliseconds is None:
        return None
    at, then = local(moment(milliseconds)), local(moment(launched_at))
    text = f"{at:%H:%M}" if at.date() == then.date() else f"{at:%m-%d %H:%M}"
    return {"text": text, "iso": at.isoformat(timespec="seconds")}
