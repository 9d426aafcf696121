"""Why messages did not arrive, and what the officer does about it now: one table of every reason.

A reason's name stands in `gateway.delivery.words`; here is what it means, the one act, and the door to it.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from channels.contract import Reason
from gateway.broadcasts.launching.expand import CALLED
from gateway.delivery.breaker import TOO_MANY_UNKNOWN
from gateway.ledger.delivery.counters import NO_RECEIPT
from gateway.ledger.delivery.unclear import LEFT
from gateway.vocabulary import Words

# lanes: parked and opened there; undecided: a person sends once more, or leaves it; affected: who is
# concerned, to be telephoned or mended in the directory; calls: the list of who is to be called; correct:
# other words; handover: of receivers; none: nothing is to be done
Way = Literal["lanes", "undecided", "affected", "calls", "correct", "handover", "none"]


class Remedy(NamedTuple):
    """What a reason means, what is done now, and where."""

    means: Words
    act: Words
    way: Way


def remedy(reason: str, channel: str = "") -> Remedy:
    """What to do about a reason; of a system that takes alerts (`push`), what its office is told."""
    if channel == "push" and reason not in (CALLED, LEFT):
        return _RECEIVER
    return REMEDIES.get(reason, _OTHER)


_CALL = Words("打电话通知名单上的单位。", "Telephone those on the list.")
_CALL_AND_MEND = Words(
    "打电话通知名单上的单位，问清新号码，当场改通讯录。",
    "Telephone those on the list, ask for the new number and mend the directory at once.",
)
_WAIT = Words(
    "不用重发，会自动再试。超过 10 分钟还没有发出，就暂停这个通道，改走备用。",
    "Do not send again: it is tried again by itself. If nothing has left in 10 minutes, park the lane.",
)
_ASK = Words(
    "先等回执。还不明的，打电话问一家，再决定重发还是不再处理。",
    "Wait for receipts. Of what stays unclear, ask one by telephone; then send once more or leave them.",
)
_KEEPER = Words(
    "暂停这个通道，改走备用；没有备用的，打电话通知。请管理员改账号设置。",
    "Park the lane, so that it leaves by another; without one, telephone. Have the account mended.",
)
_OTHER_WORDS = Words(
    "其余渠道照发。请起草更正，改掉被拒绝的字句；名单上的单位先打电话。",
    "Other channels go on. Draft a correction without the refused words; telephone those on the list first.",
)

REMEDIES: Mapping[str, Remedy] = {
    Reason.CONNECTION: Remedy(
        Words("网络不通，或服务商的网址连不上。什么都没有发出。", "No connection: certainly nothing left."),
        _WAIT,
        "lanes",
    ),
    Reason.RATE_LIMITED: Remedy(
        Words("发得比服务商允许的快，已自动放慢。", "Faster than the provider allows; it has slowed down."),
        Words("不用处理，会自动继续。", "Nothing: it goes on by itself."),
        "lanes",
    ),
    Reason.PROVIDER_BUSY: Remedy(
        Words("服务商一时太忙，没有收下。", "The provider was too busy to take it."), _WAIT, "lanes"
    ),
    Reason.QUOTA: Remedy(
        Words("账号余额或条数用完，通道已停。", "The account has run out: its lane rests."),
        Words(
            "打电话给服务商充值，充好后到“通道”恢复。等不及的，先改走备用。",
            "Have it topped up by telephone, then open the lane. In the meantime use another one.",
        ),
        "lanes",
    ),
    Reason.AUTHENTICATION: Remedy(
        Words("账号停用，或密钥已换。", "The account is blocked, or its key was changed."), _KEEPER, "lanes"
    ),
    Reason.CONFIGURATION: Remedy(
        Words(
            "没有能发到这类地址的通道，或账号设置有误。",
            "No lane serves this kind of address, or its account is set up wrongly.",
        ),
        Words(
            "打电话通知名单上的单位。请管理员配置这类地址的账号。",
            "Telephone those on the list. Have an account set up for this kind of address.",
        ),
        "affected",
    ),
    Reason.LANE_REMOVED: Remedy(
        Words("发送号码被收回，或群里的机器人被移除。", "The number was taken back, or the bot removed."),
        Words(
            "暂停这个通道，改走备用。请群主重新加机器人，或请管理员换号码。",
            "Park the lane. Have the group's owner add the bot again, or the number replaced.",
        ),
        "lanes",
    ),
    Reason.INVALID_ADDRESS: Remedy(
        Words("空号、停机或邮箱不存在，重发没有用。", "No such number or mailbox: sending again is useless."),
        _CALL_AND_MEND,
        "affected",
    ),
    Reason.UNREACHABLE: Remedy(
        Words("手机关机、不在服务区，或邮箱已满。", "Switched off, out of coverage, or the mailbox is full."),
        Words(
            "会自动再试。急的，打电话给该单位的其他人。",
            "It is tried again by itself. If urgent, telephone somebody else there.",
        ),
        "affected",
    ),
    Reason.OPTED_OUT: Remedy(
        Words("对方曾回复退订，运营商不再放行。", "They replied to stop: the network lets nothing pass."),
        Words(
            "打电话通知。请对方向运营商取消退订，或在通讯录换一个号码。",
            "Telephone. Ask them to cancel it with their network, or put another number in the directory.",
        ),
        "affected",
    ),
    Reason.BLOCKED: Remedy(
        Words("被手机或运营商当作骚扰拦截。", "Taken for spam by the phone or the network."),
        Words(
            "打电话通知。同一运营商拦截很多时，打电话给服务商报备。",
            "Telephone. Where one network blocks many, have the provider register the text.",
        ),
        "affected",
    ),
    Reason.NO_ROUTE: Remedy(
        Words("服务商到不了这个号段或地区。", "The provider does not reach this range of numbers."),
        _CALL,
        "affected",
    ),
    Reason.FREQUENCY: Remedy(
        Words("同一号码短时间内收到太多，被服务商挡下。", "Too many to one number in a short time."),
        Words(
            "会自动再试。多个单位共用一个号码的，打电话通知，并改通讯录。",
            "It is tried again by itself. Where several organisations share a number, telephone and mend it.",
        ),
        "affected",
    ),
    Reason.FOREIGN_TRANSFER: Remedy(
        Words(
            "本单位的设置不许把境内号码交给境外服务商。",
            "Our settings let no mainland number go to a provider abroad.",
        ),
        Words(
            "打电话通知。请管理员为境内号码配置境内通道。",
            "Telephone. Have a provider of the mainland set up for such numbers.",
        ),
        "affected",
    ),
    Reason.TOO_LONG: Remedy(
        Words("服务商嫌内容长。", "The provider finds the text too long."), _OTHER_WORDS, "correct"
    ),
    Reason.CONTENT_REJECTED: Remedy(
        Words("服务商审核不让发。", "The provider's review refuses the text."), _OTHER_WORDS, "correct"
    ),
    Reason.TEMPLATE: Remedy(
        Words("内容与报备的模板对不上。", "The text is not the one that was registered."),
        Words(
            "打电话给服务商补报模板；名单上的单位先打电话。",
            "Have the template registered by telephone; telephone those on the list first.",
        ),
        "affected",
    ),
    Reason.NO_FORM: Remedy(
        Words("这条消息写不成对方要的格式，没有发给它。", "It has no form that they read: nothing was sent."),
        Words("打电话告知对方。", "Tell them by telephone."),
        "handover",
    ),
    Reason.EXPIRED: Remedy(
        Words("在服务商处排队超过有效期，被丢弃。", "It ran out of time at the provider, who dropped it."),
        _CALL,
        "affected",
    ),
    Reason.TIMEOUT: Remedy(
        Words("服务商没有及时回答，可能已发出。", "No answer in time: it may have left."), _ASK, "undecided"
    ),
    Reason.DISCONNECTED: Remedy(
        Words("发送途中断线，可能已发出。", "The connection broke: it may have left."), _ASK, "undecided"
    ),
    Reason.SERVER_ERROR: Remedy(
        Words("服务商系统出错，可能已发出。", "An error of the provider's: it may have left."),
        _ASK,
        "undecided",
    ),
    Reason.UNREADABLE_ANSWER: Remedy(
        Words("服务商的回答读不懂，可能已发出。", "Its answer is unreadable: it may have left."),
        _ASK,
        "undecided",
    ),
    Reason.INTERRUPTED: Remedy(
        Words("本机在发送途中停过，可能已发出。", "This server stopped while sending: it may have left."),
        _ASK,
        "undecided",
    ),
    Reason.UNKNOWN_FAILURE: Remedy(
        Words("服务商说没有送到，没有说明原因。", "The provider says that it failed, and not why."),
        _CALL,
        "affected",
    ),
    CALLED: Remedy(
        Words("只有固定电话，不能收消息。", "They have nothing but a fixed line."),
        Words("打电话念给对方听，登记结果。", "Telephone, read it out, and write down what was said."),
        "calls",
    ),
    NO_RECEIPT: Remedy(
        Words(
            "服务商已收下，过了时间也没有回执，不知道是否送到。",
            "The provider took it; no receipt came in its time. Nobody knows whether it arrived.",
        ),
        Words(
            "不要重发。没有签收的，打电话问一问。",
            "Do not send again. Telephone those who have not signed.",
        ),
        "affected",
    ),
    LEFT: Remedy(
        Words("值班人员已决定不再补发。", "A person decided to leave it so."),
        Words("不用处理。", "Nothing."),
        "none",
    ),
    TOO_MANY_UNKNOWN: Remedy(
        Words("很多消息结果不明，通道先歇一歇。", "Many ended unclear: the lane rests for a while."),
        Words(
            "打电话问服务商。确认没有问题，到“通道”恢复。",
            "Telephone the provider; when all is well, open the lane.",
        ),
        "lanes",
    ),
}
_RECEIVER = Remedy(
    Words("对方系统没有收下，或没有回音。", "Their system has not taken it, or does not answer."),
    Words(
        "打电话给对方值班室，请对方查收或手工发布。",
        "Telephone their duty room: ask them to look, or to publish by hand.",
    ),
    "handover",
)
_OTHER = Remedy(Words("", ""), Words("请看名单，打电话通知。", "See the list; telephone them."), "affected")
