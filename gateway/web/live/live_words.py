"""The two languages of the live page. What the delivery engine's words are is in `gateway.delivery.words`."""

from collections.abc import Iterable, Mapping
from typing import Literal, Protocol, get_args

from gateway.directory.model import CONTACT_ROLE_WORDS, GRADE_WORDS, Grade
from gateway.ledger.decisions.numbers import Use
from gateway.ledger.delivery.minutes import Stage
from gateway.vocabulary import SECTOR_WORDS, Sector, Words

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
HTML_LANGUAGE: dict[Language, str] = {"zh": "zh-CN", "en": "en"}

ACTIONS: dict[str, Words] = {
    "hint": Words("预警提示", "Early hint"),
    "issue": Words("发布", "started"),
    "raise": Words("升级", "raised"),
    "lower": Words("降级", "lowered"),
    "extend": Words("延长", "extended"),
    "lift": Words("预警解除", "Warning lifted"),
    "correct": Words("更正", "corrected"),
    "retract": Words("撤回", "retracted"),
    "tip": Words("健康提示", "Health tip"),
}
LEVELS: dict[str, Words] = {
    "yellow": Words("黄色预警", "Yellow warning"),
    "orange": Words("橙色预警", "Orange warning"),
    "red": Words("红色预警", "Red warning"),
}
AUDIENCES: dict[str, Words] = {  # in the order of the table
    "schools": Words("学校", "Schools"),
    "hospitals": Words("医疗机构", "Hospitals"),
    "enterprises": Words("企业", "Enterprises"),
    "public": Words("公众", "The public"),
    "media": Words("媒体", "Media"),
    "operators": Words("电信运营企业", "Telecom operators"),
    "departments": Words("部门", "Departments"),
    "districts": Words("区县", "Districts"),
}
_SECTORS_EN: dict[Sector, str] = {
    "industry": "Industry",
    "construction": "Construction sites",
    "mining": "Mines and quarries",
    "transport": "Transport",
    "power": "Power stations",
    "catering": "Catering",
}
SECTORS: dict[str, Words] = {code: Words(SECTOR_WORDS[code], words) for code, words in _SECTORS_EN.items()}
_GRADES_EN: dict[Grade, str] = {
    "A": "A",
    "B": "B",
    "C": "C",
    "D": "D",
    "leading": "leading",
    "non_leading": "non-leading",
    "guaranteed": "guaranteed",
}
GRADES: dict[str, Words] = {code: Words(GRADE_WORDS[code], words) for code, words in _GRADES_EN.items()}
# of people, by what the ledger's lists print: their part in an organisation, or the organisation itself
PARTS: dict[str, Words] = {
    **{words: Words(words, code.replace("_", " ")) for code, words in CONTACT_ROLE_WORDS.items()},
    "本单位": Words("本单位", "the organisation itself"),
}
COLUMN_WORDS: dict[str, Words] = {
    "waiting": Words("待发", "Waiting"),
    "left": Words("已发出", "Sent"),
    "arrived": Words("已送达", "Delivered"),
    "failed": Words("失败", "Failed"),
    "unknown": Words("不明", "Unknown"),
    "withheld": Words("未发", "Not sent"),
}
STAGES: dict[str, Words] = {
    "expanding": Words("正在展开名单", "making the messages"),
    "sending": Words("正在发送", "sending"),
    "waiting": Words("已全部发出，等待回执", "all sent, waiting for receipts"),
    "complete": Words("完成", "complete"),
    "stopping": Words("已停止，正在清理待发", "stopped, clearing the queue"),
    "stopped": Words("已停止", "stopped"),
}
STANDINGS: dict[str, Words] = {
    "asked": Words("应签收", "Asked"),
    "unsigned": Words("未签收", "Unsigned"),
    "unreachable": Words("未送达", "Unreachable"),
    "pending": Words("待回执", "Pending"),
    "delivered": Words("已送达", "Delivered"),
    "opened": Words("已打开", "Opened"),
    "signed": Words("已签收", "Signed"),
    "done": Words("已完成", "Done"),
    "objected": Words("有异议", "Objected"),
}
STEPS: dict[str, Words] = {  # of the escalation
    "none": Words("未催过", "nothing yet"),
    "channel": Words("换渠道再发", "another channel"),
    "contact": Words("发给下一联系人", "the next contact"),
    "phone": Words("由人拨打", "a person calls"),
}
ENDINGS: dict[str, Words] = {  # why a step was not taken, or nothing follows it
    "signed": Words("已签收", "signed"),
    "objected": Words("有异议", "objected"),
    "told": Words("已口头通知", "told"),
    "superseded": Words("已被取代", "superseded"),
    "lifted": Words("已解除", "lifted"),
    "stopped": Words("已停发", "stopped"),
    "skipped": Words("无人可找", "nobody left"),
}
COURSE: dict[Stage, Words] = {  # how far messages have come
    "accepted": Words("已发出", "Sent"),
    "delivered": Words("已送达", "Delivered"),
    "failed": Words("失败", "Failed"),
}
NUMBERS: dict[Use, Words] = {  # what stands under a number that no broadcast of the list has
    "memo": Words("发给本单位人员的通知、对短信的答复", "told the office's own people, or answered a reply"),
    "campaign": Words("核对号码", "asked whether numbers are right"),
    "decision": Words("未发布的决定", "a decision that was not launched"),
    "unused": Words("未完成的提交", "a submission that was not finished"),
}
NO_RECEIPTS = Words("此通道无回执", "no receipts here")  # where nothing can become delivered
TEXTS: dict[str, Words] = {
    "product": Words("重污染天气预警发布", "Air warnings"),
    "broadcasts": Words("发布任务", "Broadcasts"),
    "broadcast": Words("任务", "Broadcast"),
    "exercise": Words("【演练】", "[Exercise] "),
    "exercise_banner": Words(
        "【演练】本页只涉及演练，不会发给真实对象。", "[Exercise] Nothing here is real."
    ),
    "places": Words("主要页面", "Main pages"),
    "progress": Words("发送进展", "Progress"),
    "escalation": Words("催办", "Escalation"),
    "failures": Words("没有送到", "Not arrived"),
    "course": Words("发送过程", "Course"),
    "course_says": Words("已发出 {} 条，已送达 {} 条，失败 {} 条。", "{} sent, {} delivered, {} failed."),
    "map": Words("区县图", "Map"),
    "no_number": Words("无文号", "no document number"),
    "none_yet": Words("还没有发布任务。", "No broadcast yet."),
    "apart": Words(
        "编号与别的消息共用，上面没有列出的是：{}。", "Other messages have numbers too. Not listed above: {}."
    ),
    "apart_one": Words("编号 {} 不是发布任务：{}。", "Number {} is no broadcast: {}."),
    "newest_only": Words("只列出最近 {} 个任务。", "Only the {} newest are listed."),
    "past_their_end": Words(
        "预计解除时间已过，仍在生效，还没有新的决定：请解除、延长或更正。",
        "Past its expected end and still in force: it needs a decision (lift, extend or correct).",
    ),
    "order_waits": Words(
        "上级指令等待处理：airwarn order list", "An order of the level above waits: airwarn order list"
    ),
    "order_waits_here": Words("上级指令等待处理", "An order of the level above waits"),
    "order_lift": Words("解除预警", "lift"),
    "order_unreadable": Words("不能按指令处理，请核实", "cannot be followed: verify it"),
    "received": Words("收到时间", "Received"),
    "expected_end": Words("预计解除时间", "Expected end"),
    "launched": Words("发布时间", "Launched"),
    "valid_until": Words("消息有效期至", "Messages valid until"),
    "stage": Words("进度", "Stage"),
    "superseded": Words("已由任务 {} 取代", "superseded by broadcast {}"),
    "as_of": Words("数据时间", "As of"),
    "all": Words("合计", "Total"),
    "handled": Words("已处理 {} / {} 条（{}）", "{} of {} messages handled ({})"),
    "recent": Words("近 10 秒速度", "Rate, last 10 s"),
    "mean": Words("平均速度", "Rate since the launch"),
    "a_second": Words("条/秒", "a second"),
    "left": Words("预计还需", "Time left"),
    "minutes": Words("约 {} 分钟", "about {} min"),
    "under_a_minute": Words("不到 1 分钟", "under 1 min"),
    "over_a_day": Words("超过 1 天", "over a day"),
    "not_known": Words("暂无", "not known yet"),
    "nothing_waits": Words("无待发", "nothing waits"),
    "too_late": Words(
        "注意：按目前速度，有效期结束前来不及全部发出。",
        "Warning: at this pace not everything leaves before the end of validity.",
    ),
    "stalled": Words(
        "近 10 秒没有消息发出：{} 条在等待重试，或等待通道恢复。",
        "Nothing has left in the last 10 s: {} messages wait for their next try, or for their lane.",
    ),
    "by_audience": Words("按受众", "By audience"),
    "by_channel": Words("按渠道", "By channel"),
    "by_area": Words("按区县", "By district"),
    "by_state": Words("按状态", "By state"),
    "audience": Words("受众", "Audience"),
    "channel": Words("渠道", "Channel"),
    "area": Words("区县", "District"),
    "state": Words("状态", "State"),
    "messages": Words("消息数", "Messages"),
    "share": Words("占全部", "Of all"),
    "by_reason": Words(
        "失败、不明、没有回执和未发的原因",
        "Why messages failed, are unknown, have no receipt or were not sent",
    ),
    "reason": Words("原因", "Reason"),
    "no_reasons": Words("没有失败或不明的消息。", "No message failed or is unknown."),
    "unknown_means": Words(
        "“结果不明”：可能已经送到，系统不会当作失败，也不会当作成功；等待回执或人工处理。",
        "“Unknown”: it may have arrived. It counts neither as failed nor as sent until a receipt tells.",
    ),
    "parked": Words("暂停或试发的通道", "Lanes at rest or on trial"),
    "lane": Words("号码、群或发件人", "Number, group or sender"),
    "account": Words("账号", "Account"),
    "until": Words("恢复时间", "Until"),
    "until_opened": Words("等待人工恢复", "until a person opens it"),
    "on_trial": Words("试发中，稳定后恢复", "on trial, until it has worked for a while"),
    "none_parked": Words("没有暂停的通道。", "No lane is at rest."),
    "worked": Words("由谁发送", "Who sends"),
    "process": Words("进程", "Process"),
    "since": Words("何时接手", "Since"),
    "nobody": Words("没有进程", "nobody"),
    "signatures": Words("签收情况", "Signatures"),
    "stop_it": Words("停发", "Stop"),
    "lift_it": Words("解除", "Lift"),
    "correct_it": Words("更正", "Correct"),
    "retract_it": Words("撤回", "Retract"),
    "supersede_it": Words("升级、降级或延长", "Raise, lower or extend"),
    "to_lanes": Words("通道", "Lanes"),
    "to_undecided": Words("处理结果不明的", "Decide on what is unclear"),
    "to_calls": Words("待拨打的名单", "Who is to be called"),
    "to_affected": Words("看名单和电话", "Who it is, and their numbers"),
    "to_correct": Words("起草更正", "Draft a correction"),
    "stop_mark": Words("。", ". "),
    "parked_number": Words("{} 个通道暂停", "{} lanes at rest"),
    "reasons_number": Words("{} 种原因没有送到", "{} reasons for which messages did not arrive"),
    "rate": Words("条/秒", "Per second"),
    "minutes_left": Words("还需（分）", "Minutes left"),
    "accepted_times": Words("发出：第一条 → 95%", "Sent: first → 95 %"),
    "delivered_times": Words("送达：第一条 → 95%", "Delivered: first → 95 %"),
    "delivered_by_receipt": Words(
        "95% 送达：只算有回执的通道，共 {} 条（全部 {} 条）。"
        "企业微信群、邮件等没有回执，发出后不会变成“已送达”。",
        "95 % delivered: of the messages on channels with receipts, {} of {}. WeCom groups, mail and the "
        "like have none: what is sent there never becomes delivered.",
    ),
    "no_receipts": NO_RECEIPTS,
    "first_accepted": Words("第一条发出", "First sent"),
    "most_accepted": Words("95% 发出", "95 % sent"),
    "first_delivered": Words("第一条送达", "First delivered"),
    "most_delivered": Words("95% 送达", "95 % delivered"),
    "not_reached": Words("未达到", "not yet"),
    "in_ten_seconds": Words("近 10 秒", "Last 10 s"),
    "signed_of": Words("已签收 / 应签收", "Signed / asked"),
    # they have signed, or another decision came in its place
    "nobody_waits": Words("不再等待签收。", "Nobody is waited for any more."),
    "not_signed": Words("{} 个单位还没有签收。", "{} have not signed."),
    "next_step": Words("下一步 {}：{}。", "Next, at {}: {}."),
    "no_next_step": Words("不再自动催办，请打电话。", "No reminder follows by itself: telephone."),
    "to_call": Words("待拨打 {} 个单位。", "{} are to be called."),
    "objections": Words("{} 个单位有异议。", "{} object."),
    "see_steps": Words("催办经过", "What was done"),
    "do_now": Words("现在做什么", "What to do now"),
    "who_is_it": Words("{}：{} 条，看名单", "{}: {} messages, who is it"),
    "signing_times": Words("签收用时", "Time to signature"),
    "handover": Words("运营商交接", "Handover to operators"),
    "nobody_takes": Words("没有接收方：通讯录中没有写“推送接收方”的单位。", "No system takes its alert."),
    "duty": Words(
        "时间为发布后的分钟数；要求 {} 分钟内发到 95%", "Minutes since the release; due: 95 % within {}"
    ),
    "duty_at_once": Words("，{} 分钟内开始", ", begun within {}"),
    "receiver": Words("接收方", "Receiver"),
    "network": Words("网络", "Network"),
    "targeted": Words("目标人数", "People"),
    "sent_to": Words("已发", "Sent"),
    "not_sent_to": Words("未发到", "Failed"),
    "taken_after": Words("接收", "Taken"),
    "begun_after": Words("开始", "Begun"),
    "reached_after": Words("95%", "95 %"),
    "fell": Words("数字变小", "a figure fell"),
    "no_longer_in_force": Words("已有新的决定，不用再催。", "No longer in force: nobody is to be asked."),
    "nobody_signs": Words("这个任务不要求签收。", "Nobody is asked to sign this broadcast."),
    "none_of_them": Words("没有这样的单位。", "There is none."),
    "masked": Words(
        "号码已打码；值班和通讯录人员，或有“运行”权限（operate）的令牌，登录后可直接拨打。",
        "Numbers are masked; duty officers, directory keepers and tokens of the scope “operate” dial them.",
    ),
    "your_areas": Words("只计您负责的区域。", "Your areas alone are counted."),
    "late": Words("逾期", "late"),
    "more": Words("下一页", "More"),
    "connecting": Words("正在连接", "connecting"),
    "online": Words("实时更新", "live"),
    "offline": Words(
        "连接中断，正在重连；下面是中断前的数据", "connection lost, trying again; what follows is from before"
    ),
    "reloading": Words("本页每 {} 秒自动刷新。", "This page reloads every {} seconds."),
    "not_sent_another": Words(
        "还没有提交：这个浏览器已由另一个人登录。请刷新本页再做。",
        "Not sent: somebody else has signed in with this browser. Load this page anew.",
    ),
    "not_sent_ended": Words(
        "登录已结束，还没有提交；填的内容都在。请在另一个窗口登录，再点一次。",
        "Not sent: your sign-in has ended. What you typed is still here: sign in in another window, then "
        "press again.",
    ),
    "not_sent_lost": Words(
        "连接中断，还没有提交；填的内容都在。请稍后再点一次。",
        "Not sent: the connection is lost. What you typed is still here: press again in a moment.",
    ),
    "sign_in": Words("登录", "Sign in"),
    "sign_out": Words("退出", "Sign out"),
    "as_a_person": Words("用登录名和密码登录", "Sign in with name and password"),
    "token": Words("接口令牌", "Access token"),
    "token_help": Words(
        "有“读取”权限的接口令牌。令牌只用于登录，不会保存在浏览器里；8 小时后需重新登录。",
        "An API token with the scope “read”. It only signs you in and is not kept in the browser; "
        "sign in again after 8 hours.",
    ),
    "refused": Words("令牌不对、已过期或没有读取权限。", "The token is wrong, has expired or may not read."),
    "too_often": Words("试错太多次，请稍后再试。", "Too many wrong tokens; try again later."),
    "parked_by": Words("（{} 暂停）", " (parked by {})"),
    "not_found": Words("没有这个发布任务。", "There is no such broadcast."),
    "for_duty_officers": Words("这由值班人员登记。", "Duty officers write this down."),
    "opening": Words("正在打开……", "Opening …"),
    "open": Words("打开页面", "Open the page"),
    "back": Words("返回发布任务列表", "Back to the broadcasts"),
    "skip": Words("跳到正文", "Skip to the content"),
}


