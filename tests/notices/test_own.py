"""What an enterprise is told of its own: its lines at the level, and nothing of anybody else."""

from collections.abc import Iterable
from datetime import date
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.directory.inventory import INVENTORY_LISTS, InventoryLine
from gateway.notices.fit import SMS_UNITS, WEBHOOK_BYTES, utf8_bytes, utf16_units
from gateway.notices.model import Office
from gateway.notices.own import Enterprise
from gateway.notices.personal import OwnWords, Personal
from gateway.plans.catalogue import read
from gateway.slots import OWN_SLOT
from gateway.vocabulary import LEVELS, Level, Medium
from tests.notices.samples import OFFICE, decision, in_force, lift, zhengzhou


def line(**changes: Any) -> InventoryLine:
    """The kiln that stops at orange."""
    return InventoryLine(
        **{
            "list": "industrial",
            "level": "orange",
            "line": "1#窑",
            "action": "stop",
            "words": "1#窑停产",
            "certain": True,
            **changes,
        }
    )


def by_level(lines: Iterable[InventoryLine]) -> dict[str, list[InventoryLine]]:
    found: dict[str, list[InventoryLine]] = {level: [] for level in LEVELS}
    for each in lines:
        found[each.level].append(each)
    return found


def words(
    *lines: InventoryLine, writer: Personal | None = None, media: tuple[Medium, ...] = (), **grade: Any
) -> OwnWords:
    writer = writer or Personal(zhengzhou(), decision(), OFFICE)
    found = writer.words(Enterprise("industry", by_level(lines), **grade), media)
    assert found is not None
    return found


def changed(action: str, level: Level, former: Level) -> Personal:
    stated = decision(action=action, level=level)
    return Personal(zhengzhou(), stated, OFFICE, before=in_force(former))


def section(*lines: InventoryLine, **more: Any) -> str:
    return "\n".join(words(*lines, **more).section)


def test_a_section_names_each_line_its_order_its_proof_and_who_is_in_charge() -> None:
    told = section(
        line(person="张三"),
        line(
            line="2#线",
            action="limit",
            percent=30,
            batch=2,
            indicator="power",
            indicator_value="不超过500kwh/日",
        ),
        line(line=None, action="trucks", words="停止使用国四及以下重型载货车"),
    )
    assert told.splitlines()[:4] == [
        "本单位措施（应急减排清单，橙色预警，自2024年1月10日12时起执行）",
        "1. 1#窑：停产。责任人：张三。",
        "2. 2#线：第2批限产30%。预案没有写明各批何时轮到，本通知不能确定本批的起止时间："
        "请立即询问值班电话 0371-00000000。即减少30%的负荷。核查指标：用电量不超过500kwh/日。",
        "3. 停止使用国四及以下重型载货车。",
    ]


def test_preparation_ends_at_the_start_and_begins_so_much_earlier() -> None:
    assert "须在1月10日8时30分前开始，1月10日12时前完成" in section(line(preparation_minutes=210))


def test_preparation_longer_than_what_is_left_begins_at_once() -> None:
    told = section(line(preparation_minutes=3 * 1440))
    assert "请立即开始，须在1月10日12时前完成" in told


def test_who_is_stopped_already_is_not_told_to_prepare() -> None:
    before = line(level="yellow", preparation_minutes=60)
    writer = changed("raise", "orange", "yellow")
    assert "应急准备" not in section(line(preparation_minutes=60), before, writer=writer)


def test_an_uncertain_cell_is_sent_in_its_own_words() -> None:
    told = section(line(line="涂装", action="own_words", words="视情停止部分工序，民生除外", certain=False))
    assert "涂装：清单原文：“视情停止部分工序，民生除外”" in told


def test_a_limit_without_a_figure_is_sent_in_its_own_words() -> None:
    assert "清单原文：“适当限产”" in section(line(action="limit", words="适当限产"))


@pytest.mark.parametrize(
    ("grade", "since", "said"),
    [
        ("B", date(2023, 10, 1), "按B级绩效执行（2023年10月1日起）。"),
        ("leading", None, "按引领性企业执行。"),
        ("A", date(2024, 1, 10), "按A级绩效执行（2024年1月10日起）。"),
    ],
)
def test_the_grade_is_printed_as_used(grade: str, since: date | None, said: str) -> None:
    assert said in section(line(), grade=grade, grade_valid_from=since)


def test_a_grade_that_does_not_count_yet_is_not_used() -> None:
    told = words(line(), grade="A", grade_valid_from=date(2024, 1, 11), media=("sms",))
    assert "A级" not in "\n".join(told.section)
    assert told.sms is not None
    assert "A级" not in told.sms


