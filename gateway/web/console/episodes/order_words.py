"""The two languages of the pages of other levels' orders."""

from gateway.vocabulary import Words

STATES: dict[str, Words] = {
    "received": Words("待处理", "waits"),
    "taken": Words("已采用", "acted upon"),
    "dismissed": Words("不采用", "dismissed"),
    "overtaken": Words("已有更新消息", "overtaken"),
    "kept": Words("留存备查", "kept"),
}
MARKS = {"received": "waits", "taken": "met", "dismissed": "ended", "overtaken": "ended", "kept": "ended"}
RELATIONS: dict[str, Words] = {
    "upper": Words("上级", "upper level"),
    "lower": Words("下级", "lower level"),
    "neighbour": Words("周边地区", "neighbour"),
}
MEANINGS: dict[str, Words] = {
    "order": Words("指令", "order"),
    "warning": Words("预警", "warning"),
    "prompt": Words("提示", "prompt"),
}
SAYS: dict[str, Words] = {
    "warning": Words("预警", "warning"),
    "end": Words("解除", "end"),
    "hint": Words("预警提示", "early hint"),
    "tip": Words("健康提示", "health tip"),
}
VERDICTS: dict[str, Words] = {
    "draft": Words("须作决定", "people have to decide"),
    "unchanged": Words("与已有的决定一致", "what was decided here fits already"),
    "informed": Words("仅供知晓", "only to be known"),
    "outdated": Words("同一事件已有更新的消息", "more is known of its event"),
    "refused": Words("不能按指令处理，请核实", "it cannot be followed: verify it"),
}
ANSWERS: dict[str, Words] = {
    "accepted": Words("已收到", "accepted"),
    "running": Words("正在执行", "running"),
    "finished": Words("已完成", "finished"),
    "refused": Words("不采用", "refused"),
}
TEXTS: dict[str, Words] = {
    "orders": Words("上级指令", "Orders"),
    "about_orders": Words(
        "上级、下级和周边地区发来的指令、预警和提示，来源已核验。是否采用由人决定。",
        "Orders, warnings and prompts of other levels, proved to be theirs. People decide what is done.",
    ),
    "headline": Words("标题", "Headline"),
    "order_number": Words("指令 {}", "Order {}"),
    "sender": Words("发送方", "Sender"),
    "verify_it": Words("请打电话向发送方核实：", "Call its sender to verify it: "),
    "verify_nobody": Words(
        "请打电话向发送方核实（设置 senders.{}.telephone 没有填写电话）。",
        "Call its sender to verify it (the settings have no number for it: senders.{}.telephone).",
    ),
    "owed_until": Words(
        "这一项会一直列在待办里。问清不用照办的，按“不采用”，写明原因和问的是谁。",
        "It stays among what is owed. Where nothing is to be done, dismiss it: say why, and whom you asked.",
    ),
    "relation": Words("层级", "Level of government"),
    "says": Words("内容", "It says"),
    "level": Words("预警级别", "Warning level"),
    "area": Words("区域", "Area"),
    "starts": Words("启动时间", "Starts"),
    "ends": Words("预计解除时间", "Expected end"),
    "received": Words("收到时间", "Received"),
    "state": Words("状态", "State"),
    "plan": Words("预案", "Plan"),
    "kind": Words("类别", "Kind"),
    "search": Words("发送方或文号", "Sender or document"),
    "document": Words("文号", "Document"),
    "issuer": Words("发布机关", "Issuer"),
    "verdict": Words("核对结果", "What it asks"),
    "announced": Words("{} 起生效", "in force from {}"),
    "in_force": Words("正在生效", "in force"),
    "proof": Words("来源证明", "Proof"),
    "because": Words("处理说明", "Why"),
    "decision": Words("据此发布的决定", "Decision on it"),
    "remarks": Words("注意", "To be known"),
    "answers": Words("已答复发送方", "What its sender was told"),
    "no_answers": Words("没有答复。", "Nothing."),
    "take": Words("据此起草", "Take into a draft"),
    "take_help": Words(
        "按指令和当前预警填好草稿，由您补全后提交审批；不会自动发布。",
        "A draft is filled in from the order; you complete and submit it. Nothing is sent by itself.",
    ),
    "dismiss": Words("不采用", "Dismiss"),
    "dismiss_help": Words(
        "写明原因，答复发送方，并进入审计记录。",
        "With the reason, which its sender is told and the audit trail keeps.",
    ),
    "reason": Words("原因", "Reason"),
}
