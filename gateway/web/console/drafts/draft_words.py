"""The two languages of the pages about drafts."""

from gateway.vocabulary import Words

ACTIONS: dict[str, Words] = {
    "issue": Words("发布预警", "Issue a warning"),
    "hint": Words("预警提示", "Early hint"),
    "tip": Words("健康提示（不分级）", "Health tip (no level)"),
    "raise": Words("升级", "Raise"),
    "lower": Words("降级", "Lower"),
    "extend": Words("延长", "Extend"),
    "lift": Words("解除", "Lift"),
    "correct": Words("更正", "Correct"),
    "retract": Words("撤回", "Retract"),
}
LEVELS: dict[str, Words] = {
    "yellow": Words("黄色", "yellow"),
    "orange": Words("橙色", "orange"),
    "red": Words("红色", "red"),
}
STATES: dict[str, Words] = {
    "": Words("未提交", "not submitted"),
    "submitted": Words("已提交，等待批准", "submitted, waits for approval"),
    "approved": Words("已批准，待发布", "approved, not launched yet"),
    "launched": Words("已发布", "launched"),
    "returned": Words("已退回，请修改后再提交", "returned: change it and submit it again"),
    "withdrawn": Words("已撤件，可修改后再提交", "withdrawn: it may be submitted again"),
    "refused": Words("已被否决", "refused"),
}
BASES: dict[str, Words] = {
    "own_forecast": Words("本地预报会商", "own forecast"),
    "upper_order": Words("上级指令（要求启动）", "order of the level above"),
    "upper_warning": Words("上级已启动预警（不低于它）", "warning of the level above (a floor)"),
    "upper_prompt": Words("上级预警提示（请本地研判）", "prompt of the level above (to be judged)"),
    "regional_linkage": Words("区域应急联动", "regional linkage"),
    "monitored": Words("实测（不是预报）", "measured, not forecast"),
}
CAUSES: dict[str, Words] = {
    "ordinary": Words("一般污染过程", "ordinary"),
    "sand_dust": Words("沙尘", "sand and dust"),
    "typhoon": Words("台风外围下沉气流", "typhoon"),
    "wildfire": Words("山火", "wildfire"),
}
POLLUTANTS = ("PM2.5", "PM10", "O3", "NO2", "SO2", "CO")
KINDS: dict[str, Words] = {
    "missing": Words("待填", "To fill in"),
    "wrong": Words("填写有误", "Wrong"),
    "refuse": Words("不能发布", "Cannot leave"),
    "reason": Words("须写明理由", "Needs a reason"),
    "note": Words("请留意", "Note"),
}

