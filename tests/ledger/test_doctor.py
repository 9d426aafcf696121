"""What is counted beside the deliveries, counted once more."""

import pytest
from sqlalchemy import Connection, Update, delete, update

from channels.contract import Accepted, Reason, Rejected
from gateway.ledger import doctor
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery.minutes import MINUTE
from gateway.ledger.doctor import Miscount
from gateway.ledger.schema import (
    broadcasts,
    counters,
    delivery_spans,
    minute_counters,
    opted_out_addresses,
    reason_counters,
)
from tests.delivery.world import expand, launch
from tests.ledger.delivery.test_minutes import answered
from tests.ledger.delivery.work import claim, to

REFUSED = Rejected(Reason.OPTED_OUT)
WRONG: dict[str, tuple[Update, list[tuple[str, int, int]]]] = {
    "counters": (
        update(counters).where(counters.c.state == "failed").values(deliveries=4),
        [("failed", 4, 1)],
    ),
    "reasons": (update(reason_counters).values(deliveries=5), [("failed (opted_out)", 5, 1)]),
    "minutes": (
        update(minute_counters).where(minute_counters.c.stage == "accepted").values(deliveries=6),
        [("accepted by the minute", 6, 2)],
    ),
    "spans": (update(delivery_spans).values(first_id=2, last_id=9), [("first id", 2, 1), ("last id", 9, 3)]),
    "recipients": (update(broadcasts).values(recipients=7), [("recipients", 7, 0)]),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_figure_that_differs_from_the_rows_is_named(ledger: Ledger, what: str) -> None:
    broadcast = _answered(ledger)
    assert list(doctor.miscounts(ledger)) == []
    statement, expected = WRONG[what]
    ledger.write_now(Connection.execute, statement)
    found = list(doctor.miscounts(ledger))
    assert [(each.state, each.counted, each.rows) for each in found] == expected
    assert {each.broadcast_id for each in found} == {broadcast}
    assert all(isinstance(each, Miscount) for each in found)


def test_a_refusal_that_nobody_gave_or_that_is_not_kept_is_counted(ledger: Ledger) -> None:
    _answered(ledger)
    assert ledger.read_now(doctor.misheard) == 0
    ledger.write_now(Connection.execute, update(opted_out_addresses).values(delivery_id=1))
    assert ledger.read_now(doctor.misheard) == 1
    ledger.write_now(Connection.execute, delete(opted_out_addresses))
    assert ledger.read_now(doctor.misheard) == 1


def _answered(ledger: Ledger) -> int:
    """A broadcast whose first two messages were taken and whose third was refused."""
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3))
    taken = sorted(ledger.write_now(claim, 3).messages, key=lambda each: each.delivery_id)
    answered(ledger, taken, system_clock() // MINUTE * MINUTE, Accepted("SM"), Accepted("SM"), REFUSED)
    return broadcast.id