class Told(Protocol):
    """What is told in both languages, such as an `InputError`."""

    @property
    def message(self) -> str:
        """In Chinese."""

    @property
    def message_en(self) -> str:
        """In English."""


class Speech:
    """Everything a page says in one language."""

    def __init__(self, language: Language, texts: Mapping[str, Words] = TEXTS) -> None:
        self.language = language
        self._texts = texts

    def __call__(self, key: str, *values: object) -> str:
        """The page's own words; `values` fill its places."""
        return self.of(self._texts[key]).format(*values)

    def of(self, words: Words) -> str:
        """Words in this language."""
        return words.zh if self.language == "zh" else words.en

    def told(self, each: Told) -> str:
        """What is told in both languages, in this one."""
        return each.message if self.language == "zh" else each.message_en

    def listed(self, each: Iterable[str]) -> str:
        """Names one after the other."""
        return ("、" if self.language == "zh" else ", ").join(each)

    def clauses(self, each: Iterable[str]) -> str:
        """Sentences or their parts one after the other."""
        return ("；" if self.language == "zh" else "; ").join(each)

    def bracketed(self, words: object) -> str:
        """A remark behind something."""
        return f"（{words}）" if self.language == "zh" else f" ({words})"

    def among(self, table: dict[str, Words], key: str) -> str:
        """The word of a table; a key that it does not know stays itself."""
        return self.of(table.get(key, Words(key, key)))


def language_of(asked: str | None) -> Language | None:
    """A language by its short name."""
    return asked if asked in LANGUAGES else None
