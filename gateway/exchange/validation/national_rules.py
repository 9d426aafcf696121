"""What a message of the 12379 dialect must keep beside its table."""

from datetime import datetime

from gateway.exchange.model import AHEAD, HAZE
from gateway.exchange.validation.area_rules import check_circle, check_polygon
from gateway.exchange.validation.part import Part
from gateway.exchange.validation.values import spaced_moment

_COLOURS = {"Red": "红色", "Orange": "橙色", "Yellow": "黄色", "Blue": "蓝色"}


def check_national(alert: Part, now: datetime | None) -> None:
    """Gather the faults of meaning of a message of the dialect."""
    _check_identity(alert, now)
    _check_life(alert)
    for info in alert.parts("info"):
        _check_headline(alert, info)
        _check_times(info, now)
        if "重污染" in info.value("headline") and info.value("eventType") == HAZE:
            info.fault(
                "EVENT_CODE_HAZE",
                "warning",
                f"{HAZE} 是霾（气象预警），不是重污染天气",
                f"{HAZE} is haze, a meteorological signal, and not heavy air pollution",
            )
        for area in info.parts("area"):
            for polygon in (each for each in area.parts("polygon") if each.text.strip()):
                check_polygon(polygon, line_allowed=True)
            for circle in (each for each in area.parts("circle") if each.text.strip()):
                check_circle(circle, metres=True)


def _check_identity(alert: Part, now: datetime | None) -> None:
    identifier, unit = alert.value("identifier"), alert.value("senderCode")
    if identifier and unit and identifier.partition("_")[0] != unit:
        alert.fault(
            "NATIONAL_UNIT_DIFFERS",
            "error",
            "identifier 中的单位编码与 senderCode 不一致",
            "the unit in identifier is not that of senderCode",
        )
    sent = spaced_moment(alert.value("sendTime"))
    if sent and now and sent > now + AHEAD:
        alert.fault("SENT_IN_FUTURE", "warning", "发送时间在将来", "it is sent in the future")
    for name, used in (("status", ("Actual", "Test")), ("msgType", ("Alert", "Update", "Cancel"))):
        part = alert.part(name)
        if part and part.text.strip() and part.text.strip() not in used:
            part.fault(
                "NATIONAL_VALUE_RESERVED",
                "warning",
                f"平台目前只用 {'、'.join(used)}",
                f"the platform uses only {', '.join(used)} so far",
            )


def _check_life(alert: Part) -> None:
    kind, first = alert.value("msgType"), alert.value("references")
    if kind in ("Update", "Cancel") and not first:
        alert.fault(
            "REFERENCES_MISSING",
            "error",
            f"{kind} 必须在 references 中写明首发信息的 identifier",
            f"{kind} must name in references the identifier of the event's first message",
        )
    if first and first == alert.value("identifier"):
        alert.fault("REFERENCES_ITSELF", "error", "消息引用了自己", "the message refers to itself")
    if kind == "Cancel" and not alert.value("note"):
        alert.fault(
            "NOTE_MISSING", "warning", "解除（Cancel）应在 note 中说明原因", "a Cancel says why in note"
        )


def _check_headline(alert: Part, info: Part) -> None:
    """`<sender>发布<event><colour>预警`, with 解除 for a Cancel."""
    headline, severity = info.value("headline"), info.value("severity")
    act = "解除" if alert.value("msgType") == "Cancel" else "发布"
    colour = _COLOURS.get(severity, "")
    if headline and (act not in headline or colour not in headline):
        info.fault(
            "NATIONAL_HEADLINE",
            "warning",
            f"标题应为“{alert.value('sender')}{act}…{colour}预警”",
            f"the headline reads: sender, {act}, event, {colour or 'colour'}, 预警",
        )


def _check_times(info: Part, now: datetime | None) -> None:
    until, effective = spaced_moment(info.value("expires")), spaced_moment(info.value("effective"))
    onset = spaced_moment(info.value("onset"))
    if until and effective and until < effective:
        info.fault("EXPIRES_TOO_EARLY", "error", "失效时间早于生效时间", "it expires before it is effective")
    if until and onset and onset > until:
        info.fault(
            "ONSET_AFTER_EXPIRES",
            "error",
            "启动时间（onset）晚于失效时间（expires）",
            "its onset is after it expires",
        )
    if until and now and until < now:
        info.fault("EXPIRED", "warning", "已经失效", "it has expired")
