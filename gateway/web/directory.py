"""Importing a directory: the file, the plans' area codes and the ledger brought together.

Reading and storing are two steps, so that a long file is not read inside the ledger's transaction.
"""

from collections import Counter
from typing import Any

from sqlalchemy import Connection

from gateway.directory.importing import Reading, read
from gateway.ledger import audit, directory
from gateway.plans.catalogue import Catalogue


def read_rows(content: bytes, file: str | None, catalogue: Catalogue) -> Reading:
    """The rows of a CSV file; their area codes are those of the plans. Raises `InputError`."""
    areas = {
        area.code for identifier in catalogue.identifiers() for area in catalogue.load(identifier).plan.areas
    }
    return read(content, areas, file)


def store_rows(
    connection: Connection, reading: Reading, now: int, *, dry_run: bool = False, caller: str = "(local)"
) -> dict[str, Any]:
    """Store the accepted rows, and tell what became of every row.

    `{"stored": bool, "counts": {"added": n, …}, "rows": [{row, code, outcome, faults}]}`. Refused rows
    are left out of the ledger, the others are stored; with `dry_run` nothing is. `now` is in
    milliseconds since 1970 UTC; `caller` a token's name, or (local).
    """
    changes = (
        directory.compare(connection, reading.organisations)
        if dry_run
        else directory.apply(connection, reading.organisations, now)
    )
    results = reading.results(changes)
    counts = Counter(result.outcome for result in results)
    told = {word: counts[word] for word in ("added", "changed", "unchanged", "refused")}
    if not dry_run:
        audit.append(connection, now, caller, "directory_imported", "directory:organisations", {**told})
    return {
        "stored": not dry_run,
        "counts": told,
        "rows": [result.as_json() for result in results],
    }
