"""The life after a start: hints, changes, dropped areas, lifts, corrections, retractions."""

import json
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.launching.follow import Wish
from gateway.decisions.model import Correction
from gateway.errors import InputError
from gateway.exchange import payload_json
from gateway.ledger.decisions import episodes, notices
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.schema import broadcasts
from tests.broadcasts.bureau import Bureau
from tests.city import HEADER
from tests.documents import red_raise

CITY = "0000001"
PARTS = ["410102", "410105"]
OBSERVED = {"daily_aqi": [128, 96], "below_threshold": True, "improvement_hours": 48}


def counties(bureau: Bureau, area: list[str], **changes: Any) -> dict[str, Any]:
    return bureau.document(area=area, **changes)


def lowered(bureau: Bureau, area: list[str]) -> dict[str, Any]:
    return counties(
        bureau,
        area,
        action="lower",
        level="yellow",
        document_number="降级一号",
        observed=OBSERVED,
        special_reason="形势好转",
    )


def lift(bureau: Bureau, area: list[str], number: str = "解除一号") -> dict[str, Any]:
    starts = bureau.moment.replace(hour=23).isoformat()
    document = bureau.document(
        action="lift", area=area, starts_at=starts, observed=OBSERVED, document_number=number
    )
    for absent in ("level", "forecast", "expected_end_at", "weather"):
        del document[absent]
    return document


def code(caught: pytest.ExceptionInfo[InputError]) -> str:
    return caught.value.code


def live(bureau: Bureau) -> list[int]:
    rows = bureau.ledger.read_now(
        lambda connection: connection.execute(
            select(broadcasts.c.id).where(broadcasts.c.live.is_(True)).order_by(broadcasts.c.id)
        ).scalars()
    )
    return list(rows)


def standing(bureau: Bureau) -> list[str | None]:
    found = bureau.ledger.read_now(episodes.standing, "zhengzhou", False)
    return [each.newest.decision_id if each.newest else None for each in found]


def words(bureau: Bureau, recorded: Recorded, purpose: str, medium: str = "sms") -> str:
    (text,) = bureau.ledger.read_now(
        notices.texts, recorded.id, {"purpose": purpose, "audience": "schools", "medium": medium}
    )
    return str(json.loads(text.messages)[0])


# Prepared ends


def test_with_a_start_its_lift_correction_and_retraction_are_frozen(bureau: Bureau) -> None:
    recorded = bureau.submit(bureau.document()).recorded
    found = bureau.ledger.read_now(notices.purposes, recorded.id)
    assert set(found) == {"now", "lift", "lift_before_start", "correct", "retract"}
    assert "1月13日12时起终止Ⅱ级响应" in words(bureau, recorded, "lift")
    assert "原定1月10日12时启动的Ⅱ级响应不再启动" in words(bureau, recorded, "lift_before_start")
    assert "更正" in words(bureau, recorded, "correct")
    assert "撤回" in words(bureau, recorded, "retract")


def test_a_lift_with_the_prepared_words_leaves_in_one_step(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    bureau.later(days=4)
    done = bureau.follow(
        start, "lift", Wish("解除一号", changes={"observed": OBSERVED, "special_reason": "好转"})
    )
    assert done.recorded.prepared_by_id == start.id
    assert done.recorded.launched
    assert standing(bureau) == []


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2024-01-10T12:00:00+08:00", "原定1月10日12时启动的Ⅱ级响应不再启动"),  # the very moment of the start
        ("2024-01-10T12:01:00+08:00", "1月10日12时1分起终止Ⅱ级响应"),
    ],
)
def test_a_lift_leaves_in_the_prepared_words_that_are_true_of_its_moment(
    bureau: Bureau, at: str, told: str
) -> None:
    start = bureau.act(bureau.document())
    stated = {"observed": OBSERVED}
    done = bureau.follow(start, "lift", Wish("解除一号", at=datetime.fromisoformat(at), changes=stated))
    assert (done.recorded.prepared_by_id, done.recorded.launched) == (start.id, True)
    assert told in words(bureau, done.recorded, "now")
    (push,) = bureau.ledger.read_now(notices.texts, done.recorded.id, {"medium": "push"})
    alert = payload_json.read(json.loads(push.messages)[0].encode())
    never = "不再启动" in told  # whoever relays it cancels; else the warning goes on until then
    assert (alert.message_type, all(info.ends for info in alert.infos)) == (
        ("Cancel", True) if never else ("Update", False)
    )
    assert ("不再启动" in (alert.infos[0].description or "")) is never


