"""How soon a red notice leaves behind what is routine and already queued on the same lane.

    python -m bench.red [--queued 1000000] [--red 100] [--in-flight 100]

A ledger on disk holds `queued` orange messages to schools, all due, on one lane that sends as fast as the
sink (Twilio's stand-in in a process of its own) answers. Once it is at work a red broadcast to `red` of
the same people is launched and expanded beside it. `first_leaves_seconds` runs from before the launch's
transaction to the first claim of the red, `all_leave_seconds` to the last.
"""

import argparse
import asyncio
import importlib
import importlib.util
import json
import os
import tempfile
import time
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from bench.clients import PUBLIC, start_sink
from bench.ledger import TEXT, expand, prepare, settings_for
from gateway.broadcasts.launching.expand import expand_slice
from gateway.delivery.engine import Engine
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.schema import broadcasts, decisions, deliveries, episodes, notices, recipients
from gateway.sign_tokens import SignTokens

ROUTINE_FIRST = 300  # routine messages that have left before the red is launched


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Queue, launch, and see; gives the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.red", description=__doc__)
    parser.add_argument("--queued", type=int, default=1_000_000)
    parser.add_argument("--red", type=int, default=100)
    parser.add_argument("--in-flight", type=int, default=100)
    options = parser.parse_args(arguments)
    cores = sorted(os.sched_getaffinity(0))
    sink, url = start_sink(cores[-1])
    os.sched_setaffinity(0, {cores[0]})
    try:
        run = importlib.import_module("uvloop" if importlib.util.find_spec("uvloop") else "asyncio").run
        with tempfile.TemporaryDirectory() as name:
            first, last = run(_measured(Path(name), url, options.queued, options.red, options.in_flight))
    finally:
        os.sched_setaffinity(0, cores)
        sink.terminate()
        sink.wait()
    return {
        "queued": options.queued,
        "red": options.red,
        "first_leaves_seconds": round(first, 3),
        "all_leave_seconds": round(last, 3),
    }


async def _measured(folder: Path, url: str, queued: int, red: int, in_flight: int) -> tuple[float, float]:
    settings = settings_for(folder, url, in_flight)
    ledger = Ledger(folder)
    routine = prepare(ledger, settings, queued)
    expand(ledger)
    tokens = SignTokens(b"bench")
    engine = Engine(ledger, settings, public_url=PUBLIC, secret=b"bench", sign_tokens=tokens)
    await engine.start()
    try:
        await _until(ledger, routine, ROUTINE_FIRST)
        launched = time.time()
        urgent = await ledger.write(_launch_red, red)
        while await ledger.write_beside(expand_slice, tokens, system_clock()):
            engine.wake()
        engine.wake()
        await _until(ledger, urgent, red)
        claims = await ledger.read(_claims, urgent)
    finally:
        await engine.stop()
        ledger.close()
    first, last = (moment / 1000 - launched for moment in claims)
    return first, last


async def _until(ledger: Ledger, broadcast_id: int, messages: int) -> None:
    """Wait until so many of a broadcast have been claimed."""
    while True:
        if await ledger.read(_left, broadcast_id) >= messages:
            return
        await asyncio.sleep(0.02)


def _launch_red(connection: Connection, people: int) -> int:
    """A red decision of an episode of its own, to the first of the same people; gives its broadcast."""
    now = system_clock()
    connection.execute(insert(episodes).values(id="red", plan="zhengzhou", exercise=False, opened_at=now))
    routine = connection.execute(select(decisions)).one()._mapping
    document = json.loads(str(routine[decisions.c.document])) | {"level": "red"}
    own = {
        "id": "red",
        "episode_id": "red",
        "level": "red",
        "document": json.dumps(document),
        "fingerprint": "red",
    }
    connection.execute(insert(decisions).values({**{c.name: routine[c] for c in decisions.c}, **own}))
    notice = insert(notices).values(
        decision_id="red",
        medium="sms",
        sha256="s",
        title="重污染天气红色预警",
        messages=json.dumps([TEXT], ensure_ascii=False),
        measures="[]",
    )
    notice_id = connection.execute(notice.returning(notices.c.id)).scalar_one()
    broadcast = insert(broadcasts).values(
        decision_id="red",
        episode_id="red",
        exercise=False,
        live=True,
        launched_at=now,
        valid_until=now + 86_400_000,
        expanded_through=0,
    )
    broadcast_id = int(connection.execute(broadcast.returning(broadcasts.c.id)).scalar_one())
    told = select(recipients.c.organisation_id, recipients.c.address_id)
    told = told.order_by(recipients.c.id).limit(people)
    connection.execute(
        insert(recipients),
        [
            {
                "broadcast_id": broadcast_id,
                "organisation_id": organisation_id,
                "address_id": address_id,
                "notice_id": notice_id,
            }
            for organisation_id, address_id in connection.execute(told).all()
        ],
    )
    return broadcast_id


def _left(connection: Connection, broadcast_id: int) -> int:
    """How many have been claimed, up to a thousand."""
    claimed = (
        select(deliveries.c.id)
        .where(deliveries.c.broadcast_id == broadcast_id, deliveries.c.claimed_at.is_not(None))
        .limit(1000)
    )
    return int(connection.execute(select(func.count()).select_from(claimed.subquery())).scalar_one())


def _claims(connection: Connection, broadcast_id: int) -> tuple[int, int]:
    """The first and the last claim, in milliseconds since 1970 UTC."""
    moments = select(func.min(deliveries.c.claimed_at), func.max(deliveries.c.claimed_at))
    first, last = connection.execute(moments.where(deliveries.c.broadcast_id == broadcast_id)).one()
    return first, last


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
