"""The two languages of the pages of obligations."""

from gateway.vocabulary import Words

STATE_WORDS: dict[str, Words] = {
    "open": Words("未逾期", "owed"),
    "overdue": Words("逾期", "overdue"),
    "met": Words("已完成", "met"),
    "ended": Words("已了结", "ended"),
}
DAILY = Words("每日", "daily")
TEXTS: dict[str, Words] = {
    "obligations": Words("待办", "What is owed"),
    "about_obligations": Words(
        "预案和法规要求的报告、备案、评估和解除。启动预警时自动列出，逾期会提醒值班人员。",
        "Reports, filings, evaluations and the lift that the plan asks for. They are listed by themselves "
        "when a warning starts; the duty officer is told of what is overdue.",
    ),
    "what": Words("事项", "What"),
    "state": Words("状态", "State"),
    "due": Words("期限", "Due"),
    "by_whom": Words("由谁", "By whom"),
    "to_whom": Words("报给谁", "To whom"),
    "plan": Words("预案", "Plan"),
    "clause": Words("条款", "Clause"),
    "opened": Words("列入时间", "Listed at"),
    "kind": Words("类别", "Kind"),
    "whose": Words("谁的", "Whose"),
    "ours": Words("本机关要报的", "the office's own"),
    "theirs": Words("各单位要报来的", "of units and districts"),
    "search": Words("事项或单位", "What or who"),
    "owed": Words("未完成的", "all that is owed"),
    "all_states": Words("全部", "all"),
    "no_time": Words("没有期限", "no time"),
    "covers": Words("所涉日期", "About"),
    "repeats": Words("周期", "Repeats"),
    "reminded": Words("已提醒", "Reminded"),
    "met_at": Words("完成时间", "Met"),
    "late": Words("晚于期限", "late"),
    "because": Words("了结原因", "Why it ended"),
    "episode": Words("污染过程", "Episode"),
    "see_episode": Words("查看污染过程", "See it"),
    "draft_report": Words("起草报告", "Draft the report"),
    "as_paper": Words("看成文、下载", "As a paper"),
    "reports": Words("收到的报告", "Reports received"),
    "no_reports": Words("还没有收到报告。", "No report yet."),
    "received": Words("{} 报，{} 收到", "from {}, received {}"),
    "lacks": Words("还缺", "Still missing"),
    "report_for": Words("代为登记报告", "Record a report"),
    "report_help": Words(
        "单位用电话、传真或邮件报来的内容，在这里登记。可分几次补齐。",
        "What a unit told by telephone, fax or mail. It may come in several parts.",
    ),
    "from_whom": Words("谁报来", "From whom"),
    "contents": Words("内容", "Contents"),
    "there": Words("已有", "is there"),
    "record": Words("登记", "Record"),
    "waive": Words("免除", "Waive"),
    "waive_help": Words(
        "确实不用报的，写明原因后免除；每日报告只免除这一天。姓名和原因进入审计记录。",
        "What need not be met is closed with the reason; of a daily report that day alone. Your name and "
        "the reason go into the audit trail.",
    ),
    "reason": Words("原因", "Reason"),
    "by_decision": Words(
        "由下一份决定完成（解除、延长、更正等），不收报告，也不能免除。",
        "The next decision meets it (a lift, an extension, a correction); it takes no report and cannot be "
        "waived.",
    ),
    "by_order": Words(
        "由按指令发布的决定完成，或在“上级指令”中写明理由后不予执行。",
        "A decision on the order meets it, or somebody who dismisses the order with a reason.",
    ),
}
