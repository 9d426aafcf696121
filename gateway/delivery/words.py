"""What people read for states, channels and reasons, in Chinese and English: the one table of them."""

from channels.contract import Reason
from gateway.delivery.breaker import TOO_MANY_UNKNOWN
from gateway.delivery.states import DeliveryState
from gateway.ledger.delivery.counters import NO_RECEIPT
from gateway.ledger.delivery.unclear import LEFT
from gateway.vocabulary import Words

STATE_WORDS: dict[DeliveryState, Words] = {
    "queued": Words("待发", "queued"),
    "sending": Words("发送中", "sending"),
    "unknown": Words("结果不明", "unknown"),
    "accepted": Words("已受理", "accepted"),
    "sent": Words("已发出", "sent"),
    "delivered": Words("已送达", "delivered"),
    "read": Words("已读", "read"),
    "failed": Words("失败", "failed"),
    "expired": Words("过期未发", "expired"),
    "cancelled": Words("已停发", "cancelled"),
    "suppressed": Words("没有通道", "no lane"),
}
CHANNEL_WORDS: dict[str, Words] = {
    "sms": Words("短信", "SMS"),
    "wecom": Words("企业微信", "WeCom"),
    "wecom_user": Words("企业微信个人", "WeCom member"),
    "email": Words("邮件", "email"),
    "phone": Words("电话", "telephone"),
    "push": Words("推送", "push"),
}
REASON_WORDS: dict[str, Words] = {
    Reason.CONNECTION: Words("连不上服务商", "the provider cannot be reached"),
    Reason.RATE_LIMITED: Words("服务商限制了发送速度", "the provider limits how fast we send"),
    "called": Words("固定电话不收短信，由人拨打", "a fixed line takes no text: a person calls"),
    Reason.QUOTA: Words("账号额度已用完", "the account's quota is used up"),
    Reason.AUTHENTICATION: Words("账号或密钥被服务商拒绝", "the provider refuses the account or its key"),
    Reason.CONFIGURATION: Words("账号未配置或配置有误", "no account, or a wrong setting of it"),
    Reason.LANE_REMOVED: Words("发送号码或机器人已被移除", "the sending number or bot was removed"),
    Reason.PROVIDER_BUSY: Words("服务商繁忙，没有收下", "the provider is busy and took nothing"),
    Reason.INVALID_ADDRESS: Words("号码或地址不存在", "no such number or address"),
    "wrong_number": Words("电话打过去不是本人", "a call found somebody else"),
    Reason.UNREACHABLE: Words("对方关机、无信号或邮箱已满", "switched off, out of coverage or mailbox full"),
    Reason.OPTED_OUT: Words("对方已退订", "the recipient has opted out"),
    Reason.BLOCKED: Words("被对方或运营商拦截", "blocked by the recipient or the network"),
    Reason.NO_ROUTE: Words("没有到这个号码的线路", "no route to this number"),
    Reason.FREQUENCY: Words("同一号码短时间内收到过多", "too many messages to one number in a short time"),
    Reason.FOREIGN_TRANSFER: Words(
        "未经许可不向境外服务商提供境内号码",
        "numbers of the mainland do not go to a provider abroad unless allowed",
    ),
    Reason.TOO_LONG: Words("内容过长", "the text is too long"),
    Reason.CONTENT_REJECTED: Words("内容被服务商拒绝", "the provider refuses the text"),
    Reason.TEMPLATE: Words("与报备的模板不符", "the text does not match the registered template"),
    Reason.NO_FORM: Words("这条消息写不成对方要的格式", "it cannot be said in the form that they read"),
    Reason.EXPIRED: Words("在服务商处超过有效期", "ran out of time at the provider"),
    Reason.TIMEOUT: Words("服务商没有及时回答", "the provider did not answer in time"),
    Reason.DISCONNECTED: Words("发送途中连接断开", "the connection broke while sending"),
    Reason.SERVER_ERROR: Words("服务商内部出错", "the provider had an error of its own"),
    Reason.UNREADABLE_ANSWER: Words("服务商的回答无法理解", "the provider's answer could not be read"),
    Reason.INTERRUPTED: Words("本机在发送途中停止", "this server stopped while sending"),
    Reason.UNKNOWN_FAILURE: Words("服务商未说明原因", "the provider gave a reason that is not known"),
    NO_RECEIPT: Words("服务商收下后，没有回执", "the provider took it, and no receipt came"),
    LEFT: Words("已由人确认，不再补发", "a person has decided to leave it so"),
    TOO_MANY_UNKNOWN: Words("太多结果不明，暂停观察", "too many ended unknown: resting"),
}


# The same of a system that takes alerts: it is no provider of ours, and an address is a web address.
RECEIVER_WORDS: dict[str, Words] = {
    Reason.CONNECTION: Words("连不上对方", "it cannot be reached"),
    Reason.RATE_LIMITED: Words("对方要求慢些再发（429）", "it asks for more time (429)"),
    Reason.AUTHENTICATION: Words(
        "对方不认本单位的签名（401、403）", "it does not take our signature (401, 403)"
    ),
    Reason.CONFIGURATION: Words("设置中的网址或格式不对", "the address or form in the settings is wrong"),
    Reason.LANE_REMOVED: Words("对方停用了这个网址（410）", "it has given up this address (410)"),
    Reason.PROVIDER_BUSY: Words("对方繁忙，没有收下", "it is busy and took nothing"),
    Reason.TOO_LONG: Words("对方认为内容过长", "it finds the alert too long"),
    Reason.CONTENT_REJECTED: Words("对方不收这条消息", "it does not take this alert"),
    Reason.TIMEOUT: Words("对方没有及时回答", "it did not answer in time"),
    Reason.SERVER_ERROR: Words("对方系统出错", "its system had an error"),
    Reason.UNKNOWN_FAILURE: Words("对方没有说明原因", "it gave no reason"),
}


def reason_words(reason: str) -> Words:
    """A reason in words; one that no table names (a person's own) as it is."""
    return REASON_WORDS.get(reason, Words(reason, reason))


def receiver_words(reason: str) -> Words:
    """Why a system has not taken an alert."""
    return RECEIVER_WORDS.get(reason) or reason_words(reason)
