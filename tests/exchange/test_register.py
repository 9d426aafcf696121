"""What became of each message, which texts are whose, and the state that the public reads."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from gateway.exchange import public_json
from gateway.exchange.life_cycle import all_clear, renewal
from gateway.exchange.model import Alert, Identity, read_moment
from gateway.exchange.register import Issued, Kind, Register
from tests.exchange.messages import alert_of, walk
from tests.notices.plans import DECIDED, packaged, stated

AFTER = DECIDED + timedelta(hours=60)  # the warning has begun


def at(hours: float) -> datetime:
    return DECIDED + timedelta(hours=hours)


def add(register: Register, alert: Alert, kind: Kind = "decision", plan: str = "zhengzhou") -> Issued:
    register.add(alert, kind=kind, plan=plan, episode=f"{plan}-{alert.incidents}", sha256="0" * 64)
    return register.issued[-1]


def registered(*alerts: Alert) -> Register:
    register = Register()
    for alert in alerts:
        add(register, alert)
    return register


def state(register: Register, now: datetime) -> dict[str, Any]:
    return public_json.state(register, now, now, lambda each: f"https://x/{each}")


def issue(**changes: Any) -> Alert:
    return alert_of("issue orange", sent=at(0), **changes)


def following(step: str, *earlier: Alert, hours: float, **changes: Any) -> Alert:
    return alert_of(step, earlier=earlier, sent=at(hours), **changes)


def test_a_warning_is_in_force_from_its_issue_and_begins_later() -> None:
    register = registered(issue())
    told = state(register, at(1))
    (plan,) = told["plans"]
    assert (told["in_force"], plan["level"], plan["level_begun"]) == (True, "orange", None)
    (warning,) = plan["warnings"]
    assert (warning["response"], warning["begun"]) == ("II", False)
    assert warning["since"] == "2024-01-10T12:00:00+08:00"
    assert warning["expected_end"] == "2024-01-13T12:00:00+08:00"
    assert warning["areas"] == [{"name": "郑州市", "code": "410100", "codes": {"GB/T 2260": "410100"}}]
    assert "重污染天气橙色预警" in warning["headline"]
    assert "户外" in warning["advice"]
    assert "orange warning" in warning["en"]["headline"]
    assert plan["said"] == "截至2024年1月8日9时，已发布橙色预警，2024年1月10日12时起生效"
    assert (
        plan["said_en"]
        == "as of 8 January 2024, 09:00: orange warning announced, in force from 10 January 2024, 12:00"
    )
    begun = state(register, AFTER)["plans"][0]
    assert begun["said"] == "截至2024年1月10日20时，橙色预警正在生效"
    assert (begun["level"], begun["level_begun"]) == ("orange", "orange")


def test_that_nothing_is_in_force_is_said_with_its_moment() -> None:
    for register in (registered(), registered(issue(), following("lift orange", issue(), hours=9))):
        told = state(register, at(99))
        assert told["in_force"] is False
        assert told["said"] == "截至2024年1月12日11时，没有生效的预警"
        assert told["said_en"] == "no warning in force as of 12 January 2024, 11:00"


def test_a_warning_that_ran_out_without_a_lift_is_no_longer_told_but_is_not_said_to_be_lifted() -> None:
    register = registered(issue())
    ends = read_moment(issue().expires or "")
    assert state(register, ends - timedelta(milliseconds=1))["in_force"]
    (plan,) = state(register, ends)["plans"]
    assert (plan["in_force"], plan["newest"]["state"]) == (False, "ran_out")
    assert "没有看到解除信息" in plan["said"]


def test_a_hint_and_a_tip_are_advice_and_put_nothing_in_force() -> None:
    for step in ("hint orange", "tip"):
        (plan,) = state(registered(alert_of(step)), at(1))["plans"]
        assert (plan["in_force"], plan["level"], plan["warnings"]) == (False, None, [])
        assert len(plan["advice"]) == 1
    assert plan["advice"][0]["level"] is None


def test_a_raise_for_later_leaves_the_lower_level_in_force_until_then() -> None:
    first = alert_of("issue yellow", sent=at(0), starts_at=at(-1), expected_end_at=at(90))
    standing = stated(packaged("zhengzhou"), "issue", "yellow", starts_at=at(-1), expected_end_at=at(90))
    later = following(
        "raise yellow to red", first, hours=2, starts_at=at(20), expected_end_at=at(90), standing=standing
    )
    register = registered(first, later)
    (plan,) = state(register, at(3))["plans"]
    assert (plan["level"], plan["level_begun"]) == ("red", "yellow")
    assert [each["level"] for each in plan["warnings"]] == ["red", "yellow"]
    assert plan["said"] == "截至2024年1月8日11时，黄色预警正在生效；已发布红色预警，2024年1月9日4时起生效"
    (plan,) = state(register, at(20))["plans"]
    assert (plan["level_begun"], len(plan["warnings"])) == ("red", 1)


def test_the_feed_shows_what_counts_and_for_a_day_what_ended_it() -> None:
    first = issue()
    second = following("raise orange to red", first, hours=2)
    cancel = following("lift red", first, second, hours=30, starts_at=at(30))
    register = registered(first, second, cancel)

    def shown(hours: float) -> list[str]:
        return [each.issued.identifier for each in register.on_show(at(hours))]

    assert shown(31) == [cancel.identifier]
    assert shown(55) == []
    assert [each.issued.identifier for each in registered(first, second).on_show(at(3))] == [
        second.identifier
    ]


def test_each_message_knows_what_became_of_it() -> None:
    first, second = issue(), following("raise orange to red", issue(), hours=2)
    cancel = following("lift red", first, second, hours=30, starts_at=at(30))
    clear = all_clear(cancel, Identity("clear", at(30)))
    register = registered(first)
    one = register.issued[0]
    assert register.state(one, at(1)) == ("holds", one)
    two = add(register, second)
    assert register.state(one, at(3)) == ("replaced", two)
    assert register.state(two, at(3)) == ("holds", two)
    three = add(register, cancel)
    four = add(register, clear, "all_clear")
    assert register.state(one, at(31)) == ("ended", three)
    assert register.state(two, at(31)) == ("ended", three)
    assert register.state(three, at(31)) == ("ends", three)
    assert register.state(four, at(31)) == ("ends", four)
    assert register.newest("zhengzhou") is three
    assert [each.issued.identifier for each in register.current()] == [cancel.identifier]


def test_a_lift_that_was_taken_back_ends_nothing_any_more() -> None:
    first = issue()
    cancel = following("lift orange", first, hours=30, starts_at=at(30))
    back = following("retract a lift of orange", first, cancel, hours=31)
    register = registered(first, cancel, back)
    assert back.message_type == "Alert"  # a Cancel cannot be referenced
    assert register.state(register.issued[1], at(32)) == ("replaced", register.issued[2])
    assert state(register, at(32))["plans"][0]["level"] == "orange"


def test_a_renewal_counts_in_the_place_of_what_it_renews() -> None:
    first = issue(expected_end_at=None, open_ended=True)
    again = renewal(first, Identity("renewed", at(70)), at(99), [first])
    register = registered(first)
    add(register, again, "renewal")
    assert state(register, at(80))["plans"][0]["warnings"][0]["expected_end"] is None
    (match, _) = register.find(first.infos[0].parameter("smsText") or "")
    assert match.issued.identifier == "renewed"


def test_a_message_of_an_exercise_cannot_be_put_in() -> None:
    for test in (False, True):
        with pytest.raises(ValueError, match="not meant for the public"):
            add(Register(), alert_of("issue orange", exercise=True, test=test))


def test_plans_are_told_apart() -> None:
    register = registered(issue())
    add(register, alert_of("issue red", "pingdingshan", sent=at(1)), plan="pingdingshan")
    levels = {each["plan"]: each["level"] for each in state(register, at(2))["plans"]}
    assert levels == {"pingdingshan": "red", "zhengzhou": "orange"}


def test_pages_go_from_the_newest_to_the_first_and_their_numbers_have_no_gap() -> None:
    alert = issue()
    register = registered(*(replace(alert, identifier=f"{alert.identifier}{n}") for n in range(230)))
    before, numbers = None, []
    while True:
        page = public_json.issued(register, before, str)
        numbers += [each["number"] for each in page["issued"]]
        before = page["next"]
        if before is None:
            break
    assert numbers == list(range(230, 0, -1))
    assert public_json.issued(registered(), None, str) == {"issued": [], "next": None}
    assert public_json.issued(register, 1, str)["issued"] == []
    assert public_json.issued(register, 10**9, str)["issued"][0]["number"] == 230


def test_hashes_are_of_the_texts_as_they_were_sent() -> None:
    alert = issue()
    (told,) = public_json.issued(registered(alert), None, str)["issued"]
    hashes = {(each["language"], each["name"]): each["sha256"] for each in told["texts"]}
    for info in alert.infos:
        for name, text in (
            *((name, info.parameter(name)) for name in ("smsTextShort", "smsText", "cbText")),
            ("headline", info.headline),
            ("description", info.description),
            ("instruction", info.instruction),
        ):
            if text is not None:
                assert hashes.pop((info.language, name)) == hashlib.sha256(text.encode()).hexdigest()
    assert hashes == {}


SMS = "smsText"
CHANGES: list[tuple[str, Callable[[str], str]]] = [
    ("as it was sent", str),
    ("with a line break in the middle", lambda text: f"{text[:30]}\n{text[30:]} "),
    ("with spaces and invisible signs", lambda text: "。 \u200b\u3000".join(text.split("。"))),
    ("with signs of half width", lambda text: text.replace("：", ":").replace("，", ",")),
    ("without its signature", lambda text: text.partition("】")[2]),
    ("passed on", lambda text: f"转发：{text}"),
    ("passed on in brackets", lambda text: f"[转发] {text}"),
    ("passed on in a signature's brackets", lambda text: f"【转发】{text}"),
    ("passed on with where it came from", lambda text: f"转发:{text}\n\n（转自示例群）\n转自 示例网 \n"),
]


@pytest.mark.parametrize("change", [change for _, change in CHANGES], ids=[how for how, _ in CHANGES])
def test_a_forwarded_text_is_found(change: Callable[[str], str]) -> None:
    alert = issue()
    text = alert.infos[0].parameter(SMS) or ""
    (match,) = registered(alert).find(change(text))
    assert (match.issued.number, match.text.name, match.text.language) == (1, SMS, "zh-CN")
    assert match.signature is None


def test_a_signature_of_somebody_else_is_found_and_named() -> None:
    alert = issue()
    body = (alert.infos[0].parameter(SMS) or "").partition("】")[2]
    (match,) = registered(alert).find(f"【某某短信】{body}")
    assert match.signature == "【某某短信】"
    told = public_json.checked(registered(alert), f"【预警已取消】{body}", at(1), at(1), str)
    assert "“【预警已取消】”不是我们写的" in told["said"]


def test_where_a_text_was_passed_on_from_is_told_not_to_be_ours() -> None:
    alert = issue()
    text = alert.infos[0].parameter(SMS) or ""
    told = public_json.checked(registered(alert), f"{text}\n转自示例群，请速转账", at(1), at(1), str)
    assert told["said"].endswith("；末尾的“转自示例群，请速转账”不是我们写的")
    assert not public_json.checked(registered(alert), f"{text}转自示例群", at(1), at(1), str)["found"]


def test_an_altered_text_or_one_of_an_exercise_is_not_found() -> None:
    alert = issue()
    text = alert.infos[0].parameter(SMS) or ""
    register = registered(alert)
    body = text.partition("】")[2]
    for altered in (
        text.replace("橙色", "红色"),
        text[:-1],
        f"{text}退订回T",
        f"【演练】{body}",
        f"【郑州市重污染天气预警】演练：{body}",
        "【郑州市重污染天气预警】",
        "\ud800",
    ):
        assert register.find(altered) == []
    drill = alert_of("issue orange", sent=at(0), exercise=True)
    assert register.find(drill.infos[0].parameter(SMS) or "") == []


def test_the_answer_to_a_check_says_whether_it_still_counts() -> None:
    first, second = issue(), following("raise orange to red", issue(), hours=2)
    cancel = following("lift red", first, second, hours=30, starts_at=at(30))
    text = first.infos[0].parameter("smsTextShort") or ""

    def checked(register: Register, hours: float, words: str = text) -> dict[str, Any]:
        return public_json.checked(register, words, at(hours), at(hours), str)

    assert checked(registered(first), 1)["holds"]
    assert checked(registered(first), 1)["said"] == (
        f"这条信息（{first.infos[0].headline}）是我们在2024年1月8日8时发布的，现在仍然有效"
    )
    assert "this was issued on 8 January 2024, 08:00 (" in checked(registered(first), 1)["said_en"]
    replaced = checked(registered(first, second), 3)
    assert (replaced["found"], replaced["holds"]) == (True, False)
    assert replaced["messages"][0]["later"] == second.identifier
    assert "已被2024年1月8日10时的“" in replaced["said"]
    assert "但已经结束" in checked(registered(first, second, cancel), 31)["said"]
    assert "到期" in checked(registered(first), 999)["said"]
    lifted = checked(registered(first, second, cancel), 31, cancel.infos[0].parameter(SMS) or "")
    assert lifted["messages"][0]["state"] == "ends"
    none = checked(registered(first), 1, "重污染天气红色预警，请立即转账")
    assert (none["found"], none["messages"]) == (False, [])
    assert "没有发布过" in none["said"]
    english = checked(registered(first), 1, first.infos[1].parameter(SMS) or "")
    assert (english["messages"][0]["language"], "still holds" in english["said_en"]) == ("en-US", True)


def test_random_events_leave_the_register_whole() -> None:
    register = Register()
    for _decision, alert, _earlier in walk("zhengzhou", 7, 120):
        if not alert.real:
            continue
        issued = add(register, alert)
        now = read_moment(alert.sent)
        assert register.state(issued, now)[1] is issued
        for each in register.issued:
            became, instead = register.state(each, now)
            assert (instead is each) == (became in ("holds", "ends", "ran_out"))
        public_json.state(register, now, now, str)
