"""An episode's account from the ledger: what bulletins, report drafts and the archive are filled from."""

import json
from datetime import UTC, date, datetime

from sqlalchemy import Connection

from gateway.broadcasts.prepare import moment
from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.ledger import episodes
from gateway.ledger.episodes import Episode, LaunchedDecision, Owed
from gateway.notices.papers.episode import EpisodeAccount, Reached, Received, Step


def account(connection: Connection, identifier: str, now: int) -> EpisodeAccount:
    """The episode as the ledger knows it at `now` (milliseconds since 1970 UTC).

    Raises `InputError`: EPISODE_UNKNOWN, also for one in which nothing was launched.
    """
    episode = known(connection, identifier)
    launched = episodes.launched(connection, identifier)
    if not launched:
        raise unknown(identifier)
    retracted = {each.mends_id for each in launched if each.action == "retract"}
    steps = tuple(_step(each, retracted) for each in launched)
    standing = [
        step.decision
        for step in steps
        if not step.retracted and step.decision.action not in ("retract", "tip")
    ]
    in_force = standing[-1] if standing and standing[-1].action != "lift" else None
    return EpisodeAccount(
        id=identifier,
        exercise=episode.exercise,
        as_of=moment(now),
        steps=steps,
        standing=in_force,
        reached=tuple(
            Reached(each.audience, each.organisations, each.messages, each.arrived, each.failed)
            for each in episodes.reached(connection, identifier)
        ),
        signed=(),
        received=tuple(_received(each) for each in episodes.owed(connection, identifier)),
    )


def known(connection: Connection, identifier: str) -> Episode:
    """The episode of that id. Raises `InputError` (EPISODE_UNKNOWN)."""
    found = episodes.find(connection, identifier)
    if found is None:
        raise unknown(identifier)
    return found


def unknown(identifier: str) -> InputError:
    """There is no such episode."""
    return InputError(
        "EPISODE_UNKNOWN",
        f"没有已发布的污染过程“{identifier}”",
        f"there is no episode {identifier!r} in which something was launched",
        field="episode",
    )


def _step(launched: LaunchedDecision, retracted: set[str | None]) -> Step:
    return Step(
        launched.id,
        Decision.model_validate_json(launched.document),
        datetime.fromtimestamp(launched.launched_at / 1000, UTC),
        launched.id in retracted,
    )


def _received(owed: Owed) -> Received:
    if owed.met_at is not None:
        state = "met"
    elif owed.ended_at is not None:
        state = "ended"
    else:
        state = "open" if owed.overdue_at is None else "overdue"
    contents: dict[str, str] = json.loads(owed.contents or "{}")
    return Received(
        code=owed.code,
        what=owed.what,
        by_whom=owed.by_whom,
        covers=date.fromisoformat(owed.covers) if owed.covers else None,
        due_at=None if owed.due_at is None else moment(owed.due_at),
        state=state,
        received_at=None if owed.received_at is None else moment(owed.received_at),
        contents=tuple(contents.items()),
    )
