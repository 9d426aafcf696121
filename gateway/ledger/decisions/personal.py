"""Personal words: what an enterprise reads of its own, frozen with the decision.

Of the medium `notice` they are the lines that take the place of a document's slot, printed or mailed;
of `sms` the whole message, of `webhook` the whole messages as JSON. Where an organisation has none, the
shared words leave.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, and_, delete, insert, select

from gateway.ledger.backends.slices import slices
from gateway.ledger.directory import inventory
from gateway.ledger.schema import broadcasts, organisations, personal_words
from gateway.notices.own import Enterprise
from gateway.vocabulary import Language, Level, Medium


@dataclass(frozen=True, slots=True)
class Personal:
    """One organisation's own words in one medium (`notice`, `sms` or `webhook`)."""

    organisation_id: int
    medium: Medium
    words: str
    language: Language = "zh-CN"

    @property
    def sha256(self) -> str:
        """The hash of the words (hex)."""
        return hashlib.sha256(self.words.encode()).hexdigest()


def add(connection: Connection, decision_id: str, frozen: Iterable[Personal]) -> None:
    """Store what a decision says to single organisations."""
    rows = [
        {
            "decision_id": decision_id,
            "organisation_id": each.organisation_id,
            "medium": each.medium,
            "language": each.language,
            "words": each.words,
            "sha256": each.sha256,
        }
        for each in frozen
    ]
    if rows:
        connection.execute(insert(personal_words), rows)


def discard(connection: Connection, decision_id: str) -> None:
    """Take away the personal words of a decision that is frozen anew."""
    connection.execute(delete(personal_words).where(personal_words.c.decision_id == decision_id))


def of_organisation(
    connection: Connection, decision_id: str, organisation_id: int, language: Language = "zh-CN"
) -> dict[str, str]:
    """What one organisation reads of its own in a language, by medium; empty where it reads the shared
    words only."""
    query = select(personal_words.c.medium, personal_words.c.words).where(
        personal_words.c.decision_id == decision_id,
        personal_words.c.organisation_id == organisation_id,
        personal_words.c.language == language,
    )
    return {row.medium: row.words for row in connection.execute(query)}


def lines_of(
    connection: Connection, decision_id: str, organisation_ids: Iterable[int]
) -> dict[int, list[str]]:
    """The lines of the document that are of these organisations alone, in Chinese, by id; those without any
    are left out."""
    found: dict[int, list[str]] = {}
    for some in slices(organisation_ids):
        query = select(personal_words.c.organisation_id, personal_words.c.words).where(
            personal_words.c.decision_id == decision_id,
            personal_words.c.medium == "notice",
            personal_words.c.language == "zh-CN",
            personal_words.c.organisation_id.in_(some),
        )
        found |= {row.organisation_id: row.words.splitlines() for row in connection.execute(query)}
    return found


def of_decision(connection: Connection, decision_id: str) -> list[tuple[str, str, str, str]]:
    """Everything that a decision says to single organisations: code, medium, language and words, by code."""
    query = (
        select(
            organisations.c.code, personal_words.c.medium, personal_words.c.language, personal_words.c.words
        )
        .join(organisations, organisations.c.id == personal_words.c.organisation_id)
        .where(personal_words.c.decision_id == decision_id)
        .order_by(organisations.c.code, personal_words.c.medium, personal_words.c.language)
    )
    return [(row.code, row.medium, row.language, row.words) for row in connection.execute(query)]


def languages(
    connection: Connection, decision_id: str, organisation_ids: Iterable[int]
) -> dict[int, set[str]]:
    """In which languages each of these organisations has words of its own, if it has any."""
    found: dict[int, set[str]] = defaultdict(set)
    for some in slices(organisation_ids):
        query = (
            select(personal_words.c.organisation_id, personal_words.c.language)
            .where(personal_words.c.decision_id == decision_id, personal_words.c.organisation_id.in_(some))
            .distinct()
        )
        for row in connection.execute(query):
            found[row.organisation_id].add(row.language)
    return found


def chat_parts(
    connection: Connection, broadcast_id: int, organisation_ids: Collection[int]
) -> dict[tuple[int, str], int]:
    """How many chat messages each of these organisations gets in a language, if its own are other than the
    shared."""
    found: dict[tuple[int, str], int] = {}
    for some in slices(organisation_ids):
        rows = connection.execute(
            select(personal_words.c.organisation_id, personal_words.c.language, personal_words.c.words)
            .join(broadcasts, broadcasts.c.decision_id == personal_words.c.decision_id)
            .where(
                broadcasts.c.id == broadcast_id,
                personal_words.c.organisation_id.in_(some),
                personal_words.c.medium == "webhook",
            )
        )
        found.update(((identifier, language), len(json.loads(words))) for identifier, language, words in rows)
    return found


def enterprises(
    connection: Connection, organisation_ids: Collection[int], levels: Collection[Level]
) -> dict[int, Enterprise]:
    """Each of these organisations whose inventory has lines at one of the levels, with its grade."""
    lines = {level: inventory.of_organisations(connection, organisation_ids, level=level) for level in levels}
    listed = sorted({identifier for of_level in lines.values() for identifier in of_level})
    found = {}
    for some in slices(listed):
        for row in connection.execute(
            select(
                organisations.c.id,
                organisations.c.sector,
                organisations.c.grade,
                organisations.c.grade_valid_from,
            ).where(and_(organisations.c.id.in_(some), organisations.c.audience == "enterprises"))
        ):
            since = row.grade_valid_from
            found[row.id] = Enterprise(
                row.sector,
                {level: of_level.get(row.id, ()) for level, of_level in lines.items()},
                row.grade,
                date.fromisoformat(since) if since else None,
            )
    return found
