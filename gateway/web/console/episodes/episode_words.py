"""The two languages of the pages of episodes: their chain, bulletins, reports, what the public reads."""

from gateway.notices.papers.bulletin import Source
from gateway.vocabulary import Words
from gateway.web.live.live_words import NO_RECEIPTS

STANDING: dict[str, Words] = {
    "hint": Words("预警提示", "early hint"),
    "over": Words("已结束", "over"),
}
SOURCES: dict[Source, Words] = {
    "decisions": Words("已发布的决定", "the decisions launched"),
    "forecast": Words("最新决定所附的预报和监测", "the newest decision's forecast and measurements"),
    "launches": Words("发布记录", "the record of launches"),
    "plan": Words("预案中正在执行的措施", "the plan's measures in force"),
    "deliveries": Words("投递计数", "counters of deliveries"),
    "signatures": Words("签收记录", "signatures"),
    "reports": Words("各单位报来的报告", "what units reported"),
}
LIST_COLUMN_WORDS: dict[str, Words] = {
    "area": Words("区县", "District"),
    "sector": Words("行业", "Sector"),
    "grade": Words("绩效等级", "Grade"),
}
DONE: dict[str, Words] = {
    "published": Words("已公布，公众页面几秒内更新。", "Published; the public page follows within seconds."),
    "withdrawn": Words("已撤下，公众页面几秒内更新。", "Withdrawn; the public page follows within seconds."),
}
TEXTS: dict[str, Words] = {
    "episodes": Words("污染过程", "Episodes"),
    "about_episodes": Words(
        "一次污染过程，从第一份预警（或提示）到解除。点开看发布经过、待办、通报和归档。",
        "A course of pollution from its first warning (or hint) to its lift: each step, what is owed, "
        "bulletins and the whole file.",
    ),
    "episode": Words("过程", "Episode"),
    "state": Words("状态", "State"),
    "standing": Words("当前级别", "Level now"),
    "in_force": Words("生效情况", "In force"),
    "highest": Words("最高级别", "Highest level"),
    "opened": Words("开始", "Began"),
    "closed": Words("结束", "Ended"),
    "decisions_of": Words("决定", "Decisions"),
    "plan": Words("预案", "Plan"),
    "kind": Words("类别", "Kind"),
    "goes_on": Words("进行中", "goes on"),
    "control_list": Words("应急减排清单的公布", "Publication of the control list"),
    # one
    "now_over": Words("已结束，现在没有预警。", "Over: no warning is in force."),
    "until": Words("预计解除时间", "Expected end"),
    "lift_due": Words(
        "到时要作出决定：解除、延长或更正。", "Then a decision is due: lift, extend or correct."
    ),
    "lift_late": Words(
        "预计解除时间已过：请解除、延长或更正。", "Past its expected end: lift, extend or correct it."
    ),
    "lift": Words("解除预警", "Lift the warning"),
    "chain": Words("发布经过", "Step by step"),
    "launched": Words("{} 发布", "launched {}"),
    "starts": Words("启动时间 {}", "starts {}"),
    "lifted_from": Words("解除时间 {}", "lifted from {}"),
    "takes_effect": Words("生效时间 {}", "takes effect {}"),
    "no_number": Words("无文号", "no number"),
    "no_longer": Words("不再有效", "no longer counts"),
    "against_before": Words("与上一步相比", "Against the step before"),
    "was": Words("原", "before"),
    "is_now": Words("现", "now"),
    "reach": Words(
        "消息 {} 条：发出 {}，送达 {}（{}），失败 {}",
        "{} messages: {} left, {} arrived ({}), {} failed",
    ),
    "of_receipted": Words("有回执的 {} 条的 {}", "of {} with receipts: {}"),
    "no_receipts": NO_RECEIPTS,
    "signatures": Words("应签收 {} 个单位，已签收 {}（{}）", "{} asked to sign, {} signed ({})"),
    "objected": Words("有异议 {}", "{} object"),
    "live_page": Words("发送情况", "Live"),
    "owed": Words("待办", "What is owed"),
    "nothing_owed": Words("没有待办。", "Nothing is owed."),
    "due": Words("期限", "Due"),
    "by_whom": Words("由谁", "By whom"),
    "to_whom": Words("报给谁", "To whom"),
    "no_time": Words("没有期限", "no time"),
    "more_owed": Words("还有 {} 项已完成或已了结", "{} more are met or ended"),
    "units": Words("{} 个单位", "{} units"),
    "to_unit": Words("报给 {}", "to {}"),
    "by": Words("期限 {}", "by {}"),
    # papers
    "papers": Words("公文", "Papers"),
    "papers_help": Words(
        "每份决定的指令、通告、新闻通稿等，已随决定批准并冻结。",
        "The order, proclamation, news and others of each decision, approved and frozen with it.",
    ),
    "bulletins": Words("情况通报", "Situation bulletins"),
    "bulletins_help": Words(
        "按此刻的数字生成一期，编号保存，以后不变。给成员单位和区县看，不对公众发布。",
        "Made out with the figures of this moment, numbered and kept. For members and districts, not for the "
        "public.",
    ),
    "bulletin": Words("第 {} 期", "No. {}"),
    "make_bulletin": Words("生成第 {} 期情况通报", "Make out bulletin no. {}"),
    "no_bulletins": Words("还没有。", "None yet."),
    "made": Words("{} 生成", "made out {}"),
    "to_decision": Words("返回决定", "Back to the decision"),
    "to_episode": Words("返回污染过程", "Back to the episode"),
    "to_obligation": Words("返回待办", "Back to what is owed"),
    "download": Words("下载", "Download"),
    "format_docx": Words("Word 文档", "Word"),
    "format_pdf": Words("PDF", "PDF"),
    "format_html": Words("网页，可打印", "Page to print"),
    "format_text": Words("纯文本", "Plain text"),
    "fingerprint": Words("内容指纹 SHA-256", "SHA-256 of the content"),
    "in_chinese_only": Words("", "Papers are in Chinese only."),
    # reports
    "draft_report": Words("起草报告", "Draft the report"),
    "draft_help": Words(
        "已填入系统知道的内容，每项下面写明数字从哪里来。请核对、补写，再下载成文。",
        "Filled with what is known here; beneath each part stands where its figures come from. Check it, "
        "complete it, then take it as a paper.",
    ),
    "not_ours": Words(
        "这是单位或区县的报告。下面的数字是整个预警的，不只是这个单位的：请改成它自己的。",
        "This is a unit's or district's report. The figures are of the whole warning, not its own: "
        "put its own in their place.",
    ),
    "as_of_now": Words("数字截至打开本页时。", "Figures are of the moment at which this page was opened."),
    "kept_by": Words("{} {} 保存的草稿，报送前大家都看得到。", "Kept by {} at {} for everybody."),
    "keep": Words("保存草稿", "Keep the draft"),
    "not_kept": Words(
        "没有保存上：连接中断、登录已结束，或别人改过。请点“保存草稿”。",
        "Not kept: the connection or your sign-in is lost, or it was changed meanwhile. Keep it by hand.",
    ),
    "kept_itself": Words("已自动保存", "Kept by itself at"),
    "discard_draft": Words(
        "删除草稿，用最新数据重新填写", "Discard the draft and begin with the newest figures"
    ),
    "known_now": Words("系统里现在的内容", "What is known here now"),
    "kept_text": Words("别人保存的内容", "What somebody else kept"),
    "from": Words("来自：", "From: "),
    "only_people": Words("系统不知道，请填写。", "Not known here: write it."),
    "take_paper": Words("下载 Word 文档", "As a Word document"),
    "take_pdf": Words("下载 PDF", "As PDF"),
    "sent_heading": Words("已报送，记入台账", "Note it as sent"),
    "sent_help": Words(
        "系统不代为报送。报出后在这里登记文号，内容一并保存，待办即完成。",
        "The program hands nothing over. Once you did, note the number: the words are kept and it is met.",
    ),
    "number": Words("报送文号（没有写“无”）", "Document number (“无” where there is none)"),
    "mark_sent": Words("登记为已报送", "Note as sent"),
    "closed_already": Words("这项待办已了结，不用再报。", "It is closed: nothing is to be reported."),
    # public
    "public": Words("公众页面", "The public page"),
    "public_help": Words(
        "预警内容由决定自动公布。这里补充响应进展、监测和预计持续时间。",
        "Warnings stand there by themselves. Here you add progress, measurements and how long it may last.",
    ),
    "public_exercise": Words("演练不对公众发布。", "Nothing of an exercise is told to the public."),
    "progress": Words("响应进展", "Progress of the response"),
    "write_progress": Words("填写进展，查看已公布的", "Write progress, see what is published"),
    "published_count": Words("正在公布 {} 条", "{} on show"),
    "progress_text": Words("进展（公众会读到，最多 1000 字）", "Progress, in Chinese (the public reads it)"),
    "progress_help": Words(
        "写已经做了什么、下一步做什么。不写姓名和电话。",
        "What was done and what comes next. No names, no telephone numbers.",
    ),
    "progress_en": Words("英文（可不填）", "The same in English (may be left empty)"),
    "measurement": Words("监测（可不填）", "Measured (may be left empty)"),
    "aqi": Words("实测 AQI", "AQI measured"),
    "pollutant": Words("首要污染物", "Primary pollutant"),
    "not_stated": Words("不写", "not stated"),
    "measured_at": Words("监测时间（北京时间）", "When (China)"),
    "measured_help": Words("如 {}", "Such as {}"),
    "expected": Words("预计持续（可不填）", "Expected to last (may be left empty)"),
    "expected_help": Words("如：预计1月12日夜间起逐步改善", "Such as “预计1月12日夜间起逐步改善”"),
    "preview": Words("预览", "Preview"),
    "preview_title": Words("公众会这样读到", "What the public will read"),
    "preview_help": Words("还没有公布。请核对后再公布。", "Not published yet. Look at it, then publish."),
    "publish": Words("公布", "Publish"),
    "mend": Words("返回修改", "Go back and mend it"),
    "on_show": Words("正在公布", "on show"),
    "withdrawn": Words("{} 由 {} 撤下：{}", "withdrawn {} by {}: {}"),
    "published_by": Words("{} 由 {} 公布", "published {} by {}"),
    "withdraw": Words("撤下", "Withdraw"),
    "because": Words("撤下的原因", "Why"),
    "nothing_published": Words("还没有公布过进展。", "Nothing was published yet."),
    "already": Words("已公布的", "Published so far"),
    "see_public": Words("看公众页面", "See the public page"),
    # archive
    "archive": Words("归档", "The whole file"),
    "archive_help": Words(
        "一个 ZIP 文件：决定、批准、全部文本、公文、投递、签收、通报、待办、审计。地址已打码，下载记入审计。",
        "One ZIP file: decisions, approvals, every text, papers, deliveries, signatures, bulletins, what was "
        "owed, the trail. Addresses are masked; the trail tells who took it.",
    ),
    "take_archive": Words("下载归档", "Take the whole file"),
    # control list
    "list_title": Words("应急减排清单的公布", "Publication of the control list"),
    "list_help": Words(
        "公布后，任何人在公众页面都能查到清单上的企业；不含联系人、电话和减排措施。",
        "Published, anybody can look up who is on the list: no people, no numbers, no measures.",
    ),
    "list_public": Words("现在：已公布", "Now: published"),
    "list_hidden": Words("现在：未公布", "Now: not published"),
    "list_by_settings": Words("由系统设置公布。", "Published by the settings."),
    "list_columns": Words("公布哪些列（企业名称总是公布）", "Which columns (names always are)"),
    "list_basis": Words("依据（清单的文号或名称）", "By which document"),
    "list_publish": Words("公布清单", "Publish the list"),
    "list_again": Words("改为这样公布", "Publish it so"),
    "list_withdraw": Words("撤下清单", "Withdraw the list"),
    "list_number": Words("清单上有 {} 家企业，先列 {} 家", "{} enterprises, the first {} of them"),
    "enterprise": Words("企业", "Enterprise"),
    "see_list": Words("看公布的清单", "See it as the public does"),
}
