"""What is approved is exactly what leaves: one hash over decision, plan, texts and recipients."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from gateway.decisions.model import Decision
from gateway.ledger.notices import Purpose
from gateway.notices.model import Notice


def text_hash(notice: Notice) -> str:
    """SHA-256 (hex) of the words that leave: equal texts have equal hashes."""
    return words_hash(notice.title, notice.messages, notice.html)


def words_hash(title: str, messages: Sequence[str], html: str | None) -> str:
    """The same of a text that belongs to no decision."""
    return _hash([title, messages, html])


def manifest(
    decision: Decision,
    plan_version: str,
    follows: str | None,
    texts: Mapping[Purpose, Iterable[Notice]],
    papers: Iterable[str],
    recipients: Iterable[tuple[str, int, int, str, str | None, str]],
    selection: Mapping[str, list[str] | None],
    personal: Iterable[tuple[int, str, str, str]],
) -> str:
    """SHA-256 (hex) over everything that is approved.

    `follows`: the id of the decision that it changes or mends. `texts`: by purpose. `papers`: their hashes.
    `recipients`: (purpose, organisation id, address id, audience, sector, language) in the order they are
    stored. `selection`: who is meant, as JSON. `personal`: (organisation id, medium, language, hash) of what
    single organisations read of their own.
    """
    return _hash(
        [
            decision.fingerprint,
            plan_version,
            follows,
            [
                [purpose, each.audience, each.sector, each.medium, each.language, text_hash(each)]
                for purpose, notices in texts.items()
                for each in notices
            ],
            list(papers),
            [list(each) for each in recipients],
            selection,
            [list(each) for each in personal],
        ]
    )


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
