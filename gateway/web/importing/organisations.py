"""Importing a list: the file, the plans' areas and the ledger brought together.

Reading and storing are two steps, so that a long file is not read inside the ledger's transaction.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection

from gateway.directory.cells import Fault
from gateway.directory.header_words import IGNORED
from gateway.directory.importing import Options, Reading, read
from gateway.directory.model import Change
from gateway.directory.places import Areas
from gateway.directory.rotation import RotationLimit
from gateway.ledger.directory import changes as ledger_changes
from gateway.ledger.directory import contacts, directory, imports, inventory, organisations
from gateway.ledger.trail import audit
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan
from gateway.web.importing.findings import findings_of, nothing_removed
from gateway.web.importing.inventory_lines import (
    changed_lines,
    stated_lines,
    store_figures,
    with_other_levels,
)
from gateway.web.importing.settled import Settled, settled_entries

_OTHER_KIND = Fault(
    "exercise",
    "这个编码已登记为另一类（演练或正式）单位，两者不能互换，请另用编码",
    "this code already stands for an organisation of the other kind (exercise or real); use another code",
)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to happen beside storing: nothing at all (`dry_run`), organisations or lines that the file
    does not name taken away (`remove_missing`), the columns kept as a mapping (`save_mapping`). `limits`:
    the areas that whoever imports may act for (none: all); rows of others are refused. `told`: of how many
    changed organisations the report also says what changes, under `changes`."""

    dry_run: bool = False
    remove_missing: bool = False
    save_mapping: str | None = None
    limits: tuple[str, ...] = ()
    told: int = 0


def read_rows(
    content: bytes, file: str | None, catalogue: Catalogue, options: Options | None = None
) -> Reading:
    """The rows of a file; their areas are those of the plans. Raises `InputError`."""
    plans = [catalogue.load(identifier).plan for identifier in catalogue.identifiers()]
    areas = areas_of_plans(plans)
    limits = [
        RotationLimit(
            plan.id,
            frozenset(area.code for area in plan.areas),
            plan.rotation.batches_at_most,
            plan.rotation.clause.path,
        )
        for plan in plans
        if plan.rotation is not None
    ]
    return read(content, areas, file, options, limits)


def areas_of_plans(plans: Collection[Plan]) -> Areas:
    """The areas that rows and forms may name: those of the plans, with their 区号."""
    return Areas.of(
        ((area.code, area.name) for plan in plans for area in plan.areas),
        {area.code: plan.dialling_code for plan in plans if plan.dialling_code for area in plan.areas},
    )


def store_rows(
    connection: Connection,
    reading: Reading,
    now: int,
    *,
    dry_run: bool = False,
    caller: str = "(local)",
    wishes: Wishes | None = None,
) -> dict[str, Any]:
    """Store the accepted rows, and tell what became of every row.

    `{"stored": bool, "id", "counts": {"added": n, …}, "understood", "findings", "missing", "removed",
    "rows": [{row, code, outcome, faults, remarks}]}`; `missing` are organisations (of an inventory: those
    with lines of that list) that the file might have named and does not. Refused rows are left out of the
    ledger, the others are stored; with `dry_run` nothing is. `now` is in milliseconds since 1970 UTC;
    `caller` a token's name, or (local).
    """
    wishes = wishes or Wishes(dry_run=dry_run)
    settled = settled_entries(connection, reading, wishes.limits)
    changed = _changes(connection, reading, settled, wishes.told)
    outcomes = _stored(connection, reading, settled, now, caller, dry_run=wishes.dry_run)
    codes = [each.code or entry.written for each, entry in zip(settled, reading.entries, strict=True)]
    why = [
        (outcome, each.faults if each.organisation is None else _why(outcome))
        for outcome, each in zip(outcomes, settled, strict=True)
    ]
    results = reading.results(why, codes)
    counts = Counter(result.outcome for result in results)
    told = {word: counts[word] for word in ("added", "changed", "unchanged", "refused")}
    findings = findings_of(reading, settled)
    missing = _missing(connection, reading, settled, wishes.limits)
    removed = 0
    if wishes.remove_missing and missing:
        if counts["refused"]:
            findings.append(nothing_removed(len(missing)))
        else:
            removed = len(missing)
            if not wishes.dry_run:
                _remove(connection, reading, [code for code, _name in missing], now, caller)
    report: dict[str, Any] = {
        "stored": not wishes.dry_run,
        "id": None,
        "counts": told,
        "understood": reading.understood(),
        "findings": [finding.as_json() for finding in findings],
        "missing": [{"code": code, "name": name} for code, name in missing],
        "removed": removed,
        "rows": [result.as_json() for result in results],
    }
    told_changes = {"changes": changed} if wishes.told else {}
    if wishes.dry_run:
        return report | told_changes
    if wishes.save_mapping is not None:
        columns = {column.printed: column.field or IGNORED for column in reading.table.columns}
        imports.save_mapping(connection, wishes.save_mapping, reading.kind, columns, caller, now)
    report["id"] = imports.record(
        connection,
        kind=reading.kind,
        file_name=PurePath(reading.file or "").name,
        sha256=reading.sha256,
        actor=caller,
        counts=told,
        report=report,
        now=now,
    )
    detail: dict[str, object] = {**told, "import": report["id"], "sha256": reading.sha256}
    if removed:
        detail["removed"] = removed
    audit.append(connection, now, caller, "directory_imported", f"directory:{reading.kind}", detail)
    return report | told_changes