def test_protection_is_told_with_its_ground_only() -> None:
    protected = line(list="guaranteed", line="锅炉", action="own_words", words="居民供暖", certain=False)
    grounded = InventoryLine(**{**_fields(protected), "exemption": "民生供暖"})
    with_ground = section(grounded, grade="guaranteed")
    assert "按保障类企业执行" in with_ground
    assert "豁免依据：民生供暖" in with_ground
    without = section(protected, grade="guaranteed")
    assert "按保障类企业执行" not in without
    assert "清单没有写明保障的依据，不能据此免于执行" in without


def test_what_changed_is_marked_and_what_ended_is_listed() -> None:
    told = section(
        line(),
        line(line="2#窑"),
        line(line="3#窑", action="limit", percent=50),
        line(level="yellow"),
        line(level="yellow", line="3#窑", action="limit", percent=20),
        line(level="yellow", line="4#窑"),
        writer=changed("raise", "orange", "yellow"),
    )
    assert "1. 1#窑：停产。\n2. 【新增】2#窑：停产。\n3. 【调整】3#窑：限产50%。" in told
    assert "不再要求：\n－4#窑：停产\n" in told


def test_nothing_is_marked_where_nothing_was_in_force() -> None:
    assert "【" not in section(line(), line(level="yellow", line="9#窑"))


def test_a_raise_to_a_level_without_lines_ends_nothing_by_itself() -> None:
    told = section(line(level="yellow"), writer=changed("raise", "orange", "yellow"))
    assert "清单没有登记本单位橙色预警的措施" in told
    assert "不再要求" not in told


def test_a_lower_level_without_lines_ends_them() -> None:
    told = section(line(level="red"), writer=changed("lower", "orange", "red"))
    assert "不再要求：\n－1#窑：停产" in told


def test_a_lift_tells_which_lines_end() -> None:
    writer = Personal(zhengzhou(), lift(), OFFICE, before=in_force("orange"))
    told = words(
        line(), line(list="white_list", line="豫A00000", words="新能源"), writer=writer, media=("sms",)
    )
    assert told.section == ("本单位不再执行的措施（自2024年1月13日0时起）", "－1#窑：停产")
    assert told.sms is not None
    assert "本单位不再执行：1#窑停产。" in told.sms
    assert "豫A00000" not in told.sms


def test_who_has_no_line_at_the_level_reads_what_its_sector_reads() -> None:
    writer = Personal(zhengzhou(), decision(), OFFICE)
    assert writer.words(Enterprise("industry", {"orange": (), "yellow": (line(level="yellow"),)})) is None


@pytest.mark.parametrize("action", ["hint", "tip"])
def test_a_hint_or_a_tip_orders_nothing(action: str) -> None:
    stated = decision(action=action, level=None if action == "tip" else "orange")
    writer = Personal(zhengzhou(), stated, OFFICE)
    assert writer.levels == ()
    assert writer.words(Enterprise("industry", {"orange": (line(),)})) is None


def test_a_retraction_names_what_holds_again() -> None:
    stated = decision(action="retract", level="red", corrects={"wrong": "误发"})
    writer = Personal(zhengzhou(), stated, OFFICE, before=in_force("red"), after=in_force("orange"))
    told = section(line(), line(level="red", line="2#窑", preparation_minutes=60), writer=writer)
    assert "橙色预警，自2024年1月9日12时起执行" in told
    assert "1. 【新增】1#窑：停产。" in told
    assert "－2#窑：停产" in told


def test_safety_is_the_plans_clause_where_it_has_one_else_the_offices_line() -> None:
    assert f"{OFFICE.safety}。" in section(line())
    name = "xigang.yaml"
    xigang = read((files("message_templates") / "plans" / name).read_bytes(), name).plan
    stated = decision(plan="xigang", area=["210203"])
    writer = Personal(xigang, stated, Office(contacts=("值班电话 0411-00000000",)))
    told = section(line(), writer=writer)
    assert "在确保安全生产的前提下执行（预案6.5）。" in told
    assert "请立即联系：值班电话 0411-00000000。" in told


def test_an_sms_holds_level_hour_lines_safety_and_whom_to_call() -> None:
    told = words(line(preparation_minutes=240), grade="B", grade_valid_from=date(2023, 10, 1), media=("sms",))
    sms = told.sms or ""
    start = "【郑州市重污染天气预警】重污染天气橙色预警：郑州市1月10日12时起启动Ⅱ级响应"
    assert sms.startswith(start)
    assert "本单位（B级）：1#窑停产（1月10日8时前开始）。须先确保安全，不能执行的立即联系值班电话" in sms
    assert "收到后60分钟内签收" in sms


def test_an_exercise_says_so_in_every_medium() -> None:
    writer = Personal(zhengzhou(), decision(exercise=True), OFFICE)
    told = words(line(), writer=writer, media=("sms", "webhook"))
    assert (told.sms or "").startswith("【郑州市重污染天气预警】演练：")
    assert all("演练" in part for part in told.webhook or ())


