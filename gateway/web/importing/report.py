"""The report of an imported list that is neither of organisations nor of their people, and how it is kept."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection

from gateway.directory.cells import Fault
from gateway.directory.header_words import IGNORED, Kind
from gateway.directory.headers import Table
from gateway.directory.masking import mask_text
from gateway.directory.model import Change
from gateway.directory.rotation import Finding
from gateway.ledger.directory import imports
from gateway.ledger.trail import audit
from gateway.web.importing.organisations import Wishes

_SHOWN = 3  # first rows of a preview


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a row. `code`: whose it is."""

    number: int
    code: str
    outcome: Change
    faults: Sequence[Fault] = ()
    remarks: Sequence[Fault] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a list: of its rows, what is to be looked at, and what of the stored it does not name
    (code and words), `removed` of it taken away."""

    rows: Sequence[Told]
    findings: Sequence[Finding]
    missing: Sequence[tuple[str, str]]
    removed: int


def report(
    connection: Connection,
    kind: Kind,
    table: Table,
    file: str | None,
    sha256: str,
    outcome: Outcome,
    now: int,
    caller: str,
    wishes: Wishes,
) -> dict[str, Any]:
    """The report as `directory.store_rows` gives it; kept, unless nothing was stored."""
    counted = Counter(each.outcome for each in outcome.rows)
    counts = {word: counted[word] for word in ("added", "changed", "unchanged", "refused")}
    told: dict[str, Any] = {
        "stored": not wishes.dry_run,
        "id": None,
        "counts": counts,
        "understood": _understood(kind, table),
        "findings": [each.as_json() for each in outcome.findings],
        "missing": [{"code": code, "name": words} for code, words in outcome.missing],
        "removed": outcome.removed,
        "rows": [
            {
                "row": each.number,
                "code": each.code,
                "outcome": each.outcome,
                "faults": [fault.as_json() for fault in each.faults],
                "remarks": [remark.as_json() for remark in each.remarks],
            }
            for each in outcome.rows
        ],
    }
    if wishes.dry_run:
        return told
    if wishes.save_mapping is not None:
        columns = {
            column.printed: column.field or IGNORED
            for column in table.columns
            if not (column.field or "").startswith(("on.", "phone."))
        }
        imports.save_mapping(connection, wishes.save_mapping, kind, columns, caller, now)
    told["id"] = imports.record(
        connection,
        kind=kind,
        file_name=PurePath(file or "").name,
        sha256=sha256,
        actor=caller,
        counts=counts,
        report=told,
        now=now,
    )
    detail: dict[str, object] = {**counts, "import": told["id"], "sha256": sha256}
    if outcome.removed:
        detail["removed"] = outcome.removed
    audit.append(connection, now, caller, "directory_imported", f"directory:{kind}", detail)
    return told


def _understood(kind: Kind, table: Table) -> dict[str, Any]:
    return {
        "kind": kind,
        "inventory": None,
        "sheet": table.sheet,
        "header_row": table.header_row,
        "columns": [column.as_json() for column in table.columns],
        "unread": [column.printed for column in table.columns if column.field is None],
        "notes": [{"row": note.row, "text": mask_text(note.text)} for note in table.notes],
        "assumed": {},
        "first": [
            {
                "row": row.number,
                "fields": {
                    name: mask_text(row.cell(place))
                    for name, place in table.fields.items()
                    if row.cell(place)
                },
            }
            for row in table.rows[:_SHOWN]
        ],
    }
