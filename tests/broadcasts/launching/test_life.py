"""What a broadcast does to the ones before it, and whom it reaches."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from channels.stand_ins.behaviour import Behaviour
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.approving.submit import submit
from gateway.broadcasts.launching.launch import launch
from gateway.broadcasts.launching.overview import overview
from gateway.broadcasts.preparing.groundwork import Refused
from gateway.broadcasts.preparing.prepare import prepare
from gateway.errors import InputError
from gateway.ledger.delivery import deliveries
from gateway.ledger.directory import directory
from tests.city import DIRECTORY, HEADER, City, city, decision, soon
from tests.documents import lift, orange_start, red_raise


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with city(tmp_path, Behaviour(receipt_delay=(0.0, 0.01)), per_second=1000) as running_city:
        yield running_city


async def launched(made: City, document: dict[str, Any]) -> int:
    process = made.process
    submitted = await made.write(submit, process.desk, decision(document), process.clock(), LOCAL)
    recorded = submitted.recorded
    await made.write(launch, process.desk, recorded.id, recorded.manifest, process.clock(), LOCAL)
    process.wake()
    return int(recorded.broadcast_id)


async def complete(made: City, broadcast: int) -> Any:
    while True:
        seen = await made.read(overview, broadcast, made.process.clock())
        if seen["complete"]:
            return seen
        await asyncio.sleep(0.02)


def texts_to(made: City, number: str) -> list[str]:
    return [each.text or "" for each in made.twilio.seen if each.to == number]


async def test_every_audience_gets_its_own_words(made: City) -> None:
    await complete(made, await launched(made, soon(orange_start())))
    school, hospital, public = (texts_to(made, f"+8619900000{n}")[0] for n in ("101", "102", "104"))
    assert "停止室外课程" in school
    assert "门诊" in hospital
    assert len({school, hospital, public}) == 3


async def test_a_shared_address_gets_the_same_text_once(made: City) -> None:
    await made.register(f"{HEADER}\nS2,望晴小学,学校,,410105,林老师,19900000101,,,否")
    seen = await complete(made, await launched(made, soon(orange_start())))
    assert len(texts_to(made, "+8619900000101")) == 1
    assert (seen["recipients"], seen["deliveries"]) == (6, 6)


async def test_two_plants_of_one_manager_each_get_their_order(made: City) -> None:
    await made.register(f"{HEADER}\nE2,示例机械二厂,企业,工业企业,410104,罗厂长,19900000103,,,否")
    seen = await complete(made, await launched(made, soon(orange_start())))
    assert len(texts_to(made, "+8619900000103")) == 2
    assert (seen["recipients"], seen["deliveries"]) == (7, 7)
    await made.write(directory.switch_off, ["E2"], made.process.clock(), "(local)")
    await complete(made, await launched(made, soon(lift())))  # one of them by exposure alone
    assert len(texts_to(made, "+8619900000103")) == 4


async def test_a_raise_stops_the_queued_words_of_the_start(tmp_path: Path) -> None:
    async with city(tmp_path, per_second=1, in_flight=1) as made:  # the start takes seconds to leave
        start = await launched(made, soon(orange_start()))
        while not made.twilio.seen:
            await asyncio.sleep(0.02)
        told = len(made.twilio.seen)
        await launched(made, soon(red_raise()))
        while (await made.read(overview, start, made.process.clock()))["totals"].get("queued"):
            await asyncio.sleep(0.02)
        orange = [each for each in made.twilio.seen if "橙色预警：" in (each.text or "")]
        assert len(orange) <= told + 1  # what was in flight, no more
        seen = await made.read(overview, start, made.process.clock())
        assert seen["totals"]["cancelled"] >= 3
        assert seen["live"] is False


async def test_a_lift_reaches_who_was_told_even_after_leaving_the_directory(made: City) -> None:
    await complete(made, await launched(made, soon(orange_start())))
    moved = DIRECTORY.replace("19900000101", "19900000201")
    await made.register(moved)  # the school has another number now
    await complete(made, await launched(made, soon(lift())))
    assert "解除" in texts_to(made, "+8619900000101")[-1]
    assert len(texts_to(made, "+8619900000201")) == 1


async def test_after_the_lift_a_new_warning_may_be_issued(made: City) -> None:
    await complete(made, await launched(made, soon(orange_start())))
    with pytest.raises(InputError) as doubled:
        await launched(made, soon(orange_start(document_number="第二号")))
    assert doubled.value.code == "WARNING_IN_FORCE"
    await complete(made, await launched(made, soon(lift())))
    await complete(made, await launched(made, soon(orange_start(document_number="第二号"))))


async def test_warnings_for_different_counties_stand_beside_each_other(made: City) -> None:
    first = soon(orange_start(area=["410105"], issuer="金水区人民政府"))
    second = soon(orange_start(area=["410104"], issuer="管城回族区人民政府", document_number="另一号"))
    await complete(made, await launched(made, first))
    await complete(made, await launched(made, second))
    with pytest.raises(InputError) as ambiguous:
        await launched(made, soon(lift()))
    assert ambiguous.value.code == "PREVIOUS_NEEDED"


async def test_a_change_must_name_the_decision_in_force(made: City) -> None:
    await complete(made, await launched(made, soon(orange_start())))
    with pytest.raises(InputError) as unknown:
        await launched(made, soon(red_raise(previous="some-other-decision")))
    assert unknown.value.code == "PREVIOUS_UNKNOWN"


async def test_an_exercise_is_not_launched_through_live_lanes(made: City) -> None:
    with pytest.raises(InputError) as refused:
        await launched(made, soon(orange_start(exercise=True)))
    assert refused.value.code == "NO_LANE"
    assert made.twilio.seen == []
    await complete(made, await launched(made, soon(orange_start())))  # no warning is in force by it


async def test_an_exercise_reaches_only_its_own_recipients(tmp_path: Path) -> None:
    async with city(tmp_path, exercise=True) as made:
        seen = await complete(made, await launched(made, soon(orange_start(exercise=True))))
        assert (seen["recipients"], seen["exercise"]) == (1, True)
        (sent,) = made.twilio.seen
        assert sent.to == "+8619900000901"
        assert "】演练：" in (sent.text or "")


async def test_a_start_in_the_past_is_not_launched(made: City) -> None:
    with pytest.raises(Refused) as refused:
        await launched(made, orange_start())
    assert "STALE" in {finding.code for finding in refused.value.check.findings}


async def test_the_manifest_changes_with_recipients_and_words(made: City) -> None:
    process = made.process

    async def manifest(document: dict[str, Any]) -> str:
        found = await made.read(prepare, process.desk, decision(document), process.clock())
        return str(found.manifest)

    document = soon(orange_start())
    first = await manifest(document)
    assert first == await manifest(document)
    assert first != await manifest({**document, "document_number": "另一号"})
    await made.register(f"{HEADER}\nS3,新桥小学,学校,,410105,,19900000301,,,否")
    assert first != await manifest(document)


async def test_submitting_again_before_the_launch_takes_the_directory_as_it_is_now(made: City) -> None:
    process, document = made.process, decision(soon(orange_start()))
    await made.write(submit, process.desk, document, process.clock(), LOCAL)
    await made.register(f"{HEADER}\nS3,新桥小学,学校,,410105,,19900000301,,,否")
    again = await made.write(submit, process.desk, document, process.clock(), LOCAL)
    await made.write(launch, process.desk, again.recorded.id, again.recorded.manifest, process.clock(), LOCAL)
    process.wake()
    await complete(made, again.recorded.broadcast_id)
    assert len(texts_to(made, "+8619900000301")) == 1


async def test_an_address_without_a_lane_is_shown_as_suppressed(made: City) -> None:
    await made.register(f"{HEADER}\nM1,晴川日报,媒体,,410100,,,没有机器人的群,,否")
    seen = await complete(made, await launched(made, soon(orange_start())))
    assert seen["totals"]["suppressed"] == 1
    (suppressed,) = await made.read(deliveries.page, seen["id"], state="suppressed")
    assert suppressed.reason == "configuration"


async def test_newer_words_follow_as_soon_as_the_older_ones_have_their_answer(tmp_path: Path) -> None:
    slow = Behaviour(delay=(1.0, 1.0), receipts=False)
    async with city(tmp_path, slow, timeout=60.0, per_second=1000) as made:
        start = await launched(made, soon(orange_start()))
        while (await made.read(overview, start, made.process.clock()))["totals"].get("sending", 0) < 5:
            await asyncio.sleep(0.02)
        raised = await launched(made, soon(red_raise()))
        async with asyncio.timeout(30):  # not the minute that the flights could have lasted
            while (await made.read(overview, raised, made.process.clock()))["totals"].get("accepted") != 6:
                await asyncio.sleep(0.02)
        for number in ("+8619900000101", "+8619900000105"):
            first, second = texts_to(made, number)
            assert "橙色预警：" in first
            assert "红色" in second