def test_a_lift_between_two_starts_is_in_words_that_nobody_has_seen(bureau: Bureau) -> None:
    bureau.act(bureau.document(starts_at="2024-01-10T10:00:00+08:00"))
    raised = bureau.act(
        red_raise(decided_at=bureau.moment.isoformat(), starts_at="2024-01-11T12:00:00+08:00", approvals=[])
    )
    assert "Ⅱ级响应和1月11日12时启动的Ⅰ级响应不再启动" in words(bureau, raised, "lift_before_start")
    between = datetime.fromisoformat("2024-01-10T12:00:00+08:00")
    waiting = bureau.follow(raised, "lift", Wish("解除一号", at=between, changes={"observed": OBSERVED}))
    assert (waiting.recorded.prepared_by_id, waiting.recorded.state) == (None, "submitted")
    told = words(bureau, waiting.recorded, "now")
    assert "1月10日12时起终止Ⅱ级响应，原定1月11日12时启动的Ⅰ级响应不再启动" in told
    bureau.approve(waiting.recorded)
    lifted = bureau.launch(waiting.recorded)
    (push,) = bureau.ledger.read_now(notices.texts, lifted.id, {"medium": "push"})
    alert = payload_json.read(json.loads(push.messages)[0].encode())
    chinese = [info for info in alert.infos if info.language == "zh-CN"]
    held = [(info.ends, info.onset, info.expires) for info in chinese]
    assert held[1] == (False, "2024-01-10T10:00:00+08:00", "2024-01-10T12:00:00+08:00")  # orange, until then
    assert (alert.message_type, chinese[0].ends) == ("Update", True)


