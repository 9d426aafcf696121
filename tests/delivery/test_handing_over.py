"""Alerts to operators' platforms: engine and stand-in on real sockets, in order and through failures."""

import asyncio
import base64
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from channels.contract import Reason, Unknown
from channels.stand_ins import Behaviour, ReceiverStandIn
from channels.stand_ins.receiver import SECRET
from gateway.delivery.recording import Answer, record, settle
from gateway.follow_up.obligations.handover import handover
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import deliveries, flights, lanes, queue
from gateway.ledger.exchange import progress
from gateway.ledger.schema import addresses, alerts
from gateway.ledger.schema import deliveries as deliveries_table
from gateway.settings import Settings
from tests.delivery.world import (
    HOUR,
    Broadcast,
    Door,
    attempts_of,
    expand,
    launch,
    prepared,
    running,
    settings_of,
    states,
    stop_broadcast,
)

LONG = 60.0  # seconds before a test gives up
TIMEOUT = 0.4  # seconds of one request
OTHERS = "whsec_" + base64.b64encode(bytes([9] * 32)).decode()


def envelope(identifier: str) -> str:
    cap = f"<alert><identifier>{identifier}</identifier></alert>"
    return json.dumps({"identifier": identifier, "sent": "2026-01-10T18:00:00+08:00", "cap": cap})


@pytest.fixture
async def mobile() -> AsyncIterator[ReceiverStandIn]:
    async with ReceiverStandIn(Behaviour(receipts=False)) as started:
        yield started


@pytest.fixture
async def unicom() -> AsyncIterator[ReceiverStandIn]:
    async with ReceiverStandIn(Behaviour(receipts=False), keys=(OTHERS,), own_keys=(OTHERS,)) as started:
        yield started


class Office:
    """A ledger whose settings name receivers, and decisions of one episode."""

    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self.ledger = ledger
        self.settings = settings
        self.receivers = ["mobile"]

    async def release(self, name: str, *before: Broadcast, valid_for: int = HOUR, **more: Any) -> Broadcast:
        """Launch a decision to every receiver; the one before it is superseded in the same transaction."""
        return await self.ledger.write(self._release, name, before, valid_for, more)

    def _release(
        self,
        connection: Connection,
        name: str,
        before: Sequence[Broadcast],
        valid_for: int,
        more: dict[str, Any],
    ) -> Broadcast:
        for earlier in before:
            stop_broadcast(connection, earlier)
        made = launch(connection, name, words=[envelope(name)], valid_for=valid_for, **more)
        now = system_clock()
        for kind, identifier in (("decision", name), ("all_clear", f"{name}-all-clear")):
            released = insert(alerts).values(
                decision_id=made.decision,
                broadcast_id=made.id,
                episode_id=made.episode,
                exercise=False,
                kind=kind,
                identifier=identifier,
                message_type="Alert",
                cell_code=1,
                cell_update=0,
                released_at=now,
                signed=False,
                sha256="",
                cap=b"",
                national=b"",
                json=b"",
                cell=b"",
            )
            connection.execute(released)
        for receiver in self.receivers:
            known = connection.execute(select(addresses.c.id).where(addresses.c.value == receiver)).scalar()
            held = () if known is None else (int(known),)
            holds = flights.under_way(connection, made.episode, held)
            holds |= flights.still_at_work(connection, made.episode, held)
            due_at = max([now, *holds.values()])
            expand(
                connection,
                made,
                [receiver],
                channel="push",
                audience="operators",
                due_at=due_at,
                lane=receiver,
            )
        return made

    async def all_in(self, broadcast: Broadcast, *wanted: str) -> None:
        async with asyncio.timeout(LONG):
            while not set(await self.ledger.read(states, broadcast)) <= set(wanted):
                await asyncio.sleep(0.02)


def receiver(stand_in: ReceiverStandIn, secret: str = SECRET, **more: Any) -> dict[str, Any]:
    return {"url": stand_in.url, "secrets": [secret], **more}


