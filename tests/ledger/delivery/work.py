"""A sender at work: what it claims, what it is answered, what it is told later."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from channels.contract import Outcome, Reason, Receipt, Reference
from gateway.delivery.recording import Answer, Told, record
from gateway.ledger.database import system_clock
from gateway.ledger.delivery import (
    lanes,
    ownership,
    queue,
)
from gateway.ledger.delivery.queue import Claim
from tests.delivery.world import (
    number,
)

FIRST, SECOND = "+15005550006", "+15005550010"


def claim(connection: Connection, /, limit: int = 100, *, epoch: int | None = None, **more: Any) -> Claim:
    lane = next(each for each in lanes.all_lanes(connection) if each.name == FIRST)
    values: dict[str, Any] = {"now": system_clock(), "paid_from": 0.0, "interval": 0.0, "known": (), **more}
    own = ownership.hold(connection, ["sms"], "test")["sms"]
    return queue.claim(
        connection,
        lane_id=lane.id,
        account_id=lane.account_id,
        epoch=own if epoch is None else epoch,
        limit=limit,
        **values,
    )


def answer(connection: Connection, taken: Claim, *outcomes: Outcome) -> None:
    (lane, *_) = lanes.all_lanes(connection)
    answers = [
        Answer(each.delivery_id, each.attempt, lane.id, lane.account_id, outcome)
        for each, outcome in zip(taken.messages, outcomes * len(taken.messages), strict=False)
    ]
    record(connection, answers, {lane.id: 1000}, system_clock())


def addresses(taken: Claim) -> list[str]:
    return [message.address for message in taken.messages]


def to(*places: int) -> Sequence[str]:
    return [number(place) for place in places]


def told(connection: Connection, delivery_id: int, state: str) -> None:
    (lane, *_) = lanes.all_lanes(connection)
    receipt = Receipt(Reference(message_id="x"), state, Reason.BLOCKED if state == "failed" else None)  # type: ignore[arg-type]
    record(connection, [Told(lane.account_id, receipt, (delivery_id, 1))], {}, system_clock())


def loose(connection: Connection, provider_id: str, state: str) -> None:
    (lane, *_) = lanes.all_lanes(connection)
    receipt = Receipt(Reference(provider_id), state)  # type: ignore[arg-type]
    record(connection, [Told(lane.account_id, receipt, None)], {}, system_clock())


def forget_answer(connection: Connection, delivery_id: int) -> None:
    """As if the answer were still to come."""
    connection.exec_driver_sql(
        f"update attempts set state = 'sending', answered_at = null where delivery_id = {delivery_id}"
    )
    connection.exec_driver_sql(f"update deliveries set state = 'sending' where id = {delivery_id}")
