"""Importing a list: the file, the plans' areas and the ledger brought together.

Reading and storing are two steps, so that a long file is not read inside the ledger's transaction.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection

from gateway.directory.areas import within
from gateway.directory.cells import Fault
from gateway.directory.entries import Entry
from gateway.directory.header_words import IGNORED
from gateway.directory.importing import Options, Reading, read
from gateway.directory.inventory import InventoryLine, InventoryList
from gateway.directory.masking import mask_text
from gateway.directory.model import Change, Organisation
from gateway.directory.places import Areas
from gateway.directory.rotation import Finding, RotationLimit, too_many_batches
from gateway.directory.settling import settle
from gateway.ledger.directory import changes as ledger_changes
from gateway.ledger.directory import contacts, directory, imports, inventory, organisations
from gateway.ledger.directory.organisations import Stored
from gateway.ledger.trail import audit
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan
from gateway.vocabulary import LEVEL_WORDS, LEVELS, rank

_NAMED = 20  # measures that were not understood
_WORDS = 60  # of each
_NOT_YOURS = Fault(
    "area",
    "不在您负责的区域",
    "it does not lie in your areas",
)
_OTHER_KIND = Fault(
    "exercise",
    "这个编码已登记为另一类（演练或正式）机构，两者不能互换，请另用编码",
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
    settled = _settled(connection, reading, wishes.limits)
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
    findings = _findings(reading, settled)
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
    connection: Connection, reading: Reading, settled: Sequence["_Settled"], told: int
) -> dict[str, dict[str, list[Any]]]:
    """What changes in the first organisations that do: by code, each field before and after, masked."""
    found: dict[str, dict[str, list[Any]]] = {}
    rows = [each.organisation for each in settled if each.organisation is not None] if told else []
    known = organisations.by_codes(connection, [row.code for row in rows])
    lines = _changed_lines(connection, reading, settled) if told else {}
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


def _changed_lines(
    connection: Connection, reading: Reading, settled: Sequence["_Settled"]
) -> dict[str, dict[str, list[Any]]]:
    """The lines of an inventory that change, by code, before and after, as the history will hold them."""
    kind = reading.inventory_list
    if kind is None:
        return {}
    lines = _with_other_levels(connection, reading, kind, _stated_lines(reading, settled))
    ids = organisations.ids(connection, lines)
    known = inventory.of_organisations(connection, ids.values(), kind)
    return {
        code: {f"inventory.{kind}": [inventory.shown_lines(before), inventory.shown_lines(after)]}
        for code, after in lines.items()
        if list(before := known.get(ids.get(code, 0), ())) != list(after)
    }


def _stated_lines(reading: Reading, settled: Sequence["_Settled"]) -> dict[str, tuple[InventoryLine, ...]]:
    return {
        each.organisation.code: entry.lines
        for each, entry in zip(settled, reading.entries, strict=True)
        if each.organisation is not None
    }


@dataclass(frozen=True, slots=True)
class _Settled:
    """What an entry comes to: the organisation to store, or why there is none."""

    code: str | None
    organisation: Organisation | None
    faults: tuple[Fault, ...] = ()


def _settled(connection: Connection, reading: Reading, limits: tuple[str, ...]) -> list[_Settled]:
    matched = _matched(connection, reading.entries)
    known = organisations.by_codes(connection, [code for code, _faults in matched if code])
    firsts: dict[str, int] = {}
    found: list[_Settled] = []
    for entry, (code, unmatched) in zip(reading.entries, matched, strict=True):
        if entry.faults or unmatched:
            found.append(_Settled(code, None, unmatched))
            continue
        stored = known.get(code) if code else None
        organisation, faults = settle(
            entry,
            stored.organisation if stored else None,
            reading.assumed,
            may_add=reading.kind not in ("contacts", "liaison"),
        )
        if organisation is None:
            found.append(_Settled(code, None, faults))
        elif not _theirs(organisation, stored, limits):
            found.append(_Settled(None, None, (_NOT_YOURS,)))
        elif (first := firsts.setdefault(organisation.code, entry.numbers[0])) != entry.numbers[0]:
            found.append(_Settled(organisation.code, None, (_meant_twice(organisation.code, first),)))
        else:
            found.append(_Settled(organisation.code, organisation))
    return found


def _theirs(organisation: Organisation, stored: Stored | None, limits: tuple[str, ...]) -> bool:
    """Whether an organisation lies within the limits, before and after."""
    return within(organisation.area, limits) and (stored is None or within(stored.organisation.area, limits))


def _matched(connection: Connection, found: Sequence[Entry]) -> list[tuple[str | None, tuple[Fault, ...]]]:
    """Which stored code each entry means: its own, that of its credit code, or that of its name."""
    by_credit = organisations.codes_of_credit(
        connection, {entry.credit_code for entry in found if entry.credit_code}
    )
    by_name = imports.codes_of_names(connection, {entry.name for entry in found if entry.name})
    known = organisations.ids(connection, {entry.code for entry in found if entry.code})
    return [_match(entry, by_credit, by_name, known) for entry in found]


def _match(
    entry: Entry, by_credit: dict[str, list[str]], by_name: dict[str, list[str]], known: dict[str, int]
) -> tuple[str | None, tuple[Fault, ...]]:
    same_name = by_name.get(entry.name or "", [])
    same_credit = by_credit.get(entry.credit_code or "", [])
    if entry.code is not None:
        if entry.code not in known and same_credit and set(same_credit) & set(same_name):
            return entry.code, (_another_code(same_credit),)
        return entry.code, ()
    if entry.credit_code is not None:
        if len(same_credit) > 1:  # one firm, several plants
            same_credit = [code for code in same_credit if code in same_name]
            if len(same_credit) != 1:
                return None, (_several("credit_code", "统一社会信用代码"),)
        return (same_credit[0] if same_credit else entry.credit_code), ()
    if len(same_name) > 1:
        return None, (_several("name", "名称"),)
    return (same_name[0] if same_name else None), ()


def _stored(
    connection: Connection,
    reading: Reading,
    settled: Sequence[_Settled],
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
            for code, lines in _stated_lines(reading, settled).items()
            if of_code[code] != "refused"
        }
        lines = _with_other_levels(connection, reading, reading.inventory_list, stated)
        listed = (
            inventory.compare(connection, reading.inventory_list, lines)
            if dry_run
            else inventory.apply(connection, reading.inventory_list, lines, now, caller)
        )
        figures = _figures(connection, reading, settled, now, caller, dry_run=dry_run)
        for code, change in (*listed.items(), *figures.items()):
            if of_code[code] == "unchanged" and change != "unchanged":
                of_code[code] = "changed"
    return [of_code[each.organisation.code] if each.organisation else "refused" for each in settled]


def _with_other_levels(
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


def _figures(
    connection: Connection,
    reading: Reading,
    settled: Sequence[_Settled],
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


def _missing(
    connection: Connection, reading: Reading, settled: Sequence[_Settled], limits: tuple[str, ...]
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


def _findings(reading: Reading, settled: Sequence[_Settled]) -> list[Finding]:
    lines = [
        (each.organisation.area, entry.lines)
        for each, entry in zip(settled, reading.entries, strict=True)
        if each.organisation is not None
    ]
    found = too_many_batches(reading.limits, lines)
    uncertain = [
        (each.organisation.name, line)
        for each, entry in zip(settled, reading.entries, strict=True)
        if each.organisation is not None
        for line in entry.lines
        if not line.certain
    ]
    if uncertain and reading.inventory_list not in ("white_list", "guaranteed"):
        which = "；".join(dict.fromkeys(_cell(name, line) for name, line in uncertain[:_NAMED]))
        which += "……" if len(uncertain) > _NAMED else ""
        found.append(
            Finding(
                "OWN_WORDS",
                f"{len(uncertain)} 条措施没有完全看懂，将按单元格原文发送：{which}",
                f"{len(uncertain)} measures were not understood for certain; their cells' own words will be"
                f" sent: {which}",
            )
        )
    return found


def _cell(name: str, line: InventoryLine) -> str:
    """Where a measure stands that was not understood, and its words."""
    return mask_text(f"{name} {LEVEL_WORDS[line.level]} {line.line or ''}“{line.words[:_WORDS]}”")


def _why(outcome: Change) -> tuple[Fault, ...]:
    return (_OTHER_KIND,) if outcome == "refused" else ()


def _meant_twice(code: str, first: int) -> Fault:
    return Fault(
        "code",
        f"与第 {first} 行是同一机构（编码“{code}”），请只留一行",
        f"row {first} means the same organisation (code {code}); keep one row",
    )


def _another_code(codes: Sequence[str]) -> Fault:
    return Fault(
        "code",
        f"同名、同信用代码的机构已登记为编码“{codes[0]}”，编码不能改变",
        f"the organisation of this name and credit code has the code {codes[0]}; a code never changes",
    )


def _several(field: str, title: str) -> Fault:
    return Fault(
        field,
        f"通讯录里有几个机构的{title}相同，请填编码",
        f"several organisations of the directory have this {field}; give the code",
    )


def nothing_removed(number: int) -> Finding:
    """Told where so many stay although they were to be taken away."""
    return Finding(
        "NOTHING_REMOVED",
        f"有未导入的行，所以文件中没有的 {number} 个没有移除；请先改正那些行",
        f"rows were refused, so that the {number} that the file does not name stay; mend those rows first",
    )
