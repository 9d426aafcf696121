"""The two languages of the preview of a draft, beside those of drafts."""

from gateway.vocabulary import Words

MEDIA: dict[str, Words] = {
    "sms": Words("短信", "SMS"),
    "webhook": Words("企业微信", "WeCom"),
    "email": Words("邮件", "Email"),
    "notice": Words("通知全文（A4）", "Notice (A4)"),
    "spoken": Words("口播", "Spoken"),
    "push": Words("运营商报文", "Operators' payload"),
}
PURPOSES: dict[str, Words] = {
    "now": Words("本次发出", "Leaves now"),
    "dropped": Words("不再涉及的区域：结束告知", "Areas that drop out: the end"),
    "lift": Words("备用：解除", "Ready: lift"),
    "lift_before_start": Words("备用：启动前解除", "Ready: lift before the start"),
    "correct": Words("备用：更正", "Ready: correction"),
    "retract": Words("备用：撤回", "Ready: retraction"),
}
SKIPS: dict[str, Words] = {
    "no_address": Words("没有可用的联系方式", "no usable address"),
    "no_text": Words("没有这类受众的文本", "no text for it"),
    "opted_out": Words("已退订", "opted out"),
    "shared_address": Words("同一地址已为别的单位发送", "its address gets the same text for another"),
}

TEXTS: dict[str, Words] = {
    "preview": Words("预览", "Preview"),
    "preview_of": Words("预览：{}", "Preview: {}"),
    "back_to_form": Words("返回修改", "Back to the form"),
    "who_gets": Words("将发给谁", "Who gets it"),
    "organisations": Words("单位", "Organisations"),
    "addresses": Words("接收数", "Addresses"),
    "channel": Words("渠道", "Channel"),
    "recipients": Words("接收数", "Recipients"),
    "segments_each": Words("每条计费条数", "Segments each"),
    "segments_all": Words("合计计费条数", "Segments in all"),
    "total": Words("合计", "Total"),
    "sms_segments": Words("短信计费条数", "SMS segments"),
    "own_words": Words(
        "有 {} 家企业的短信写自己的措施，计费条数可能多一些。",
        "{} enterprises read their own measures; their SMS may be longer.",
    ),
    "skipped": Words("收不到的单位", "Not told"),
    "skipped_some": Words("共 {} 个，列出前 {} 个", "{} in all, the first {} are listed"),
    "outside": Words("{} 个单位不在区域内，不发。", "{} organisations lie outside the area."),
    "formless": Words("没有 12379 格式，以下接收方收不到预警：", "No 12379 form, so these get nothing: "),
    "untranslated": Words("{} 个读英文的地址没有英文文本，发中文。", "{} readers of English get Chinese."),
    "what_changes": Words("与此前相比", "What changes"),
    "nothing_before": Words(
        "此前没有预警，全部措施都是首次执行。", "There was no warning before: every measure is new."
    ),
    "mark_new": Words("新增", "new"),
    "mark_changed": Words("调整", "changed"),
    "mark_replaced": Words("原措施", "before"),
    "item": Words("第 {} 项：", "item {}: "),
    "replaced_by": Words("（现为{}）", "(now {})"),
    "mark_ended": Words("不再执行", "dropped"),
    "no_change": Words("措施没有变化。", "The measures stay as they are."),
    "approvals": Words("提交后须经批准", "Approvals that will be needed"),
    "no_approvals": Words(
        "不需再批准：文本已随原决定批准。", "None: the words were approved with the decision before it."
    ),
    "any_titled": Words("起草人以外的一名负责人", "one person of the issuing body other than the drafter"),
    "findings": Words("核对结果", "What the checks say"),
    "no_findings": Words("没有问题。", "Nothing."),
    "wall": Words("每类受众读到的内容", "What each audience reads"),
    "all_media": Words("{}：全部渠道和备用文本", "{}: every medium, and the texts kept ready"),
    "segments": Words("计费 {} 条 · {} 字", "{} segments · {} characters"),
    "submit": Words("提交审批", "Submit for approval"),
    "submit_exercise": Words("提交演练审批", "Submit the exercise for approval"),
    "submit_help": Words(
        "提交后，文本和名单不再变化；批准之前什么都不会发出。",
        "Submitting freezes words and list; nothing leaves before it is approved.",
    ),
    "cannot": Words("现在不能提交。", "It cannot be submitted now."),
    "stale_preview": Words(
        "提交时会重新核对名单和当前预警。", "List and warnings are checked again when it is submitted."
    ),
    "as_sent": Words("按原样打开", "Open it as it is sent"),
    "parts": Words("第 {} 条，共 {} 条", "message {} of {}"),
    "subject": Words("主题", "Subject"),
    "from_office": Words("发件人", "From"),
    "played": Words("电话和广播逐字播报", "Read out on the telephone and by loudspeakers"),
    "machine": Words("由系统接收，不是给人读的", "Taken by a system, not read by people"),
    "goes_to": Words("{} 个单位", "{} organisations"),
    "texts_of_nobody": Words(
        "其他受众的文本（现在没有单位会收到）", "Texts of other audiences (nobody gets them now)"
    ),
    "goes_to_nobody": Words("没有单位会收到", "nobody gets it"),
    "meant_organisations": Words("个单位（按通讯录）", "organisations, by the directory"),
    "numbers_link": Words(
        "查看接收数、短信计费条数、收不到的单位和须经的批准",
        "See addresses, SMS segments, who cannot be reached, and the approvals needed",
    ),
    "numbers_come": Words("正在统计接收数，请稍等……", "Counting addresses, a moment…"),
    "numbers_lost": Words("没有取到，请点上面的链接。", "It did not come: follow the link above."),
    "other_media": Words("其他渠道", "Other media"),
    "to_preview": Words("返回预览总览", "Back to the overview"),
    "ready_beside": Words("备用文本已随稿生成，要用时随时可发", "Kept ready, to leave at once when needed"),
    "ready_help": Words(
        "解除、更正和撤回的文本与本稿一起批准。",
        "Lift, correction and retraction are approved with this one.",
    ),
    "english": Words("英文", "English"),
    "chinese": Words("中文", "Chinese"),
    "level_change": Words("级别：{} → {}", "Level: {} → {}"),
    "nothing": Words("无", "none"),
    "empty_own": Words("（此处为各企业自己的措施）", "(each enterprise's own measures stand here)"),
}
