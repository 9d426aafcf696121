"""The engine against the stand-ins, on a real ledger."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, text
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from channels.contract import Outcome
from channels.stand_ins import Behaviour, SmtpStandIn, TwilioStandIn, WecomStandIn
from channels.stand_ins.twilio import AUTH_TOKEN, SENDER
from gateway.delivery.callbacks import CallbackAddresses
from gateway.errors import InputError
from gateway.ledger import events, timers
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import deliveries, lanes, ownership, queue, receipts
from gateway.metrics import LaneMetrics, Metrics
from gateway.settings import Settings
from tests.delivery.world import (
    SECRET,
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
    stop_broadcast,
    twilio,
)

LONG = 60.0  # seconds before a test gives up


class Faulty(Metrics):
    """Fails once, in the middle of a lane's work: a request was answered, and nobody took its answer."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.left = after

    def of_lane(self, account: str, lane_id: int) -> LaneMetrics:
        lane, answered = super().of_lane(account, lane_id), LaneMetrics.answered

        def failing(outcomes: Sequence[Outcome], seconds: float) -> None:
            self.left -= 1
            answered(lane, outcomes, seconds / (self.left != 0))

        lane.answered = failing  # type: ignore[method-assign]
        return lane


@pytest.fixture
def make(tmp_path: Path, ledger: Ledger, provider: TwilioStandIn) -> Callable[..., Any]:
    """Settings with one Twilio account, its lanes, and a launched broadcast to some numbers."""

    async def made(
        count: int = 20,
        *,
        launched: dict[str, Any] | None = None,
        expanded: dict[str, Any] | None = None,
        **more: Any,
    ) -> tuple[Settings, Broadcast]:
        settings = settings_of(tmp_path, sms=twilio(provider.url, **more))
        await prepared(ledger, settings)
        broadcast = await ledger.write(launch, **(launched or {}))
        await ledger.write(expand, broadcast, [number(place) for place in range(count)], **(expanded or {}))
        return settings, broadcast

    return made


async def until(ledger: Ledger, question: Callable[..., bool], *arguments: Any) -> None:
    async with asyncio.timeout(LONG):
        while not await ledger.read(question, *arguments):
            await asyncio.sleep(0.02)


def all_in(connection: Connection, broadcast: Broadcast, *wanted: str) -> bool:
    return set(states(connection, broadcast)) <= set(wanted)


