"""A worker whose lease ends between its claim and its first byte."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from channels.stand_ins import TwilioStandIn
from gateway.ledger.database import Ledger
from tests.delivery.world import (
    Door,
    attempts_of,
    expand,
    launch,
    number,
    prepared,
    running,
    settings_of,
    states,
    twilio,
)


@contextmanager
def crowded() -> Iterator[socket.socket]:
    """A listener whose queue is full: whoever connects waits until the one in it was accepted."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=0) as listener,
        socket.create_connection(listener.getsockname()),
    ):
        listener.settimeout(60)
        yield listener


async def test_a_connection_that_came_after_the_lease_had_ended_carries_nothing(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    with crowded() as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        settings = settings_of(tmp_path, sms=twilio(url, timeout=30.0))
        await prepared(ledger, settings)
        broadcast = await ledger.write(launch)
        await ledger.write(expand, broadcast, [number(1)])
        async with running(ledger, settings, door) as engine:
            (work,) = engine._ownership.works
            async with asyncio.timeout(60):
                while await ledger.read(states, broadcast) != {"sending": 1}:
                    await asyncio.sleep(0.01)
            work.lease.lose()  # as a process finds it that stood still while its connection was made
            heard = await asyncio.to_thread(heard_from_second, listener)
            async with asyncio.timeout(60):
                while await ledger.read(states, broadcast) != {"queued": 1}:
                    await asyncio.sleep(0.01)
    assert heard == b""
    (attempt,) = await ledger.read(attempts_of, broadcast)
    assert (attempt.state, attempt.reason) == ("deferred", "provider_busy")
    settings = settings_of(tmp_path, sms=twilio(provider.url))
    async with running(ledger, settings, door) as engine:
        await engine.idle(broadcast.id)
    assert [each.to for each in provider.seen] == [number(1)]


def heard_from_second(listener: socket.socket) -> bytes:
    """Make room, and give what the next one to connect sends."""
    listener.accept()[0].close()
    worker, _ = listener.accept()  # it knocks again after a second
    with worker:
        worker.settimeout(60)
        return worker.recv(100)
