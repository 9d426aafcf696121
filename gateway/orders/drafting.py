"""From an order to the draft of a decision, by what is in force here: people complete it, and decide.

A draft is never below the order, and never wider: it names what the order and this plan have in common.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.preparing import standing
from gateway.decisions.model import Decision
from gateway.ledger.decisions import episodes
from gateway.ledger.decisions.episodes import Launched
from gateway.ledger.exchange import orders
from gateway.ledger.exchange.orders import StoredOrder
from gateway.moments import local, moment
from gateway.plans.model import Plan
from gateway.vocabulary import LEVEL_WORDS, Action, Basis, Level, rank

_BASES: dict[str, Basis] = {"order": "upper_order", "warning": "upper_warning", "prompt": "upper_prompt"}


@dataclass(frozen=True, slots=True)
class Word:
    """Something for people: a `field` of the document that they state, or None; Chinese and English."""

    field: str | None
    message: str
    message_en: str

    def as_json(self) -> dict[str, str | None]:
        """The shape in which it is listed."""
        return {"field": self.field, "message": self.message, "message_en": self.message_en}


@dataclass(frozen=True, slots=True)
class Draft:
    """A decision document that is not whole: `missing` is what people state, `remarks` what they check."""

    document: dict[str, Any]
    missing: tuple[Word, ...]
    remarks: tuple[Word, ...]


def draft(connection: Connection, plan: Plan, order: StoredOrder, now: int) -> Draft | None:
    """What an order asks for here, now; None where what is in force fits it already. `now` in ms."""
    held = _held(connection, plan, order)
    current = held.decision.level if held is not None and held.warns else None
    other = _others(connection, plan, order)
    action, level = _asked(plan, order, held, current, other)
    if action is None:
        return None
    area = list(order.area)
    document: dict[str, Any] = {"plan": plan.id, "action": action}
    if level is not None:
        document["level"] = level
    if order.exercise:
        document["exercise"] = True
    missing = [*_ALWAYS]
    remarks = [Word(None, each["message"], each["message_en"]) for each in order.facts.get("remarks", ())]
    starts_at = None if order.starts_at is None else moment(order.starts_at)
    if starts_at is not None and order.starts_at is not None and order.starts_at > now:
        document["starts_at"] = _written(starts_at)
    else:
        missing.append(_begun(starts_at, lifting=action == "lift"))
    ends = order.facts.get("expected_end")
    if action in ("issue", "raise", "lower", "extend"):
        if ends is not None:
            document["expected_end_at"] = ends
        else:
            missing.append(_open_end(order.facts.get("expires")))
        missing.append(_FORECAST)
    if order.document_number is None:
        missing.append(_NUMBER)
    if action in ("lift", "lower") and plan.lower_or_lift is not None:
        missing.append(_OBSERVED)
    if held is not None and action != "issue":
        area, said = _area(plan, order, held, action)
        remarks += said
        if held.several:
            document["previous"] = held.id
    if action == "lift" and not _exact(plan):
        remarks.append(_OWN_JUDGEMENT)
    document["area"] = area
    document["basis"] = _basis(order, level)
    if other is not None and rank(other) > rank(order.level if order.kind == "warning" else None):
        remarks.append(_by_another(other))
    return Draft(document, tuple(missing), tuple(remarks))


@dataclass(frozen=True, slots=True)
class _Held:
    """What stands here: the highest warning in the order's area, else a hint; `several`: not alone."""

    id: str
    decision: Decision
    newest: Launched
    several: bool

    @property
    def warns(self) -> bool:
        return self.newest.warns


def _held(connection: Connection, plan: Plan, order: StoredOrder) -> _Held | None:
    wanted = standing.covered(plan, order.area)
    found = []
    for episode in episodes.standing(connection, plan.id, order.exercise):
        newest = episode.newest
        if newest is None or newest.kind in ("lift", "tip"):
            continue
        decision = standing.document(newest)
        if not wanted.isdisjoint(standing.covered(plan, decision.area)):
            found.append((newest.warns, rank(decision.level), newest, decision))
    if not found:
        return None
    _, _, newest, decision = max(found, key=lambda each: each[:2])
    return _Held(newest.decision_id, decision, newest, len(found) > 1)


def _others(connection: Connection, plan: Plan, order: StoredOrder) -> Level | None:
    """The highest level that other orders have in force in the area when this one takes effect."""
    wanted = standing.covered(plan, order.area)
    at = order.starts_at or order.received_at
    return max(
        (
            orders.level_at(each, at)
            for each in orders.in_force(connection, plan.id, order.exercise)
            if (each.sender, each.event) != (order.sender, order.event)
            and not wanted.isdisjoint(standing.covered(plan, each.area))
        ),
        key=rank,
        default=None,
    )


