"""The words of the board of signatures and its calls, of the steps taken, and of what did not arrive."""

from gateway.ledger.follow_up.calls import Result
from gateway.vocabulary import Words

RESULTS: dict[Result, Words] = {
    "signed": Words("代为签收", "signed"),
    "told": Words("已口头通知", "told"),
    "objected": Words("有异议", "objects"),
    "no_answer": Words("无人接听", "no answer"),
    "absent": Words("本人不在", "not there"),
    "wrong_number": Words("号码有误", "wrong number"),
}
SORTS: dict[str, Words] = {
    "due": Words("签收期限", "when they are to sign"),
    "name": Words("单位名称", "name"),
    "area": Words("区县", "district"),
    "audience": Words("受众", "audience"),
}
TEXTS: dict[str, Words] = {
    "filter": Words("筛选", "Filter"),
    "show_all": Words("取消筛选", "Show all"),
    "any": Words("不限", "any"),
    "standing": Words("情况", "Standing"),
    "sector": Words("行业", "Sector"),
    "step": Words("催到哪一步", "Last step"),
    "time": Words("期限", "Time"),
    "late_yes": Words("已逾时", "late"),
    "late_no": Words("还有时间", "still in time"),
    "sorted_by": Words("排序", "Order"),
    "descending": Words("（倒序）", " (descending)"),
    "organisation": Words("单位", "Organisation"),
    "code": Words("编码", "Code"),
    "due_by": Words("签收期限", "To sign by"),
    "last_step": Words("已催到", "Last step"),
    "following": Words("下一步", "Next"),
    "in_brackets": Words("（{}）", " ({})"),
    "no_step": Words("没有下一步", "nothing by itself"),
    "telephone": Words("电话", "Telephone"),
    "no_number": Words("没有电话", "no number"),
    "signed_by": Words("{} {} 签收", "signed by {} at {}"),
    "write_down": Words("登记电话", "Write down a call"),
    "close_call": Words("不登记了", "Close"),
    "call_to": Words("给{}打电话", "Calling {}"),
    "script": Words("念给对方听", "Read out to them"),
    "result": Words("结果", "Result"),
    "who_answered": Words("谁接的电话", "Who answered"),
    "somebody_else": Words("其他人", "somebody else"),
    "name_said": Words("对方姓名（代签收时必填）", "Their name (needed to sign)"),
    "role_said": Words("职务", "Their position"),
    "note": Words("记录（有异议时写明原因）", "Note (an objection needs its reason)"),
    "keep_call": Words("登记", "Write it down"),
    "heard_before": Words("以前的通话", "Calls before"),
    "called_by": Words("{} 由 {} 拨打：{}", "{}, called by {}: {}"),
    "written_down": Words("已登记：{}。", "Written down: {}."),
    "next_page": Words("下一页", "Next page"),
    "first_page": Words("第一页", "First page"),
    "as_file": Words("导出", "Export"),
    "by_district": Words("按区县和受众", "By district and audience"),
    "reloads": Words("每 {} 秒自动刷新；登记电话时不刷新。", "Reloads every {} seconds, not during a call."),
    # steps
    "about_steps": Words(
        "没有签收的单位，到时间自动换渠道、找下一位联系人，最后由人拨打。签收、有异议、取代或解除后立即停止。",
        "Who has not signed is told by another channel, then the next contact; at last a person calls. It "
        "ends with a signature, an objection, a newer decision or the lift.",
    ),
    "when": Words("时间", "Time"),
    "what": Words("做什么", "What"),
    "taken": Words("已做", "Done"),
    "skipped": Words("无人可找", "Nobody left"),
    "spared": Words("不用再催", "Not needed"),
    "to_come": Words("待做", "To come"),
    "at_most": Words("最多 {}", "at most {}"),
    "nothing_follows": Words(
        "已有新的决定、已停发或已过期，不再催。", "Nothing more follows: it is not in force."
    ),
    "no_steps": Words("这个任务没有催办。", "Nothing is escalated in this broadcast."),
    "told_when": Words("谁在什么时候收到", "Who was told when"),
    "told_whom": Words("通知了谁", "Whom"),
    "itself": Words("本单位", "the organisation itself"),
    "by_what": Words("方式", "How"),
    "outcome": Words("后来", "Since then"),
    "none_taken": Words("还没有催过。", "Nothing was done yet."),
    # failures
    "about_failures": Words(
        "按原因列出；点数字看是哪些单位。", "By reason; a number leads to who is concerned."
    ),
    "means": Words("什么意思", "What it means"),
    "affected": Words("受影响的单位", "Who is concerned"),
    "address": Words("号码或地址", "Address"),
    "tries": Words("次数", "Tries"),
    "last_try": Words("最后一次", "Last try"),
    "none_here": Words("没有，或不在您负责的区域。", "None, or none in your areas."),
    "other_reasons": Words("其他原因", "Other reasons"),
    "mend": Words("改通讯录", "Mend the directory"),
}
