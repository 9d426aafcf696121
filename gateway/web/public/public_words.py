"""The two languages of the public pages. What was decided is in its own frozen words, and not here."""

from gateway.vocabulary import Words

TEXTS: dict[str, Words] = {
    "title": Words("{}重污染天气预警", "Air pollution warnings: {}"),
    "title_of_all": Words("重污染天气预警", "Air pollution warnings"),
    "skip": Words("跳到正文", "Skip to the content"),
    "colon": Words("：", ": "),
    "pages": Words("页面", "Pages"),
    "now": Words("当前预警", "Now"),
    "messages": Words("已发布信息", "Messages issued"),
    "check": Words("核对短信", "Check a text"),
    "control_list": Words("应急减排清单", "Control list"),
    "view": Words("显示方式", "View"),
    "large": Words("大字版", "Large print"),
    "usual": Words("标准字号", "Usual print"),
    "contrast": Words("高对比度", "High contrast"),
    "no_contrast": Words("普通颜色", "Usual colours"),
    "spoken": Words("朗读版", "To be read aloud"),
    "stale": Words(
        "目前联系不上预警台账：以下内容截至{}，此后有无变化还不知道。请同时留意广播、电视和短信。",
        "Our records cannot be reached: what follows was so at {}; whether it has changed since is not known."
        " Follow radio, television and text messages too.",
    ),
    "none": Words("没有生效的预警", "No warning in force"),
    "over": Words("预警已到期，未见解除", "Ran out; no lift seen"),
    "unknown_title": Words("暂时不知道有没有预警", "Whether a warning is in force is not known now"),
    "unknown": Words(
        "系统暂时无法确认当前预警，这不表示没有预警。请稍后再看，并留意广播、电视和短信。",
        "We cannot tell at the moment. This does not mean that there is no warning. Come back in a minute,"
        " and follow radio, television and text messages.",
    ),
    "too_often": Words("请求太频繁，请稍后再试。", "Too many requests from your address; try again shortly."),
    "missing_title": Words("没有这个页面", "There is no such page"),
    "missing": Words(
        "没有这条信息，或没有这个地方的预警。",
        "There is no such message, or nothing was ever issued for that place.",
    ),
    "wrong_title": Words("地址不对", "This address is wrong"),
    "to_now": Words("看当前预警", "See what is in force"),
    "newest": Words("最近发布的信息", "The newest message"),
    "since": Words("启动时间", "Starts"),
    "until": Words("预计解除时间", "Expected end"),
    "until_surely": Words("生效到", "In force until"),
    "lasts": Words("（约{}小时）", " (about {} hours)"),
    "open_end": Words("另行通知", "to be announced"),
    "place": Words("区域", "Area"),
    "issuer": Words("发布机关", "Issued by"),
    "issued_at": Words("发布时间", "Issued at"),
    "begun": Words("正在生效", "in force now"),
    "to_begin": Words("已发布，{}起生效", "announced, in force from {}"),
    "begins": Words("{}起", "from {}"),
    "response": Words("{}应急响应", "level {} response"),
    "possible": Words("可能发布{}", "possibly: {}"),
    "in_chinese": Words("", "This part was issued in Chinese."),
    "chinese_order": Words("中文原文", "The notice itself, in Chinese"),
    "until_then": Words("在那以前，继续按此前的通告执行", "Until then the earlier notice counts"),
    "by_audience": Words("学校、医院、企业怎么做", "Schools, hospitals, enterprises"),
    "by_audience_means": Words(
        "以下是发给各类单位的通用要求；列入应急减排清单的企业，另按“一厂一策”执行。",
        "What places of each kind were told; an enterprise on the control list also follows its own plan.",
    ),
    "by_audience_until_then": Words(
        "在那以前，学校、医院、企业怎么做", "Schools, hospitals, enterprises until then"
    ),
    "full": Words("看全文、核对原文", "The whole text, and its fingerprints"),
    "progress": Words("响应进展", "Course of the response"),
    "last_progress": Words("最近一次过程", "The last episode"),
    "newest_progress": Words("最新进展", "Latest"),
    "earlier_progress": Words("此前的进展（{}条）", "Earlier ({})"),
    "measured_is": Words("监测", "Measured"),
    "measured": Words("{}，AQI {}（{}）", "{}: AQI {} ({})"),
    "expected": Words("预计持续", "Expected to last"),
    "published_at": Words("{}公布", "published {}"),
    "list_basis": Words("{}公布，依据：", "Published {}, by: "),
    "issued": Words("{}发布", "issued {}"),
    "takes_effect": Words("{}起：{}", "from {}: {}"),
    "never_began": Words("（不再启动）", " (called off)"),
    "ends": Words("结束", "over"),
    "report": Words("发现违规排污、焚烧，请举报", "Report pollution"),
    "report_means": Words(
        "请说清地点、时间和看到的情况。",
        "Say where, when and what you see.",
    ),
    "feed": Words("订阅（Atom）", "Feed (Atom)"),
    "data": Words("数据（JSON）", "Data (JSON)"),
    "badge": Words("在自己的网页上显示", "Show it on your own page"),
    "badge_means": Words(
        "把下面一行放进网页，徽标会随预警变化。",
        "Put this line into a page; the badge changes with the warning.",
    ),
    "messages_means": Words(
        "对公众发布过的每一条信息，新的在前，序号连续不缺。SHA-256 是文字的“指纹”：一字之差，指纹就不同。",
        "Every message ever issued to the public, newest first, numbered without a gap. SHA-256 is the"
        " fingerprint of a text: another letter, another fingerprint.",
    ),
    "no_messages": Words("还没有发布过信息。", "Nothing was issued yet."),
    "serial": Words("序号", "Number"),
    "number": Words("第{}条", "No. {}"),
    "earlier": Words("更早的", "Earlier ones"),
    "newer": Words("最新的", "The newest"),
    "renewal": Words("续期：内容不变", "renewal, nothing new"),
    "all_clear": Words("解除的另一种格式", "another form of the lift"),
    "stands": Words("这条信息现在怎样", "What has become of it"),
    "later": Words("看现在有效的信息", "Read what counts now"),
    "holds": Words("仍然有效", "holds"),
    "state_ends": Words("宣布结束", "ended it"),
    "replaced": Words("已被取代", "replaced"),
    "ended": Words("已结束", "over"),
    "ran_out": Words("已到期", "ran out"),
    "text_of_it": Words("发布的全文", "The text as it was issued"),
    "dropped": Words("不再列入的地区读到的", "Where it no longer holds"),
    "fingerprints": Words("原文和指纹", "Texts and fingerprints"),
    "cap": Words("CAP 原件", "The CAP file"),
    "whole_message": Words("CAP 原件的 SHA-256", "SHA-256 of the CAP file"),
    "smsText": Words("公众短信", "SMS to the public"),
    "smsTextShort": Words("短信（一条）", "SMS, short"),
    "cbText": Words("小区广播", "Cell broadcast"),
    "headline": Words("标题", "Headline"),
    "description": Words("说明", "Description"),
    "instruction": Words("怎么做", "What to do"),
    "check_means": Words(
        "收到转发的预警短信，不知真假？把文字原样粘贴进来核对。不会保存您粘贴的内容。",
        "Were you forwarded a warning? Paste its very words here to learn whether it is ours and still"
        " counts. What you paste is not kept.",
    ),
    "text": Words("短信或网传文字", "The text"),
    "do_check": Words("核对", "Check"),
    "answer": Words("核对结果", "The answer"),
    "answer_holds": Words("是我们发布的，现在有效", "Ours, and it counts"),
    "answer_over": Words("是我们发布过的，现在已不作数", "Ours, but it no longer counts"),
    "answer_none": Words(
        "查不到：先别转发，以当前预警为准", "Not found: pass nothing on; see what is in force"
    ),
    "as_of": Words("截至{}", "as of {}"),
    "read": Words("看这条信息", "Read this message"),
    "spoken_means": Words(
        "照着念即可，数字已写成汉字。适合广播、大喇叭和电话。",
        "To be read aloud as it stands: loudspeakers, calls, radio.",
    ),
    "list_means": Words(
        "列入应急减排清单、预警期间要按规定停产限产或采取措施的企业。",
        "Enterprises that have to stop, limit production or take measures during a warning.",
    ),
    "search": Words("企业名称", "Name"),
    "find": Words("查找", "Find"),
    "enterprise": Words("企业", "Enterprise"),
    "area": Words("区县", "District"),
    "sector": Words("行业", "Sector"),
    "grade": Words("绩效等级", "Grade"),
    "none_listed": Words("清单上没有这样的企业。", "No such enterprise is on the list."),
    "more": Words("下一页", "More"),
    "audience_all": Words("企业（通用）", "Enterprises in general"),
    "staff": Words("工作人员登录", "Staff sign-in"),
    "footer": Words(
        "本页不用登录，不留下访问者的信息；演练不在这里出现。",
        "No sign-in, no trace of who reads; exercises never appear here.",
    ),
}
# HJ 633—2012, table 2: up to which AQI the air is called so
_AIR = (
    (50, Words("优", "excellent")),
    (100, Words("良", "good")),
    (150, Words("轻度污染", "lightly polluted")),
    (200, Words("中度污染", "moderately polluted")),
    (300, Words("重度污染", "heavily polluted")),
)
_WORST = Words("严重污染", "severely polluted")


def air(aqi: int) -> Words:
    """What the air is called at an AQI (HJ 633—2012, table 2)."""
    return next((words for until, words in _AIR if aqi <= until), _WORST)
