"""The two languages of the pages about what organisations answered."""

from gateway.ledger.follow_up.calls import Result
from gateway.vocabulary import Words

SHOWN: dict[str, Words] = {
    "waits": Words("等人联系", "waits for a call"),
    "settled": Words("已处理或已结束", "settled or over"),
    "all": Words("全部", "all"),
}
MEANINGS: dict[str, Words] = {
    "sign": Words("签收", "signs"),
    "object": Words("有异议", "objects"),
    "confirm": Words("确认号码", "confirms the number"),
    "wrong_number": Words("号码不对", "wrong number"),
    "unclear": Words("不明，没有算签收", "unclear: nothing was signed"),
    "other": Words("其他，请看原文", "something else: read it"),
}
RESULT_WORDS: dict[Result, Words] = {
    "told": Words("已答复：照做，或商定了替代做法", "answered: they will do it, or something agreed"),
    "signed": Words("已答复，对方签收", "answered, and they sign"),
    "objected": Words("仍有异议", "still objects"),
    "no_answer": Words("无人接听", "no answer"),
    "absent": Words("本人不在", "not there"),
    "wrong_number": Words("号码有误", "wrong number"),
}
TEXTS: dict[str, Words] = {
    "answers": Words("异议和回复", "Objections and replies"),
    "objections": Words("异议", "Objections"),
    "replies": Words("短信回复", "Replies by SMS"),
    "about_objections": Words(
        "有异议的单位没有签收。请先打电话，再把结果记下来。",
        "Who objects has not signed. Call them first, then note what was said.",
    ),
    "about_replies": Words(
        "“1”“收到”等自动算签收，“2”“不能”自动算异议，只对该号码最后收到的一条短信算；“不是本人”自动记为号码"
        "不对。标“不明”的没有算签收，请打电话问；其他的请人看。",
        "1 and the like sign by themselves, 2 and “cannot” object, for the last message at that number "
        "alone; “not me” marks the number. What is unclear signed nothing: call them. The rest is for a "
        "person to read.",
    ),
    "organisation": Words("单位", "Organisation"),
    "state": Words("状态", "State"),
    "objection": Words("异议内容", "Objection"),
    "at": Words("时间", "When"),
    "audience": Words("受众", "Audience"),
    "broadcast": Words("发布任务", "Broadcast"),
    "signed": Words("签收时间", "Signed"),
    "kind": Words("类别", "Kind"),
    "text": Words("原文", "Text"),
    "meaning": Words("含义", "Taken as"),
    "nobody": Words("不在通讯录", "not in the directory"),
    "address": Words("号码", "Number"),
    "words_in_it": Words("原文中的字", "Words in it"),
    "to_list": Words("返回异议列表", "Back to the objections"),
    "what_it_got": Words("发给它的预警", "What it was told"),
    "who_objected": Words("提出人", "Said by"),
    "district": Words("区域", "Area"),
    "whom_to_call": Words("打给谁", "Whom to call"),
    "masked": Words("号码已打码，值班人员可以看到并拨打。", "Masked: duty officers see and dial them."),
    "no_numbers": Words("没有电话。", "No number."),
    "in_directory": Words("通讯录里的这个单位", "This organisation in the directory"),
    "heard": Words("通话记录", "Calls"),
    "no_calls": Words("还没有打过电话。", "Nobody has called yet."),
    "by_at": Words("{}，{}", "{}, {}"),
    "note_call": Words("记下结果", "Note what was said"),
    "result": Words("结果", "Result"),
    "name": Words("对方姓名（签收、仍有异议时必填）", "Who said so (needed to sign or to object)"),
    "note": Words("说明（仍有异议时必填）", "Note (needed where they still object)"),
    "note_help": Words(
        "不能安全停产的：写明可以先停什么、何时停完。",
        "Where they cannot stop safely: what stops first, and when all has stopped.",
    ),
    "record": Words("记录", "Record"),
    "over": Words(
        "已有新的决定，这一次不用再联系。", "A newer decision has taken its place: nobody is to be called."
    ),
}
