"""One decision follows another, as launching does it: the switch first, then its deliveries."""

import time
from collections.abc import Sequence

from sqlalchemy import Connection, select

from gateway.ledger.database import Ledger
from gateway.ledger.delivery import lanes
from gateway.ledger.schema import broadcasts, deliveries
from tests.delivery.world import HOUR, Broadcast, expand, launch, number, stop_broadcast

WORDS = {"raise": "今日18时起升级为红色预警。", "lift": "今日20时起解除预警。"}


async def follow(ledger: Ledger, action: str) -> int:
    """Launch `action` in the place of what is live; gives when it was certainly in force (ms since 1970)."""
    made, messages = await ledger.write(_switch, action)
    moment = time.time_ns() // 1_000_000
    await ledger.write(queue, made, messages)
    return moment


def queue(connection: Connection, broadcast: Broadcast, messages: int) -> None:
    """Deliveries of a broadcast, in turn on every lane."""
    known = lanes.all_lanes(connection)
    for place, lane in enumerate(known):
        numbers = [number(each) for each in range(place, messages, len(known))]
        expand(connection, broadcast, numbers, lane_id=lane.id)


def queue_for_groups(connection: Connection, broadcast: Broadcast, groups: Sequence[str], parts: int) -> None:
    """So many messages to each WeCom group, by its bots of the accounts in turn."""
    bots = lanes.serving(connection, exercise=False)["wecom"]
    for place, group in enumerate(groups):
        of_group = [bot.id for bot in bots if bot.name == group]
        expand(
            connection,
            broadcast,
            [group],
            channel="wecom",
            parts=parts,
            lane_id=of_group[place % len(of_group)],
        )


def _switch(connection: Connection, action: str) -> tuple[Broadcast, int]:
    live = connection.execute(select(broadcasts.c.id).where(broadcasts.c.live)).scalar_one()
    messages = connection.execute(select(deliveries.c.id).where(deliveries.c.broadcast_id == live)).all()
    stop_broadcast(connection, Broadcast(live, 0, "", "episode"))
    level = None if action == "lift" else "red"
    made = launch(connection, action, action=action, level=level, words=[WORDS[action]], valid_for=24 * HOUR)
    return made, len(messages)
