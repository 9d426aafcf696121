"""The two languages of asking people whether their numbers are still right."""

from gateway.directory.campaign import LEFT_OUT_WORDS, LeftOutReason
from gateway.vocabulary import Words

_LEFT_OUT_EN: dict[LeftOutReason, str] = {
    "opted_out": "opted out",
    "denied": "said before that it is not theirs",
    "asked_lately": "asked not long ago",
    "no_lane": "no lane sends there",
    "no_link": "no public_url is set, so that a mail could not be answered",
    "name": "the name holds characters that no SMS can",
}
LEFT_OUT: dict[str, Words] = {
    code: Words(words, _LEFT_OUT_EN[code]) for code, words in LEFT_OUT_WORDS.items()
}
VIAS: dict[str, Words] = {
    "link": Words("网页答复", "by the page"),
    "sms": Words("短信答复", "by SMS"),
    "phone": Words("电话答复", "by telephone"),
    "api": Words("由系统记录", "by a system"),
}
ANSWERS: dict[str, Words] = {
    "confirmed": Words("是", "yes"),
    "denied": Words("不是", "no"),
    "changed": Words("换人", "somebody else"),
    "open": Words("未答复", "no answer yet"),
}
STAGES: dict[str, Words] = {
    "running": Words("进行中", "running"),
    "ended": Words("已结束", "ended"),
}
TEXTS: dict[str, Words] = {
    "campaigns": Words("核实号码", "Verification"),
    "about_campaigns": Words(
        "发短信和邮件问：这个号码还是贵单位的吗？同一号码 30 天内只问一次，白天发送，不影响预警。",
        "Asks by SMS and mail whether a number is still right: once in 30 days, by day, behind all warnings.",
    ),
    "new_campaign": Words("发起核实", "Ask"),
    "whom": Words("问谁", "Whom"),
    "whom_help": Words("不选就是全部。", "None chosen: all."),
    "some_areas": Words("只问几个区域", "Only some areas"),
    "which_numbers": Words("哪些号码", "Which numbers"),
    "which_help": Words("都不选就是全部；选几项，符合一项就问。", "None: all; of several any one counts."),
    "never": Words("从未核实的", "never verified"),
    "failed": Words("上次没有送到的", "not reached by the last message"),
    "since": Words("这一天以后没有核实过的", "not verified since this day"),
    "days": Words("几天内可以答复", "Days to answer"),
    "groups_help": Words("多个用逗号分开。", "Several are separated by commas."),
    "for_exercises": Words("演练", "exercise"),
    "only_exercises": Words("只问演练单位", "Only organisations for exercises"),
    "count": Words("先看看会问谁", "See whom it would ask"),
    "would_ask": Words("将要问的", "Whom it would ask"),
    "not_yet": Words(
        "还没有发出。核对后，按最下面的“开始核实”。", "Nothing has left yet. Look, then start it below."
    ),
    "organisations_number": Words("单位", "Organisations"),
    "segments": Words("短信计费条数", "SMS segments (billed)"),
    "until": Words("可以答复到", "Answers until"),
    "left_out": Words("不问的 {} 个", "{} are not asked"),
    "first_asked": Words("前 {} 个", "The first {}"),
    "start": Words("开始核实", "Start"),
    "back": Words("改条件", "Change the choice"),
    "count_differs": Words(
        "您看过之后，要问的号码变了，所以没有开始。下面是新的名单，请再核对一次。",
        "Whom it would ask has changed since you looked: it was not started. Look again.",
    ),
    "campaign": Words("{} 的核实", "Campaign of {}"),
    "started_by": Words("由谁发起", "Started by"),
    "stage": Words("状态", "State"),
    "began": Words("开始", "Began"),
    "questions": Words("询问", "Questions"),
    "messages": Words("消息", "Messages"),
    "undelivered": Words("没有送到的原因", "Why some did not arrive"),
    "answer": Words("答复", "Answer"),
    "answered_at": Words("答复时间", "Answered"),
    "asked_at": Words("发出时间", "Asked"),
    "address": Words("号码或邮箱", "Address"),
    "delivery": Words("投递状态", "Delivery"),
    "via": Words("怎样答复", "How"),
    "end": Words("提前结束", "End it early"),
    "end_help": Words(
        "不再发送，短信和邮件里的链接也失效。", "Nothing more is sent, and its links work no longer."
    ),
    "answers_so_far": Words("答复情况", "Answers"),
    "proposals": Words("换人提议", "Proposals"),
    "about_proposals": Words(
        "这些单位答复换了联系人。先打电话给新联系人核对，再选采纳或不采纳。在这之前，旧号码照旧使用。"
        "查看会记入审计。",
        "They named somebody else as the contact. Call the new one, then accept or refuse. Until then the "
        "old number stays in use. Looking is written into the audit trail.",
    ),
    "as_registered": Words("现在登记", "As registered"),
    "as_proposed": Words("答复改为", "As proposed"),
    "its_own": Words("单位号码", "its own"),
    "called_them": Words("已打电话核对", "I have called and checked"),
    "accept": Words("采纳，更换联系人", "Accept"),
    "refuse_it": Words("不采纳", "Refuse"),
    "no_proposals": Words("没有待处理的提议。", "No proposal waits."),
}
