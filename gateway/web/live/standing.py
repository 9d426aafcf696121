"""How broadcasts stand by now: those that no later one has taken the place of."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from gateway.ledger.decisions import episodes
from gateway.ledger.decisions.episodes import Episode
from gateway.ledger.delivery.live import Head
from gateway.web.live.live_words import LANGUAGES, Language
from gateway.web.live.standing_words import step_standing


def counting(connection: Connection, heads: Sequence[Head]) -> dict[int, tuple[Episode, str]]:
    """The broadcasts that no later one has taken the place of: each with its episode and decision."""
    newest = {head.decision_id: head.id for head in heads if head.superseded_by is None}
    found = episodes.of_decisions(connection, newest)
    return {newest[identifier]: (episode, identifier) for identifier, episode in found.items()}


def standing(found: Mapping[int, tuple[Episode, str]], now: int) -> dict[Language, dict[int, str]]:
    """How each of those that are `counting` stands at `now` (ms), by its number, in each language."""
    return {
        language: {number: step_standing(language, *of, now) for number, of in found.items()}
        for language in LANGUAGES
    }
