"""Makes a live broadcast's frozen recipients into deliveries, a slice and its cursor at a time."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence

from sqlalchemy import Connection

from gateway.broadcasts import priority
from gateway.decisions.model import Decision
from gateway.ledger import broadcasts as ledger_broadcasts
from gateway.ledger import deliveries, episodes, lanes
from gateway.ledger.broadcasts import Pending, RecipientRow
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.deliveries import NewDelivery
from gateway.ledger.lanes import Serving

SLICE = 2000  # deliveries in one transaction: short enough for a claim to come between
IDLE_SECONDS = 1.0


class Expander:
    """Expands whatever is live; `wake` it after a launch. `expanded` is called after each slice."""

    def __init__(self, ledger: Ledger, clock: Clock, expanded: Callable[[], None]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._expanded = expanded
        self._awake = asyncio.Event()

    def wake(self) -> None:
        """A broadcast was launched."""
        self._awake.set()

    async def run(self) -> None:
        """Expand until cancelled; a cancelled slice is finished first."""
        while True:
            self._awake.clear()
            while await self._ledger.write(expand_slice, self._clock()):
                self._expanded()
            try:
                async with asyncio.timeout(IDLE_SECONDS):
                    await self._awake.wait()
            except TimeoutError:
                continue


def expand_slice(connection: Connection, now: int) -> bool:
    """Expand the next slice of the oldest live broadcast; False when nothing is left to expand."""
    waiting = ledger_broadcasts.pending(connection)
    if not waiting:
        return False
    broadcast = waiting[0]
    rows = ledger_broadcasts.next_recipients(connection, broadcast.id, broadcast.expanded_through, SLICE)
    if rows:
        decision = Decision.model_validate_json(broadcast.document)
        deliveries.insert(connection, _deliveries(connection, broadcast, decision, rows, now))
    through = rows[-1].id if rows else broadcast.expanded_through
    ledger_broadcasts.expanded(
        connection, broadcast.id, through, finished_at=None if len(rows) == SLICE else now
    )
    return True


def _deliveries(
    connection: Connection,
    broadcast: Pending,
    decision: Decision,
    rows: Sequence[RecipientRow],
    now: int,
) -> list[NewDelivery]:
    episode = episodes.of(connection, broadcast.episode_id)
    levels = episodes.levels(episode.launched if episode else ())
    urgency = {ends: priority.urgency(decision, levels, ends=ends) for ends in (False, True)}
    serving = lanes.serving(connection, decision.exercise)
    flights = deliveries.in_flight_addresses(
        connection, broadcast.episode_id, {row.address_id for row in rows}
    )
    messages = {row.notice_id: len(json.loads(row.messages)) for row in rows}
    return [
        NewDelivery(
            broadcast_id=broadcast.id,
            exercise=decision.exercise,
            audience=row.audience,
            channel=row.kind,
            area=row.area,
            organisation_id=row.organisation_id,
            address_id=row.address_id,
            notice_id=row.notice_id,
            part=part,
            lane_id=lane_id,
            priority=priority.priority(urgency[row.dropped], row.audience),
            # whoever is just being told the earlier words hears the newer ones after them
            due_at=max(now, flights.get(row.address_id, 0)),
            state="queued" if lane_id is not None else "suppressed",
            reason=None if lane_id is not None else "configuration",
        )
        for row in rows
        for lane_id in [_lane(serving, row)]
        for part in range(messages[row.notice_id])
    ]


def _lane(serving: Mapping[str, Sequence[Serving]], row: RecipientRow) -> int | None:
    """The lane for an address: a WeCom group has its own; the others share their channel's lanes.

    What a person parked serves only where nothing else does: there it waits.
    """
    candidates = serving.get(row.kind, ())
    if row.kind == "wecom":
        candidates = [lane for lane in candidates if lane.name == row.value]
    candidates = [lane for lane in candidates if not lane.parked] or candidates
    return candidates[row.address_id % len(candidates)].id if candidates else None