def _changes(
    connection: Connection, reading: Reading, settled: Sequence[Settled], told: int
) -> dict[str, dict[str, list[Any]]]:
    """What changes in the first organisations that do: by code, each field before and after, masked."""
    found: dict[str, dict[str, list[Any]]] = {}
    rows = [each.organisation for each in settled if each.organisation is not None] if told else []
    known = organisations.by_codes(connection, [row.code for row in rows])
    lines = changed_lines(connection, reading, settled) if told else {}
    for row in rows:
        stored = known.get(row.code)
        if stored is None or stored.organisation.exercise != row.exercise:
            continue
        after = replace(row, contacts=contacts.carry_over(stored.organisation.contacts, row.contacts))
        changed = ledger_changes.between(stored.organisation, after, was_active=stored.active)
        changed = {**changed, **lines.get(row.code, {})}
        if changed:
            found[row.code] = {field: list(values) for field, values in changed.items()}
        if len(found) == told:
            break
    return found


def _stored(
    connection: Connection,
    reading: Reading,
    settled: Sequence[Settled],
    now: int,
    caller: str,
    *,
    dry_run: bool,
) -> list[Change]:
    rows = [each.organisation for each in settled if each.organisation is not None]
    changes = (
        directory.compare(connection, rows)
        if dry_run
        else directory.apply(connection, rows, now, actor=caller)
    )
    of_code: dict[str, Change] = {row.code: change for row, change in zip(rows, changes, strict=True)}
    if reading.inventory_list is not None:
        stated = {
            code: lines
            for code, lines in stated_lines(reading, settled).items()
            if of_code[code] != "refused"
        }
        lines = with_other_levels(connection, reading, reading.inventory_list, stated)
        listed = (
            inventory.compare(connection, reading.inventory_list, lines)
            if dry_run
            else inventory.apply(connection, reading.inventory_list, lines, now, caller)
        )
        figures = store_figures(connection, reading, settled, now, caller, dry_run=dry_run)
        for code, change in (*listed.items(), *figures.items()):
            if of_code[code] == "unchanged" and change != "unchanged":
                of_code[code] = "changed"
    return [of_code[each.organisation.code] if each.organisation else "refused" for each in settled]


def _missing(
    connection: Connection, reading: Reading, settled: Sequence[Settled], limits: tuple[str, ...]
) -> list[tuple[str, str]]:
    """What would disappear if the file were the whole list, within the counties that it speaks of."""
    stored = [each.organisation for each in settled if each.organisation is not None]
    codes = {each.code for each in settled if each.code} | {
        entry.code for entry in reading.entries if entry.code
    }
    areas = {row.area for row in stored}
    if reading.kind in ("contacts", "liaison") or not stored:
        return []
    exercise = stored[0].exercise
    if reading.inventory_list is not None:
        listed = inventory.missing(connection, reading.inventory_list, codes, exercise=exercise)
        near = imports.of_counties(connection, [each.code for each in listed], areas, limits)
        return [(each.code, each.name) for each in listed if each.code in near]
    return imports.unnamed(
        connection,
        codes,
        groups={(row.audience, row.sector) for row in stored},
        areas=areas,
        exercise=exercise,
        limits=limits,
    )


def _remove(connection: Connection, reading: Reading, codes: Sequence[str], now: int, caller: str) -> None:
    if reading.inventory_list is not None:
        inventory.apply(connection, reading.inventory_list, dict.fromkeys(codes, ()), now, caller)
    else:
        directory.switch_off(connection, codes, now, caller)


def _why(outcome: Change) -> tuple[Fault, ...]:
    return (_OTHER_KIND,) if outcome == "refused" else ()
