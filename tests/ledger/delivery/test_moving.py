"""Queues that move from lane to lane, and where a new message waits."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from gateway.delivery import accounts
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import lanes, moving, ownership, queue, routes
from gateway.ledger.delivery.lanes import Lane
from gateway.ledger.delivery.moving import Move
from gateway.ledger.delivery.routes import Choice
from gateway.ledger.schema import attempts, deliveries
from tests.backends import open_ledger
from tests.delivery.world import Broadcast, expand, launch, number, settings_of, states, twilio

HOUR = 3_600_000
NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with three SMS accounts, the second with two senders."""
    opened = open_ledger(tmp_path)
    settings = settings_of(
        tmp_path,
        first=twilio(NOBODY),
        second=twilio(NOBODY, senders=["+15005550006", "+15005550010"]),
        third=twilio(NOBODY),
    )
    opened.write_now(accounts.sync, settings.accounts, system_clock())
    yield opened
    opened.close()


def known(ledger: Ledger) -> dict[str, Lane]:
    """The lanes by account; of the second the first."""
    found: dict[str, Lane] = {}
    for lane in sorted(ledger.read_now(lanes.all_lanes), key=lambda each: each.id):
        found.setdefault(lane.account, lane)
    return found


def owned(ledger: Ledger) -> dict[int, int]:
    epochs = ledger.write_now(ownership.hold, ["first", "second", "third"], "test")
    return {known(ledger)[name].account_id: epoch for name, epoch in epochs.items()}


def queued_on(ledger: Ledger) -> dict[int, int]:
    return ledger.read_now(lanes.queued)


def broken(ledger: Ledger, account: str, *, rest: int = HOUR) -> None:
    now = system_clock()
    lane = known(ledger)[account]
    assert ledger.write_now(lanes.open_breaker, lane.id, now + rest, "quota", 1, now)


def waiting(ledger: Ledger, count: int, account: str = "first") -> Broadcast:
    broadcast = ledger.write_now(launch)
    people = [number(place) for place in range(count)]
    ledger.write_now(expand, broadcast, people, lane_id=known(ledger)[account].id)
    return broadcast


def planned(ledger: Ledger) -> Sequence[Move]:
    return ledger.read_now(moving.plan, owned(ledger), system_clock()).moves


def move_all(ledger: Ledger, limit: int = 1000) -> int:
    now = system_clock()
    return sum(ledger.write_now(moving.move, each, limit, now) for each in planned(ledger))


def test_an_open_lane_s_queue_goes_to_the_next_route_and_evens_out_on_its_lanes(ledger: Ledger) -> None:
    broadcast = waiting(ledger, 101)
    broken(ledger, "first")
    assert move_all(ledger) == 101
    assert known(ledger)["first"].id not in queued_on(ledger)
    assert sorted(queued_on(ledger).values()) == [50, 51]
    assert ledger.read_now(states, broadcast) == {"queued": 101}


def test_the_most_urgent_move_first_and_in_slices(ledger: Ledger) -> None:
    broadcast = waiting(ledger, 20)
    red = ledger.write_now(launch, "red", episode="other")
    first = known(ledger)["first"].id
    ledger.write_now(expand, red, [number(place) for place in range(10)], priority=11, lane_id=first)
    broken(ledger, "first")
    assert move_all(ledger, limit=10) == 10
    moved = ledger.read_now(
        lambda connection: set(
            connection.execute(
                select(deliveries.c.broadcast_id).where(deliveries.c.lane_id != first)
            ).scalars()
        )
    )
    assert moved == {red.id}
    assert move_all(ledger) == 20
    assert ledger.read_now(states, broadcast) == {"queued": 20}


def test_nothing_moves_while_no_other_route_is_closed(ledger: Ledger) -> None:
    waiting(ledger, 10)
    for account in ("first", "third"):
        broken(ledger, account)
    now = system_clock()
    for lane in ledger.read_now(lanes.all_lanes):
        if lane.account == "second":
            ledger.write_now(lanes.open_breaker, lane.id, now + HOUR, "quota", 1, now)
    assert planned(ledger) == []


def test_a_few_of_the_least_urgent_go_to_a_lane_on_trial(ledger: Ledger) -> None:
    waiting(ledger, 10, "third")
    red = ledger.write_now(launch, "red", episode="other")
    third = known(ledger)["third"].id
    ledger.write_now(expand, red, [number(place) for place in range(10)], priority=11, lane_id=third)
    broken(ledger, "first", rest=-1)
    assert move_all(ledger) == moving.PROBES
    first = known(ledger)["first"].id
    assert queued_on(ledger)[first] == moving.PROBES
    assert ledger.read_now(states, red) == {"queued": 10}
    claimed = ledger.write_now(
        lambda connection: (
            connection.execute(select(deliveries.c.priority).where(deliveries.c.lane_id == first))
            .scalars()
            .all()
        )
    )
    assert set(claimed) == {21}
    assert move_all(ledger) == 0  # those are to be answered first


