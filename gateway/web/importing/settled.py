"""What each entry of a list comes to: the organisation that it means, with what was known of it, or why there
is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.directory.areas import within
from gateway.directory.cells import Fault
from gateway.directory.entries import Entry
from gateway.directory.importing import Reading
from gateway.directory.model import Organisation
from gateway.directory.settling import settle
from gateway.ledger.directory import imports, organisations
from gateway.ledger.directory.organisations import Stored

_NOT_YOURS = Fault(
    "area",
    "不在您负责的区域",
    "it does not lie in your areas",
)


@dataclass(frozen=True, slots=True)
class Settled:
    """What an entry comes to: the organisation to store, or why there is none."""

    code: str | None
    organisation: Organisation | None
    faults: tuple[Fault, ...] = ()


def settled_entries(connection: Connection, reading: Reading, limits: tuple[str, ...]) -> list[Settled]:
    """Each entry of a list in its order; `limits`: the areas in which organisations may lie (none: all)."""
    matched = _matched(connection, reading.entries)
    known = organisations.by_codes(connection, [code for code, _faults in matched if code])
    firsts: dict[str, int] = {}
    found: list[Settled] = []
    for entry, (code, unmatched) in zip(reading.entries, matched, strict=True):
        if entry.faults or unmatched:
            found.append(Settled(code, None, unmatched))
            continue
        stored = known.get(code) if code else None
        organisation, faults = settle(
            entry,
            stored.organisation if stored else None,
            reading.assumed,
            may_add=reading.kind not in ("contacts", "liaison"),
        )
        if organisation is None:
            found.append(Settled(code, None, faults))
        elif not _theirs(organisation, stored, limits):
            found.append(Settled(None, None, (_NOT_YOURS,)))
        elif (first := firsts.setdefault(organisation.code, entry.numbers[0])) != entry.numbers[0]:
            found.append(Settled(organisation.code, None, (_meant_twice(organisation.code, first),)))
        else:
            found.append(Settled(organisation.code, organisation))
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


def _meant_twice(code: str, first: int) -> Fault:
    return Fault(
        "code",
        f"与第 {first} 行是同一单位（编码“{code}”），请只留一行",
        f"row {first} means the same organisation (code {code}); keep one row",
    )


def _another_code(codes: Sequence[str]) -> Fault:
    return Fault(
        "code",
        f"同名、同信用代码的单位已登记为编码“{codes[0]}”，编码不能改变",
        f"the organisation of this name and credit code has the code {codes[0]}; a code never changes",
    )


def _several(field: str, title: str) -> Fault:
    return Fault(
        field,
        f"通讯录里有几个单位的{title}相同，请填编码",
        f"several organisations of the directory have this {field}; give the code",
    )
