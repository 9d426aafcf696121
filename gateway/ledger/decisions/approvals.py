"""Approvals: what approvers said about a decision's manifest. Rows are added, never changed."""

from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy import Connection, insert, select

from gateway.ledger.schema import approvals

Verdict = Literal["approve", "return", "refuse"]


@dataclass(frozen=True, slots=True)
class Said:
    """One approver's word. `step`: its place in the plan's chain, from 0; None but for `approve`.

    `caller` is a token's name or (local); `own_draft`: the drafter approved, by the plan's own roles;
    `at` in milliseconds since 1970 UTC.
    """

    manifest: str
    verdict: Verdict
    step: int | None
    role: str
    name: str
    caller: str
    own_draft: bool
    comment: str | None
    at: int


_columns = [approvals.c[name] for name in Said.__dataclass_fields__]


def add(connection: Connection, decision_id: str, said: Said) -> None:
    """Keep an approver's word."""
    connection.execute(insert(approvals).values(decision_id=decision_id, **asdict(said)))


def of_decision(connection: Connection, decision_id: str) -> list[Said]:
    """Everything that was said about a decision, about earlier manifests too, oldest first."""
    rows = connection.execute(
        select(*_columns).where(approvals.c.decision_id == decision_id).order_by(approvals.c.id)
    )
    return [Said(*row) for row in rows]