TEXTS: dict[str, Words] = {
    "drafts": Words("决定草稿", "Drafts"),
    "exercise_drafts": Words("演练草稿", "Drafts of exercises"),
    "drafts_help": Words(
        "草稿只有您自己看得见；提交之前什么都不会发出。",
        "Only you see your drafts; nothing leaves before one is submitted and approved.",
    ),
    "new_draft": Words("起草正式决定", "Draft a real decision"),
    "new_exercise": Words("起草演练", "Draft an exercise"),
    "other_place_exercise": Words("演练在另一处：演练草稿", "Exercises are elsewhere: drafts of exercises"),
    "other_place_real": Words("正式决定在另一处：决定草稿", "Real decisions are elsewhere: drafts"),
    "no_drafts": Words("还没有草稿。", "No draft yet."),
    "changed": Words("{} 修改", "changed {}"),
    "see_decision": Words("查看决定", "See the decision"),
    "no_number_yet": Words("未写文号", "no number yet"),
    # new
    "which_plan": Words("适用的预案", "Which plan"),
    "no_plan": Words(
        "没有您的区域可用的预案，请联系管理员。", "There is no plan for your areas; ask an administrator."
    ),
    "choose": Words("选择", "Choose"),
    "expired": Words("（不在有效期内）", " (not in force today)"),
    "orders": Words("等待处理的上级指令", "Orders of the level above that wait"),
    "take_order": Words("按这条指令起草", "Take this order"),
    "received": Words("{} 收到", "received {}"),
    "order_taken": Words(
        "已按上级指令填入，请逐项核对、补全。",
        "Filled in from the order: check every part, and complete it.",
    ),
    "example_taken": Words(
        "已填入一份演练示例（数字是虚构的）。可以直接预览、提交，也可以先修改。只会发给演练单位。",
        "Filled in with an example (its figures are invented). Preview and submit it as it is, or change it "
        "first. It goes to exercise recipients only.",
    ),
    "in_force": Words("当前预警和提示", "Warnings and hints now"),
    "nothing_in_force": Words("现在没有预警，也没有提示。", "There is no warning and no hint."),
    "over": Words("最近结束的（只能更正或撤回）", "Over lately (may be corrected or retracted)"),
    "something_new": Words("开始新的", "Begin something new"),
    "no_new_help": Words(
        "同一区域已有预警时，请在上面选择升级、延长或解除。",
        "Where the same area has a warning, choose above instead.",
    ),
    "document": Words("粘贴或上传文件", "Paste or upload a document"),
    "document_help": Words(
        "YAML 或 JSON，最多 {} KB；不必完整，缺的部分在表单里补。",
        "YAML or JSON, at most {} KB; it need not be whole: the form asks for the rest.",
    ),
    "paste": Words("粘贴内容", "Paste the text"),
    "file": Words("或选择文件", "Or choose a file"),
    "fill_in": Words("填入草稿", "Fill in a draft"),
    "line": Words("第 {} 行", "line {}"),
    "where": Words("字段 {}", "field {}"),
    # the form
    "draft_of": Words("草稿：{}", "Draft: {}"),
    "mark_help": Words("带“必填”的由预案或法律要求。", "“Required”: the plan or the law asks for it."),
    "by": Words("依据：{}", "By: {}"),
    "all_well": Words("核对通过，可以预览和提交。", "The checks pass: look at the preview, then submit."),
    "not_yet": Words("还不能提交：{}。", "It cannot be submitted yet: {}."),
    "kept_by_itself": Words("已自动保存", "Saved by itself at"),
    "overtaken": Words(
        "没有保存：这份草稿 {} 在别处改过（另一个窗口或另一台设备）。下面是您在这里填的；"
        "再点“保存”，就以这里的为准。",
        "Not saved: this draft was changed elsewhere at {} (another window or device). Below is what you "
        "typed here; save again to put it in its place.",
    ),
    "see_kept": Words(
        "放弃这里填的，看保存的草稿", "Drop what is typed here, and see the draft as it is kept"
    ),
    "not_kept_overtaken": Words(
        "没有自动保存：这份草稿在别处改过。请点“保存”，再决定以哪份为准。",
        "Not saved: this draft was changed elsewhere. Press “Save” to choose between the two.",
    ),
    "not_kept": Words(
        "没有保存上：连接中断或登录已结束。请不要关闭本页，在另一个窗口登录后再点“保存”。",
        "Not saved: the connection is lost or your sign-in has ended. Keep this page open, sign in again in "
        "another window, and then save.",
    ),
    "saved": Words("已保存。", "Saved."),
    "part_what": Words("级别和区域", "Level and area"),
    "part_when": Words("时间", "When"),
    "part_forecast": Words("预报", "Forecast"),
    "part_observed": Words("实测和改善情况", "Measured so far"),
    "part_basis": Words("依据", "Why"),
    "part_who": Words("发布机关和文号", "Who issues it"),
    "part_wrong": Words("更正说明", "What was wrong, and what is true"),
    "part_more": Words("气象和范围", "Weather and extent"),
    "level": Words("预警级别", "Level"),
    "not_stated": Words("未写明", "not stated"),
    "level_is": Words("级别与原消息相同，不能改动。", "The level is that of the message it mends."),
    "advice": Words("按预报达到：{}", "The forecast reaches: {}"),
    "advice_none": Words("不到任何级别", "no level"),
    "advice_only": Words("仅供参考，由人决定", "for information only: people decide"),
    "area": Words("区域", "Area"),
    "whole": Words("全域", "the whole area"),
    "area_limited": Words("您只能为自己的区域起草。", "You draft for your own areas only."),
    "part_meant": Words("发给谁", "Who is told"),
    "meant_all": Words("区域内全部单位", "All that the area concerns"),
    "meant_some": Words("只发给其中一部分", "Only some of them"),
    "only_help": Words(
        "各组之间要同时符合；一个也不勾的组不限定。行业和绩效等级只有企业才有。"
        "按区县限定时，市级单位（部门、媒体、运营企业）不发。",
        "Who is told fits every group below; a group without a tick does not limit. Only enterprises have "
        "sectors and grades. Limited to districts, those of the whole city are not told.",
    ),
    "only_audience": Words("受众", "Audiences"),
    "only_sector": Words("企业的行业", "Sectors of enterprises"),
    "only_area": Words("区县", "Districts"),
    "only_grade": Words("绩效等级", "Grades"),
    "only_group": Words("分组", "Groups"),
    "only_organisation": Words("指定单位", "Single organisations"),
    "find": Words("按名称或编码查找", "Look for a name or code"),
    "find_button": Words("查找", "Look"),
    "find_help": Words(
        "找到后要勾选。勾选了单位，就只发给这些单位。",
        "Tick what is found. Then only those that are ticked are told.",
    ),
    "found_none": Words("区域内没有找到“{}”。", "Nothing in the area is called “{}”."),
    "found_some": Words("找到 {} 个，请勾选。", "{} found: tick them."),
    "found_page": Words("找到 {} 个，这里是第 {}–{} 个。", "{} found; these are {} to {}."),
    "find_more": Words("勾选已保存，看后面的", "Keep what is ticked, and see the next"),
    "meant_number": Words("发给{}：{} 个单位。", "{}: {} organisations are told."),
    "meant_left": Words("区域内另有 {} 个单位不发。", "{} more in the area are not told."),
    "meant_no_area": Words(
        "勾选区域后，这里写明有多少个单位。", "Once an area is chosen, their number stands here."
    ),
    "meant_silent": Words(
        "注意：勾选的{}没有一个符合，不会收到。", "Mind: of {} nobody fits, and nobody is told."
    ),
    "meant_is": Words("发给{}。", "For {}."),
    "meant_only": Words("只发给：{}。区域内其他单位不发。", "Only for: {}. Nobody else in the area is told."),
    "told_number": Words("发", "Told"),
    "left_number": Words("不发", "Not told"),
    "count_again": Words("保存并更新单位数", "Save and count again"),
    "meant_before": Words(
        "凡收到过原消息的都会收到，不能另外限定。原消息发给：{}。",
        "Whoever had the message before gets it; it cannot be limited. That one was for: {}.",
    ),
    "meant_wider": Words(
        "改变已有的预警时，不能比原来发得少：否则有人停留在旧的级别。",
        "A change cannot be for fewer than before: they would be left with the old level.",
    ),
    "way_on": Words("查看现在的预警", "See that warning"),
    "to_mend": Words("需要处理：", "To be done:"),
    "of_document": Words(
        "文件没有填入，草稿没有改动。", "The document was not taken; the draft is as it was."
    ),
    "times_help": Words(
        "均为北京时间，写明具体日期和钟点。", "China Standard Time, as absolute dates and hours."
    ),
    "decided_at": Words("决定时间", "Decided at"),
    "starts_at": Words("启动时间", "Starts"),
    "lifted_from": Words("解除时间", "Lifted from"),
    "expected_end_at": Words("预计解除时间", "Expected end"),
    "open_ended": Words("解除时间另行通知", "The end will be told later"),
    "lead": Words("预案要求提前 {} 小时发布。", "The plan asks for {} hours ahead."),
    "days": Words("逐日预报（AQI 日均值）", "Day by day (daily AQI)"),
    "days_help": Words(
        "以上限判断级别；不用的行留空。", "The upper end decides the level; unused rows stay empty."
    ),
    "date": Words("日期", "Date"),
    "low": Words("下限", "Low"),
    "high": Words("上限", "High"),
    "mean": Words("均值", "Mean"),
    "row": Words("第 {} 行{}", "row {}: {}"),
    "add_days": Words("保存并增加 3 行", "Save, with 3 more rows"),
    "chart": Words("预报与分级标准", "Forecast against the thresholds"),
    "chart_says": Words(
        "每日 AQI 范围（竖条）和均值（圆点），横线为预案的分级标准；数字见旁边的表。",
        "Each day's AQI range (bar) and mean (dot) with the plan's thresholds (lines); the tables have "
        "the figures.",
    ),
    "thresholds": Words("预案的分级标准", "The plan's thresholds"),
    "no_thresholds": Words("本预案没有分级标准，按上级指令执行。", "This plan has no thresholds."),
    "from_level": Words("{}起", "{} +"),
    "above_for": Words("日 AQI＞{} 持续 {} 小时以上", "daily AQI above {} for {} hours"),
    "and": Words("，且", " and "),
    "or": Words("，或", ", or "),
    "aqi_range": Words("对外公布的 AQI 范围", "AQI range as announced"),
    "range_low": Words("AQI 范围下限", "AQI range, low"),
    "range_high": Words("AQI 范围上限", "AQI range, high"),
    "aqi_mean": Words("对外公布的 AQI 均值", "AQI mean as announced"),
    "primary_pollutant": Words("首要污染物", "Primary pollutant"),
    "cause": Words("成因", "Cause"),
    "observed_daily": Words(
        "到现在为止的实测日均 AQI（旧的在前）", "Measured daily AQI up to now, oldest first"
    ),
    "several_help": Words("多个用逗号分开。", "Several are separated by commas."),
    "below_threshold": Words("已降到启动标准以下", "Below the threshold now"),
    "improving_within_24h": Words("24 小时内将明显改善", "Improves within 24 hours"),
    "improvement_hours": Words("预测低于标准的小时数", "Hours forecast below the level"),
    "basis_kind": Words("启动依据", "Basis"),
    "basis_by": Words("上级机关", "Whose word"),
    "basis_level": Words("上级要求的级别", "Level that they state"),
    "basis_document": Words("上级文件的文号", "Number of their document"),
    "counties_meeting": Words("达到标准的县（市、区）数", "Counties that meet the level"),
    "contiguous_counties": Words("其中连片的数", "Of them contiguous"),
    "humidity_percent": Words("相对湿度（%）", "Relative humidity (%)"),
    "temperature_c": Words("气温（℃）", "Temperature (°C)"),
    "issuer": Words("发布机关", "Issuer"),
    "document_number": Words("本单位文号", "Document number"),
    "special_reason": Words("特殊理由（与预案不一致时）", "Special reason, where it deviates from the plan"),
    "special_help": Words("写进记录，批准人会看到。", "It is recorded; the approvers see it."),
    "wrong": Words("有误的内容", "What was wrong"),
    "right": Words("正确的内容", "What is true"),
    "follows": Words("查看所针对的决定", "See the decision that it follows"),
    "save": Words("保存", "Save"),
    "to_the_preview": Words("去预览", "Go to the preview"),
    "save_preview": Words("保存并预览", "Save and preview"),
    "discard": Words("删除草稿", "Discard this draft"),
    "discard_sure": Words("删除后不能恢复。", "It cannot be had back."),
    "copy": Words("照此另起一份草稿", "A new draft like this one"),
    "closed": Words("已经提交，不能再改。", "It is submitted and cannot be changed."),
    "replace": Words("用文件替换全部内容", "Replace everything by a document"),
    "draft_gone": Words("没有这份草稿。", "There is no such draft."),
    "audience": Words("受众", "Audience"),
    "example_help": Words(
        "点“发布预警”只是开始起草：表单里会填好一份示例，看过就可以提交。",
        "“Issue a warning” only begins a draft, filled in with an example: look at it, and submit it.",
    ),
    "begin_help": Words(
        "点下去只是开始起草；提交、批准、发布之前什么都不会发出。",
        "This only begins a draft: nothing leaves before it is submitted, approved and launched.",
    ),
    "meant_nobody": Words(
        "通讯录里还没有这一区域的单位。请先登记或导入。",
        "The directory has no organisation in the area: add or import some first.",
    ),
    "meant_nobody_exercise": Words(
        "通讯录里还没有这一区域的演练单位。请先登记，类别选“演练”。",
        "The directory has no organisation for exercises in the area: add one first, of the kind “exercise”.",
    ),
    "to_directory": Words("去登记单位", "Add an organisation"),
    "ask_keeper": Words("由通讯录管理人员登记。", "Whoever keeps the directory does."),
}