@pytest.fixture
async def office(tmp_path: Path, ledger: Ledger, mobile: ReceiverStandIn, unicom: ReceiverStandIn) -> Office:
    settings = settings_of(
        tmp_path,
        operators={
            "provider": "standard_webhooks",
            "timeout": TIMEOUT,
            "unknown_wait": 0.05,
            "per_second": 10_000,
            "receivers": {"mobile": receiver(mobile), "unicom": receiver(unicom, OTHERS)},
        },
    )
    await prepared(ledger, settings)
    return Office(ledger, settings)


def names(stand_in: ReceiverStandIn) -> list[str]:
    return [each.identifier for each in stand_in.taken]


async def test_an_alert_is_taken_and_its_progress_is_durable_before_it_is_answered(
    office: Office, door: Door, mobile: ReceiverStandIn
) -> None:
    mobile.behaviour = Behaviour(receipt_delay=(0.0, 0.01), receipt_twice=1.0, undelivered=0.1)
    async with running(office.ledger, office.settings, door):
        alert = await office.release("alert")
        await office.all_in(alert, "delivered")
        async with asyncio.timeout(LONG):
            await mobile.settled()
    assert set(door.answers) == {204}
    ((delivery, reports),) = (await office.ledger.read(progress.of_broadcast, alert.id)).items()
    assert [each.state for each in reports] == ["accepted", "running", "running", "finished"]
    assert [(each.sent, each.failed) for each in reports][1:] == [(270, 30), (630, 70), (900, 100)]
    (handed,) = await office.ledger.read(progress.handed, alert.id)
    assert (handed.delivery_id, handed.receiver, handed.state) == (delivery, "mobile", "delivered")
    assert await office.ledger.read(progress.newest_handed) == alert.id
    told = await office.ledger.read(handover, alert.id, {"orange": 15}, system_clock())
    assert told["counts"] == {"short": 1}
    assert told["receivers"][0]["networks"][0]["sent"] == 900


async def test_a_receiver_that_is_down_gets_the_newest_only_and_nothing_of_it_is_lost(
    office: Office, door: Door, mobile: ReceiverStandIn
) -> None:
    await mobile.go_down()
    async with running(office.ledger, office.settings, door) as engine:
        alert = await office.release("alert")
        engine.wake()
        async with asyncio.timeout(LONG):
            while not (lane := await office.ledger.read(lanes.all_lanes))[0].parked_until:
                await asyncio.sleep(0.02)
        update = await office.release("update", alert, action="raise", level="red")
        cancel = await office.release("cancel", update, action="lift", level=None)
        await mobile.come_up()
        await engine.open(lane[0].id, "王班长")
        await office.all_in(cancel, "accepted")
    assert names(mobile) == ["cancel"]
    assert await office.ledger.read(states, alert) == {"cancelled": 1}
    assert await office.ledger.read(states, update) == {"cancelled": 1}


@pytest.mark.parametrize("status", [401, 404, 410, 429, 503])
async def test_a_cancel_that_is_blocked_stays_queued_and_leaves_when_it_can(
    office: Office, door: Door, mobile: ReceiverStandIn, status: int
) -> None:
    mobile.status, mobile.retry_after = status, 1 if status in (429, 503) else None
    async with running(office.ledger, office.settings, door) as engine:
        cancel = await office.release("cancel", action="lift", level=None)
        engine.wake()
        async with asyncio.timeout(LONG):
            while not (lane := await office.ledger.read(lanes.all_lanes))[0].parked_until:
                await asyncio.sleep(0.02)
        assert await office.ledger.read(states, cancel) == {"queued": 1}
        mobile.status = 200
        await engine.open(lane[0].id, "王班长")
        await office.all_in(cancel, "accepted")
    assert names(mobile) == ["cancel"]


