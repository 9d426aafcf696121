"""The report of who was reached by a moment, such as three hours after the launch, with each one's trail.

The plan of 2018 asks that every controlled enterprise be reached within three hours. An organisation is
`signed` once it signed; `reached` once a message is known to have arrived, somebody opened the page,
objected or was told by telephone; else `unreached`. What nobody knows to have arrived counts as unreached.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from sqlalchemy import Connection

from gateway.delivery.states import DeliveryState
from gateway.delivery.words import CHANNEL_WORDS, STATE_WORDS, reason_words
from gateway.directory.masking import mask
from gateway.directory.model import AddressKind
from gateway.follow_up.papers.report import Summary
from gateway.follow_up.signatures.calling import RESULT_WORDS
from gateway.follow_up.signatures.people import Districts
from gateway.follow_up.signatures.unsigned import launched
from gateway.ledger.database import Ledger
from gateway.ledger.follow_up import calls, trails
from gateway.ledger.follow_up.calls import Heard
from gateway.ledger.follow_up.trails import Message, Step, Told
from gateway.ledger.follow_up.unsigned import REACHED_BY_CALL
from gateway.moments import iso, local, moment
from gateway.vocabulary import AUDIENCE_WORDS, Audience

Outcome = Literal["signed", "reached", "unreached"]
OUTCOME_WORDS: dict[Outcome, str] = {
    "signed": "已签收 signed",
    "reached": "已通知 reached",
    "unreached": "未通知到 unreached",
}
TRAIL_COLUMNS: tuple[str, ...] = (
    "单位编码 code",
    "单位 organisation",
    "受众 audience",
    "区域 area",
    "结果 outcome",
    "通知到 reached",
    "用时（分钟） minutes",
    "打开 opened",
    "签收 signed",
    "签收人 signed by",
    "签收方式 via",
    "异议 objected",
    "异议内容 objection",
    "完成 done",
    "消息 messages",
    "催办 steps",
    "电话 calls",
)
_STEP_WORDS = {"channel": "换渠道", "contact": "找下一联系人", "phone": "转电话"}
_BECAUSE_WORDS = {
    "signed": "已签收，停止",
    "objected": "有异议，停止",
    "told": "已口头通知，停止",
    "superseded": "有新的决定，停止",
    "lifted": "已解除，停止",
    "stopped": "已人工停发，停止",
    "skipped": "没有可换的",
}
_VIA_WORDS = {"link": "链接", "sms": "短信回复", "api": "接口", "phone": "电话"}
_SLICE = 500
_MINUTE = 60_000  # ms


@dataclass(frozen=True, slots=True)
class Trail:
    """What was done to reach one organisation, and how it stood at the report's moment; `reached_at` in
    milliseconds since 1970 UTC."""

    told: Told
    outcome: Outcome
    reached_at: int | None
    messages: Sequence[Message]
    steps: Sequence[Step]
    calls: Sequence[Heard]


def trails_of(ledger: Ledger, broadcast_id: int, by: int, area: str | None = None) -> Iterator[Trail]:
    """Every organisation of a broadcast as it stood at the moment `by` (ms since 1970 UTC), by id."""
    after = 0
    while page := ledger.read_now(_page, broadcast_id, after, by, area):
        after = page[-1].told.id
        yield from page


def trail_report(
    ledger: Ledger,
    broadcast_id: int,
    areas: Mapping[str, str],
    summary: Summary,
    within: int,
    now: int,
    area: str | None = None,
    *,
    full: bool = False,
) -> tuple[Summary, list[list[str]]]:
    """The summary with how many stood how `within` minutes of the launch, and a row of cells under
    `TRAIL_COLUMNS` for each organisation; addresses masked unless `full`. `areas` names area codes."""
    launched_at = ledger.read_now(launched, broadcast_id).launched_at or now
    by = launched_at + within * _MINUTE
    found = list(trails_of(ledger, broadcast_id, by, area))
    counted = Counter(each.outcome for each in found)
    early = "" if now >= by else "（时间未到，数字会变 still running）"
    facts = [
        *summary.facts,
        (f"截止 by ({within} min)", f"{iso(by)}{early}"),
        ("单位数 organisations", str(len(found))),
        *((words, str(counted[outcome])) for outcome, words in OUTCOME_WORDS.items()),
    ]
    districts = Districts(areas)
    return replace(summary, facts=facts), [cells(each, districts, launched_at, full=full) for each in found]


def cells(trail: Trail, districts: Districts, launched_at: int, *, full: bool) -> list[str]:
    """A trail as cells under `TRAIL_COLUMNS`; addresses masked unless `full`, times in China Standard
    Time."""
    told = trail.told
    minutes = None if trail.reached_at is None else max(0, trail.reached_at - launched_at) // _MINUTE
    return [
        told.code,
        told.name,
        AUDIENCE_WORDS[cast(Audience, told.audience)],
        districts.name(told.area),
        OUTCOME_WORDS[trail.outcome],
        iso(trail.reached_at) or "",
        "" if minutes is None else str(minutes),
        iso(told.opened_at) or "",
        iso(told.signed_at) or "",
        " ".join(filter(None, (told.signer, told.role))) if told.signed_at else "",
        _VIA_WORDS.get(told.via or "", "") if told.signed_at else "",
        iso(told.objected_at) or "",
        told.objection or "",
        iso(told.done_at) or "",
        "；".join(_message_words(each, full) for each in trail.messages),
        "；".join(_step_words(each) for each in trail.steps if each.taken_at or each.ended_at),
        "；".join(_call_words(each) for each in trail.calls),
    ]


def _page(connection: Connection, broadcast_id: int, after: int, by: int, area: str | None) -> list[Trail]:
    told = trails.organisations_told(connection, broadcast_id, after, _SLICE, area)
    messages = trails.messages(connection, broadcast_id, [each.id for each in told])
    asked = [each.acknowledgement_id for each in told if each.acknowledgement_id is not None]
    steps = trails.steps(connection, asked)
    heard: dict[int, list[Heard]] = {}
    for call in calls.heard(connection, asked):
        heard.setdefault(call.acknowledgement_id, []).append(call)
    found = []
    for each in told:
        key = each.acknowledgement_id or 0
        reached_at = _reached_at(each, messages.get(each.id, ()), heard.get(key, ()))
        found.append(
            Trail(
                each,
                _outcome(each, reached_at, by),
                reached_at,
                messages.get(each.id, ()),
                steps.get(key, ()),
                heard.get(key, ()),
            )
        )
    return found


def _reached_at(told: Told, messages: Sequence[Message], heard: Sequence[Heard]) -> int | None:
    """The first moment at which somebody there knew."""
    moments = [
        told.opened_at,
        told.signed_at,
        told.objected_at,
        *(each.arrived_at for each in messages),
        *(each.at for each in heard if each.result in REACHED_BY_CALL),
    ]
    return min((each for each in moments if each is not None), default=None)


def _outcome(told: Told, reached_at: int | None, by: int) -> Outcome:
    if told.signed_at is not None and told.signed_at <= by:
        return "signed"
    return "reached" if reached_at is not None and reached_at <= by else "unreached"


def _message_words(message: Message, full: bool) -> str:
    channel = cast(AddressKind, message.channel)
    address = (message.address if full else mask(channel, message.address)).removeprefix("+86")
    state = STATE_WORDS[cast(DeliveryState, message.state)].zh
    why = f"：{reason_words(message.reason).zh}" if message.reason else ""
    tries = f"，发{message.attempts}次" if message.attempts > 1 else ""
    further = "（催办）" if message.further else ""
    at = message.arrived_at or message.claimed_at
    return f"{_at(at)}{CHANNEL_WORDS[channel].zh}{further} {address} {state}{why}{tries}"


def _step_words(step: Step) -> str:
    done = _STEP_WORDS[step.kind] if step.taken_at else f"未{_STEP_WORDS[step.kind]}"
    who = f" {step.contact}" if step.contact else ""
    why = f"（{_BECAUSE_WORDS[step.ended_because]}）" if step.ended_because else ""
    return f"{_at(step.taken_at or step.ended_at)}{done}{who}{why}"


def _call_words(call: Heard) -> str:
    who = call.contact or "本单位"
    note = f"：{call.note}" if call.note else ""
    return f"{_at(call.at)}{call.caller}致电{who}，{RESULT_WORDS[call.result]}{note}"


def _at(milliseconds: int | None) -> str:
    return "" if milliseconds is None else f"{local(moment(milliseconds)):%m-%d %H:%M} "