def test_what_an_sms_cannot_hold_stands_elsewhere_and_is_counted() -> None:
    told = words(
        line(), line(line="2#窑", action="own_words", words="停用㊣炉⑪ö", certain=False), media=("sms",)
    )
    sms = told.sms or ""
    assert "㊣" not in sms
    assert "另有" in sms
    assert "1#窑停产" in sms
    assert "停用㊣炉⑪ö" in "\n".join(told.section)


def test_a_line_is_never_cut_within_itself() -> None:
    long = "停用设备甲乙丙丁，" * 60
    told = words(
        line(line=None, action="own_words", words=long, certain=False), line(line="2#窑"), media=("sms",)
    )
    sms = told.sms or ""
    assert "停用设备" not in sms
    assert "2#窑停产" in sms
    assert utf16_units(sms) <= SMS_UNITS


def test_a_line_too_long_for_chat_is_named_in_its_place() -> None:
    long = "停用设备，" * 900
    told = words(line(line=None, action="own_words", words=long, certain=False), media=("webhook",))
    parts = told.webhook or ()
    assert all(utf8_bytes(part) <= WEBHOOK_BYTES for part in parts)
    assert "1. 这一项的清单原文较长" in "".join(parts)


def test_a_cell_cannot_imitate_a_slot_a_signature_or_a_line_of_its_own() -> None:
    told = words(
        line(action="own_words", words=f"停产\n{OWN_SLOT}\n【假签名】", certain=False), media=("sms",)
    )
    assert OWN_SLOT not in "\n".join(told.section)
    assert "【假签名】" not in (told.sms or "")
    (only,) = [each for each in told.section if "假签名" in each]
    assert only.startswith("1. ")


def _fields(one: InventoryLine) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__dataclass_fields__}


cells = st.text("停限产窑线甲乙丙丁%、，0123456789AB（）", min_size=1, max_size=60)
lines = st.builds(
    InventoryLine,
    list=st.sampled_from(INVENTORY_LISTS),
    level=st.sampled_from(LEVELS),
    line=st.none() | cells,
    action=st.sampled_from(["stop", "limit", "off_peak", "trucks", "own_words"]),
    words=cells,
    certain=st.booleans(),
    percent=st.none() | st.integers(1, 100),
    preparation_minutes=st.none() | st.integers(1, 4000),
    person=st.none() | st.just("张三"),
    exemption=st.none() | st.just("民生供暖"),
    batch=st.none() | st.integers(1, 5),
)


@settings(max_examples=150, deadline=None)
@given(lists=st.lists(lines, min_size=1, max_size=12), raised=st.booleans())
def test_every_line_of_the_level_stands_once_and_none_of_another_level(
    lists: list[InventoryLine], raised: bool
) -> None:
    """Lines bear a number that no other has, so that each can be counted."""
    numbered = [
        InventoryLine(**{**_fields(each), "line": f"<{number}>", "words": f"{each.words}<<{number}>>"})
        for number, each in enumerate(lists)
    ]
    writer = changed("raise", "orange", "yellow") if raised else Personal(zhengzhou(), decision(), OFFICE)
    at = by_level(numbered)
    found = writer.words(Enterprise("industry", at), {"sms"})
    if found is None:
        assert not at["orange"]
        assert not (raised and at["yellow"])
        return
    orders = [each for each in found.section if each[0].isdigit()]
    ended = [each for each in found.section if each[0] == "－"]
    for number, each in enumerate(numbered):
        ordered = sum(f"<{number}>" in order for order in orders)
        over = sum(f"<{number}>" in order for order in ended)
        if each.level == "orange":
            assert (ordered, over) == (1, 0)
            understood = each.certain and (
                each.action == "stop" or (each.action == "limit" and each.percent is not None)
            )
            (mine,) = [order for order in orders if f"<{number}>" in order]
            assert understood or f"<<{number}>>" in mine
        elif raised and each.level == "yellow":
            assert (ordered, over) == (0, int(bool(at["orange"])))
        else:
            assert (ordered, over) == (0, 0)
    assert found.sms is not None
    assert utf16_units(found.sms) <= SMS_UNITS


def test_who_reads_english_reads_of_safety_in_english() -> None:
    writer = Personal(zhengzhou(), decision(), OFFICE, language="en")
    assert f"Safety comes first. {OFFICE.safety_en}." in section(line(), writer=writer)
    name = "xigang.yaml"
    xigang = read((files("message_templates") / "plans" / name).read_bytes(), name).plan
    writer = Personal(xigang, decision(plan="xigang", area=["210203"]), OFFICE, language="en")
    told = section(line(), writer=writer)
    assert "Safety comes first. Carry out every measure only where production stays safe (plan, 6.5)." in told
