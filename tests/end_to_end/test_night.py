"""The three-hour report after a bad night tells of each enterprise what was so."""

from collections import Counter
from pathlib import Path

import pytest

from gateway.follow_up.signatures.people import Districts
from gateway.follow_up.signatures.reached import cells
from tests.end_to_end.night import THREE_HOURS, messages_of, spend


@pytest.mark.parametrize("number", [150])
async def test_after_a_bad_night_the_report_says_for_each_enterprise_what_was_so(
    tmp_path: Path, number: int
) -> None:
    night = await spend(tmp_path, number)
    assert [each.told.code for each in night.trails] == list(night.plants)  # nothing is lost
    for trail in night.trails:
        plant = night.plants[trail.told.code]
        if plant.signed is not None and plant.signed <= THREE_HOURS:
            expected = "signed"
        elif plant.reached is not None and plant.reached <= THREE_HOURS:
            expected = "reached"
        else:
            expected = "unreached"
        assert (trail.told.code, trail.outcome) == (trail.told.code, expected)
        told = cells(trail, Districts({}), night.launched_at, full=True)
        for number_of in plant.people:
            if any(message.address == number_of for message in trail.messages):
                assert number_of.removeprefix("+86") in told[14]  # every number that was tried stands there
        if expected == "unreached":  # everything was tried: each person, and a call in vain
            assert {message.address for message in trail.messages} == set(plant.people) <= night.dead
            assert "号码或地址不存在" in told[14]
            assert "转电话" in told[15]
            assert "无人接听" in told[16]
        if plant.calls:
            assert "致电" in told[16]

    # nobody is told twice, and nobody is asked again once the plant has signed
    assert max(Counter(number for _, number in night.taken).values()) == 1
    for trail in night.trails:
        signed_at = trail.told.signed_at
        for message in trail.messages:
            if message.further and message.claimed_at is not None and signed_at is not None:
                assert message.claimed_at <= signed_at
        if signed_at is not None:
            assert all((step.taken_at or 0) <= signed_at for step in trail.steps)
            assert all(call.at <= signed_at for call in trail.calls)

    # the night was as bad as it should be, and the gateway went on through it
    outcomes = Counter(trail.outcome for trail in night.trails)
    assert outcomes["signed"] > number * 0.8
    # nothing waited for the provider that was down: the other took its messages at once
    assert sum(minute == 0 for minute, _ in night.taken) > number
    assert any(len(list(messages_of(night, plant))) == 3 for plant in night.plants.values())
    assert any(plant.calls for plant in night.plants.values())
