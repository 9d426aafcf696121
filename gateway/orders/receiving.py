"""Takes in what a sender proved to be theirs: kept first, judged by what is known of its event, told once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import Connection

from channels.http import is_loopback_host
from gateway.exchange.model import Authority
from gateway.ledger import events
from gateway.ledger.exchange import order_answers, orders
from gateway.ledger.exchange.orders import NewOrder, StoredOrder, Verdict
from gateway.ledger.follow_up import obligations
from gateway.ledger.follow_up.obligations import ORDER_RECEIVED
from gateway.ledger.trail import audit
from gateway.orders.judging import judged, kept
from gateway.orders.senders import Proved, Sender
from gateway.plans.catalogue import Catalogue
from gateway.vocabulary import LEVEL_WORDS

# kept: it came for the first time; repeated: it is here already; conflict: another of its name is here
Outcome = Literal["kept", "repeated", "conflict"]
ACTOR = "(airwarn)"
_LONGEST_CALLBACK = 2000
OVERTAKEN = "上级又发来新的消息 · a newer message of its event came"


@dataclass(frozen=True, slots=True)
class Received:
    """What was made of a message; of a repetition or a conflict `order` is the one that was there."""

    order: StoredOrder
    outcome: Outcome


def receive(
    connection: Connection,
    catalogue: Catalogue,
    authority: Authority,
    proved: Proved,
    content_type: str,
    callback: str | None,
    now: int,
) -> Received:
    """Keep a proved message and judge it. `now`: milliseconds since 1970 UTC.

    A repetition changes nothing; another message of the same name is refused and flagged. What is older
    than what is known of its event changes nothing either. `callback`: where its sender wants to hear; of
    a message that its XML signature alone proves it counts for nothing: the signed alert is public, and
    whoever sends a copy of it would be told in the sender's place.
    """
    where = _address(callback) if proved.proof == "webhook" else None
    new = judged(connection, catalogue, authority, proved, content_type, where, now)
    known = orders.same(connection, new.sender, new.identifier, new.sha256)
    if known is not None:
        return _again(connection, known, new, now)
    if new.verdict not in ("refused", "outdated") and new.event is not None:
        too_early = orders.same(connection, new.sender, None, new.sha256)
        earlier = orders.of_event(connection, new.sender, new.event)
        _overtake(connection, new, [*earlier, *((too_early,) if too_early else ())], now)
        orders.leave_force(connection, new.sender, new.event)
    identifier = orders.add(connection, new)
    if new.state == "received":
        orders.owed(connection, identifier, _owe(connection, catalogue, proved.sender, new, identifier))
    if new.verdict != "refused":
        order_answers.add(connection, identifier, "accepted", _ANSWERS[new.verdict], now)
    _tell(connection, new, identifier)
    return Received(kept(new, identifier), "kept")


_ANSWERS: dict[Verdict, str] = {
    "draft": "已收到，待处理",
    "unchanged": "已收到；与已有的决定一致",
    "informed": "已收到",
    "outdated": "已收到；同一事件已有更新的消息",
    "refused": "",
}


def _again(connection: Connection, known: StoredOrder, new: NewOrder, now: int) -> Received:
    """The same once more; or another message under its name, which is an error or an attack."""
    if known.sha256 == new.sha256 or (known.format != new.format and _same_facts(known, new)):
        if new.callback is not None and new.callback != known.callback and known.verdict != "refused":
            orders.call_back(connection, known.id, new.callback)
            order_answers.add(connection, known.id, "accepted", _ANSWERS[known.verdict], now)
        return Received(known, "repeated")
    detail: dict[str, object] = {
        "sender": known.sender,
        "identifier": known.identifier,
        "sha256": new.sha256,
        "known_sha256": known.sha256,
    }
    events.append(connection, now, "order_conflict", order=known.id, sha256=new.sha256)
    audit.append(connection, now, ACTOR, "order_conflict", f"order:{known.id}", detail)
    return Received(known, "conflict")


def _same_facts(known: StoredOrder, new: NewOrder) -> bool:
    names = ("kind", "level", "message_type", "sent_at", "starts_at", "area", "exercise")
    return new.verdict != "refused" and all(getattr(known, name) == getattr(new, name) for name in names)


def _overtake(connection: Connection, new: NewOrder, earlier: Sequence[StoredOrder], now: int) -> None:
    """Nobody has to act any more on what came before of its event."""
    for each in earlier:
        if each.state == "received" and each.exercise == new.exercise:
            orders.settle(connection, each.id, "overtaken", now, by=ACTOR, because=new.identifier)
            if each.obligation_id is not None:
                obligations.end(connection, each.obligation_id, OVERTAKEN, now)


def _owe(connection: Connection, catalogue: Catalogue, sender: Sender, new: NewOrder, identifier: int) -> int:
    """The obligation that stands until people have decided: from the moment at which it came."""
    plan = catalogue.load(new.plan).plan
    what = f"指令 {identifier}（{headline(new)}）：按草稿作出决定，或写明理由不采用"
    if new.verdict == "refused":
        what = f"指令 {identifier} 无法按指令处理，请与上级核实：{(new.refusal or {}).get('message', '')}"
    owed = obligations.New(
        plan=new.plan,
        episode_id=None,
        decision_id=None,
        exercise=new.exercise,
        code=ORDER_RECEIVED,
        what=what,
        by_whom=plan.issuing_body.name,
        to_whom=sender.settings.level_name,
        contents=(),
        clause=next((str(each.clause) for each in plan.grounds if each.basis == "upper_order"), None),
        covers=None,
        due_at=new.received_at,
        repeats=None,
        opened_at=new.received_at,
    )
    while obligations.same(connection, owed) is not None:  # two in one millisecond are two
        owed = replace(owed, due_at=(owed.due_at or 0) + 1)
    return obligations.add(connection, owed, new.received_at)


def headline(new: NewOrder) -> str:
    """What an order asks, in a few words."""
    level = LEVEL_WORDS[new.level] + "预警" if new.level is not None else ""
    word = {"end": "解除", "hint": "提示", "tip": "健康提示"}.get(new.kind or "", "")
    return ("演练：" if new.exercise else "") + (f"{word}{level}" or "无法读取")


def _tell(connection: Connection, new: NewOrder, identifier: int) -> None:
    detail: dict[str, object] = {
        "sender": new.sender,
        "identifier": new.identifier,
        "event": new.event,
        "sha256": new.sha256,
        # the bytes as they came; `sha256` is of what they say, the same in every form
        "content_sha256": hashlib.sha256(new.content).hexdigest(),
        "proof": new.proof,
        "exercise": new.exercise,
        "kind": new.kind,
        "level": new.level,
        "verdict": new.verdict,
        "refusal": (new.refusal or {}).get("code"),
    }
    audit.append(connection, new.received_at, ACTOR, "order_received", f"order:{identifier}", detail)


def _address(callback: str | None) -> str | None:
    """Where progress is told, if that is an address to which it may be told; the rest is left out."""
    if callback is None or len(callback) > _LONGEST_CALLBACK:
        return None
    try:
        parts = urlsplit(callback)
        usable = bool(parsed := parts.hostname) and parts.username is None and parts.password is None
    except ValueError:
        return None
    if not usable or not (
        parts.scheme == "https" or (parts.scheme == "http" and is_loopback_host(parsed or ""))
    ):
        return None
    return callback
