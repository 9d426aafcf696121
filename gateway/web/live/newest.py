"""What the list of the live view looks at: the newest broadcasts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection

from gateway.ledger.database import Clock, Ledger
from gateway.ledger.decisions import numbers
from gateway.ledger.decisions.numbers import Numbers, Use
from gateway.ledger.delivery import live
from gateway.ledger.delivery.live import Head
from gateway.ledger.exchange import orders
from gateway.ledger.follow_up import overdue
from gateway.orders.dismissing import concerns
from gateway.web.live import figures
from gateway.web.live.feeds import Look
from gateway.web.live.live_words import LANGUAGES, NUMBERS, Language, Speech
from gateway.web.live.moments import when
from gateway.web.live.rendering import fill
from gateway.web.live.standing import counting, standing

NEWEST = 50  # broadcasts in the list


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
        standings = standing(await self._ledger.read(counting, [head for head, _ in found]), now)
        apart = [] if limits else await self._ledger.read(_apart, [head for head, _ in found])
        waiting = [each for each in await self._ledger.read(orders.waiting) if concerns(each, limits)]
        values = {
            "now": when(now),
            "most": NEWEST,
            "orders": [(each, when(each.received_at)) for each in waiting],
            "past_their_end": [(each, when(each.expected_end_at)) for each in past],
            "broadcasts": [
                {
                    "head": head,
                    "launched": when(head.launched_at),
                    "stage": figures.stage(head, by_state, complete=False),
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
            (found, past, waiting, standings, apart),
            not running,
            lambda reader: fill(
                "_list.html",
                reader.language,
                doors=reader.doors,
                limited=reader.limited,
                standing=standings[reader.language],
                apart=says[reader.language],
                **values,
            ),
        )


def _apart_in_words(apart: Iterable[Numbers], language: Language) -> str:
    """What numbers stand for that no broadcast has: `5—7 …；9 …`, each use once; "" for none."""
    say, by_use = Speech(language), defaultdict[Use, list[str]](list)
    for each in apart:
        by_use[each.use].append(str(each.first) if each.first == each.last else f"{each.first}–{each.last}")
    told = [f"{say.listed(numbers)} {say.of(NUMBERS[use])}" for use, numbers in by_use.items()]
    return say.clauses(told)


def _apart(connection: Connection, heads: Sequence[Head]) -> list[Numbers]:
    """The numbers between those of the list, or from the first on where that is the whole list."""
    ids = [head.id for head in heads]
    if not ids:
        return []
    return numbers.apart(connection, 1 if len(ids) < NEWEST else min(ids), max(ids))