def _asked(
    plan: Plan, order: StoredOrder, held: _Held | None, current: Level | None, other: Level | None
) -> tuple[Action | None, Level | None]:
    """The action and level; no action where nothing is to be done."""
    exactly = _exact(plan)
    if order.kind == "hint":
        return ("hint", order.level) if held is None else (None, None)
    if order.kind == "end":
        if order.meaning != "order" or held is None:
            return None, None
        level = other
        if level is None:
            return "lift", None
        return ("lower", level) if exactly and rank(level) < rank(current) else (None, None)
    if order.kind != "warning":
        return None, None
    level = max(order.level, other, key=rank)
    if current is None:
        return "issue", level
    if rank(level) > rank(current):
        return "raise", level
    if rank(level) < rank(current):
        return ("lower", level) if exactly else (None, None)
    return ("extend", level) if _later(order, held) else (None, None)


def _exact(plan: Plan) -> bool:
    """Whether the plan acts on upper orders only, and just as they say."""
    return bool(plan.grounds) and all(ground.effect == "exact" for ground in plan.grounds)


def _later(order: StoredOrder, held: _Held | None) -> bool:
    """Whether the order holds longer than what stands here."""
    ends = order.facts.get("expected_end")
    known = held.decision.expected_end_at if held is not None else None
    return ends is not None and known is not None and datetime.fromisoformat(ends) > known


def _area(plan: Plan, order: StoredOrder, held: _Held, action: Action) -> tuple[list[str], list[Word]]:
    """A lift names the whole of what it ends; what a change would drop, or a lift not end, is said."""
    ordered, stands = standing.covered(plan, order.area), standing.covered(plan, held.decision.area)
    area = "、".join(held.decision.area)
    if action == "lift" and stands <= ordered:
        return list(held.decision.area), []
    if stands <= ordered:
        return list(order.area), []
    if action == "lift":
        return list(order.area), [
            Word(
                "area",
                f"上级只解除一部分；本单位的预警包括 {area}，只解除一部分时请用降级、延长或更正写明其余区域",
                f"a part is lifted; the warning here holds for {area}: state the rest in a lower, extend or"
                " correct",
            )
        ]
    return list(order.area), [
        Word(
            "area",
            f"已发布的预警包括 {area}，比指令的区域大；照此稿发布，其余区域的预警即告结束，请核对",
            f"the warning in force holds for {area}, more than was ordered: elsewhere it ends",
        )
    ]


def _basis(order: StoredOrder, level: Level | None) -> dict[str, Any]:
    basis = {
        "kind": _BASES[order.meaning],
        "by": order.facts.get("issuer"),
        "level": order.level if order.kind != "end" else None,
        "document": order.document_number,
    }
    if order.kind == "end" and level is not None:
        basis["level"] = level
    return {key: value for key, value in basis.items() if value is not None}


def _written(at: datetime) -> str:
    return local(at).isoformat(timespec="seconds")


_ALWAYS = (
    Word("decided_at", "决定时间", "when it is decided"),
    Word("issuer", "发布机关", "who issues it"),
    Word("document_number", "本单位的文号", "the office's own document number"),
    Word(
        "approvals", "不写：提交后由批准人在系统里批准", "left out: approvers give them once it is submitted"
    ),
)
_FORECAST = Word(
    "forecast",
    "预报（逐日 AQI、首要污染物）：消息里没有数据",
    "the forecast: the message holds none as data",
)
_NUMBER = Word(
    "basis.document",
    "上级文件的文号：消息没有写，不要写消息的标识",
    "the number of the upper document: the message states none, and its own name is none",
)
_OBSERVED = Word("observed", "空气质量好转的情况", "how the air has improved")


_OWN_JUDGEMENT = Word(
    None,
    "上级已解除；本预案以上级的启动为下限，是否解除由本地研判，不解除的用 airwarn order dismiss 写明",
    "the upper level has lifted: for this plan its start was a floor, and whether to lift is judged here",
)


def _begun(starts_at: datetime | None, *, lifting: bool) -> Word:
    if starts_at is None:
        return Word("starts_at", "启动时间：消息没有写", "when it starts: the message does not say")
    at = _written(starts_at)
    what, what_en = ("解除", "is lifted") if lifting else ("启动", "starts")
    return Word(
        "starts_at",
        f"{what}时间：上级的是 {at}，已过；写明本地何时{what}",
        f"when it {what_en} here: the order's {at} has passed",
    )


def _open_end(expires: str | None) -> Word:
    return Word(
        "expected_end_at",
        "预计解除时间，或 open_ended: true：消息没有写明"
        + (f"（消息的有效期到 {expires}）" if expires else ""),
        "the expected end, or open_ended: true: not stated"
        + (f" (the message itself runs out {expires})" if expires else ""),
    )


def _by_another(level: Level) -> Word:
    return Word(
        "level",
        f"另有上级的{LEVEL_WORDS[level]}预警生效，本稿不低于它",
        f"another upper level has {level} in force: this draft is not below it",
    )