async def test_an_update_waits_until_a_slow_receiver_has_surely_done_with_its_alert(
    office: Office, door: Door, mobile: ReceiverStandIn
) -> None:
    mobile.behaviour = Behaviour(receipts=False, hang=1.0)
    async with running(office.ledger, office.settings, door) as engine:
        alert = await office.release("alert")
        engine.wake()
        async with asyncio.timeout(LONG):
            await mobile.took(1)
        mobile.behaviour = Behaviour(receipts=False)
        update = await office.release("update", alert, action="raise", level="red")
        engine.wake()
        await office.all_in(update, "accepted")
    assert names(mobile) == ["alert", "update"]
    (first,) = await office.ledger.read(attempts_of, alert)
    (second,) = await office.ledger.read(attempts_of, update)
    assert first.state == "unknown"
    assert second.started_at >= first.started_at + 2 * TIMEOUT * 1000  # it may have begun, and gone on


async def test_an_update_follows_at_once_where_its_alert_was_answered(
    office: Office, door: Door, mobile: ReceiverStandIn
) -> None:
    mobile.behaviour = Behaviour(receipts=False, delay=(0.15, 0.15))
    async with running(office.ledger, office.settings, door) as engine:
        alert = await office.release("alert")
        engine.wake()
        async with asyncio.timeout(LONG):
            await mobile.took(1)
        update = await office.release("update", alert, action="raise", level="red")
        engine.wake()
        await office.all_in(update, "accepted")
    assert names(mobile) == ["alert", "update"]
    (first,) = await office.ledger.read(attempts_of, alert)
    (due_at,) = [each.started_at for each in await office.ledger.read(attempts_of, update)]
    assert first.answered_at <= due_at < first.started_at + 2 * TIMEOUT * 1000


async def test_an_unknown_is_repeated_under_its_id_and_is_no_double(
    office: Office, door: Door, mobile: ReceiverStandIn
) -> None:
    mobile.behaviour = Behaviour(receipts=False, lose_answer=1.0)
    async with running(office.ledger, office.settings, door) as engine:
        hint = await office.release("hint", action="hint", level="yellow")
        engine.wake()
        async with asyncio.timeout(LONG):
            await mobile.took(1)
        mobile.behaviour = Behaviour(receipts=False)
        await office.all_in(hint, "accepted")
    assert len(mobile.taken) == 1
    assert mobile.arrivals == [mobile.taken[0].id] * 2
    tries = await office.ledger.read(attempts_of, hint)
    assert [(each.state, each.repeat) for each in tries] == [("unknown", False), ("accepted", False)]
    assert len({each.lane_id for each in tries}) == 1
    page = await office.ledger.read(deliveries.page, hint.id)
    assert not page[0].repeated


async def test_what_was_in_flight_when_a_process_died_is_repeated_under_its_id(
    office: Office, door: Door, mobile: ReceiverStandIn
) -> None:
    alert = await office.release("alert", action="hint", level="yellow")
    await asyncio.to_thread(Rows(office.ledger).start, alert, 1)  # claimed, and never answered
    async with running(office.ledger, office.settings, door):
        await office.all_in(alert, "accepted")
    tries = await office.ledger.read(attempts_of, alert)
    assert [(each.state, each.reason, each.repeat) for each in tries] == [
        ("unknown", "interrupted", False),
        ("accepted", None, False),
    ]
    assert len(mobile.taken) == 1


async def test_a_report_settles_an_alert_whose_answer_never_came(
    office: Office, door: Door, mobile: ReceiverStandIn
) -> None:
    mobile.behaviour = Behaviour(hang=1.0, receipt_delay=(0.0, 0.01))
    async with running(office.ledger, office.settings, door) as engine:
        alert = await office.release("alert")
        engine.wake()
        await office.all_in(alert, "delivered")
        async with asyncio.timeout(LONG):
            await mobile.settled()
    assert len(mobile.arrivals) == 1
    (tried,) = await office.ledger.read(attempts_of, alert)
    assert (tried.state, tried.answered_at is not None) == ("delivered", True)


