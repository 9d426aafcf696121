import logging
import signal

import pytest

from gateway.bus.words import Word
from tests.bus.machines import Machines, until
from tests.redis_server import RedisServer


async def test_a_word_reaches_every_machine_and_its_own_listeners_at_once(
    machines: Machines, redis_url: str
) -> None:
    one, other, third = [await machines.start(redis_url) for _ in range(3)]
    one.bus.say(Word.LAUNCHED)
    assert one.heard == [Word.LAUNCHED]
    await until(lambda: bool(other.heard and third.heard))
    assert other.heard == third.heard == [Word.LAUNCHED]
    other.bus.say(Word.QUEUED)
    await until(lambda: Word.QUEUED in one.heard)
    assert one.heard == [Word.LAUNCHED, Word.QUEUED]  # its own word did not come back


async def test_a_word_said_often_is_sent_once_and_words_go_together(
    machines: Machines, redis_url: str
) -> None:
    one, other = await machines.start(redis_url), await machines.start(redis_url)
    for _ in range(1000):
        one.bus.say(Word.QUEUED)
        one.bus.say(Word.TIMER)
    one.bus.say(Word.CHANGED)
    await until(lambda: Word.CHANGED in other.heard)
    assert sorted(other.heard) == [Word.CHANGED, Word.QUEUED, Word.TIMER]


async def test_what_is_said_last_still_leaves(machines: Machines, redis_url: str) -> None:
    one, other = await machines.start(redis_url), await machines.start(redis_url)
    one.bus.say(Word.ACCOUNTS)
    await one.bus.close()
    await until(lambda: Word.ACCOUNTS in other.heard)


async def test_another_ledgers_words_are_not_heard(redis_url: str) -> None:
    async with Machines("ours") as ours, Machines("theirs") as theirs:
        one, other, stranger = [await each.start(redis_url) for each in (ours, ours, theirs)]
        one.bus.say(Word.LAUNCHED)
        await until(lambda: bool(other.heard))
        stranger.bus.say(Word.QUEUED)
        one.bus.say(Word.TIMER)
        await until(lambda: Word.TIMER in other.heard)
        assert stranger.heard == [Word.QUEUED]


async def test_without_redis_a_word_reaches_the_own_listeners(machines: Machines) -> None:
    alone = await machines.start(None, reached=False)
    alone.bus.say(Word.LAUNCHED)
    assert alone.heard == [Word.LAUNCHED]
    assert not alone.bus.reachable


async def test_a_killed_redis_is_noticed_told_once_and_used_again_when_back(
    machines: Machines, server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    one, other = await machines.start(server.url), await machines.start(server.url)
    caplog.clear()
    server.kill()
    await until(lambda: not one.bus.reachable and not other.bus.reachable)
    one.bus.say(Word.LAUNCHED)
    assert one.heard == [Word.LAUNCHED]
    await until(lambda: len(caplog.messages) == 2)
    assert caplog.messages == ["bus_away", "bus_away"]  # one of each machine
    await server.start()
    await until(lambda: one.bus.reachable and other.bus.reachable)
    assert sorted(other.heard) == sorted(Word)  # who was not there looks at everything
    assert caplog.messages[2:] == ["bus_reachable", "bus_reachable"]
    assert one.turns == other.turns == [True, False, True]
    other.heard.clear()
    one.bus.say(Word.QUEUED)
    await until(lambda: Word.QUEUED in other.heard)


async def test_a_redis_that_is_not_there_at_the_start_is_found_later(
    machines: Machines, server: RedisServer
) -> None:
    server.kill()
    one = await machines.start(server.url, reached=False)
    one.bus.say(Word.LAUNCHED)
    assert one.heard == [Word.LAUNCHED]
    await server.start()
    await until(lambda: one.bus.reachable)


async def test_a_hanging_redis_is_given_up_and_taken_again_when_it_goes_on(
    machines: Machines, server: RedisServer
) -> None:
    one, other = await machines.start(server.url), await machines.start(server.url)
    server.signal(signal.SIGSTOP)
    try:
        await until(lambda: not one.bus.reachable and not other.bus.reachable)
    finally:
        server.signal(signal.SIGCONT)
    await until(lambda: one.bus.reachable and other.bus.reachable)
    other.heard.clear()
    one.bus.say(Word.LAUNCHED)
    await until(lambda: Word.LAUNCHED in other.heard)


async def test_a_flush_ends_no_link(machines: Machines, server: RedisServer) -> None:
    one, other = await machines.start(server.url), await machines.start(server.url)
    async with server.client() as client:
        await client.flushall()
        await client.script_flush()
    one.bus.say(Word.LAUNCHED)
    await until(lambda: Word.LAUNCHED in other.heard)
    assert one.turns == other.turns == [True]


async def test_a_log_line_names_the_server_and_no_password(
    machines: Machines, caplog: pytest.LogCaptureFixture, server: RedisServer
) -> None:
    caplog.set_level(logging.INFO)
    async with server.client() as client:
        await client.config_set("requirepass", "a-secret-of-the-tests")
    await machines.start(f"redis://:wrong-and-secret@127.0.0.1:{server.port}", reached=False)
    await until(lambda: bool(caplog.records))
    record = caplog.records[0]
    assert record.message == "bus_away"
    assert "secret" not in str(vars(record))
    assert vars(record)["error"] == "AuthenticationError"
    known = await machines.start(f"redis://:a-secret-of-the-tests@127.0.0.1:{server.port}")
    assert known.bus.reachable


async def test_what_strangers_say_on_the_channel_does_no_harm(
    machines: Machines, server: RedisServer
) -> None:
    one = await machines.start(server.url)
    async with server.client() as client:
        for message in ("", " ", "x", "x y launched", "\x00"):
            await client.publish(one.bus.channel, message)
    await until(lambda: len(one.heard) == 1)
    assert one.turns == [True]
