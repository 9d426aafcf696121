"""Drafts: decisions that somebody is still writing. Only who writes one sees it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from gateway.ledger.decisions.decisions import State
from gateway.ledger.schema import decisions, drafts

MOST = 200  # of one person: more is a mistake, or an attack


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft; moments in milliseconds since 1970 UTC. `document` is as far as it is filled in, with what
    is no value as it was typed; `selection` who was chosen (None: everybody whom the area concerns).
    `version` is raised by each change; `state` is that of the decision as which it was submitted last."""

    id: str
    user_id: str
    plan: str
    exercise: bool
    document: Mapping[str, Any]
    selection: Mapping[str, Any] | None
    version: int
    made_at: int
    changed_at: int
    decision_id: str | None
    state: State | None

    @property
    def open(self) -> bool:
        """Whether it may be changed: it was never submitted, or was given back."""
        return self.state in (None, "returned", "withdrawn", "refused")


_columns = select(
    drafts.c.id,
    drafts.c.user_id,
    drafts.c.plan,
    drafts.c.exercise,
    drafts.c.document,
    drafts.c.selection,
    drafts.c.version,
    drafts.c.made_at,
    drafts.c.changed_at,
    drafts.c.decision_id,
    decisions.c.state,
).select_from(drafts.outerjoin(decisions, decisions.c.id == drafts.c.decision_id))


def of_user(connection: Connection, user_id: str, exercise: bool) -> list[Draft]:
    """A person's drafts, real ones or exercises; the one changed last stands first."""
    own = drafts.c.user_id == user_id, drafts.c.exercise == exercise
    query = _columns.where(*own).order_by(drafts.c.changed_at.desc(), drafts.c.id.desc()).limit(MOST)
    return [_read(row) for row in connection.execute(query)]


def get(connection: Connection, identifier: str, user_id: str) -> Draft | None:
    """A draft of this person; None where there is none, or it is somebody else's."""
    row = connection.execute(_columns.where(*_own(identifier, user_id))).first()
    return None if row is None else _read(row)


def add(
    connection: Connection,
    identifier: str,
    user_id: str,
    plan: str,
    exercise: bool,
    document: Mapping[str, Any],
    now: int,
    selection: Mapping[str, Any] | None = None,
) -> None:
    """Keep a new draft. Of more than `MOST` of a person, those changed longest ago go."""
    values = {"id": identifier, "user_id": user_id, "plan": plan, "exercise": exercise}
    values |= {"document": _text(document), "selection": _chosen(selection)}
    connection.execute(insert(drafts).values(**values, version=1, made_at=now, changed_at=now))
    kept = select(drafts.c.id).where(drafts.c.user_id == user_id).order_by(drafts.c.changed_at.desc())
    oldest = list(connection.execute(kept.offset(MOST)).scalars())
    if oldest:
        connection.execute(delete(drafts).where(drafts.c.id.in_(oldest)))


def change(
    connection: Connection,
    identifier: str,
    user_id: str,
    document: Mapping[str, Any],
    now: int,
    selection: Mapping[str, Any] | None = None,
    seen: int | None = None,
) -> bool:
    """Keep what a draft says now, and who is chosen for it, in the place of the version `seen` (None: of
    any); False where another is there by now, or no draft."""
    values = {"document": _text(document), "selection": _chosen(selection), "changed_at": now}
    of = _own(identifier, user_id) if seen is None else (*_own(identifier, user_id), drafts.c.version == seen)
    changed = connection.execute(update(drafts).where(*of).values(**values, version=drafts.c.version + 1))
    return changed.rowcount == 1


def submitted(connection: Connection, identifier: str, user_id: str, decision_id: str) -> None:
    """Note as which decision a draft was submitted."""
    connection.execute(update(drafts).where(*_own(identifier, user_id)).values(decision_id=decision_id))


def exercises_before(connection: Connection, plan: str) -> int:
    """How many decisions of a plan were exercises: what the next one's number goes on from."""
    of_plan = decisions.c.plan == plan, decisions.c.exercise.is_(True)
    return connection.execute(select(func.count()).select_from(decisions).where(*of_plan)).scalar_one()


def discard(connection: Connection, identifier: str, user_id: str) -> None:
    """A draft is no longer wanted; a decision that came of it stays."""
    connection.execute(delete(drafts).where(*_own(identifier, user_id)))


def _own(identifier: str, user_id: str) -> tuple[ColumnElement[bool], ...]:
    return drafts.c.id == identifier, drafts.c.user_id == user_id


def _read(row: Any) -> Draft:
    return Draft(
        row.id,
        row.user_id,
        row.plan,
        bool(row.exercise),
        json.loads(row.document),
        None if row.selection is None else json.loads(row.selection),
        row.version,
        row.made_at,
        row.changed_at,
        row.decision_id,
        row.state,
    )


def _chosen(selection: Mapping[str, Any] | None) -> str | None:
    return None if selection is None else _text(selection)


def _text(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False)
