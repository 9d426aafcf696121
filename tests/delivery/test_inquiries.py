"""Asking a provider about messages: the lost, the silent, and those it does not know either."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from channels.contract import Receipt, Reference
from channels.stand_ins import Behaviour, TwilioStandIn
from gateway.delivery.engine import Engine
from gateway.delivery.recording import Told, record
from gateway.ledger import timers
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import completion, counters
from gateway.ledger.schema import attempts
from gateway.ledger.schema import broadcasts as broadcasts_table
from gateway.ledger.schema import deliveries as deliveries_table
from gateway.ledger.schema import lanes as lanes_table
from gateway.ledger.schema import timers as timers_table
from gateway.settings import Settings
from tests.delivery.world import (
    Broadcast,
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

LONG = 60.0
SOON = {"receipt_wait": 0.2, "receipt_window": 3600.0}


@pytest.fixture
def make(tmp_path: Path, ledger: Ledger, provider: TwilioStandIn) -> Callable[..., Any]:
    """Settings with one Twilio account, and a launched broadcast to some numbers."""

    async def made(count: int = 5, name: str = "start", **more: Any) -> tuple[Settings, Broadcast]:
        settings = settings_of(
            tmp_path, sms=twilio(provider.url, **{"questions_per_second": 100.0, "unknown_wait": 0.1, **more})
        )
        await prepared(ledger, settings)
        broadcast = await ledger.write(launch, name)
        await ledger.write(expand, broadcast, [number(place) for place in range(count)])
        return settings, broadcast

    return made


async def until(ledger: Ledger, question: Callable[..., bool], *arguments: Any) -> None:
    async with asyncio.timeout(LONG):
        while not await ledger.read(question, *arguments):
            await asyncio.sleep(0.02)


def all_in(connection: Connection, broadcast: Broadcast, wanted: str) -> bool:
    return set(states(connection, broadcast)) == {wanted}


def said(connection: Connection, broadcast: Broadcast) -> list[tuple[str, str, int]]:
    states(connection, broadcast)
    return [
        (each.state, each.reason, each.deliveries) for each in counters.by_reason(connection, broadcast.id)
    ]


def without_receipts(connection: Connection, broadcast: Broadcast, number: int) -> bool:
    return said(connection, broadcast) == [("accepted", "no_receipt", number)]


async def test_a_message_whose_answer_was_lost_is_asked_for_and_not_sent_twice(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(lose_answer=1.0, receipts=False)
    settings, broadcast = await make()
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
    assert await ledger.read(states, broadcast) == {"delivered": 5}
    made = await ledger.read(attempts_of, broadcast)
    assert len(made) == len(provider.seen) == 5
    assert {attempt.provider_id for attempt in made} == {seen.provider_id for seen in provider.seen}
    assert questions(engine, "answered") == 5


def questions(engine: Engine, answer: str) -> float:
    """How many messages of the account were asked about, as the metrics have it."""
    registry = engine._metrics.registry
    return registry.get_sample_value("airwarn_questions_total", {"account": "sms", "answer": answer}) or 0.0


async def test_two_parts_of_one_message_are_not_taken_for_each_other(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    provider.behaviour = Behaviour(lose_answer=1.0, receipts=False)
    settings = settings_of(tmp_path, sms=twilio(provider.url, questions_per_second=100.0))
    await prepared(ledger, settings)
    broadcast = await ledger.write(launch, words=["第一部分", "第二部分"])
    await ledger.write(expand, broadcast, [number(0), number(1)], parts=2)
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
    made = await ledger.read(attempts_of, broadcast)
    names = {f"{seen.message_id}": seen.provider_id for seen in provider.seen}
    assert {attempt.delivery_id: attempt.provider_id for attempt in made} == {
        int(name.partition("-")[0]): sid for name, sid in names.items()
    }


async def test_a_message_of_which_no_receipt_comes_is_asked_for_also_after_a_restart(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(receipts=False, findable=False)
    settings, broadcast = await make(**SOON)
    async with running(ledger, settings, door):
        await until(ledger, all_in, broadcast, "accepted")
        await until(ledger, asked_at_least, 1)
    assert await ledger.read(states, broadcast) == {"accepted": 5}
    provider.behaviour = Behaviour()
    async with running(ledger, settings, door):
        await until(ledger, all_in, broadcast, "delivered")
    assert len(provider.seen) == 5


async def test_of_what_the_provider_stays_silent_about_it_is_said_that_no_receipt_came(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(receipts=False, findable=False)
    settings, broadcast = await make(**SOON)
    async with running(ledger, settings, door) as engine:
        await until(ledger, asked_at_least, 2)
        await ledger.write(end_windows)
        await until(ledger, without_receipts, broadcast, 5)
        assert await ledger.read(completion.complete, broadcast.id, system_clock())
    made = await ledger.read(attempts_of, broadcast)
    for each in made:  # after one wait, after two more, after four more …
        assert system_clock() - each.started_at >= 200 * (2**each.asks - 1)
    assert provider.asked == sum(each.asks for each in made) == questions(engine, "unanswered")
    assert questions(engine, "answered") == 0
    late = [Told(1, Receipt(Reference(each.provider_id), "delivered"), None) for each in made]
    await ledger.write(record, late, {}, system_clock())  # the words are taken back
    assert await ledger.read(states, broadcast) == {"delivered": 5}
    assert await ledger.read(said, broadcast) == []


async def test_a_lane_that_left_the_settings_leaves_nothing_undecided(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(receipts=False)
    settings, broadcast = await make(receipt_wait=60.0, receipt_window=0.05)
    async with running(ledger, settings, door):
        await until(ledger, all_in, broadcast, "accepted")
    provider.behaviour = Behaviour(lose_answer=1.0, receipts=False)
    other = await ledger.write(launch, "other")
    await ledger.write(expand, other, [number(9)])
    settings = settings_of(tmp_path, sms=twilio(provider.url, receipt_window=0.05, unknown_wait=60.0))
    async with running(ledger, settings, door):
        await until(ledger, all_in, other, "unknown")
    await ledger.write(all_due)
    alone = settings_of(tmp_path, else_=twilio(provider.url))
    async with running(ledger, alone, door):
        await until(ledger, nothing_timed)
        await until(ledger, without_receipts, broadcast, 5)
    assert (await ledger.read(states, other)).keys() <= {"unknown", "queued", "accepted", "sending"}


async def test_a_provider_that_answers_no_question_holds_up_no_message(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(lose_answer=1.0, receipts=False, ask_delay=(3600.0, 3600.0))
    settings, broadcast = await make(timeout=60.0)
    async with running(ledger, settings, door) as engine:
        await until(ledger, all_in, broadcast, "unknown")
        async with asyncio.timeout(LONG):
            while not provider.asked:
                await asyncio.sleep(0.02)
        provider.behaviour = Behaviour(ask_delay=(3600.0, 3600.0))
        later = await ledger.write(launch, "later")
        await ledger.write(expand, later, [number(place) for place in range(50)])
        engine.wake()
        await until(ledger, all_in, later, "delivered")
        assert await ledger.read(all_in, broadcast, "unknown")  # still being asked for
        await provider.go_down()  # else its stop waits for the answers


async def test_a_list_that_names_another_attempt_s_message_decides_nothing(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(receipts=False)
    settings, broadcast = await make(1, unknown_wait=60.0)
    async with running(ledger, settings, door):
        await until(ledger, all_in, broadcast, "accepted")
    await ledger.write(a_lost_one_before_it, broadcast)
    async with running(ledger, settings, door):
        await until(ledger, nothing_timed)
    first, second = await ledger.read(attempts_of, broadcast)
    assert (first.state, first.provider_id) == ("unknown", None)
    assert second.provider_id == provider.seen[0].provider_id


def a_lost_one_before_it(connection: Connection, broadcast: Broadcast) -> None:
    """The delivery's one attempt becomes its second, failed by receipt, after one that is unknown."""
    values = connection.execute(select(attempts)).mappings().one()
    connection.execute(update(attempts).values(number=2, state="failed"))
    lost = {**values, "number": 1, "state": "unknown", "provider_id": None}
    connection.execute(attempts.insert().values(lost))
    connection.execute(update(deliveries_table).values(state="unknown", reason="timeout"))
    groups = connection.execute(select(deliveries_table.c.group_id)).scalars().all()
    counters.move(connection, {(groups[0], "accepted"): -1, (groups[0], "unknown"): 1})
    counters.move_reasons(connection, {(groups[0], "unknown", "timeout"): 1})
    timers.put(connection, "settle_unknown", [(values["delivery_id"], system_clock())])


def asked_at_least(connection: Connection, times: int) -> bool:
    found = connection.execute(select(attempts.c.asks)).scalars().all()
    return bool(found) and all((each or 0) >= times for each in found)


def all_due(connection: Connection) -> None:
    table = timers_table
    connection.execute(update(table).where(table.c.kind == "settle_unknown").values(due_at=0))


def end_windows(connection: Connection) -> None:
    """No receipt is waited for any more, of words that ran out long ago."""
    connection.execute(update(lanes_table).values(receipt_window=0))
    connection.execute(update(broadcasts_table).values(valid_until=1))


def nothing_timed(connection: Connection) -> bool:
    return timers.next_due(connection, "settle_unknown") is None
