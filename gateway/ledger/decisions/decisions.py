"""Decisions and how far each has come; a decision is kept as its canonical JSON."""

from dataclasses import asdict, dataclass
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from gateway.ledger.decisions import freezing, notices, papers, personal
from gateway.ledger.schema import broadcasts, decisions, episodes
from gateway.vocabulary import Level

# submitted, then approved when no step is left, then launched; or returned to its drafter, who submits
# it anew, withdrawn by the drafter, refused for good
State = Literal["submitted", "returned", "refused", "approved", "launched", "withdrawn"]
STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision to be recorded: the columns that questions are asked by, and the whole document."""

    id: str
    episode_id: str
    exercise: bool
    plan: str
    plan_version: str
    action: str
    level: str | None
    document_number: str | None
    document: str
    fingerprint: str
    manifest: str
    findings: str
    reach: str
    state: State
    mends_id: str | None
    prepared_by_id: str | None
    selection: str | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision in the ledger with its broadcast.

    `drafter` is a token's name or (local), `drafter_name` the person behind it. `prepared_by_id`: the
    decision whose approval covers these words already. `selection` is JSON: who is meant; None for
    everybody whom the area concerns.
    """

    id: str
    episode_id: str
    broadcast_id: int
    exercise: bool
    manifest: str
    state: State
    drafter: str
    drafter_name: str | None
    prepared_by_id: str | None
    selection: str | None

    @property
    def launched(self) -> bool:
        """Whether it was launched."""
        return self.state == "launched"


@dataclass(frozen=True, slots=True)
class Entry:
    """A decision as people look it up; `findings`, `reach`, `document` and `selection` are JSON, moments
    in ms since 1970 UTC."""

    id: str
    episode_id: str
    broadcast_id: int
    plan: str
    plan_version: str
    action: str
    level: Level | None
    exercise: bool
    document_number: str | None
    manifest: str
    findings: str
    reach: str
    document: str
    state: State
    drafter: str
    drafter_name: str | None
    mends_id: str | None
    prepared_by_id: str | None
    recorded_at: int
    launched_at: int | None
    selection: str | None


_entries = select(
    decisions.c.id,
    decisions.c.episode_id,
    broadcasts.c.id.label("broadcast_id"),
    decisions.c.plan,
    decisions.c.plan_version,
    decisions.c.action,
    decisions.c.level,
    decisions.c.exercise,
    decisions.c.document_number,
    decisions.c.manifest,
    decisions.c.findings,
    decisions.c.reach,
    decisions.c.document,
    decisions.c.state,
    decisions.c.drafter,
    decisions.c.drafter_name,
    decisions.c.mends_id,
    decisions.c.prepared_by_id,
    decisions.c.recorded_at,
    broadcasts.c.launched_at,
    decisions.c.selection,
).join(broadcasts, broadcasts.c.decision_id == decisions.c.id)


def by_fingerprint(connection: Connection, fingerprint: str) -> Recorded | None:
    """The decision recorded from an equal document."""
    return _recorded(connection, decisions.c.fingerprint == fingerprint)


def by_id(connection: Connection, identifier: str) -> Recorded | None:
    """The decision of that id."""
    return _recorded(connection, decisions.c.id == identifier)


def _recorded(connection: Connection, condition: ColumnElement[bool]) -> Recorded | None:
    rows = connection.execute(
        select(
            decisions.c.id,
            decisions.c.episode_id,
            broadcasts.c.id.label("broadcast_id"),
            decisions.c.exercise,
            decisions.c.manifest,
            decisions.c.state,
            decisions.c.drafter,
            decisions.c.drafter_name,
            decisions.c.prepared_by_id,
            decisions.c.selection,
        )
        .join(broadcasts, broadcasts.c.decision_id == decisions.c.id)
        .where(condition)
    )
    found = rows.mappings().one_or_none()
    return None if found is None else Recorded(**found)


