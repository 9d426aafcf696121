"""Episodes: the launched decisions of one course of pollution, and which of them still counts."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from sqlalchemy import ColumnElement, Connection, insert, select, update

from gateway.ledger.backends.slices import slices
from gateway.ledger.schema import broadcasts, decisions, episodes
from gateway.vocabulary import WARNING_ACTIONS, Action, Level


@dataclass(frozen=True, slots=True)
class Launched:
    """A launched decision. `kind` is its action; a correction has that of the message it mends. `corrected`
    are the messages in whose place a correction that counts stands, the last first."""

    decision_id: str
    broadcast_id: int
    action: Action
    level: Level | None
    mends_id: str | None
    document: str
    kind: Action
    corrected: tuple["Launched", ...] = ()

    @property
    def warns(self) -> bool:
        """Whether a level is in force after it."""
        return self.kind in WARNING_ACTIONS


@dataclass(frozen=True)
class Episode:
    """An episode with its launched decisions, oldest first; `closed_at` in ms since 1970 UTC."""

    id: str
    plan: str
    exercise: bool
    closed_at: int | None
    launched: tuple[Launched, ...]

    @cached_property
    def counting(self) -> tuple[Launched, ...]:
        """Those that still count, oldest first: a correction stands in the place of what it mends, a
        retraction takes away what it mends."""
        places: list[Launched] = []
        for each in self.launched:
            if each.action == "retract":
                places = places[:-1]
            elif each.action == "correct" and places:
                mended = places[-1]
                places[-1] = replace(each, kind=mended.kind, corrected=(mended, *mended.corrected))
            else:
                places.append(each)
        return tuple(places)

    @property
    def newest(self) -> Launched | None:
        """What counts now; None where everything was retracted."""
        return self.counting[-1] if self.counting else None

    @property
    def over(self) -> bool:
        """Whether nothing of it stands any more: lifted, retracted, or only advice."""
        return self.newest is None or self.newest.kind in ("lift", "tip")


_launched = (
    select(
        episodes.c.id,
        episodes.c.plan,
        episodes.c.exercise,
        episodes.c.closed_at,
        decisions.c.id,
        broadcasts.c.id,
        decisions.c.action,
        decisions.c.level,
        decisions.c.mends_id,
        decisions.c.document,
    )
    .join(broadcasts, broadcasts.c.episode_id == episodes.c.id)
    .join(decisions, decisions.c.id == broadcasts.c.decision_id)
    .where(broadcasts.c.launched_at.is_not(None))
    .order_by(episodes.c.opened_at, episodes.c.id, broadcasts.c.launched_at, broadcasts.c.id)
)


def standing(connection: Connection, plan: str, exercise: bool) -> list[Episode]:
    """The open episodes of a plan, oldest first."""
    return _episodes(
        connection,
        episodes.c.plan == plan,
        episodes.c.exercise == exercise,
        episodes.c.opened_at.is_not(None),
        episodes.c.closed_at.is_(None),
    )


def closed(connection: Connection, plan: str, exercise: bool, limit: int) -> list[Episode]:
    """The last episodes of a plan that are over, newest first."""
    ended = (
        select(episodes.c.id)
        .where(episodes.c.plan == plan, episodes.c.exercise == exercise, episodes.c.closed_at.is_not(None))
        .order_by(episodes.c.closed_at.desc(), episodes.c.id)
        .limit(limit)
    )
    found = _episodes(connection, episodes.c.id.in_(ended))
    return sorted(found, key=lambda each: -(each.closed_at or 0))


def of(connection: Connection, episode_id: str) -> Episode | None:
    """An episode; None before anything of it was launched."""
    return next(iter(_episodes(connection, episodes.c.id == episode_id)), None)


def by_ids(connection: Connection, identifiers: Iterable[str]) -> dict[str, Episode]:
    """The episodes of these ids in which something was launched."""
    return {
        each.id: each
        for some in slices(identifiers)
        for each in _episodes(connection, episodes.c.id.in_(some))
    }


def of_decision(connection: Connection, decision_id: str) -> Episode | None:
    """The episode of a decision; None where there is no such decision, or nothing was launched."""
    own = select(decisions.c.episode_id).where(decisions.c.id == decision_id)
    return next(iter(_episodes(connection, episodes.c.id.in_(own))), None)


def of_decisions(connection: Connection, identifiers: Iterable[str]) -> dict[str, Episode]:
    """The episodes of these decisions, by decision; those in which nothing was launched are not there."""
    places = select(decisions.c.id, decisions.c.episode_id)
    found = [
        tuple(row)
        for some in slices(identifiers)
        for row in connection.execute(places.where(decisions.c.id.in_(some)))
    ]
    whole = by_ids(connection, dict.fromkeys(episode for _, episode in found if episode is not None))
    return {identifier: whole[episode] for identifier, episode in found if episode in whole}


def _episodes(connection: Connection, *conditions: ColumnElement[bool]) -> list[Episode]:
    heads: dict[str, tuple[str, bool, int | None]] = {}
    launched: dict[str, list[Launched]] = defaultdict(list)
    for identifier, plan, exercise, closed_at, *rest in connection.execute(_launched.where(*conditions)):
        heads[identifier] = (plan, exercise, closed_at)
        decision_id, broadcast_id, action, level, mends_id, document = rest
        launched[identifier].append(
            Launched(decision_id, broadcast_id, action, level, mends_id, document, kind=action)
        )
    return [Episode(key, *head, tuple(launched[key])) for key, head in heads.items()]


def add(connection: Connection, episode_id: str, plan: str, exercise: bool) -> None:
    """Make an episode for a decision; it opens when one is launched."""
    connection.execute(insert(episodes).values(id=episode_id, plan=plan, exercise=exercise))


def settle(connection: Connection, episode_id: str, now: int) -> None:
    """After a launch: open the episode or close it, as what counts in it asks."""
    found = of(connection, episode_id)
    own = episodes.c.id == episode_id
    connection.execute(
        update(episodes).where(own, episodes.c.opened_at.is_(None)).values(opened_at=now, closed_at=None)
    )
    if found is None or found.over:
        connection.execute(update(episodes).where(own, episodes.c.closed_at.is_(None)).values(closed_at=now))
    else:
        connection.execute(update(episodes).where(own).values(closed_at=None))


def levels(launched: Sequence[Launched]) -> list[Level]:
    """The levels that were in force through these decisions; a hint's is none."""
    return [
        each.level
        for each in launched
        if each.level is not None and each.action in (*WARNING_ACTIONS, "correct")
    ]