async def test_everything_queued_is_sent_once_and_its_receipts_arrive(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    settings, broadcast = await make(300)
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
    assert await ledger.read(states, broadcast) == {"delivered": 300}
    assert len({seen.to for seen in provider.seen}) == len(provider.seen) == 300


async def test_receipts_in_any_order_and_twice_end_alike(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(receipt_twice=1.0, receipts_reversed=0.5, receipt_delay=(0.0, 0.02))
    settings, broadcast = await make(60)
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
        await asyncio.wait_for(provider.settled(), LONG)
    assert await ledger.read(states, broadcast) == {"delivered": 60}
    assert set(door.answers) == {204}
    assert len(door.answers) == 240


async def test_a_refused_number_fails_with_its_reason_and_holds_nobody(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(refused=frozenset({number(3)}))
    settings, broadcast = await make(10)
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
    assert await ledger.read(states, broadcast) == {"delivered": 9, "failed": 1}
    (failed,) = await ledger.read(deliveries.page, broadcast.id, state="failed")
    assert (failed.address, failed.reason, failed.attempts) == (number(3), "invalid_address", 1)


async def test_an_account_whose_work_ends_by_a_fault_comes_back_and_sends_nothing_twice(
    ledger: Ledger,
    door: Door,
    provider: TwilioStandIn,
    make: Callable[..., Any],
    caplog: pytest.LogCaptureFixture,
) -> None:
    provider.behaviour = Behaviour(receipts=False)
    settings, broadcast = await make(40)
    async with running(ledger, settings, door, metrics=Faulty(after=10)):
        await until(ledger, all_in, broadcast, "accepted", "sent", "delivered")
    (failed,) = [each for each in caplog.records if each.getMessage() == "account_failed"]
    assert (failed.__dict__["account"], failed.__dict__["error"]) == ("sms", "ZeroDivisionError")
    made = await ledger.read(attempts_of, broadcast)
    (lost,) = [each for each in made if each.reason == "interrupted"]
    assert (lost.repeat, lost.state) == (False, "delivered")  # its provider was asked for it
    assert len({each.epoch for each in made}) == 2  # begun anew: nothing of the first is still at work
    assert len({seen.to for seen in provider.seen}) == len(provider.seen) == 40


async def test_a_phone_that_is_off_is_tried_again_later(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(undelivered=1.0)
    settings, broadcast = await make(1)
    async with running(ledger, settings, door):
        await asyncio.wait_for(until_seen(provider, 1), LONG)
        await asyncio.wait_for(provider.settled(), LONG)
        await until(ledger, all_in, broadcast, "queued")
    (waiting,) = await ledger.read(deliveries.page, broadcast.id)
    assert waiting.reason == "unreachable"
    assert waiting.due_at is not None
    assert waiting.due_at > system_clock() + 60_000


async def test_a_lost_answer_is_unknown_until_its_receipt_settles_it(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(lose_answer=1.0, receipt_delay=(2.0, 2.1), findable=False)
    settings, broadcast = await make(5, unknown_wait=60.0)
    async with running(ledger, settings, door) as engine:
        await until(ledger, all_in, broadcast, "unknown")
        await asyncio.wait_for(provider.settled(), LONG)
        await until(ledger, all_in, broadcast, "delivered")
        await ledger.write(all_timers_due)
        engine.wake()
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
    made = await ledger.read(attempts_of, broadcast)
    assert len(made) == len(provider.seen) == 5
    assert {attempt.provider_id for attempt in made} == {seen.provider_id for seen in provider.seen}


async def test_an_unknown_is_sent_once_more_marked_and_then_waits_for_a_person(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(lose_answer=1.0, receipts=False, findable=False)
    settings, broadcast = await make(5, receipt_window=1.0)
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(until_seen(provider, 10), LONG)
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
    assert await ledger.read(states, broadcast) == {"unknown": 5}
    assert set(Counter(seen.to for seen in provider.seen).values()) == {2}
    made = await ledger.read(attempts_of, broadcast)
    assert [attempt.repeat for attempt in made] == [False, True] * 5
    page = await ledger.read(deliveries.page, broadcast.id)
    assert all(delivery.repeated for delivery in page)


async def test_a_repeat_leaves_by_another_route_where_there_is_one(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    provider.behaviour = Behaviour(lose_answer=1.0, receipts=False, findable=False)
    async with TwilioStandIn() as second:
        settings = settings_of(tmp_path, first=twilio(provider.url), second=twilio(second.url))
        await prepared(ledger, settings)
        broadcast = await ledger.write(launch)
        await ledger.write(expand, broadcast, [number(place) for place in range(5)])
        async with running(ledger, settings, door) as engine:
            await asyncio.wait_for(engine.idle(broadcast.id), LONG)
        assert await ledger.read(states, broadcast) == {"delivered": 5}
        assert len(provider.seen) == len(second.seen) == 5


async def test_a_yellow_start_is_not_sent_to_the_public_twice(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(lose_answer=1.0, receipts=False, findable=False)
    settings, broadcast = await make(
        5, launched={"level": "yellow"}, expanded={"audience": "public"}, receipt_window=1.0
    )
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(until_seen(provider, 5), LONG)
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
    assert await ledger.read(states, broadcast) == {"unknown": 5}
    assert len(provider.seen) == 5


async def test_a_broken_provider_gets_few_messages_before_its_lane_rests(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(fail_after_accepting=1.0, receipts=False)
    settings, broadcast = await make(500, in_flight=10, unknown_wait=60.0)
    async with running(ledger, settings, door):
        await until(ledger, parked, "too_many_unknown")
        await asyncio.sleep(0.3)
        assert len(provider.seen) < 50
    counted = await ledger.read(states, broadcast)
    assert counted["unknown"] == len(provider.seen)
    assert counted["queued"] == 500 - len(provider.seen)


async def test_a_rate_limit_parks_the_lane_blames_no_message_and_outlives_a_restart(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(rate=(10, 5.0), receipts=False)
    settings, broadcast = await make(15, in_flight=2)
    async with running(ledger, settings, door):
        await until(ledger, parked, "rate_limited")
    requests = provider.requests
    counted = await ledger.read(states, broadcast)
    assert counted["queued"] == 5
    async with running(ledger, settings, door):
        (lane,) = await ledger.read(lanes.all_lanes)
        assert lane.parked_until is not None
        assert provider.requests == requests
        await until(ledger, all_in, broadcast, "accepted")
        assert system_clock() >= lane.parked_until
    assert len(provider.seen) == 15


async def test_a_revoked_token_parks_the_lane_and_a_restart_tries_the_mended_one_at_once(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.authorised = False
    settings, broadcast = await make(30)
    async with running(ledger, settings, door):
        await until(ledger, parked, "authentication")
    assert await ledger.read(states, broadcast) == {"queued": 30}
    provider.authorised = True
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
    assert await ledger.read(states, broadcast) == {"delivered": 30}


async def test_superseding_leaves_no_old_words_beyond_the_requests_in_flight(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(delay=(0.05, 0.05))
    settings, broadcast = await make(3000, in_flight=10)
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(until_seen(provider, 30), LONG)
        await ledger.write(stop_broadcast, broadcast)
        left = len(provider.seen)
        engine.wake()
        newer = await ledger.write(launch, "raise", action="raise", level="red")
        await ledger.write(expand, newer, [number(place) for place in range(20)], priority=11)
        engine.wake()
        await asyncio.wait_for(engine.idle(), LONG)
    texts = Counter(seen.message_id for seen in provider.seen)
    assert max(texts.values()) == 1
    old = await ledger.read(states, broadcast)
    assert set(old) == {"cancelled", "delivered"}
    assert old["delivered"] <= left + 10
    assert await ledger.read(states, newer) == {"delivered": 20}
    stopped = [event for event in await ledger.read(events.page) if event.kind == "stopped"]
    assert [event.broadcast_id for event in stopped] == [broadcast.id]


async def test_nothing_leaves_after_its_validity(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    settings, broadcast = await make(50, launched={"valid_for": -1})
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(engine.idle(broadcast.id), LONG)
    assert await ledger.read(states, broadcast) == {"expired": 50}
    assert provider.seen == []


async def test_the_urgent_leave_before_those_who_came_earlier(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    settings, broadcast = await make(40, in_flight=1, expanded={"priority": 35})
    urgent = await ledger.write(launch, "lift", action="lift", level=None)
    await ledger.write(expand, urgent, [number(place) for place in range(100, 110)], priority=10)
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(engine.idle(), LONG)
    assert {seen.to for seen in provider.seen[:10]} == {number(place) for place in range(100, 110)}
    assert await ledger.read(states, broadcast) == {"delivered": 40}


async def test_a_forged_callback_is_refused_and_changes_nothing(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(receipts=False)
    settings, broadcast = await make(2)
    addresses = CallbackAddresses(door.url, SECRET)
    validator = RequestValidator(AUTH_TOKEN)
    good = addresses.of("sms", addresses.message_id(1), 1)
    form = {"MessageSid": "SM" + "0" * 32, "MessageStatus": "delivered"}

    async def call(url: str, signed: str) -> int:
        headers = {"X-Twilio-Signature": signed}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, data=form, headers=headers) as answer,
        ):
            return answer.status

    async with running(ledger, settings, door):
        await until(ledger, all_in, broadcast, "accepted")
        not_ours = CallbackAddresses(door.url, b"guessed").of("sms", addresses.message_id(1), 1)
        other_account = addresses.of("another", addresses.message_id(1), 1)
        assert await call(good, "guessed") == 403
        assert await call(not_ours, validator.compute_signature(not_ours, form)) == 403
        assert await call(other_account, validator.compute_signature(other_account, form)) == 403
        assert await ledger.read(states, broadcast) == {"accepted": 2}
        assert await ledger.read(receipts.waiting) == 0
        assert await call(good, validator.compute_signature(good, form)) == 204
        assert await ledger.read(states, broadcast) == {"accepted": 1, "delivered": 1}


async def test_what_an_earlier_owner_left_unanswered_is_unknown_at_once(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    settings, broadcast = await make(3, unknown_wait=60.0)
    await ledger.write(interrupt, broadcast)
    async with running(ledger, settings, door):
        assert await ledger.read(states, broadcast) == {"unknown": 3}
        assert await ledger.read(timers.next_due) is not None
    assert provider.seen == []


async def test_an_engine_that_was_superseded_claims_nothing(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    settings, broadcast = await make(0)
    async with running(ledger, settings, door) as engine:
        await ledger.write(ownership.hold, ["sms"], "another")
        await ledger.write(expand, broadcast, [number(1)])
        engine.wake()
        await asyncio.sleep(0.3)
    assert provider.seen == []
    assert await ledger.read(states, broadcast) == {"queued": 1}


async def test_a_group_gets_the_parts_in_order_and_no_more_than_its_window_allows(
    tmp_path: Path, ledger: Ledger, door: Door
) -> None:
    async with WecomStandIn() as wecom:
        settings = settings_of(
            tmp_path,
            bots={
                "provider": "wecom",
                "groups": {"中原区学校": "key-1", "二七区学校": "key-2"},
                "base_url": wecom.url,
            },
        )
        await prepared(ledger, settings)
        broadcast = await ledger.write(launch, words=[f"第{part + 1}部分" for part in range(12)])
        for group in ("中原区学校", "二七区学校"):
            await ledger.write(expand, broadcast, [group], channel="wecom", parts=12, lane=group)
        async with running(ledger, settings, door):
            await asyncio.wait_for(until_seen(wecom, 18), LONG)
            await asyncio.sleep(0.5)
            assert len(wecom.seen) == 18
    for key in ("key-1", "key-2"):
        words = [seen.text for seen in wecom.seen if seen.to == key]
        assert words == [f"第{part + 1}部分" for part in range(9)]
    assert await ledger.read(states, broadcast) == {"accepted": 18, "queued": 6}


async def test_no_lane_holds_another(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    provider.behaviour = Behaviour(hang=1.0, receipts=False)
    async with SmtpStandIn() as mail:
        settings = settings_of(
            tmp_path,
            sms=twilio(provider.url, in_flight=2, timeout=2.0, unknown_wait=60.0),
            mail={
                "provider": "smtp",
                "host": "127.0.0.1",
                "port": mail.port,
                "security": "none",
                "sender": "warnings@example.cn",
            },
        )
        await prepared(ledger, settings)
        broadcast = await ledger.write(launch)
        await ledger.write(expand, broadcast, [number(place) for place in range(50)])
        mailed = await ledger.write(launch, "second", episode="other")
        people = [f"school{place}@example.cn" for place in range(50)]
        await ledger.write(expand, mailed, people, channel="email", priority=35)
        async with running(ledger, settings, door):
            await until(ledger, all_in, mailed, "accepted")
            assert (await ledger.read(states, broadcast))["queued"] > 0


async def test_while_the_ledger_cannot_be_written_nothing_is_sent_and_no_answer_is_lost(
    ledger: Ledger, door: Door, provider: TwilioStandIn, make: Callable[..., Any]
) -> None:
    provider.behaviour = Behaviour(delay=(0.05, 0.05), receipts=False)
    settings, broadcast = await make(400, in_flight=10)
    async with running(ledger, settings, door) as engine:
        await asyncio.wait_for(until_seen(provider, 20), LONG)
        await ledger.write(break_ledger)
        await asyncio.sleep(1.0)  # what had left has arrived
        left = len(provider.seen)
        await asyncio.sleep(0.3)
        assert len(provider.seen) == left < 400
        await ledger.write(mend_ledger)
        engine.wake()
        await until(ledger, all_in, broadcast, "accepted")
    assert len(provider.seen) == 400


async def test_an_account_does_not_turn_from_exercise_to_real(
    tmp_path: Path, ledger: Ledger, door: Door, provider: TwilioStandIn
) -> None:
    await prepared(ledger, settings_of(tmp_path, sms=twilio(provider.url, exercise=True)))
    with pytest.raises(InputError, match="演练"):
        async with running(ledger, settings_of(tmp_path, sms=twilio(provider.url)), door):
            pass


async def test_a_lane_that_left_the_settings_serves_no_more(
    tmp_path: Path, ledger: Ledger, provider: TwilioStandIn
) -> None:
    await prepared(ledger, settings_of(tmp_path, sms=twilio(provider.url, senders=[SENDER, "+15005550010"])))
    assert len((await ledger.read(lanes.serving, False))["sms"]) == 2
    await prepared(ledger, settings_of(tmp_path, sms=twilio(provider.url)))
    assert [lane.name for lane in (await ledger.read(lanes.serving, False))["sms"]] == [SENDER]
    await prepared(ledger, settings_of(tmp_path))
    assert await ledger.read(lanes.serving, False) == {}


def parked(connection: Connection, reason: str) -> bool:
    return any(lane.parked_reason == reason for lane in lanes.all_lanes(connection))


def all_timers_due(connection: Connection) -> None:
    connection.execute(text("update timers set due_at = 0 where kind = 'settle_unknown'"))


def break_ledger(connection: Connection) -> None:
    connection.execute(text("alter table attempts rename to attempts_away"))


def mend_ledger(connection: Connection) -> None:
    connection.execute(text("alter table attempts_away rename to attempts"))


def interrupt(connection: Connection, broadcast: Broadcast) -> None:
    """What a killed process leaves: claimed, and nobody knows what happened then."""
    (lane,) = lanes.all_lanes(connection)
    now = system_clock()
    queue.claim(
        connection,
        lane_id=lane.id,
        account_id=lane.account_id,
        epoch=ownership.take(connection, ["sms"], "killed", now, now, 1)["sms"],
        now=now,
        limit=10,
        paid_from=0.0,
        interval=0.0,
        known={},
    )


async def until_seen(provider: TwilioStandIn | WecomStandIn, count: int) -> None:
    while len(provider.seen) < count:
        await asyncio.sleep(0.01)
