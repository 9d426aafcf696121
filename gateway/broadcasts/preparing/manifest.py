"""What is approved is exactly what leaves: one hash over decision, plan, texts and recipients."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from gateway.decisions.model import Decision
from gateway.directory.targets import Targets
from gateway.ledger.decisions.notices import Purpose
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
    recipients: Iterable[tuple[Purpose, Targets]],
    selection: Mapping[str, list[str] | None],
    personal: Iterable[tuple[int, str, str, str]],
) -> str:
    """SHA-256 (hex) over everything that is approved.

    `follows`: the id of the decision that it changes or mends. `texts`: by purpose. `papers`: their hashes.
    `recipients`: the lists in the order in which they are stored. `selection`: who is meant, as JSON.
    `personal`: (organisation id, medium, language, hash) of what single organisations read of their own.
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
            [[purpose, len(targets), _list_hash(targets)] for purpose, targets in recipients],
            selection,
            [list(each) for each in personal],
        ]
    )


def _list_hash(targets: Targets) -> str:
    """Over everyone's organisation, address, audience, sector and language: of a million in a second, and
    never together in memory."""
    readings = [
        json.dumps([each.audience, each.sector, each.language], ensure_ascii=False)
        for each in targets.readings
    ]
    digest = hashlib.sha256()
    for organisation_id, address_id, place in targets.rows():
        digest.update(f"{organisation_id} {address_id} {readings[place]}\n".encode())
    return digest.hexdigest()


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