def test_only_the_owner_moves_and_only_under_its_epoch(ledger: Ledger) -> None:
    waiting(ledger, 10)
    broken(ledger, "first")
    stale = planned(ledger)
    owned(ledger)
    assert [ledger.write_now(moving.move, each, 100, system_clock()) for each in stale] == [0]
    others = {
        account: epoch for account, epoch in owned(ledger).items() if account != stale[0].source.account_id
    }
    assert ledger.read_now(moving.plan, others, system_clock()).moves == []


def test_what_an_account_refused_does_not_come_back_to_it(ledger: Ledger) -> None:
    waiting(ledger, 3, "third")
    first, third = known(ledger)["first"], known(ledger)["third"]
    ledger.write_now(refused_by, first.id)
    for lane in ledger.read_now(lanes.all_lanes):
        if lane.account != "first":
            ledger.write_now(lanes.park_by_hand, lane.id, "值班员", "测试", system_clock())
    assert move_all(ledger) == 2
    assert queued_on(ledger) == {first.id: 2, third.id: 1}


def refused_by(connection: Connection, lane_id: int) -> None:
    """The first delivery has been tried there before."""
    connection.execute(
        attempts.insert().values(
            delivery_id=1,
            number=1,
            lane_id=lane_id,
            epoch=1,
            repeat=False,
            state="refused",
            reason="template",
            started_at=0,
            answered_at=0,
        )
    )
    connection.execute(update(deliveries).where(deliveries.c.id == 1).values(attempts=1))


def test_what_moved_is_claimed_by_the_other_lane_and_no_longer_by_the_first(ledger: Ledger) -> None:
    waiting(ledger, 5)
    broken(ledger, "first")
    epochs = owned(ledger)
    for each in ledger.read_now(moving.plan, epochs, system_clock()).moves:
        assert ledger.write_now(moving.move, each, 100, system_clock()) == 5
    taken = Counter(
        {
            lane.account: len(
                ledger.write_now(
                    queue.claim,
                    lane_id=lane.id,
                    account_id=lane.account_id,
                    epoch=epochs[lane.account_id],
                    now=system_clock(),
                    limit=100,
                    paid_from=0.0,
                    interval=0.0,
                    known={},
                ).messages
            )
            for lane in ledger.read_now(lanes.all_lanes)
            if lane.account != "second" or lane.id == known(ledger)["second"].id
        }
    )
    assert taken == {"first": 0, "second": 3, "third": 0}


def chosen(ledger: Ledger, count: int = 1) -> list[int | None]:
    def choose(connection: Connection) -> list[int | None]:
        choice = Choice(connection, False, system_clock())
        return [choice.lane("sms", number(place)) for place in range(count)]

    return ledger.read_now(choose)


def test_a_new_message_waits_on_the_first_route_that_is_closed(ledger: Ledger) -> None:
    assert chosen(ledger) == [known(ledger)["first"].id]
    broken(ledger, "first", rest=-1)
    assert chosen(ledger)[0] in {each.id for each in second(ledger)}
    for lane in second(ledger):
        ledger.write_now(lanes.park_by_hand, lane.id, "值班员", "测试", system_clock())
    assert chosen(ledger) == [known(ledger)["third"].id]
    broken(ledger, "third")
    assert chosen(ledger) == [known(ledger)["first"].id]  # on trial is better than at rest


def second(ledger: Ledger) -> list[Lane]:
    return [each for each in ledger.read_now(lanes.all_lanes) if each.account == "second"]


def test_new_messages_fill_an_account_s_lanes_evenly(ledger: Ledger) -> None:
    waiting(ledger, 4, "second")
    broken(ledger, "first")
    full, empty = (each.id for each in sorted(second(ledger), key=lambda lane: lane.id))
    assert Counter(chosen(ledger, 10)) == {full: 3, empty: 7}


def test_a_repeat_leaves_by_another_account_where_one_is_open(ledger: Ledger) -> None:
    waiting(ledger, 2)
    ledger.write_now(routes.reroute, [1], system_clock())
    first = known(ledger)["first"].id
    assert first in queued_on(ledger)
    assert set(queued_on(ledger)) - {first} <= {each.id for each in second(ledger)}


def test_an_exercise_s_lane_takes_nothing_real(ledger: Ledger, tmp_path: Path) -> None:
    settings = settings_of(tmp_path, first=twilio(NOBODY), drill=twilio(NOBODY, exercise=True))
    ledger.write_now(accounts.sync, settings.accounts, system_clock())
    waiting(ledger, 2)
    broken(ledger, "first")
    assert planned(ledger) == []
    assert chosen(ledger) == [known(ledger)["first"].id]
