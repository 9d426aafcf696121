"""Orders as people and other programs see them."""

from typing import Any

from sqlalchemy import Connection

from gateway.errors import InputError
from gateway.ledger.exchange import order_answers
from gateway.ledger.exchange.orders import StoredOrder
from gateway.moments import iso
from gateway.orders.dismissing import known
from gateway.orders.draft_text import yaml_text
from gateway.orders.drafting import draft
from gateway.plans.catalogue import Catalogue


def order_json(order: StoredOrder) -> dict[str, Any]:
    """One order. Times are ISO 8601 with +08:00 or null."""
    return {
        "id": order.id,
        "sender": order.sender,
        "identifier": order.identifier,
        "event": order.event,
        "exercise": order.exercise,
        "plan": order.plan,
        "relation": order.relation,
        "meaning": order.meaning,
        "kind": order.kind,
        "level": order.level,
        "area": list(order.area),
        "starts_at": iso(order.starts_at),
        "document_number": order.document_number,
        "headline": order.facts.get("headline"),
        "verdict": order.verdict,
        "refusal": order.refusal,
        "state": order.state,
        "in_force": order.in_force,
        "sent_at": iso(order.sent_at),
        "received_at": iso(order.received_at),
        "decision": order.decision_id,
        "settled_at": iso(order.settled_at),
        "settled_because": order.settled_because,
    }


def order_detail(connection: Connection, identifier: int) -> dict[str, Any]:
    """An order with how it was proved, and what its sender was told. Raises `InputError` (ORDER_UNKNOWN)."""
    order = known(connection, identifier)
    return {
        **order_json(order),
        "message_type": order.message_type,
        "earlier": list(order.earlier),
        "format": order.format,
        "proof": order.proof,
        "sha256": order.sha256,
        "expected_end_at": order.facts.get("expected_end"),
        "expires": order.facts.get("expires"),
        "issuer": order.facts.get("issuer"),
        "remarks": order.facts.get("remarks", []),
        "answers": [
            {**each, **{name: iso(each[name]) for name in ("made_at", "sent_at", "given_up_at")}}  # type: ignore[arg-type]
            for each in order_answers.of_order(connection, identifier)
        ],
    }


def draft_json(connection: Connection, catalogue: Catalogue, identifier: int, now: int) -> dict[str, Any]:
    """The draft of a decision on an order, by what is in force now: `{order, document, missing, remarks,
    text}`, where `text` is the file to complete. Raises `InputError` (ORDER_UNKNOWN, ORDER_WITHOUT_DRAFT).
    """
    order = known(connection, identifier)
    settled = order.verdict in ("refused", "outdated", "informed") or not order.area
    plan = catalogue.load(order.plan).plan
    made = None if settled else draft(connection, plan, order, now)
    if made is None:
        raise InputError(
            "ORDER_WITHOUT_DRAFT",
            f"指令 {identifier} 没有要拟的决定：" + _WHY.get(order.verdict, "与已有的决定一致"),
            f"order {identifier} asks for no decision: "
            + _WHY_EN.get(order.verdict, "what is in force fits it"),
            field="id",
        )
    return {
        "order": identifier,
        "document": made.document,
        "missing": [each.as_json() for each in made.missing],
        "remarks": [each.as_json() for each in made.remarks],
        "text": yaml_text(order, made),
    }


_WHY = {"refused": "不能按指令处理", "outdated": "同一事件已有更新的消息", "informed": "仅供知晓"}
_WHY_EN = {
    "refused": "it cannot be followed",
    "outdated": "more is known of its event",
    "informed": "it is only to be known",
}
