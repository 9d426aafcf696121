"""A launched decision that names the order of another level by which it was taken."""

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.decisions.model import Decision
from gateway.ledger import audit, obligations, order_answers, orders
from gateway.ledger.decisions import Recorded
from gateway.vocabulary import ACTION_WORDS, LEVEL_WORDS


def take(connection: Connection, recorded: Recorded, decision: Decision, now: int, actor: Actor) -> None:
    """Note, in the launch's own transaction, that the order named by `basis.document` was acted upon.

    It is found by its document number or identifier; what is owed for it is met, and its sender is told.
    """
    document = decision.basis.document
    if document is None or decision.action in ("correct", "retract", "tip"):
        return
    order = orders.named(connection, decision.plan, decision.exercise, document)
    if order is None or order.state == "taken":
        return
    orders.settle(connection, order.id, "taken", now, by=actor.name, decision_id=recorded.id)
    if order.obligation_id is not None:
        owed = obligations.by_id(connection, order.obligation_id)
        if owed is not None and owed.open:
            obligations.met(connection, owed.id, now)
    level = LEVEL_WORDS[decision.level] + "预警" if decision.level else "预警"
    number = f"，文号 {decision.document_number}" if decision.document_number else ""
    said = f"已{ACTION_WORDS[decision.action]}{level}{number}"
    order_answers.add(connection, order.id, "finished", said, now)
    audit.append(
        connection,
        now,
        actor.name,
        "order_taken",
        f"order:{order.id}",
        {"decision": recorded.id, "action": decision.action, "level": decision.level},
    )
