"""How far the escalation is: what was done, what comes next and when, and for how many."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gateway.directory.model import Address, Organisation
from gateway.errors import InputError
from gateway.escalation_policy import DEFAULT
from gateway.follow_up.signatures.signing import Signer, sign
from gateway.follow_up.signatures.stages import Coming, Escalation, escalation
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.follow_up import escalated
from gateway.ledger.follow_up.escalated import Stage, Step
from tests.follow_up.asking import Asking

SIGNER = Signer("王五", "值班员", "link", "(link)")
OTHER = Organisation(
    "E2", "示例水泥厂", "enterprises", "industry", "410102", None, (Address("sms", "+8619900002000"),)
)
_MINUTE = 60_000


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Asking]:
    made = Asking(tmp_path)
    made.add(OTHER)
    yield made
    made.close()


def seen(office: Asking, recorded: Recorded, limits: tuple[str, ...] = ()) -> Escalation:
    return office.ledger.read_now(escalation, recorded.broadcast_id, DEFAULT, office.now, limits)


def steps(office: Asking, recorded: Recorded, **how: Any) -> list[Step]:
    found: list[Step] = office.ledger.read_now(escalated.page, recorded.broadcast_id, **how)
    return found


def test_before_anything_is_tried_the_whole_way_is_known(office: Asking) -> None:
    recorded = office.start()
    found = seen(office, recorded)
    launched = found.broadcast.launched_at or 0
    assert found.waiting == 2
    assert found.stages == [Stage(launched + 10 * _MINUTE, "channel", 0, 0, 0, 2)]
    assert found.coming == [
        Coming(launched + 20 * _MINUTE, "contact", 2),
        Coming(launched + 40 * _MINUTE, "contact", 2),
        Coming(launched + 60 * _MINUTE, "phone", 2),
    ]
    assert found.next == found.stages[0]


def test_what_was_done_is_counted_and_told_by_organisation(office: Asking) -> None:
    recorded = office.start()
    office.minutes(11)
    office.minutes(10)
    found = seen(office, recorded)
    launched = found.broadcast.launched_at or 0
    assert found.stages == [
        Stage(launched + 10 * _MINUTE, "channel", 0, 2, 0, 0),
        Stage(launched + 20 * _MINUTE, "contact", 1, 1, 0, 0),
        Stage(launched + 40 * _MINUTE, "contact", 0, 0, 0, 2),
    ]
    assert [each.due_at for each in found.coming] == [launched + 60 * _MINUTE]
    told = next(each for each in steps(office, recorded) if not each.skipped)
    assert (told.organisation, told.kind, told.contact, told.channel) == (
        "示例机械厂",
        "contact",
        "钱二",
        "sms",
    )
    office.until_called()
    assert seen(office, recorded).to_call == 2
    assert seen(office, recorded).next is None


def test_a_signature_spares_the_steps_that_were_to_come(office: Asking) -> None:
    recorded = office.start()
    office.case(sign, office.asked(recorded), SIGNER, office.now)
    found = seen(office, recorded)
    assert found.waiting == 1
    assert [(each.spared, each.waiting) for each in found.stages] == [(1, 1)]
    assert {each.at_most for each in found.coming} == {1}


def test_a_stopped_broadcast_has_nothing_to_come(office: Asking) -> None:
    recorded = office.start()
    office.later(hours=24 * 30)
    found = seen(office, recorded)
    assert not found.follows
    assert found.next is None
    assert found.coming == []


def test_somebody_of_one_area_sees_the_steps_of_theirs_alone(office: Asking) -> None:
    recorded = office.start()
    office.minutes(11)
    found = seen(office, recorded, ("410102",))
    assert (found.waiting, found.stages[0].skipped) == (1, 1)
    assert {each.organisation for each in steps(office, recorded, limits=("410102",))} == {"示例水泥厂"}


def test_steps_are_read_page_by_page_the_last_first(office: Asking) -> None:
    recorded = office.start()
    office.until_called()
    every = steps(office, recorded, limit=100)
    moments = [each.taken_at or 0 for each in every]
    assert moments == sorted(moments, reverse=True)
    first = steps(office, recorded, limit=3)
    assert [*first, *steps(office, recorded, after=first[-1].id, limit=100)] == every
    assert {each.kind for each in steps(office, recorded, kind="phone")} == {"phone"}
    with pytest.raises(InputError):
        steps(office, recorded, after=10_000)