def test_a_correction_that_starts_at_another_hour_is_approved_first(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    later = Wish("更正一号", changes={"starts_at": "2024-01-10T14:00:00+08:00"})
    assert bureau.follow(start, "correct", later).recorded.prepared_by_id is None
    assert bureau.follow(start, "correct", Wish("更正二号")).recorded.prepared_by_id == start.id


def test_in_one_step_a_second_press_changes_nothing(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    first = bureau.follow(start, "retract", Wish("撤回一号")).recorded
    bureau.later(minutes=5)
    again = bureau.follow(start, "retract", Wish("撤回一号")).recorded
    assert (again.id, again.launched) == (first.id, True)


def test_words_of_ones_own_are_approved_first(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    wish = Wish("撤回一号", corrects=Correction(wrong="测试时误点发布"))
    waiting = bureau.follow(start, "retract", wish)
    assert waiting.prepared is not None
    assert (waiting.recorded.prepared_by_id, waiting.recorded.state) == (None, "submitted")
    assert [step.titles for step in waiting.prepared.steps] == [()]
    bureau.approve(waiting.recorded)
    assert bureau.launch(waiting.recorded).launched


def test_texts_of_another_office_than_the_approved_are_approved_first(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    office = type(bureau.desk.office)(signature="换了签名")
    bureau.desk = type(bureau.desk)(bureau.desk.catalogue, office, bureau.desk.new_id)
    assert bureau.follow(start, "retract", Wish("撤回一号")).recorded.state == "submitted"


def test_without_the_right_to_launch_a_follow_up_waits_ready(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    waiting = bureau.follow(start, "retract", Wish("撤回一号"), may=False).recorded
    assert waiting.state == "approved"
    assert standing(bureau) == [start.id]


def test_kashgars_lift_on_schedule_needs_nobody_and_an_early_one_its_chain(bureau: Bureau) -> None:
    bureau.register(f"{HEADER}\nKS1,喀什示例学校,学校,,653100,,19900000777,,,否")
    recorded = bureau.submit(bureau.example("kashgar-orange")).recorded
    for name, title in (("office", "指挥部办公室主任"), ("deputy", "副指挥长")):
        bureau.approve(recorded, Actor(name, name, (title,)))
    start = bureau.launch(recorded)
    early = bureau.follow(
        start, "lift", Wish("早解除", changes={"observed": OBSERVED, "special_reason": "好转"})
    )
    assert early.prepared is not None
    assert [step.titles for step in early.prepared.steps] == [("指挥部办公室主任",), ("指挥部副指挥长",)]
    done = bureau.follow(start, "lift", Wish("按期解除", at="schedule"))
    assert done.recorded.launched


def test_what_was_not_launched_has_no_follow_up(bureau: Bureau) -> None:
    recorded = bureau.submit(bureau.document()).recorded
    with pytest.raises(InputError) as refused:
        bureau.follow(recorded, "lift", Wish("解除"))
    assert code(refused) == "DECISION_NOT_LAUNCHED"


# Hints and tips


def hint(bureau: Bureau) -> dict[str, Any]:
    return bureau.document(action="hint", document_number="提示一号")


def test_an_issue_joins_the_episode_of_its_hint(bureau: Bureau) -> None:
    first = bureau.act(hint(bureau))
    issued = bureau.act(bureau.document())
    assert issued.episode_id == first.episode_id
    assert live(bureau) == [issued.broadcast_id]
    assert standing(bureau) == [issued.id]


def test_a_hint_orders_nothing_and_cannot_be_raised_but_lifted(bureau: Bureau) -> None:
    bureau.act(hint(bureau))
    bureau.expand()
    bureau.deliver()
    with pytest.raises(InputError) as refused:
        bureau.submit(bureau.document(**red_raise(decided_at=bureau.moment.isoformat(), approvals=[])))
    assert code(refused) == "NOTHING_IN_FORCE"
    bureau.act(lift(bureau, ["410100"]))
    assert standing(bureau) == []


def test_a_hint_beside_a_warning_is_refused(bureau: Bureau) -> None:
    bureau.act(bureau.document())
    with pytest.raises(InputError) as refused:
        bureau.submit(hint(bureau))
    assert code(refused) == "WARNING_IN_FORCE"


def test_a_tip_stands_beside_a_warning_and_blocks_nothing(bureau: Bureau) -> None:
    document = bureau.document(action="tip", document_number="健康提示一号")
    del document["level"]
    document["forecast"] = {**document["forecast"], "primary_pollutant": "O3"}
    tip = bureau.act(document)
    warning = bureau.act(bureau.document())
    assert live(bureau) == [tip.broadcast_id, warning.broadcast_id]
    assert standing(bureau) == [warning.id]
    assert set(bureau.ledger.read_now(notices.purposes, tip.id)) == {"now", "correct", "retract"}


# Dropped areas


def test_who_is_dropped_by_a_change_gets_the_end_in_the_same_broadcast(bureau: Bureau) -> None:
    bureau.act(counties(bureau, PARTS, issuer="市环委会办公室"))
    bureau.expand()
    bureau.deliver()
    bureau.register(f"{HEADER}\nS410105,金水区示例学校,学校,,410105,,19904101059,,,否")  # another number
    lower = bureau.act(lowered(bureau, ["410102"]))
    told = bureau.told(lower)
    assert told[CITY] == ["now"]
    assert told["4101021"] == ["now"]
    assert told["4101052"] == ["dropped"]
    assert told["4101059"] == ["dropped"]  # by directory
    assert told["4101051"] == ["dropped"]  # by exposure: the number that has left the directory
    assert "解除" in words(bureau, lower, "dropped")
    (push,) = bureau.ledger.read_now(notices.texts, lower.id, {"medium": "push"})
    alert = payload_json.read(json.loads(push.messages)[0].encode())
    held = [
        ({code.value for area in info.areas for code in area.geocodes}, info.ends) for info in alert.infos
    ]
    assert (alert.message_type, held[0]) == ("Update", ({"410102"}, False))
    assert ({"410105"}, True) in held  # where it no longer holds, whoever relays it says so too


def test_a_later_lift_does_not_tell_the_dropped_again_what_they_certainly_know(bureau: Bureau) -> None:
    bureau.act(counties(bureau, PARTS))
    bureau.expand()
    bureau.deliver()
    bureau.later(hours=1)
    bureau.act(lowered(bureau, ["410102"]))
    bureau.expand()
    bureau.deliver(lambda address: None if address == _address(bureau, "19904101052") else _accepted())
    bureau.later(hours=1)
    told = bureau.told(bureau.act(lift(bureau, ["410102"])))
    assert "4101051" not in told
    assert told["4101052"] == ["now"]  # whose end nobody confirmed
    assert told["4101021"] == ["now"]


def _accepted() -> Any:
    from channels.contract import Accepted

    return Accepted("SM")


def _address(bureau: Bureau, number: str) -> int:
    from gateway.ledger.schema import addresses

    return int(
        bureau.ledger.read_now(
            lambda connection: connection.execute(
                select(addresses.c.id).where(addresses.c.value == f"+86{number}")
            ).scalar_one()
        )
    )


def test_a_lift_of_a_part_of_the_area_is_refused(bureau: Bureau) -> None:
    bureau.act(counties(bureau, PARTS))
    with pytest.raises(InputError) as refused:
        bureau.submit(lift(bureau, ["410102"]))
    assert (code(refused), "410105" in refused.value.message) == ("AREA_DIFFERS", True)


# Corrections and retractions


def correction(bureau: Bureau, **changes: Any) -> dict[str, Any]:
    return bureau.document(
        action="correct",
        document_number="更正一号",
        corrects={"wrong": "区域有误", "right": "以本文为准"},
        **changes,
    )


def test_a_correction_takes_the_place_of_what_it_mends(bureau: Bureau) -> None:
    start = bureau.act(counties(bureau, PARTS))
    bureau.expand()
    bureau.deliver()
    mended = bureau.act(correction(bureau, area=["410102", "410104"], previous=start.id))
    assert mended.episode_id == start.episode_id
    assert standing(bureau) == [mended.id]
    assert live(bureau) == [mended.broadcast_id]
    told = bureau.told(mended)
    assert (told["4101041"], told["4101051"]) == (["now"], ["dropped"])
    with pytest.raises(InputError) as old:
        bureau.submit(correction(bureau, previous=start.id))
    assert (code(old), mended.id in old.value.message) == ("PREVIOUS_UNKNOWN", True)


def test_retracting_a_correction_names_the_corrected_messages_too(bureau: Bureau) -> None:
    start = bureau.act(bureau.document(document_number="示例61号"))
    second = bureau.act(correction(bureau, previous=start.id) | {"document_number": "示例62号"})
    bureau.later(minutes=5)
    third = bureau.act(correction(bureau, previous=second.id) | {"document_number": "示例63号"})
    retracted = bureau.follow(third, "retract", Wish("撤回一号")).recorded
    assert retracted.launched  # in the words that were approved with the correction
    told = words(bureau, retracted, "now", "notice")
    assert "示例63号" in told
    assert "和它更正的示例62号、示例61号都系误发" in told


def test_retracting_a_raise_puts_the_earlier_level_in_force_again(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    raised = bureau.act(red_raise(decided_at=bureau.moment.isoformat(), approvals=[]))
    bureau.expand()
    bureau.deliver()
    retracted = bureau.follow(raised, "retract", Wish("撤回一号")).recorded
    assert retracted.launched
    assert standing(bureau) == [start.id]
    assert live(bureau) == [retracted.broadcast_id]
    assert "橙色" in words(bureau, retracted, "now")


def test_retracting_the_only_warning_ends_it_and_tells_everyone_exposed(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    bureau.expand()
    bureau.deliver()
    bureau.register(f"{HEADER}\nS410105,金水区示例学校,学校,,410105,,19904101059,,,否")
    retracted = bureau.follow(start, "retract", Wish("撤回一号")).recorded
    assert standing(bureau) == []
    assert bureau.told(retracted)["4101051"] == ["now"]
    bureau.act(bureau.document(document_number="另发一号"))  # nothing stands in its way


def test_a_retracted_lift_puts_the_warning_in_force_again(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    lifted = bureau.act(lift(bureau, ["410100"]))
    assert standing(bureau) == []
    document = lift(bureau, ["410100"], "撤回解除")
    document |= {"action": "retract", "corrects": "误发解除", "previous": lifted.id}
    bureau.act(document)
    assert standing(bureau) == [start.id]
    with pytest.raises(InputError) as doubled:
        bureau.submit(bureau.document(document_number="第二号"))
    assert code(doubled) == "WARNING_IN_FORCE"


def test_a_lift_is_not_retracted_beside_a_newer_warning(bureau: Bureau) -> None:
    bureau.act(bureau.document())
    lifted = bureau.act(lift(bureau, ["410100"]))
    bureau.act(bureau.document(document_number="新的一号"))
    with pytest.raises(InputError) as refused:
        bureau.follow(lifted, "retract", Wish("撤回解除"))
    assert code(refused) == "WARNING_IN_FORCE"


def test_where_nothing_stands_a_correction_says_what_to_state(bureau: Bureau) -> None:
    bureau.act(bureau.document())
    lifted = bureau.act(lift(bureau, ["410100"]))
    document = correction(bureau)
    del document["level"]
    with pytest.raises(InputError) as refused:
        bureau.submit(document)
    assert (code(refused), lifted.id in refused.value.message) == ("PREVIOUS_NEEDED", True)


def test_a_retraction_of_a_retraction_is_no_way_back(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    retracted = bureau.follow(start, "retract", Wish("撤回一号")).recorded
    with pytest.raises(InputError) as refused:
        bureau.follow(retracted, "retract", Wish("撤回二号"))
    assert code(refused) == "PREVIOUS_UNKNOWN"


def test_another_decision_in_between_makes_a_submitted_one_stale(bureau: Bureau) -> None:
    bureau.act(bureau.document())
    waiting = bureau.submit(lift(bureau, ["410100"])).recorded
    if waiting.state == "submitted":
        bureau.approve(waiting)
    bureau.act(red_raise(decided_at=bureau.moment.isoformat(), approvals=[]))
    with pytest.raises(InputError) as stale:
        bureau.launch(waiting)
    assert code(stale) == "STANDING_CHANGED"


def test_retracting_a_raise_that_widened_the_area_tells_those_outside_that_nothing_holds(
    bureau: Bureau,
) -> None:
    bureau.act(counties(bureau, ["410102"]))
    raised = bureau.act(
        red_raise(decided_at=bureau.moment.isoformat(), approvals=[], area=PARTS, issuer="市环委会办公室")
    )
    bureau.expand()
    bureau.deliver()
    waiting = bureau.follow(raised, "retract", Wish("撤回一号")).recorded
    assert waiting.prepared_by_id is None  # what those outside read was not prepared
    bureau.approve(waiting)
    retracted = bureau.launch(waiting)
    told = bureau.told(retracted)
    assert (told["4101021"], told["4101051"]) == (["now"], ["dropped"])
    assert words(bureau, retracted, "now") != words(bureau, retracted, "dropped")


def test_retracting_a_change_reaches_those_again_whom_it_had_dropped(bureau: Bureau) -> None:
    start = bureau.act(counties(bureau, PARTS))
    bureau.expand()
    bureau.deliver()
    bureau.later(hours=1)
    lower = bureau.act(lowered(bureau, ["410102"]))
    bureau.expand()
    bureau.deliver()
    bureau.register(f"{HEADER}\nS9,金水区新建学校,学校,,410105,,19904101059,,,否")
    retracted = bureau.follow(lower, "retract", Wish("撤回降级")).recorded
    assert standing(bureau) == [start.id]
    told = bureau.told(retracted)
    assert told["4101051"] == ["now"]  # for them the warning holds again
    assert told["4101059"] == ["now"]


def test_an_issue_for_less_than_its_hint_ends_the_hint_elsewhere(bureau: Bureau) -> None:
    bureau.act(counties(bureau, PARTS, action="hint", document_number="提示一号"))
    bureau.expand()
    bureau.deliver()
    issued = bureau.act(counties(bureau, ["410102"]))
    told = bureau.told(issued)
    assert (told["4101021"], told["4101051"]) == (["now"], ["dropped"])
    assert "提示" in words(bureau, issued, "dropped")


def test_a_retracted_correction_takes_what_it_mended_with_it(bureau: Bureau) -> None:
    start = bureau.act(bureau.document())
    mended = bureau.act(correction(bureau, previous=start.id))
    retracted = bureau.follow(mended, "retract", Wish("撤回一号")).recorded
    if retracted.state == "submitted":
        bureau.approve(retracted)
        bureau.launch(retracted)
    assert standing(bureau) == []
