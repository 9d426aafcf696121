"""What the live pages look at, and how it is told: the newest broadcasts, and one of them."""

import time
from collections.abc import Mapping

from gateway.broadcasts.prepare import moment
from gateway.decisions.model import local
from gateway.delivery.words import CHANNEL_WORDS, STATE_WORDS
from gateway.errors import InputError
from gateway.ledger import deliveries, live, orders, overdue
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.live import Head, Picture
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Area
from gateway.web.live import figures
from gateway.web.live.feeds import Look
from gateway.web.live.figures import Pace, Pacer
from gateway.web.live.rendering import fill
from gateway.web.live.words import AUDIENCES, Language

NEWEST = 50  # broadcasts in the list
_RESTRAINT = (
    20  # asking whether all is complete may go through rows: it takes a twentieth of the time at most
)
_FOREVER = 366 * 86_400_000  # ms: a lane parked for so long waits for a person


class Newest:
    """Looks at the list of broadcasts."""

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    async def __call__(self) -> Look:
        """The newest broadcasts with their counts."""
        now = self._clock()
        found = await self._ledger.read(live.newest, NEWEST)
        past = await self._ledger.read(overdue.past_their_end, now)
        waiting = await self._ledger.read(orders.waiting)
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
        running = any(figures.some(by_state, figures.WAITING) for _, by_state in found)
        return Look(
            (found, past, waiting), not running, lambda language: fill("_list.html", language, **values)
        )


class Watched:
    """Looks at one broadcast."""

    def __init__(self, ledger: Ledger, clock: Clock, catalogue: Catalogue, broadcast_id: int) -> None:
        self._ledger = ledger
        self._clock = clock
        self._catalogue = catalogue
        self._broadcast_id = broadcast_id
        self._pacer: Pacer | None = None
        self._complete = False
        self._ask_at = 0.0

    async def __call__(self) -> Look | None:
        """The broadcast as it stands; None where there is none."""
        now = self._clock()
        picture = await self._ledger.read(live.picture, self._broadcast_id, now)
        if picture is None:
            return None
        by_state = figures.totals(picture.counts)
        complete = await self._is_complete(picture.head, by_state, now)
        self._pacer = self._pacer or Pacer(picture.head.launched_at)
        pace = self._pacer.take(now, by_state, may_send=_may_send(picture.head, now))
        areas = self._areas(picture.head.plan)

        def render(language: Language) -> str:
            names = {code: (language == "en" and area.name_en) or area.name for code, area in areas.items()}
            values = _values(picture, by_state, pace, names, now)
            stage = _stage(picture.head, by_state, complete=complete)
            return fill("_broadcast.html", language, stage=stage, **values)

        return Look((picture, pace, complete), complete, render)

    async def _is_complete(self, head: Head, by_state: Mapping[str, int], now: int) -> bool:
        if self._complete or figures.some(by_state, figures.WAITING) or time.monotonic() < self._ask_at:
            return self._complete
        started = time.monotonic()
        self._complete = await self._ledger.read(deliveries.complete, head.id, now)
        ended = time.monotonic()
        self._ask_at = ended + _RESTRAINT * (ended - started)
        return self._complete

    def _areas(self, plan: str) -> dict[str, Area]:
        """The plan's areas by code, in its order; none where the plan is no longer there."""
        try:
            return {area.code: area for area in self._catalogue.load(plan).plan.areas}
        except InputError:
            return {}


def _values(
    picture: Picture, by_state: Mapping[str, int], pace: Pace, areas: Mapping[str, str], now: int
) -> dict[str, object]:
    """What the template of one broadcast shows."""
    head, counts = picture.head, picture.counts
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
        "pace": pace,
        "stalled": may_send and waiting > 0 and pace.recent == 0,
        "too_late": ends_at is not None and ends_at > head.valid_until,
        "columns": columns,
        "column_totals": [figures.some(by_state, figures.COLUMNS[column]) for column in columns],
        "areas": areas,
        "tables": {
            "audience": figures.lines(counts, lambda each: each.audience, columns, AUDIENCES),
            "channel": figures.lines(counts, lambda each: each.channel, columns, CHANNEL_WORDS),
            "area": figures.lines(counts, lambda each: each.area, columns, areas),
        },
        "states": [(state, by_state[state]) for state in STATE_WORDS if by_state.get(state)],
        "reasons": sorted(picture.reasons, key=lambda each: -each.deliveries),
        "unknown": by_state.get("unknown", 0),
        "parked": [
            (lane, lane.until <= now, _when(lane.until) if lane.until < now + _FOREVER else None)
            for lane in picture.parked
        ],
        "worked": [(each, None if each.since is None else _when(each.since)) for each in picture.worked],
    }


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
