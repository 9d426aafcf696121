"""Reports that people are still writing: one for each obligation, until it is sent or discarded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from gateway.ledger.backends.upserts import insert
from gateway.ledger.schema import report_drafts


@dataclass(frozen=True, slots=True)
class ReportDraft:
    """One of them; `contents` by the plan's heading, `number` the document's ("": none yet). `version`
    counts its changes from 1; `changed_by` is a person's name, `changed_at` in milliseconds since 1970
    UTC."""

    contents: Mapping[str, str]
    number: str
    version: int
    changed_by: str
    changed_at: int


def of_obligation(connection: Connection, obligation_id: int) -> ReportDraft | None:
    """What is written for an obligation; None where nobody has begun."""
    row = connection.execute(
        select(report_drafts).where(report_drafts.c.obligation_id == obligation_id)
    ).first()
    if row is None:
        return None
    return ReportDraft(json.loads(row.contents), row.number, row.version, row.changed_by, row.changed_at)


def keep(
    connection: Connection,
    obligation_id: int,
    contents: Mapping[str, str],
    number: str,
    seen: int,
    by: str,
    now: int,
) -> bool:
    """Keep it in the place of the version `seen` (0: of none); False where another is there by now."""
    values = {
        "contents": json.dumps(dict(contents), ensure_ascii=False),
        "number": number,
        "version": seen + 1,
        "changed_by": by,
        "changed_at": now,
    }
    if seen == 0:
        added = connection.execute(
            insert(report_drafts).values(obligation_id=obligation_id, **values).on_conflict_do_nothing()
        )
        return added.rowcount == 1
    changed = connection.execute(
        update(report_drafts)
        .where(report_drafts.c.obligation_id == obligation_id, report_drafts.c.version == seen)
        .values(values)
    )
    return changed.rowcount == 1


def drop(connection: Connection, obligation_id: int) -> None:
    """Nobody writes it any more."""
    connection.execute(delete(report_drafts).where(report_drafts.c.obligation_id == obligation_id))
