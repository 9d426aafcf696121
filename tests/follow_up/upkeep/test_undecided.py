"""Messages that may have arrived: a person sends them once more, or leaves them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from channels.contract import Reason, Unknown
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.launching.overview import overview
from gateway.broadcasts.launching.stop import stop
from gateway.delivery.recording import settle
from gateway.errors import InputError
from gateway.follow_up.upkeep.undecided import Act, decide, listed
from gateway.ledger import doctor
from tests.broadcasts.bureau import Bureau
from tests.delivery.world import Broadcast, attempts_of, states


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    opened = Bureau(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def broadcast(bureau: Bureau) -> int:
    """A broadcast of which every message is unknown twice: nobody has heard of any."""
    recorded = bureau.act(bureau.document())
    bureau.expand()
    for _ in range(2):
        bureau.deliver(lambda _address: Unknown(Reason.TIMEOUT))
        settled(bureau, recorded.broadcast_id)
    return int(recorded.broadcast_id)


def settled(bureau: Bureau, broadcast: int) -> None:
    everything = list(range(1, 1000))
    bureau.ledger.write_now(settle, everything, bureau.now)


def waiting(bureau: Bureau, broadcast: int) -> list[dict[str, Any]]:
    found = bureau.ledger.read_now(listed, broadcast, bureau.now)
    seen = bureau.ledger.read_now(overview, broadcast, bureau.now)["undecided"]
    assert seen == len(found) == bureau.ledger.read_now(doctor.for_a_person).get(broadcast, 0)
    return found


def decided(bureau: Bureau, broadcast: int, act: Act, which: list[int] | None = None) -> int:
    return int(
        bureau.ledger.write_now(decide, broadcast, act, which, "林值班", "已电话核实", bureau.now, "duty")
    )


def counted(bureau: Bureau, broadcast: int) -> dict[str, int]:
    return bureau.ledger.read_now(states, Broadcast(broadcast, 0, "", ""))


def test_a_second_unknown_waits_for_a_person_with_its_number_masked(bureau: Bureau, broadcast: int) -> None:
    found = waiting(bureau, broadcast)
    assert len(found) == sum(counted(bureau, broadcast).values())
    assert all(each["attempts"] == 2 and each["may_resend"] and "*" in each["address"] for each in found)


def test_what_is_not_yet_settled_does_not_wait_for_a_person(bureau: Bureau) -> None:
    recorded = bureau.act(bureau.document())
    bureau.expand()
    bureau.deliver(lambda _address: Unknown(Reason.TIMEOUT))
    assert waiting(bureau, recorded.broadcast_id) == []


def test_what_a_person_sends_once_more_is_marked_and_may_arrive(bureau: Bureau, broadcast: int) -> None:
    first, second, *rest = [each["id"] for each in waiting(bureau, broadcast)]
    assert decided(bureau, broadcast, "resend", [first, second]) == 2
    assert counted(bureau, broadcast) == {"queued": 2, "unknown": len(rest)}
    bureau.deliver()
    assert counted(bureau, broadcast) == {"delivered": 2, "unknown": len(rest)}
    tried = bureau.ledger.read_now(attempts_of, Broadcast(broadcast, 0, "", ""))
    assert [each.repeat for each in tried if each.delivery_id == first] == [False, True, True]
    assert [each["id"] for each in waiting(bureau, broadcast)] == rest


def test_what_is_unknown_again_waits_again(bureau: Bureau, broadcast: int) -> None:
    everything = waiting(bureau, broadcast)
    decided(bureau, broadcast, "resend")
    bureau.deliver(lambda _address: Unknown(Reason.TIMEOUT))
    assert waiting(bureau, broadcast) == []  # it waits for its receipt first
    settled(bureau, broadcast)
    assert len(waiting(bureau, broadcast)) == len(everything)


def test_what_a_person_leaves_stays_unknown_and_is_listed_no_more(bureau: Bureau, broadcast: int) -> None:
    number = len(waiting(bureau, broadcast))
    assert decided(bureau, broadcast, "leave") == number
    assert waiting(bureau, broadcast) == []
    assert counted(bureau, broadcast) == {"unknown": number}
    assert decided(bureau, broadcast, "leave") == 0


def test_who_decided_stands_in_the_audit_trail(bureau: Bureau, broadcast: int) -> None:
    first = waiting(bureau, broadcast)[0]["id"]
    decided(bureau, broadcast, "resend", [first])
    decided(bureau, broadcast, "leave")
    assert bureau.audit()[-2:] == [("unknown_resent_by_hand", "duty"), ("unknown_left_by_hand", "duty")]


@pytest.mark.parametrize("act", ["resend", "leave"])
def test_a_message_that_waits_for_nobody_cannot_be_decided_on(
    bureau: Bureau, broadcast: int, act: Act
) -> None:
    first = waiting(bureau, broadcast)[0]["id"]
    decided(bureau, broadcast, "leave", [first])
    for strange in (first, 99_999):
        with pytest.raises(InputError) as refused:
            decided(bureau, broadcast, act, [strange])
        assert refused.value.code == "DELIVERY_DECIDED"


def test_nothing_of_a_stopped_broadcast_is_sent_once_more(bureau: Bureau, broadcast: int) -> None:
    bureau.ledger.write_now(stop, broadcast, "林值班", "发错", bureau.now, LOCAL)
    assert not any(each["may_resend"] for each in waiting(bureau, broadcast))
    with pytest.raises(InputError) as refused:
        decided(bureau, broadcast, "resend")
    assert refused.value.code == "BROADCAST_STOPPED"
    assert decided(bureau, broadcast, "leave") > 0
