"""The lines and figures of an inventory's file, beside those that the ledger has."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection

from gateway.directory.importing import Reading
from gateway.directory.inventory import InventoryLine, InventoryList
from gateway.directory.model import Change
from gateway.ledger.directory import inventory, organisations
from gateway.vocabulary import LEVELS, rank
from gateway.web.importing.settled import Settled


def stated_lines(reading: Reading, settled: Sequence[Settled]) -> dict[str, tuple[InventoryLine, ...]]:
    """The lines of the file, by the code of the organisation that has them."""
    return {
        each.organisation.code: entry.lines
        for each, entry in zip(settled, reading.entries, strict=True)
        if each.organisation is not None
    }


def changed_lines(
    connection: Connection, reading: Reading, settled: Sequence[Settled]
) -> dict[str, dict[str, list[Any]]]:
    """The lines of an inventory that change, by code, before and after, as the history will hold them."""
    kind = reading.inventory_list
    if kind is None:
        return {}
    lines = with_other_levels(connection, reading, kind, stated_lines(reading, settled))
    ids = organisations.ids(connection, lines)
    known = inventory.of_organisations(connection, ids.values(), kind)
    return {
        code: {f"inventory.{kind}": [inventory.shown_lines(before), inventory.shown_lines(after)]}
        for code, after in lines.items()
        if list(before := known.get(ids.get(code, 0), ())) != list(after)
    }


def with_other_levels(
    connection: Connection,
    reading: Reading,
    kind: InventoryList,
    stated: Mapping[str, tuple[InventoryLine, ...]],
) -> dict[str, list[InventoryLine]]:
    """The lines that are stated, and those known at levels that the file has no column of."""
    if reading.levels == frozenset(LEVELS):
        return {code: list(of_one) for code, of_one in stated.items()}
    ids = organisations.ids(connection, stated)
    known = inventory.of_organisations(connection, ids.values(), kind)
    return {
        code: sorted(
            (
                *of_one,
                *(line for line in known.get(ids.get(code, 0), ()) if line.level not in reading.levels),
            ),
            key=lambda line: rank(line.level),
        )
        for code, of_one in stated.items()
    }


def store_figures(
    connection: Connection,
    reading: Reading,
    settled: Sequence[Settled],
    now: int,
    caller: str,
    *,
    dry_run: bool,
) -> dict[str, Change]:
    """Store the tonnes a day that the list states; figures that it does not speak of stay."""
    stated = {
        each.organisation.code: entry.tonnes
        for each, entry in zip(settled, reading.entries, strict=True)
        if each.organisation is not None and entry.tonnes
    }
    ids = organisations.ids(connection, stated)
    known = inventory.emissions(connection, ids.values())
    whole = {code: {**known.get(ids[code], {}), **figures} for code, figures in stated.items() if code in ids}
    if not dry_run:
        return inventory.put_emissions(connection, whole, now, caller)
    return {
        code: "unchanged" if known.get(ids[code], {}) == figures else "changed"
        for code, figures in whole.items()
    }
