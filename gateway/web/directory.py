"""Importing a directory: the file, the plans' area codes and the ledger brought together."""

from collections import Counter
from typing import Any

from sqlalchemy import Connection

from gateway.directory.importing import read
from gateway.ledger import directory
from gateway.plans.catalogue import Catalogue


def import_directory(
    connection: Connection,
    content: bytes,
    file: str | None,
    catalogue: Catalogue,
    now: int,
    *,
    dry_run: bool = False,
) -> dict[str, Any]:
    """Store the accepted rows of a CSV file in one transaction, and tell what became of every row.

    `{"counts": {"added": n, …}, "rows": [{row, code, outcome, faults}]}`. Refused rows are left out
    of the ledger, the others are stored; with `dry_run` nothing is. Raises `InputError`.
    """
    areas = {
        area.code for identifier in catalogue.identifiers() for area in catalogue.load(identifier).plan.areas
    }
    reading = read(content, areas, file)
    changes = (
        directory.compare(connection, reading.organisations)
        if dry_run
        else directory.apply(connection, reading.organisations, now)
    )
    results = reading.results(changes)
    counts = Counter(result.outcome for result in results)
    return {
        "stored": not dry_run,
        "counts": {word: counts[word] for word in ("added", "changed", "unchanged", "refused")},
        "rows": [result.as_json() for result in results],
    }
