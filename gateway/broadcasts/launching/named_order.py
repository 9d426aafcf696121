"""A launched decision that names the order of another level by which it was taken."""

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.preparing import standing
from gateway.decisions.model import Decision
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.exchange import order_answers, orders
from gateway.ledger.exchange.orders import StoredOrder
from gateway.ledger.follow_up import obligations
from gateway.ledger.trail import audit
from gateway.plans.model import Plan
from gateway.vocabulary import ACTION_WORDS, LEVEL_WORDS

_UPPER = ("upper_order", "upper_warning", "upper_prompt")


def take(
    connection: Connection, plan: Plan, recorded: Recorded, decision: Decision, now: int, actor: Actor
) -> None:
    """Note, in the launch's own transaction, that an order was acted upon: the one that `basis.document`
    names by its document number or identifier; where it names none that came, the one that waits for just
    this. What is owed for it is met, and its sender is told.
    """
    if decision.basis.kind not in _UPPER or decision.action in ("correct", "retract", "tip"):
        return
    document = decision.basis.document
    order = orders.named(connection, plan.id, decision.exercise, document) if document else None
    order = order or _waiting(connection, plan, decision)
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


def give_back(connection: Connection, retracted_id: str, now: int, actor: Actor) -> None:
    """The decision that took an order was retracted: where nothing newer came, people have to decide anew."""
    for order in orders.taken_by(connection, retracted_id):
        newest = orders.of_event(connection, order.sender, order.event or "")[-1:]
        if [each.id for each in newest] != [order.id]:
            continue
        orders.wait_again(connection, order.id)
        if order.obligation_id is not None:
            obligations.reopen(connection, order.obligation_id, now)
        order_answers.add(connection, order.id, "running", "原决定已撤回，重新处理", now)
        detail: dict[str, object] = {"decision": retracted_id}
        audit.append(connection, now, actor.name, "order_given_back", f"order:{order.id}", detail)


def _waiting(connection: Connection, plan: Plan, decision: Decision) -> StoredOrder | None:
    """The newest order that waits and asks for what was decided, where it was decided."""
    kind = {"lift": "end", "hint": "hint"}.get(decision.action, "warning")
    own = standing.covered(plan, decision.area)
    fitting = [
        each
        for each in orders.waiting(connection)
        if (each.plan, each.exercise, each.kind) == (plan.id, decision.exercise, kind)
        and each.level == decision.level
        and not own.isdisjoint(standing.covered(plan, each.area))
    ]
    return fitting[-1] if fitting else None
