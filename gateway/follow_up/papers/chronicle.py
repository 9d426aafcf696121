"""An episode's chronicle from the ledger: what bulletins, report drafts and the archive are filled from."""

from datetime import date

from sqlalchemy import Connection

from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.ledger.decisions import chronicles, episodes
from gateway.ledger.follow_up import obligations, signature_counts
from gateway.ledger.follow_up.obligations import Obligation, State
from gateway.moments import moment
from gateway.notices.papers.chronicle import Chronicle, Reached, Received, Signed, Step


def chronicle(connection: Connection, identifier: str, now: int) -> Chronicle:
    """The episode as the ledger knows it at `now` (milliseconds since 1970 UTC).

    Raises `InputError`: EPISODE_UNKNOWN, also for one in which nothing was launched.
    """
    episode = episodes.of(connection, identifier)
    if episode is None:
        raise unknown(identifier)
    at = chronicles.launches(connection, identifier)
    counting = {each.decision_id for each in episode.counting}
    newest = None if episode.over else episode.newest
    return Chronicle(
        id=identifier,
        exercise=episode.exercise,
        as_of=moment(now),
        steps=tuple(
            Step(
                each.decision_id,
                Decision.model_validate_json(each.document),
                moment(at[each.decision_id]),
                each.decision_id in counting,
            )
            for each in episode.launched
        ),
        standing=Decision.model_validate_json(newest.document) if newest else None,
        reached=tuple(
            Reached(each.audience, each.organisations, each.messages, each.arrived, each.failed)
            for each in chronicles.reached(connection, identifier)
        ),
        signed=tuple(
            Signed(audience, asked, signed)
            for audience, asked, signed in signature_counts.of_episode(connection, identifier)
        ),
        received=tuple(
            _received(connection, each, state)
            for each, state in obligations.page(connection, now, episode=identifier)
        ),
    )


def unknown(identifier: str) -> InputError:
    """There is no such episode."""
    return InputError(
        "EPISODE_UNKNOWN",
        f"没有已发布的污染过程“{identifier}”",
        f"there is no episode {identifier!r} in which something was launched",
        field="episode",
    )


def _received(connection: Connection, owed: Obligation, state: State) -> Received:
    reports = obligations.received(connection, owed.id) if state == "met" else []
    return Received(
        code=owed.code,
        what=owed.what,
        by_whom=owed.by_whom,
        covers=date.fromisoformat(owed.covers) if owed.covers else None,
        due_at=None if owed.due_at is None else moment(owed.due_at),
        state=state,
        received_at=moment(reports[-1].received_at) if reports else None,
        contents=tuple(reports[-1].contents.items()) if reports else (),
    )
