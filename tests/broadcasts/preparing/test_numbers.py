"""What deliveries teach about numbers: dead ones are told, those who refuse us are left out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from channels.contract import Accepted, Outcome, Reason, Rejected
from gateway.directory.model import Address
from gateway.ledger.decisions import recipients as ledger_recipients
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.delivery import opted_out
from gateway.ledger.directory import addresses, care
from tests.broadcasts.bureau import Bureau

NUMBER = Address("sms", "+8619904101051")


def known(bureau: Bureau) -> int:
    return int(bureau.ledger.write_now(addresses.ids, [(NUMBER, False)])[NUMBER, False])


def failing(bureau: Bureau, reason: Reason) -> Callable[[int], Outcome]:
    number = known(bureau)
    return lambda address_id: Rejected(reason) if address_id == number else Accepted("SM")


def broadcast(bureau: Bureau, document: dict[str, Any], outcome: Callable[[int], Outcome]) -> Recorded:
    launched = bureau.act(document)
    bureau.expand()
    bureau.deliver(outcome)
    return launched


def extension(bureau: Bureau, days: int) -> dict[str, Any]:
    bureau.later(hours=1)
    return bureau.document(
        action="extend",
        document_number=f"延长{days}号",
        expected_end_at=(bureau.moment + timedelta(days=5 + days)).isoformat(),
    )


def test_a_number_whose_last_two_broadcasts_failed_is_dead_and_one_that_works_again_is_not(
    bureau: Bureau,
) -> None:
    off = failing(bureau, Reason.BLOCKED)
    broadcast(bureau, bureau.document(), off)
    assert bureau.ledger.read_now(care.dead, False) == {}
    broadcast(bureau, extension(bureau, 1), off)
    assert bureau.ledger.read_now(care.dead, False) == {NUMBER: "blocked"}
    assert bureau.ledger.read_now(care.dead, True) == {}
    broadcast(bureau, extension(bureau, 2), lambda _address: Accepted("SM"))
    assert bureau.ledger.read_now(care.dead, False) == {}


def test_a_number_that_there_is_not_is_dead_at_once_until_it_works(bureau: Bureau) -> None:
    broadcast(bureau, bureau.document(), failing(bureau, Reason.INVALID_ADDRESS))
    assert bureau.ledger.read_now(care.dead, False) == {NUMBER: "invalid_address"}
    broadcast(bureau, extension(bureau, 1), lambda _address: Accepted("SM"))
    assert bureau.ledger.read_now(care.dead, False) == {}


def test_a_fault_of_ours_makes_no_number_dead(bureau: Bureau) -> None:
    ours = failing(bureau, Reason.CONTENT_REJECTED)
    broadcast(bureau, bureau.document(), ours)
    broadcast(bureau, extension(bureau, 1), ours)
    assert bureau.ledger.read_now(care.dead, False) == {}


def test_who_refused_our_messages_is_left_out_of_the_next_list_and_named(bureau: Bureau) -> None:
    broadcast(bureau, bureau.document(), failing(bureau, Reason.OPTED_OUT))
    assert bureau.ledger.read_now(opted_out.of, False) == {known(bureau)}
    submitted = bureau.submit(extension(bureau, 1))
    assert submitted.prepared is not None
    assert [(each.code, each.reason) for each in submitted.prepared.targeted.skipped] == [
        ("S410105", "opted_out")
    ]
    listed = bureau.ledger.read_now(ledger_recipients.page, submitted.recorded.broadcast_id)
    assert NUMBER.value not in {each.address for each in listed}
