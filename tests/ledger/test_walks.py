"""What pages ask is answered by counters and indexes: nobody walks through the messages of a broadcast."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event

from channels.contract import Accepted, Outcome, Reason, Unknown
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import (
    closing,
    completion,
    counters,
    deliveries,
    explained,
    live,
    minutes,
    opted_out,
    unclear,
)
from gateway.ledger.exchange import progress
from gateway.ledger.follow_up import signature_counts, signing_times, unsigned
from tests.delivery.world import HOUR, expand, launch, stop_broadcast
from tests.ledger.delivery.work import answer, claim, to

Ask = Callable[[Connection, int], object]
ASKED: dict[str, Ask] = {
    "complete": lambda connection, broadcast: completion.complete(  # when no more receipt can come
        connection, broadcast, system_clock() + 2 * HOUR
    ),
    "count of what waits for a person": unclear.count,
    "what waits for a person": lambda connection, broadcast: unclear.undecided(connection, broadcast, 0),
    "who took the alert": progress.handed,
    "reports on the alert": progress.of_broadcast,
    "a refusal": lambda connection, _broadcast: opted_out.put(connection, [1]),
    "board": unsigned.board,
    "page of the board": unsigned.page,
    "who failed": lambda connection, broadcast: explained.page(connection, broadcast, "timeout"),
    "counts": counters.by_group,
    "reasons": counters.by_reason,
    "minutes": minutes.of_broadcast,
    "live page": lambda connection, broadcast: live.picture(connection, broadcast, system_clock()),
    "live page of one area": lambda connection, broadcast: live.picture(
        connection, broadcast, system_clock(), ["410102"]
    ),
    "broadcasts of one area": lambda connection, _broadcast: live.newest(connection, 10, ["410102"]),
    "what waits for a person in one area": lambda connection, broadcast: unclear.count(
        connection, broadcast, ["410102"]
    ),
    "signatures": signature_counts.tally,
    "times of signatures": signing_times.of_broadcast,
}
_WALK = re.compile(  # SQLite: of the whole table, or of a whole broadcast; PostgreSQL: of the whole table
    r"SCAN deliveries|SEARCH deliveries [^(]*\(broadcast_id=\?\)|Seq Scan on deliveries"
)

_BY_ID: dict[str, Ask] = {  # what goes through a broadcast's messages, in the order of their ids
    "page": deliveries.page,
    "states": deliveries.states,
    "sweep": lambda connection, broadcast: closing.sweep(connection, broadcast, 99, 10, system_clock()),
}
_BOUNDED = re.compile(r"rowid>\? AND rowid<\?|\(id >=? \S+ AND \(id <=|\(id >=? [^)]*\) AND \(id <=")


@pytest.mark.parametrize("asked", _BY_ID)
def test_whoever_goes_through_the_messages_of_a_broadcast_stops_at_its_last(
    ledger: Ledger, asked: str
) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3))
    ledger.write_now(stop_broadcast, broadcast)
    plans = ledger.write_now(plans_of, _BY_ID[asked], broadcast.id)
    assert [plan for plan in plans if _BOUNDED.search(plan)]


@pytest.mark.parametrize("asked", ASKED)
def test_a_page_does_not_walk_through_the_messages(ledger: Ledger, asked: str) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3))
    answers: tuple[Outcome, ...] = (Accepted("SM1"), Unknown(Reason.TIMEOUT), Unknown(Reason.TIMEOUT))
    for outcome in answers:
        ledger.write_now(answer, ledger.write_now(claim, 1), outcome)
    plans = ledger.write_now(plans_of, ASKED[asked], broadcast.id)  # a refusal is written down
    assert plans
    assert not [plan for plan in plans if _WALK.search(plan)]


def plans_of(connection: Connection, ask: Ask, broadcast_id: int) -> list[str]:
    """How the database goes about each statement of what is asked."""
    statements: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_more: object) -> None:
        statements.append((statement, parameters))

    event.listen(connection, "before_cursor_execute", note)
    ask(connection, broadcast_id)
    event.remove(connection, "before_cursor_execute", note)
    small = connection.dialect.name == "postgresql"  # so few rows it would rather read whole
    explain = "explain" if small else "explain query plan"
    if small:
        connection.exec_driver_sql("set local enable_seqscan = off")
    return [
        "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"{explain} {statement}", parameters))
        for statement, parameters in statements
    ]
