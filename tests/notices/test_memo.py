"""What people of the office read about a decision that waits for them."""

from dataclasses import replace
from datetime import timedelta

from gateway.notices.fit import segments
from gateway.notices.memo import About, code_email, code_sms, memo_email, memo_sms, several_sms
from tests.notices.samples import OFFICE, decision, zhengzhou

LINK = "https://warn.example.gov.cn/console/decisions/01900000-0000-7000-8000-000000000000/approve"
DECIDED = decision(document_number="郑环攻坚办〔2024〕3号")
ABOUT = About(
    zhengzhou(),
    DECIDED,
    "approve",
    DECIDED.starts_at - timedelta(hours=28, minutes=10),
    drafter="李值班",
    link=LINK,
)
SIGNATURE = f"【{OFFICE.signature}】"


def test_an_sms_says_what_waits_since_when_it_counts_who_wrote_it_and_where() -> None:
    text = memo_sms(OFFICE, ABOUT, "zh-CN").text
    assert text == (
        f"{SIGNATURE}请您批准：郑州市发布重污染天气橙色预警，郑环攻坚办〔2024〕3号。"
        f"1月10日12时起，还有28小时。李值班起草。打开 {LINK}"
    )
    assert segments(text) <= 3


def test_an_exercise_says_so_first_in_every_form() -> None:
    drill = replace(ABOUT, decision=DECIDED.model_copy(update={"exercise": True}))
    sms, email = memo_sms(OFFICE, drill, "zh-CN"), memo_email(OFFICE, drill, "zh-CN")
    assert sms.text.startswith(f"{SIGNATURE}演练：请您批准")
    assert sms.title.startswith("【演练】")
    assert email.title.startswith("【演练】")
    assert email.text.startswith("【演练】")
    assert code_sms(OFFICE, "123456", 15, "zh-CN", exercise=True).text.startswith(f"{SIGNATURE}演练：")
    assert code_email(OFFICE, "123456", 15, "zh-CN", exercise=True).text.startswith("【演练】")


def test_each_turn_has_its_own_words() -> None:
    said = {
        ("approve", False): "请您批准：",
        ("approve", True): "仍待您批准：",
        ("launch", False): "批准齐备，请发布：",
        ("launch", True): "批准齐备，仍待发布：",
        ("unanswered", True): "还没有人批准，请打电话给副秘书长：",
        ("unlaunched", True): "批准齐备，还没有人发布，请打电话给值班人员：",
        ("returned", False): "已退回，请修改后再提交：",
        ("refused", False): "已被否决：",
    }
    for (kind, again), words in said.items():
        about = replace(ABOUT, kind=kind, again=again, whose="副秘书长")  # type: ignore[arg-type]
        assert memo_sms(OFFICE, about, "zh-CN").text.startswith(SIGNATURE + words), kind


def test_how_long_there_is_is_said_in_minutes_when_it_is_short() -> None:
    for left, words in (
        (timedelta(minutes=95), "还有95分钟"),
        (timedelta(hours=2), "还有2小时"),
        (timedelta(0), "已到启动时间"),
        (-timedelta(hours=1), "已到启动时间"),
    ):
        about = replace(ABOUT, now=DECIDED.starts_at - left)
        assert f"12时起，{words}。" in memo_sms(OFFICE, about, "zh-CN").text


def test_without_a_link_it_says_where_to_go() -> None:
    assert memo_sms(OFFICE, replace(ABOUT, link=None), "zh-CN").text.endswith("请登录控制台处理。")


def test_what_no_sms_holds_is_left_out_and_keeps_nothing_from_leaving() -> None:
    stated = DECIDED.model_copy(update={"document_number": "长" * 41})
    about = replace(ABOUT, decision=stated, drafter="李🙂")
    text = memo_sms(OFFICE, about, "zh-CN").text
    assert "长长" not in text
    assert "起草" not in text
    assert "橙色预警。1月10日12时起" in text
    assert "长" * 41 in memo_email(OFFICE, about, "zh-CN").text


def test_nobody_writes_a_second_signature_or_a_mark_into_it() -> None:
    about = replace(ABOUT, drafter="【别家】演练：\n王")
    assert memo_sms(OFFICE, about, "zh-CN").text.count("【") == 1


def test_an_email_has_the_link_as_one_and_names_the_plan() -> None:
    words = memo_email(OFFICE, ABOUT, "zh-CN")
    assert words.html is not None
    assert f'<a href="{LINK}">' in words.html
    assert zhengzhou().title in words.text
    assert words.title == "请您批准：郑州市全域发布重污染天气橙色预警"


def test_a_number_of_several_organisations_is_told_why_its_reply_counts_for_none() -> None:
    names = ["晴川小学", "示例🙂厂", "示例二厂", "示例三厂", "示例四厂"]
    linked = replace(OFFICE, sign_at="https://example.com/s/", contacts=("0371-66000000",))
    assert several_sms(linked, names[:1] + names[2:3], exercise=False).text == (
        f"{SIGNATURE}您的回复没有算数：晴川小学、示例二厂的通知都发到这个号码，分不清答的是哪一家。"
        "请打开每条短信里的链接，逐家签收；有疑问请拨打0371-66000000"
    )
    many = several_sms(replace(linked, sign_at=None), names, exercise=True).text
    assert many == (
        f"{SIGNATURE}演练：您的回复没有算数：晴川小学、示例二厂、示例三厂等5家单位的通知都发到这个号码，"
        "分不清答的是哪一家。请打电话逐家答复：0371-66000000"
    )


def test_who_reads_english_reads_english() -> None:
    text = memo_sms(OFFICE, ABOUT, "en").text
    assert text.startswith(
        f"{SIGNATURE}For your approval: Zhengzhou: issue of the orange air-pollution warning"
    )
    assert "in 28 hours" in text
    assert text.endswith(f"Open {LINK}")
    assert "123456 is your code" in code_sms(OFFICE, "123456", 15, "en", exercise=False).text
