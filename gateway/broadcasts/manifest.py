"""What is approved is exactly what leaves: one hash over decision, plan, texts and recipients."""

import hashlib
import json
from collections.abc import Iterable

from gateway.decisions.model import Decision
from gateway.notices.model import Notice


def text_hash(notice: Notice) -> str:
    """SHA-256 (hex) of the words that leave: equal texts have equal hashes."""
    return _hash([notice.title, notice.messages, notice.html])


def manifest(
    decision: Decision,
    plan_version: str,
    notices: Iterable[Notice],
    recipients: Iterable[tuple[int, int, str, str | None]],
) -> str:
    """SHA-256 (hex) over everything that was approved.

    `recipients`: (organisation id, address id, audience, sector) in the order they are stored.
    """
    return _hash(
        [
            decision.fingerprint,
            plan_version,
            [[each.audience, each.sector, each.medium, each.language, text_hash(each)] for each in notices],
            [list(each) for each in recipients],
        ]
    )


def _hash(content: object) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
