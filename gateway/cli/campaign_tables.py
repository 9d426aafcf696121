"""Verification campaigns as tables: whom one asks, how far they are, what was answered."""

from typing import Any

from gateway.cli.output import minute, say, table

ANSWER_WORDS = {"confirmed": "是", "denied": "不是", "changed": "换了联系人", None: "未答复"}
_SHOWN = 50


def show_start(shown: dict[str, Any]) -> None:
    """Whom a campaign asks or would ask, who is left out and why."""
    from gateway.delivery.words import CHANNEL_WORDS
    from gateway.directory.campaign import LEFT_OUT_WORDS

    campaign = shown["campaign"]
    head = "将询问（试运行，未发送）" if campaign is None else f"核实 {campaign['id']}：询问"
    kinds = "，".join(f"{CHANNEL_WORDS[kind].zh} {number}" for kind, number in shown["addresses"].items())
    table(
        f"{head} {shown['organisations']} 个单位（{kinds}；短信计费 {shown['segments']} 条）",
        ["编码", "名称", "联系人", "号码或邮箱", "上次核实", "单位数"],
        [
            [
                each["code"],
                each["name"],
                each["contact"] or "本单位",
                each["address"],
                each["verified_on"] or "从未",
                each["organisations"],
            ]
            for each in shown["asked"][:_SHOWN]
        ],
    )
    if len(shown["asked"]) > _SHOWN:
        say(f"只列出前 {_SHOWN} 个，全部见 --json · the first {_SHOWN} only; --json has all")
    words = {str(code): word for code, word in LEFT_OUT_WORDS.items()}
    for reason, number in shown["left_out"].items():
        say(f"不问 {number} 个：{words[reason]} · {reason}")
    say(f"有效至 {minute(shown['expires_at'])} · until")
    if campaign is not None:
        show_campaigns([campaign])


def show_campaigns(found: list[dict[str, Any]]) -> None:
    """Campaigns and how far they are."""
    from gateway.delivery.words import STATE_WORDS, reason_words

    states = {str(state): words.zh for state, words in STATE_WORDS.items()}
    table(
        "核实 · verifications",
        ["编号", "发起", "由", "有效至", "问", "是", "不是", "换人", "未答复", "消息"],
        [
            [
                "".join(
                    [
                        str(each["id"]),
                        "（演练）" if each["exercise"] else "",
                        "（已结束）" if each["ended_at"] else "",
                    ]
                ),
                minute(each["at"]),
                each["started_by"],
                minute(each["expires_at"]),
                each["questions"],
                each["confirmed"],
                each["denied"],
                each["changed"],
                each["open"],
                "，".join(f"{states[state]} {number}" for state, number in each["messages"].items())
                or "待生成",
            ]
            for each in found
        ],
    )
    for each in found:
        for reason, number in each["undelivered"].items():
            say(f"核实 {each['id']} 未送达 {number} 个：{reason_words(reason).zh}")


def show_questions(questions: list[dict[str, Any]]) -> None:
    """Questions and what was answered."""
    from gateway.delivery.words import STATE_WORDS

    states = {str(state): words.zh for state, words in STATE_WORDS.items()}
    table(
        "问题 · questions",
        ["编码", "名称", "联系人", "号码或邮箱", "消息", "答复"],
        [
            [
                each["organisation"]["code"],
                each["organisation"]["name"],
                each["contact"] or "本单位",
                each["address"],
                states.get(each["state"] or "", "待生成"),
                ANSWER_WORDS[each["answer"]],
            ]
            for each in questions[:_SHOWN]
        ],
    )
    if len(questions) > _SHOWN:
        say(f"只列出前 {_SHOWN} 个，全部见 --json · the first {_SHOWN} only; --json has all")