def entry(connection: Connection, identifier: str) -> Entry | None:
    """The decision of that id with all that is known of it."""
    row = connection.execute(_entries.where(decisions.c.id == identifier)).mappings().one_or_none()
    return None if row is None else Entry(**row)


def page(connection: Connection, after: str = "", limit: int = 100) -> list[Entry]:
    """Decisions in the order in which they came (that of their ids), from the one after `after`."""
    rows = connection.execute(_entries.where(decisions.c.id > after).order_by(decisions.c.id).limit(limit))
    return [Entry(**row) for row in rows.mappings()]


def newest(connection: Connection, before: str = "", limit: int = 50, *, exercise: bool) -> list[Entry]:
    """Decisions, the newest first, from the one before `before` (none: from the newest)."""
    query = _entries.where(decisions.c.exercise.is_(exercise))
    if before:
        query = query.where(decisions.c.id < before)
    rows = connection.execute(query.order_by(decisions.c.id.desc()).limit(limit))
    return [Entry(**row) for row in rows.mappings()]


def undecided(connection: Connection, limit: int = 50) -> list[Entry]:
    """Decisions that wait for an approval or their launch, the newest first."""
    waits = decisions.c.state.in_(("submitted", "approved"))
    rows = connection.execute(_entries.where(waits).order_by(decisions.c.id.desc()).limit(limit))
    return [Entry(**row) for row in rows.mappings()]


def of_broadcast(connection: Connection, broadcast_id: int) -> str | None:
    """The id of the decision that a broadcast carries out; None where there is no such broadcast, or it is
    no decision's."""
    query = select(broadcasts.c.decision_id).where(broadcasts.c.id == broadcast_id)
    return connection.execute(query).scalar()


def all_(connection: Connection) -> list[Entry]:
    """Every decision, in the order of their ids."""
    return [Entry(**row) for row in connection.execute(_entries.order_by(decisions.c.id)).mappings()]


def of_episode(connection: Connection, episode_id: str) -> list[Entry]:
    """The decisions of an episode, launched or not, in the order of their ids."""
    rows = connection.execute(_entries.where(decisions.c.episode_id == episode_id).order_by(decisions.c.id))
    return [Entry(**row) for row in rows.mappings()]


def document(connection: Connection, identifier: str) -> str:
    """The decision as it was stated. Raises `NoResultFound`."""
    query = select(decisions.c.document).where(decisions.c.id == identifier)
    text: str = connection.execute(query).scalar_one()
    return text


def record(
    connection: Connection, new: NewDecision, *, drafter: str, drafter_name: str | None, now: int
) -> None:
    """Store a decision; its list is still to be taken (`freezing.take`)."""
    connection.execute(
        insert(decisions).values(**asdict(new), drafter=drafter, drafter_name=drafter_name, recorded_at=now)
    )


def freeze_anew(connection: Connection, recorded: Recorded, new: NewDecision, *, now: int) -> None:
    """Let go of what was frozen of a decision that was never launched; it keeps its id and its drafter.
    Its new list is still to be taken (`freezing.take`).

    What approvers said stays, and names the manifest that they saw.
    """
    freezing.give_up(connection, recorded.id)
    notices.discard(connection, recorded.id)
    papers.discard(connection, recorded.id)
    personal.discard(connection, recorded.id)
    connection.execute(
        update(decisions).where(decisions.c.id == recorded.id).values(**asdict(new), recorded_at=now)
    )
    if recorded.episode_id != new.episode_id:
        still_used = select(decisions.c.id).where(decisions.c.episode_id == recorded.episode_id)
        connection.execute(delete(episodes).where(episodes.c.id == recorded.episode_id, ~still_used.exists()))


def move(connection: Connection, identifier: str, state: State) -> None:
    """Note how far a decision has come."""
    connection.execute(update(decisions).where(decisions.c.id == identifier).values(state=state))
