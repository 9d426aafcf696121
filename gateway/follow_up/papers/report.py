"""What the office reports of a broadcast: a summary, and a row for every delivery. Plain data.

Rows come in slices, so that 100,000 of them need no more memory than a thousand.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection

from gateway.broadcasts.launching.overview import overview
from gateway.decisions.model import Decision
from gateway.delivery.states import DeliveryState
from gateway.delivery.words import CHANNEL_WORDS, STATE_WORDS, reason_words
from gateway.directory.masking import mask
from gateway.directory.model import AddressKind
from gateway.follow_up.obligations.handover import handover
from gateway.ledger.database import Ledger
from gateway.ledger.decisions import decisions
from gateway.ledger.delivery import deliveries
from gateway.ledger.delivery.deliveries import Delivery
from gateway.ledger.follow_up import acknowledgements, reporting
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.ledger.follow_up.reporting import Moments
from gateway.moments import iso
from gateway.vocabulary import (
    ACTION_WORDS,
    AUDIENCE_WORDS,
    LEVEL_WORDS,
    SECTOR_WORDS,
    Action,
    Audience,
    Level,
    Sector,
)

_SLICE = 1000  # deliveries read at once
_NEVER = "未达到 not reached"

Pair = tuple[str, str]  # what it is, and its value
COLUMNS: tuple[str, ...] = (
    "序号 no.",
    "单位编码 code",
    "单位 organisation",
    "受众 audience",
    "区域 area",
    "渠道 channel",
    "地址 address",
    "分段 part",
    "状态 state",
    "原因 reason",
    "发送次数 attempts",
    "重复标记 repeated",
    "发送 claimed",
    "受理 accepted",
    "发出 sent",
    "送达 delivered",
    "已读 read",
    "结束 ended",
    "打开 opened",
    "签收 signed",
    "签收人 signed by",
    "异议 objection",
    "完成 done",
)
COUNT_COLUMNS: tuple[str, ...] = ("受众 audience", "渠道 channel", "状态 state", "数量 deliveries")
TEXT_COLUMNS: tuple[str, ...] = ("受众 audience", "媒介 medium", "语言 language", "标题 title", "SHA-256")


@dataclass(frozen=True, slots=True)
class Summary:
    """The head of a report, as printed; tables are rows of text under `COUNT_COLUMNS`, `TEXT_COLUMNS`."""

    title: str
    exercise: bool
    facts: Sequence[Pair]
    counts: Sequence[Sequence[str]]
    texts: Sequence[Sequence[str]]

    def as_json(self) -> dict[str, Any]:
        """The shape that `report --json` prints."""
        return {
            "title": self.title,
            "exercise": self.exercise,
            "facts": [{"name": name, "value": value} for name, value in self.facts],
            "counts": [dict(zip(COUNT_COLUMNS, row, strict=True)) for row in self.counts],
            "texts": [dict(zip(TEXT_COLUMNS, row, strict=True)) for row in self.texts],
        }


def summarise(
    connection: Connection,
    broadcast_id: int,
    areas: Mapping[str, str],
    duty_minutes: Mapping[Level, int],
    now: int,
) -> Summary:
    """The summary of a broadcast; `areas` names area codes, `duty_minutes` are those of the settings.

    Raises `InputError` (BROADCAST_UNKNOWN).
    """
    seen = overview(connection, broadcast_id, now)
    decision = Decision.model_validate_json(decisions.document(connection, seen["decision"]))
    recorded = decisions.by_id(connection, seen["decision"])
    left = reporting.left(connection, broadcast_id)
    arrived = reporting.arrived(connection, broadcast_id)
    level = LEVEL_WORDS[cast(Level, seen["level"])] if seen["level"] else ""
    facts: list[Pair] = [
        ("任务 broadcast", str(broadcast_id)),
        ("预案 plan", seen["plan"]),
        ("决定 decision", f"{level}{ACTION_WORDS[cast(Action, seen['action'])]} {seen['decision']}"),
        ("文号 document number", seen["document_number"] or ""),
        ("发布机关 issuer", decision.issuer or ""),
        ("区域 area", "、".join(areas.get(code, code) for code in decision.area)),
        ("决定时间 decided", decision.decided_at.isoformat(timespec="minutes")),
        ("启动时间 starts", decision.starts_at.isoformat(timespec="minutes")),
        (
            "预计解除时间 expected end",
            decision.expected_end_at.isoformat(timespec="minutes") if decision.expected_end_at else "",
        ),
        ("清单 manifest (SHA-256)", recorded.manifest if recorded else ""),
        ("发布时间 launched", seen["launched_at"] or ""),
        ("报告时间 as of", iso(now) or ""),
        (
            "进展 progress",
            "已全部有结果 complete" if seen["complete"] else "仍在进行，数字会变 still running",
        ),
        ("单位地址数 recipients", str(seen["recipients"])),
        ("投递数 deliveries", str(seen["deliveries"])),
        *_moments("受理 accepted", left),
        *_arrived(arrived, seen["deliveries"]),
        *_signatures(seen["signatures"]),
        *_handover(handover(connection, broadcast_id, duty_minutes, now)),
    ]
    return Summary(
        title=f"{'【演练】' if seen['exercise'] else ''}重污染天气预警发布情况 Report of a broadcast",
        exercise=seen["exercise"],
        facts=facts,
        counts=[
            (
                AUDIENCE_WORDS[cast(Audience, each["audience"])],
                CHANNEL_WORDS[each["channel"]].zh,
                STATE_WORDS[each["state"]].zh,
                str(each["deliveries"]),
            )
            for each in seen["counts"]
        ],
        texts=[
            (
                AUDIENCE_WORDS[cast(Audience, text.audience)]
                + (f"·{SECTOR_WORDS[cast(Sector, text.sector)]}" if text.sector else ""),
                text.medium,
                text.language,
                text.title,
                text.sha256,
            )
            for text in reporting.sent_texts(connection, seen["decision"])
        ],
    )


def _signatures(counted: Mapping[str, int]) -> list[Pair]:
    if not counted["asked"]:
        return []
    words = "{signed}/{asked}（异议 objected {objected}，完成 done {done}，待签 open {open}）"
    return [("签收 signatures", words.format_map(counted))]


def _handover(found: Mapping[str, Any]) -> Iterator[Pair]:
    """How each system has taken the alert and passed it on, in minutes from the release."""
    for receiver in found["receivers"]:
        who = f"交接 handover {receiver['receiver']}"
        if not receiver["networks"]:
            yield who, f"{receiver['words']} {receiver['words_en']}"
        for each in receiver["networks"]:
            people = "" if each["sent"] is None else f"，{each['sent']}/{each['targeted'] or '?'} 人 people"
            minutes = each["minutes_to_95_percent"]
            reached = "" if minutes is None else f"，95% {minutes:g} 分钟 min"
            name = f"{who} {each['operator']}" if each["operator"] else who
            yield name, f"{each['words']} {each['words_en']}{people}{reached}"


def _arrived(moments: Moments, messages: int) -> list[Pair]:
    """The moments of what is on channels with receipts, and how many of all `messages` those are."""
    if moments.whole == messages:
        return _moments("送达 delivered", moments)
    return [
        *_moments("送达 delivered", moments, _NEVER if moments.whole else "此通道无回执 no receipts here"),
        ("有回执的消息 messages with receipts", f"{moments.whole} / {messages}"),
    ]


def _moments(what: str, moments: Moments, never: str = _NEVER) -> list[Pair]:
    return [
        (f"首条{what} first", iso(moments.first) or never),
        (f"95% {what}", iso(moments.most) or never),
    ]


def rows(ledger: Ledger, broadcast_id: int, areas: Mapping[str, str], *, full: bool) -> Iterator[list[str]]:
    """Every delivery as cells under `COLUMNS`, in the order of their ids.

    Addresses are masked unless `full`. Times are ISO 8601 in China Standard Time.
    """
    after = number = 0
    while page := ledger.read_now(deliveries.page, broadcast_id, after=after, limit=_SLICE):
        after = page[-1].id
        signed = ledger.read_now(
            acknowledgements.by_codes, broadcast_id, {each.organisation_code for each in page}
        )
        for delivery in page:
            number += 1
            asked = signed.get(delivery.organisation_code)
            yield [str(number), *_cells(delivery, areas, full), *_signature(asked)]


def _signature(asked: Acknowledgement | None) -> list[str]:
    """How the organisation answered, on each of its rows."""
    if asked is None:
        return [""] * 5
    return [
        iso(asked.opened_at) or "",
        iso(asked.signed_at) or "",
        f"{asked.name or ''} {asked.role or ''}".strip() if asked.signed_at else "",
        asked.objection or "",
        iso(asked.done_at) or "",
    ]


def _cells(delivery: Delivery, areas: Mapping[str, str], full: bool) -> list[str]:
    channel = cast(AddressKind, delivery.channel)
    address = delivery.address if full else mask(channel, delivery.address)
    reason = reason_words(delivery.reason) if delivery.reason else None
    state = STATE_WORDS[cast(DeliveryState, delivery.state)]
    return [
        delivery.organisation_code,
        delivery.organisation,
        AUDIENCE_WORDS[cast(Audience, delivery.audience)],
        areas.get(delivery.area, delivery.area),
        CHANNEL_WORDS[channel].zh,
        address.removeprefix("+86") if channel == "sms" else address,
        str(delivery.part + 1),
        f"{state.zh} {state.en}",
        f"{reason.zh} {reason.en}" if reason else "",
        str(delivery.attempts),
        "是 yes" if delivery.repeated else "",
        *(
            iso(moment) or ""
            for moment in (
                delivery.claimed_at,
                delivery.accepted_at,
                delivery.sent_at,
                delivery.delivered_at,
                delivery.read_at,
                delivery.ended_at,
            )
        ),
    ]
