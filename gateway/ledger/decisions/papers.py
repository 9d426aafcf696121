"""Papers frozen with a decision: documents beside the notices, kept as their content."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gateway.ledger.schema import papers
from gateway.notices.papers.model import PAPER_WORDS, PaperKind


@dataclass(frozen=True, slots=True)
class StoredPaper:
    """A paper; `content` is canonical JSON, `sha256` its hash (hex)."""

    kind: str
    content: str
    sha256: str

    def plain(self) -> dict[str, Any]:
        """The content as plain data."""
        data: dict[str, Any] = json.loads(self.content)
        return data


def add(connection: Connection, decision_id: str, frozen: Iterable[StoredPaper]) -> None:
    """Store a decision's papers."""
    rows = [
        {"decision_id": decision_id, "kind": each.kind, "content": each.content, "sha256": each.sha256}
        for each in frozen
    ]
    if rows:
        connection.execute(insert(papers), rows)


def of_decision(connection: Connection, decision_id: str) -> list[StoredPaper]:
    """A decision's papers by kind."""
    rows = connection.execute(
        select(papers.c.kind, papers.c.content, papers.c.sha256)
        .where(papers.c.decision_id == decision_id)
        .order_by(papers.c.kind)
    )
    return [StoredPaper(*row) for row in rows]


def kinds(connection: Connection, decision_ids: Sequence[str]) -> dict[str, tuple[PaperKind, ...]]:
    """The kinds of papers that each of these decisions has, in the order in which people name them."""
    held: dict[str, set[str]] = {}
    query = select(papers.c.decision_id, papers.c.kind).where(papers.c.decision_id.in_(list(decision_ids)))
    for decision_id, kind in connection.execute(query):
        held.setdefault(decision_id, set()).add(kind)
    return {key: tuple(kind for kind in PAPER_WORDS if kind in some) for key, some in held.items()}


def discard(connection: Connection, decision_id: str) -> None:
    """Take away the papers of a decision that is frozen anew."""
    connection.execute(delete(papers).where(papers.c.decision_id == decision_id))