async def test_keys_and_callback_addresses_reach_no_log(
    office: Office, door: Door, mobile: ReceiverStandIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(office.ledger, office.settings, door) as engine:
        for number, behaviour in enumerate(
            (Behaviour(), Behaviour(lose_answer=1.0), Behaviour(fail_after_accepting=1.0))
        ):
            mobile.behaviour = replace(behaviour, receipts=False)
            await office.release(f"alert-{number}", episode=f"episode-{number}")
            engine.wake()
            async with asyncio.timeout(LONG):
                taken = await mobile.took(number + 1)
        mobile.behaviour = Behaviour(receipts=False)
        assert await mobile.report(taken[0], "running") == 204
        assert await mobile.report(taken[0], "running", keys=(OTHERS,)) == 403
    proof = taken[0].callback.partition("?")[0].rpartition("/")[2]
    logged = "".join(str(each.__dict__) for each in caplog.records if each.name.startswith("gateway"))
    assert "accounts_owned" in logged
    for secret in (SECRET, SECRET.removeprefix("whsec_"), OTHERS, proof):
        assert secret not in logged


async def test_a_repeat_never_comes_after_a_newer_message(
    office: Office, door: Door, mobile: ReceiverStandIn
) -> None:
    mobile.behaviour = Behaviour(receipts=False, fail_after_accepting=1.0)
    async with running(office.ledger, office.settings, door) as engine:
        alert = await office.release("alert")
        engine.wake()
        async with asyncio.timeout(LONG):
            await mobile.took(1)
        cancel = await office.release("cancel", alert, action="retract", level=None)
        mobile.behaviour = Behaviour(receipts=False)
        engine.wake()
        await office.all_in(cancel, "accepted")  # the alert's wait for a receipt was over long before
    newest = mobile.taken[-1].id
    assert mobile.taken[-1].identifier == "cancel"
    assert mobile.arrivals.index(newest) == len(mobile.arrivals) - 1


def test_an_unknown_is_repeated_for_as_long_as_its_words_hold(office: Office, ledger: Ledger) -> None:
    broadcast = ledger.write_now(
        lambda connection: office._release(connection, "lift", (), HOUR, {"action": "tip", "level": None})
    )
    waits = []
    rows = Rows(ledger)
    for number in range(1, 9):
        delivery_id, lane_id, account_id = rows.start(broadcast, number)
        now = system_clock()
        lost = Answer(delivery_id, number, lane_id, account_id, Unknown(Reason.TIMEOUT))
        ledger.write_now(record, [lost], {lane_id: 0}, now)
        assert ledger.write_now(settle, [delivery_id], now)
        waits.append(rows.due_at(delivery_id) - now)
    assert waits == [0, 5_000, 15_000, 30_000, 60_000, 60_000, 60_000, 60_000]
    assert ledger.read_now(states, broadcast) == {"queued": 1}


async def test_one_receivers_failure_holds_no_other(
    office: Office, door: Door, mobile: ReceiverStandIn, unicom: ReceiverStandIn
) -> None:
    office.receivers = ["mobile", "unicom"]
    mobile.behaviour = Behaviour(receipts=False, hang=1.0)
    async with running(office.ledger, office.settings, door) as engine:
        for number in range(3):
            await office.release(f"alert-{number}", episode=f"episode-{number}")
        engine.wake()
        async with asyncio.timeout(LONG):
            await unicom.took(3)
    assert sorted(names(unicom)) == ["alert-0", "alert-1", "alert-2"]


async def test_reports_of_another_receiver_or_of_nobody_are_forged_and_change_nothing(
    office: Office, door: Door, mobile: ReceiverStandIn, unicom: ReceiverStandIn
) -> None:
    office.receivers = ["mobile", "unicom"]
    async with running(office.ledger, office.settings, door) as engine:
        alert = await office.release("alert")
        engine.wake()
        async with asyncio.timeout(LONG):
            (told,) = await mobile.took(1)
            (other,) = await unicom.took(1)
        await office.all_in(alert, "accepted")
        stolen = type(told)(
            told.id,
            told.at,
            told.content_type,
            told.body,
            told.callback.replace("receiver=mobile", "receiver=unicom"),
        )
        moved = type(told)(
            told.id, told.at, told.content_type, told.body, told.callback.replace("/1/", "/2/")
        )
        answers = [
            await unicom.report(told, "finished"),
            await unicom.report(stolen, "finished"),
            await mobile.report(moved, "finished"),
            await mobile.report(told, "finished", keys=(OTHERS,)),
        ]
        assert answers == [403, 403, 403, 403]
        assert await office.ledger.read(progress.of_broadcast, alert.id) == {}
        assert await office.ledger.read(states, alert) == {"accepted": 2}
        assert await mobile.report(told, "finished") == 204
        assert await unicom.report(other, "refused", message="区域不在本网") == 204
        await office.all_in(alert, "delivered", "failed")
    assert await office.ledger.read(states, alert) == {"delivered": 1, "failed": 1}


async def test_a_report_that_names_another_alert_is_refused_and_changes_nothing(
    office: Office, door: Door, mobile: ReceiverStandIn
) -> None:
    async with running(office.ledger, office.settings, door) as engine:
        earlier = await office.release("earlier", episode="other")
        engine.wake()
        async with asyncio.timeout(LONG):
            await mobile.took(1)
        await office.all_in(earlier, "accepted")
        alert = await office.release("alert")
        engine.wake()
        async with asyncio.timeout(LONG):
            _, told = await mobile.took(2)
        await office.all_in(alert, "accepted")
        for other in ("earlier", "earlier-all-clear", "alerts", "ALERT"):
            assert await mobile.report(told, "finished", sent=9, identifier=other) == 422
        assert await office.ledger.read(progress.of_broadcast, alert.id) == {}
        assert await office.ledger.read(states, alert) == {"accepted": 1}
        assert await mobile.report(told, "running", identifier="alert-all-clear") == 204
        assert await mobile.report(told, "finished", identifier="alert") == 204
        ((_, reports),) = (await office.ledger.read(progress.of_broadcast, alert.id)).items()
    assert [each.state for each in reports] == ["running", "finished"]


async def test_a_report_that_comes_again_counts_once_and_a_flood_is_refused(
    office: Office, door: Door, mobile: ReceiverStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "MOST", 3)
    async with running(office.ledger, office.settings, door) as engine:
        alert = await office.release("alert")
        engine.wake()
        async with asyncio.timeout(LONG):
            (told,) = await mobile.took(1)
        await office.all_in(alert, "accepted")
        for _ in range(2):
            assert await mobile.report(told, "running", report_id="r1", sent=5) == 204
        late = datetime.now(UTC) - timedelta(minutes=3)
        assert await mobile.report(told, "accepted", at=late) == 204  # late, and in its place all the same
        ahead = datetime.now(UTC) + timedelta(days=400)
        assert await mobile.report(told, "running", at=ahead, sent=7) == 204
        assert await mobile.report(told, "running", sent=9) == 429
    ((_, reports),) = (await office.ledger.read(progress.of_broadcast, alert.id)).items()
    assert [(each.state, each.sent) for each in reports] == [
        ("accepted", None),
        ("running", 5),
        ("running", 7),
    ]
    assert all(each.at <= each.received_at for each in reports)


class Rows:
    """What an engine does to a delivery, step by step."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def start(self, broadcast: Broadcast, number: int) -> tuple[int, int, int]:
        """Claim it once more, at whatever time it is due."""

        def claimed(connection: Connection) -> tuple[int, int, int]:
            row = connection.execute(
                select(deliveries_table.c.id, deliveries_table.c.lane_id).where(
                    deliveries_table.c.broadcast_id == broadcast.id
                )
            ).one()
            lane = next(each for each in lanes.all_lanes(connection) if each.id == row.lane_id)
            due = connection.execute(
                select(deliveries_table.c.due_at).where(deliveries_table.c.id == row.id)
            ).scalar_one()
            taken = queue.claim(
                connection,
                lane_id=lane.id,
                account_id=lane.account_id,
                epoch=0,
                now=due,
                limit=1,
                paid_from=0.0,
                interval=0.0,
                known={},
            )
            (message,) = taken.messages
            assert (message.attempt, message.repeat) == (number, False)
            return row.id, lane.id, lane.account_id

        return self._ledger.write_now(claimed)

    def due_at(self, delivery_id: int) -> int:
        query = select(deliveries_table.c.due_at).where(deliveries_table.c.id == delivery_id)
        return self._ledger.read_now(lambda connection: int(connection.execute(query).scalar_one()))
