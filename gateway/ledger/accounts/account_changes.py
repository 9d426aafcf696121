"""What one administrator proposes about accounts and tokens, until another confirms or refuses it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import Connection, insert, select, update

from gateway.ledger.schema import account_changes, users

Kind = Literal["new_user", "rights", "disable", "enable", "reset", "new_token", "end_token", "routes"]
KINDS: tuple[Kind, ...] = get_args(Kind)
State = Literal["waiting", "confirmed", "refused", "withdrawn"]
_LENGTH = 24 * 3_600_000  # ms in which it is confirmed or lapses


@dataclass(frozen=True, slots=True)
class AccountChange:
    """One proposal; moments in milliseconds since 1970 UTC. `subject` is the name of a user or token, or
    a channel, `detail` what it is to become; people by their names to sign in with, and in words."""

    id: int
    kind: Kind
    subject: str
    detail: Mapping[str, Any]
    proposed_by: str  # the user's id
    proposer: str
    proposer_person: str
    proposed_at: int
    ends_at: int
    state: State
    settled_at: int | None


_columns = select(
    account_changes.c.id,
    account_changes.c.kind,
    account_changes.c.subject,
    account_changes.c.detail,
    account_changes.c.proposed_by,
    users.c.name.label("proposer"),
    users.c.person.label("proposer_person"),
    account_changes.c.proposed_at,
    account_changes.c.ends_at,
    account_changes.c.state,
    account_changes.c.settled_at,
).join(users, users.c.id == account_changes.c.proposed_by)


def propose(
    connection: Connection, kind: Kind, subject: str, detail: Mapping[str, object], user_id: str, now: int
) -> int:
    """Keep a proposal; its id."""
    made = connection.execute(
        insert(account_changes)
        .values(
            kind=kind,
            subject=subject,
            detail=json.dumps(detail, ensure_ascii=False, sort_keys=True),
            proposed_by=user_id,
            proposed_at=now,
            ends_at=now + _LENGTH,
            state="waiting",
        )
        .returning(account_changes.c.id)
    )
    return int(made.scalar_one())


def waiting(connection: Connection, now: int) -> list[AccountChange]:
    """What waits for another administrator, oldest first."""
    query = _columns.where(account_changes.c.state == "waiting", account_changes.c.ends_at > now)
    return [_change(row) for row in connection.execute(query.order_by(account_changes.c.id))]


def find(connection: Connection, identifier: int) -> AccountChange | None:
    """One proposal, whatever became of it."""
    row = connection.execute(_columns.where(account_changes.c.id == identifier)).first()
    return None if row is None else _change(row)


def settle(connection: Connection, identifier: int, state: State, user_id: str, now: int) -> bool:
    """Confirmed, refused or withdrawn; False where it no longer waits."""
    open_still = update(account_changes).where(
        account_changes.c.id == identifier,
        account_changes.c.state == "waiting",
        account_changes.c.ends_at > now,
    )
    settled = open_still.values(state=state, settled_by=user_id, settled_at=now)
    return connection.execute(settled).rowcount == 1


def _change(row: Any) -> AccountChange:
    return AccountChange(
        row.id,
        row.kind,
        row.subject,
        json.loads(row.detail),
        row.proposed_by,
        row.proposer,
        row.proposer_person,
        row.proposed_at,
        row.ends_at,
        row.state,
        row.settled_at,
    )
