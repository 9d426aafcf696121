"""What senders are told of their orders: rows that leave by a timer, again and again until they are taken."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, insert, select, update

from gateway.ledger import timers
from gateway.ledger.schema import order_answers, orders

_LONGEST = 500  # characters that a reader of progress takes
State = Literal["accepted", "running", "finished", "refused"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One that is to leave: to `callback`, for the order `identifier` of `sender`. Moments in ms."""

    id: int
    order_id: int
    sender: str
    identifier: str
    callback: str
    state: State
    message: str
    made_at: int
    attempts: int


def add(connection: Connection, order_id: int, state: State, message: str, now: int) -> None:
    """Tell an order's sender, if it wants to hear."""
    wanted = connection.execute(select(orders.c.callback).where(orders.c.id == order_id)).scalar()
    if wanted is None:
        return
    added = insert(order_answers).values(
        order_id=order_id, state=state, message=" ".join(message.split())[:_LONGEST], made_at=now, attempts=0
    )
    identifier = int(connection.execute(added.returning(order_answers.c.id)).scalar_one())
    timers.put(connection, "order_answer", [(identifier, now)])


def take_due(connection: Connection, now: int, again_in: int, limit: int) -> list[Answer]:
    """Those whose moment has come, oldest first; if nothing is heard of them, it comes again in so many ms.

    No two processes take one at the same time.
    """
    due = timers.due(connection, "order_answer", now, limit)
    query = (
        select(
            order_answers.c.id,
            orders.c.id,
            orders.c.sender,
            orders.c.identifier,
            orders.c.callback,
            order_answers.c.state,
            order_answers.c.message,
            order_answers.c.made_at,
            order_answers.c.attempts,
        )
        .join(orders, orders.c.id == order_answers.c.order_id)
        .where(order_answers.c.id.in_(due))
        .order_by(order_answers.c.id)
    )
    found = [Answer(*row) for row in connection.execute(query)]
    again(connection, due, now + again_in)
    return found


def again(connection: Connection, identifiers: list[int], at: int) -> None:
    """Their moment comes once more."""
    timers.remove(connection, "order_answer", identifiers)
    timers.put(connection, "order_answer", [(each, at) for each in identifiers])


def tried(connection: Connection, answer: Answer, at: int | None, now: int) -> None:
    """It was not taken; it is tried again at this moment, or (None) given up."""
    own = order_answers.c.id == answer.id
    values: dict[str, object] = {"attempts": answer.attempts + 1}
    timers.remove(connection, "order_answer", [answer.id])
    if at is None:
        values["given_up_at"] = now
    else:
        timers.put(connection, "order_answer", [(answer.id, at)])
    connection.execute(update(order_answers).where(own).values(values))


def taken(connection: Connection, answer: Answer, now: int) -> None:
    """Its reader has it."""
    timers.remove(connection, "order_answer", [answer.id])
    connection.execute(
        update(order_answers)
        .where(order_answers.c.id == answer.id)
        .values(attempts=answer.attempts + 1, sent_at=now)
    )


def of_order(connection: Connection, order_id: int) -> list[dict[str, object]]:
    """What an order's sender was told, oldest first: state, message, made_at, sent_at, given_up_at."""
    names = ("state", "message", "made_at", "sent_at", "given_up_at")
    query = select(*(order_answers.c[name] for name in names)).where(order_answers.c.order_id == order_id)
    return [dict(row) for row in connection.execute(query.order_by(order_answers.c.id)).mappings()]
