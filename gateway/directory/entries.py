"""Reads the rows of one organisation into what they state of it; nothing is filled in that no cell says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gateway.directory import cells
from gateway.directory.cells import Fault
from gateway.directory.inventory import InventoryLine
from gateway.directory.masking import mask_text
from gateway.directory.model import Address, AddressKind, Contact, ContactRole
from gateway.directory.places import Areas
from gateway.directory.row import TELEPHONES, WRITTEN, Cells

_TITLES: dict[str, tuple[str, int]] = {
    "name": ("名称", 100),
    "contact": ("联系人", 50),
    "industry": ("行业类型", 100),
    "meter_number": ("总表编号", 100),
    "location": ("地址", 200),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a file says of one organisation.

    `numbers` are the spreadsheet's rows. `code` is None where only a credit code or a name tells which
    organisation is meant. `stated` holds fields of `Organisation` by their names; `addresses` its own by
    kind, and `contacts` people by role, for the kinds and roles that the file speaks of. `lines` are those
    of an inventory, `tonnes` its figures a day by (level, or '' for what is emitted; pollutant). `street`
    is its name where neither a code nor an address tells it. `everyone` are all its people, from a list of
    contacts. `faults` and `remarks` are by row; an entry with faults is not stored.
    """

    numbers: tuple[int, ...]
    code: str | None
    credit_code: str | None
    name: str | None
    written: str  # how the file names it, personal numbers masked
    stated: Mapping[str, Any] = field(default_factory=dict)
    addresses: Mapping[AddressKind, tuple[Address, ...]] = field(default_factory=dict)
    contacts: Mapping[ContactRole, tuple[Contact, ...]] = field(default_factory=dict)
    lines: tuple[InventoryLine, ...] = ()
    tonnes: Mapping[tuple[str, str], float] = field(default_factory=dict)
    street: str | None = None
    everyone: tuple[Contact, ...] | None = None
    faults: Mapping[int, tuple[Fault, ...]] = field(default_factory=dict)
    remarks: Mapping[int, tuple[Fault, ...]] = field(default_factory=dict)


def identity(row: Cells) -> tuple[str | None, str | None, str | None]:
    """Code, credit code and name of the row's organisation; the credit code stands in for a code."""
    code = row.attempt("code", cells.code) if row.get("code") else None
    credit = row.attempt("credit_code", cells.credit_code) if row.get("credit_code") else None
    name = row.attempt("name", _words("name")) if row.get("name") else None
    return code, credit, name


def stated(row: Cells, areas: Areas) -> dict[str, Any]:
    """The fields of `Organisation` that the row's columns speak of, people and addresses left out."""
    found: dict[str, Any] = {}
    for name in ("contact", "industry", "meter_number", "location"):
        if name in row:
            found[name] = row.attempt(name, _words(name)) or None
    if "audience" in row:
        found["audience"] = row.attempt("audience", cells.needed("受众", "audience", cells.audience))
    if "sector" in row:
        found["sector"] = row.attempt("sector", cells.sector) if row.get("sector") else None
        if found["sector"] is not None and found.get("audience") not in (None, "enterprises"):
            row.fault("sector", "只有企业填写行业，请清空", "only enterprises have a sector; empty the cell")
    if "area" in row or "street" in row:
        found["area"] = row.attempt("area", lambda text: areas.read(text, row.get("street")))
    if "location" in row and row.get("street") not in row.get("location") and not _is_code(row.get("street")):
        whole = row.get("street") + row.get("location")
        found["location"] = row.attempt("location", _words("location"), whole)
    if "exercise" in row:
        found["exercise"] = row.attempt("exercise", cells.exercise)
    if "grade" in row:
        found["grade"] = row.attempt("grade", cells.grade) if row.get("grade") else None
    for name, title in (("grade_valid_from", "生效日期"), ("own_plan_filed_on", "备案日期")):
        if name in row:
            found[name] = row.attempt(name, cells.dated(title, name)) if row.get(name) else None
    if "groups" in row:
        found["groups"] = tuple(
            dict.fromkeys(
                group
                for part in cells.parts(row.get("groups"))
                if (group := row.attempt("groups", lambda text: cells.line("分组", "groups", text, 60), part))
            )
        )
    return found


def tonnes(row: Cells) -> dict[tuple[str, str], float]:
    """The figures in tonnes a day of a row's columns `tonnes.SO2` and `tonnes.yellow.SO2`."""
    found: dict[tuple[str, str], float] = {}
    for name in row.texts:
        if name.startswith("tonnes.") and row.get(name):
            level, _, pollutant = name.removeprefix("tonnes.").rpartition(".")
            amount = row.attempt(name, cells.amount)
            if amount is not None:
                found[level, pollutant] = amount
    return found


def street(row: Cells) -> str | None:
    """The name of a street, where the file has no addresses."""
    named = row.get("street")
    return named if named and "location" not in row and not _is_code(named) else None


def own_addresses(row: Cells) -> dict[AddressKind, tuple[Address, ...]]:
    """The organisation's own addresses, for the kinds that the file speaks of: numbers beside which
    nobody is named.

    A cell of nothing but fixed lines takes no mobile number away.
    """
    found: dict[AddressKind, dict[Address, None]] = {}
    for name in TELEPHONES:
        if name in row:
            for kind in _spoken_of(row, name):
                found.setdefault(kind, {})
            for caller in row.callers(name):
                if caller.name is None and caller.role is None:
                    # a value that stands twice in a cell counts once
                    found.setdefault(caller.address.kind, {})[caller.address] = None
    for name, kind in WRITTEN.items():
        if name in row:
            found.setdefault(kind, {}).update(dict.fromkeys(row.addresses(name, kind)))
    return {kind: tuple(values) for kind, values in found.items()}


def _spoken_of(row: Cells, name: str) -> tuple[AddressKind, ...]:
    kinds = {caller.address.kind for caller in row.callers(name)}
    if not row.get(name):
        return ("sms",) if name == "sms" else ("sms", "phone")
    return ("sms", "phone") if "sms" in kinds and name == "phone" else tuple(kinds)


def without_blanks(entry: Entry) -> Entry:
    """What an inventory states of an organisation: its blanks take nothing from the directory."""
    return replace(
        entry,
        stated={name: value for name, value in entry.stated.items() if value not in (None, ())},
        addresses={kind: values for kind, values in entry.addresses.items() if values},
        contacts={role: people for role, people in entry.contacts.items() if people},
    )


def how_written(row: Cells) -> str:
    """How a refused row names its organisation: its code, else its credit code, else its name."""
    return next((mask_text(row.get(each)) for each in ("code", "credit_code", "name") if row.get(each)), "")


def _is_code(street: str) -> bool:
    return cells.integral(street).isdecimal()


def _words(name: str) -> Callable[[str], str]:
    title, longest = _TITLES[name]
    return lambda text: cells.line(title, name, text, longest)
