"""What a share of delivered messages is of: those whose channel gives receipts."""

from pathlib import Path

from sqlalchemy import Connection, update

from channels.contract import Accepted
from gateway.delivery import accounts
from gateway.ledger import schema
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.delivery import arrivals, counters, lanes, minutes
from gateway.ledger.delivery.minutes import MINUTE, Times
from gateway.ledger.follow_up import reporting
from tests.delivery.world import Broadcast, expand, launch, settings_of, twilio
from tests.ledger.delivery.test_minutes import START, answered, told
from tests.ledger.delivery.work import FIRST, SECOND, claim, to

GROUP = {"provider": "wecom", "base_url": "http://127.0.0.1:9", "groups": {"教育群": "key-1"}}


def by_sms_and_wecom(ledger: Ledger, folder: Path) -> Broadcast:
    """A launched broadcast with two messages by SMS and one to a WeCom group."""
    sms = twilio("http://127.0.0.1:9", senders=[FIRST, SECOND])
    configured = settings_of(folder, sms=sms, wecom=GROUP)
    ledger.write_now(accounts.sync, configured.accounts, system_clock())
    broadcast = ledger.write_now(launch)
    ledger.write_now(expand, broadcast, to(1, 2))
    ledger.write_now(expand, broadcast, ["教育群"], channel="wecom", audience="media")
    return broadcast


def times(connection: Connection, broadcast_id: int) -> Times:
    """When the first and 95 % of a broadcast were delivered."""
    counts = counters.by_group(connection, broadcast_id)
    receipted = arrivals.with_receipts(counts, arrivals.without_receipts(connection, broadcast_id))
    numbers = ({"": sum(each.deliveries for each in some)} for some in (counts, receipted))
    found = minutes.of_broadcast(connection, broadcast_id)
    return minutes.times(found, *numbers).get(("", "delivered"), Times(None, None))


def change(ledger: Ledger, channel: str, **values: bool) -> None:
    ledger.write_now(
        lambda connection: connection.execute(
            update(schema.lanes).where(schema.lanes.c.channel == channel).values(**values)
        )
    )


def test_a_broadcast_by_sms_and_wecom_is_delivered_to_95_per_cent_when_its_sms_are(
    ledger: Ledger, tmp_path: Path
) -> None:
    broadcast = by_sms_and_wecom(ledger, tmp_path)
    taken = list(ledger.write_now(claim, 2).messages)
    answered(ledger, taken, START, Accepted("SM"))
    assert ledger.read_now(arrivals.without_receipts, broadcast.id) == {"wecom"}
    told(ledger, taken[:1], START + MINUTE, "delivered")
    assert ledger.read_now(times, broadcast.id) == Times(START + MINUTE, None)
    told(ledger, taken[1:], START + 2 * MINUTE, "delivered")
    assert ledger.read_now(times, broadcast.id) == Times(START + MINUTE, START + 2 * MINUTE)
    found = ledger.read_now(reporting.arrived, broadcast.id)
    assert (found.most, found.whole) == (START + 2 * MINUTE, 2)


def test_a_channel_that_left_the_settings_is_what_it_was(ledger: Ledger, tmp_path: Path) -> None:
    broadcast = by_sms_and_wecom(ledger, tmp_path)
    ledger.write_now(lanes.disable_accounts_but, ["sms"])
    assert ledger.read_now(arrivals.without_receipts, broadcast.id) == {"wecom"}
    ledger.write_now(lanes.disable_accounts_but, [])
    assert ledger.read_now(arrivals.without_receipts, broadcast.id) == {"wecom"}


def test_one_lane_with_receipts_makes_its_channel_one_with_receipts(ledger: Ledger, tmp_path: Path) -> None:
    broadcast = by_sms_and_wecom(ledger, tmp_path)
    (first, *_) = ledger.read_now(lanes.all_lanes)
    ledger.write_now(
        lambda connection: connection.execute(
            update(schema.lanes).where(schema.lanes.c.id == first.id).values(final_on_accept=True)
        )
    )
    assert ledger.read_now(arrivals.without_receipts, broadcast.id) == {"wecom"}


def test_what_was_reported_delivered_stays_counted_when_its_channel_loses_its_receipts(
    ledger: Ledger, tmp_path: Path
) -> None:
    broadcast = by_sms_and_wecom(ledger, tmp_path)
    taken = list(ledger.write_now(claim, 2).messages)
    answered(ledger, taken, START, Accepted("SM"))
    change(ledger, "sms", final_on_accept=True)
    assert ledger.read_now(arrivals.without_receipts, broadcast.id) == {"sms", "wecom"}
    assert ledger.read_now(times, broadcast.id) == Times(None, None)
    told(ledger, taken, START + MINUTE, "delivered")
    assert ledger.read_now(arrivals.without_receipts, broadcast.id) == {"wecom"}
    assert ledger.read_now(times, broadcast.id) == Times(START + MINUTE, START + MINUTE)


def test_lanes_of_exercises_say_nothing_of_what_is_real(ledger: Ledger, tmp_path: Path) -> None:
    broadcast = by_sms_and_wecom(ledger, tmp_path)
    change(ledger, "sms", final_on_accept=True)
    drill = twilio("http://127.0.0.1:9", senders=["+15005550020"], exercise=True)
    configured = settings_of(tmp_path, drill=drill)
    ledger.write_now(accounts.sync, configured.accounts, system_clock())
    assert ledger.read_now(arrivals.without_receipts, broadcast.id) == {"sms", "wecom"}
