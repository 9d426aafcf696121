"""What broadcasts' numbers stand for that no launched decision has: nobody need ask where a number is.

All that leaves is of a broadcast, and so has a number: decisions, also such as are never launched, questions
whether numbers are right, and what the office tells its own people.
"""

from typing import Literal, NamedTuple

from sqlalchemy import Connection, case, select

from gateway.ledger.schema import broadcasts

# memo: to people of the office, or the answer to a reply; campaign: a question whether numbers are right;
# decision: one that was not launched; unused: of a submission that came to nothing
Use = Literal["memo", "campaign", "decision", "unused"]


class Numbers(NamedTuple):
    """Numbers that follow each other, the first and the last included, of one use."""

    first: int
    last: int
    use: Use


_uses = select(
    broadcasts.c.id,
    case(
        (broadcasts.c.memo_id.is_not(None), "memo"),
        (broadcasts.c.campaign_id.is_not(None), "campaign"),
        (broadcasts.c.decision_id.is_(None), "unused"),  # being frozen, or about to be cleared away
        (broadcasts.c.launched_at.is_(None), "decision"),
        else_="",
    ),
)


def apart(connection: Connection, first: int, last: int) -> list[Numbers]:
    """The numbers from `first` to `last`, both included, that are no launched decision's, in their order."""
    known = dict(connection.execute(_uses.where(broadcasts.c.id.between(first, last))).all())
    found: list[Numbers] = []
    for number in range(first, last + 1):
        use = known.get(number, "unused")
        if found and found[-1].last == number - 1 and found[-1].use == use:
            found[-1] = found[-1]._replace(last=number)
        elif use:
            found.append(Numbers(number, number, use))
    return found
