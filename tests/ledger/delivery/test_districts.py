"""How far a broadcast is in each district, counted."""

from sqlalchemy import update

from channels.contract import Accepted
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import districts
from gateway.ledger.delivery.districts import District
from gateway.ledger.schema import lanes
from tests.delivery.world import expand, launch
from tests.ledger.delivery.test_minutes import START, answered, told
from tests.ledger.delivery.work import claim, to


def test_what_was_sent_and_what_arrived_is_told_by_district(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3))
    taken = list(ledger.write_now(claim, 2).messages)
    answered(ledger, taken, START, Accepted("SM"))
    told(ledger, taken[:1], START, "delivered")
    assert ledger.read_now(districts.of_broadcast, broadcast.id) == [District("410102", 3, 2, 3, 1, 0, 0)]
    assert ledger.read_now(districts.of_broadcast, broadcast.id, ["410100"]) is not None
    assert ledger.read_now(districts.of_broadcast, broadcast.id, ["410105"]) is None
    assert ledger.read_now(districts.of_broadcast, broadcast.id + 1) is None


def test_what_a_channel_without_receipts_took_is_sent_and_no_share_is_told_of_it(ledger: Ledger) -> None:
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2, 3))
    answered(ledger, list(ledger.write_now(claim, 2).messages), START, Accepted("SM"))
    ledger.write_now(lambda connection: connection.execute(update(lanes).values(final_on_accept=True)))
    assert ledger.read_now(districts.of_broadcast, broadcast.id) == [District("410102", 3, 2, 0, 0, 0, 0)]
