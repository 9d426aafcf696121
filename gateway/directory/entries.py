"""Reads the rows of one organisation into what they state of it; nothing is filled in that no cell says."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar

from gateway.directory import cells, numbers
from gateway.directory.cells import Fault, Refused
from gateway.directory.files import SheetRow
from gateway.directory.header_words import PEOPLE_WORDS
from gateway.directory.inventory import InventoryLine
from gateway.directory.masking import mask_text
from gateway.directory.model import (
    CONTACT_ROLE_WORDS,
    Address,
    AddressKind,
    Contact,
    ContactAddress,
    ContactRole,
)
from gateway.directory.places import Areas

MAX_ADDRESSES = 50  # of one kind in one cell: more is a list that needs rows of its own
ROLES_IN_ORDER: tuple[ContactRole, ...] = (  # in which people are tried, where a list does not say
    *("responsible", "deputy", "night_duty", "liaison", "supervisor", "grid_member", "head"),
)
_TITLES: dict[str, tuple[str, int]] = {
    "name": ("名称", 100),
    "contact": ("联系人", 50),
    "industry": ("行业类型", 100),
    "meter_number": ("总表编号", 100),
    "location": ("地址", 200),
}
_OWN_FIELDS: dict[str, AddressKind] = {"sms": "sms", "phone": "sms", "wecom": "wecom", "email": "email"}

T = TypeVar("T")


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


class Cells:
    """The cells of one row by field, with every fault and remark that reading them brings."""

    def __init__(self, row: SheetRow, places: Mapping[str, int], above: Mapping[str, str]) -> None:
        self.number = row.number
        self.texts: dict[str, str] = {}
        self.merged = {name for name, place in places.items() if place in row.merged}
        self.blank: set[str] = set()  # where nothing is written, not even a /
        self.faults: list[Fault] = []
        self.remarks: list[Fault] = []
        for name, place in places.items():
            text = cells.visible(row.cell(place))
            if not text:
                self.blank.add(name)
            if cells.is_ditto(text) and above.get(name):
                text = above[name]
            self.texts[name] = "" if cells.is_nothing(text) else text

    def __contains__(self, name: str) -> bool:
        return name in self.texts

    def get(self, name: str) -> str:
        """The text of a field, empty where the file has no such column or its cell says nothing."""
        return self.texts.get(name, "")

    def forget_repeated(self) -> None:
        """Leave out people and addresses that merged cells only repeat from the row above."""
        for name in self.merged:
            if name in _OWN_FIELDS or name.endswith((".name", ".phone")):
                self.texts[name] = ""

    def attempt(self, name: str, reader: Callable[[str], T], text: str | None = None) -> T | None:
        """What the reader makes of the cell; its refusal becomes a fault."""
        try:
            return reader(cells.checked(self.get(name) if text is None else text))
        except Refused as refused:
            self.fault(name, refused.message, refused.message_en)
            return None

    def fault(self, name: str | None, message: str, message_en: str) -> None:
        """Refuse the row for this."""
        self.faults.append(Fault(name, message, message_en))

    def numbers(self, name: str) -> list[str]:
        """Mobile numbers of a cell. In a column of phones a fixed line is set aside with a remark."""
        found: list[str] = []
        values = cells.parts(self.get(name))
        for value in values[:MAX_ADDRESSES]:
            try:
                found.append(numbers.mobile(cells.checked(value)))
            except numbers.Landline as landline:
                if name == "sms":
                    self.fault(name, landline.message, landline.message_en)
                else:
                    self.remarks.append(Fault(name, landline.message, landline.message_en))
            except Refused as refused:
                self.fault(name, refused.message, refused.message_en)
        self._not_too_many(name, values)
        return found

    def addresses(self, name: str, kind: AddressKind) -> list[Address]:
        """The addresses of a cell."""
        if kind == "sms":
            return [Address("sms", value) for value in self.numbers(name)]
        values = cells.parts(self.get(name))
        self._not_too_many(name, values)
        read = (
            self.attempt(name, lambda text: numbers.address(kind, text), value)
            for value in values[:MAX_ADDRESSES]
        )
        return [Address(kind, value) for value in read if value is not None]

    def _not_too_many(self, name: str, values: Sequence[str]) -> None:
        if len(values) > MAX_ADDRESSES:
            self.fault(
                name,
                f"一格最多 {MAX_ADDRESSES} 个，请分成几行",
                f"a cell holds at most {MAX_ADDRESSES}; use several rows",
            )


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
        found["audience"] = row.attempt("audience", _needed("受众", "audience", cells.audience))
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
            found[name] = row.attempt(name, _day(title, name)) if row.get(name) else None
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
    """The organisation's own addresses, for the kinds that the file has columns of.

    A cell of nothing but fixed lines takes no mobile number away.
    """
    found: dict[AddressKind, dict[Address, None]] = {}
    for name, kind in _OWN_FIELDS.items():
        if name in row:
            values = row.addresses(name, kind)
            if values or not row.get(name):
                # a value that stands twice in a cell counts once
                found.setdefault(kind, {}).update(dict.fromkeys(values))
    return {kind: tuple(values) for kind, values in found.items()}


def people(row: Cells) -> dict[ContactRole, tuple[Contact, ...]]:
    """The people that stand in columns of their own (负责人, 负责人电话), for the roles that have columns."""
    found: dict[ContactRole, tuple[Contact, ...]] = {}
    for role in ROLES_IN_ORDER:
        name, phone = f"{role}.name", f"{role}.phone"
        if name not in row and phone not in row:
            continue
        who = row.attempt(name, lambda text: cells.line("姓名", "name", text, 50)) if row.get(name) else None
        reached = [ContactAddress(Address("sms", value)) for value in dict.fromkeys(row.numbers(phone))]
        if who or reached:
            found[role] = (Contact(who or CONTACT_ROLE_WORDS[role], role, tuple(reached)),)
        else:
            found[role] = ()
    return found


def person(row: Cells) -> Contact | None:
    """The person whom a row of a list of contacts tells of; None with a fault."""
    who = row.attempt(
        "person", _needed("姓名", "person", lambda text: cells.line("姓名", "person", text, 50))
    )
    role = row.attempt("role", _needed("角色", "role", lambda text: cells.role(text, PEOPLE_WORDS)))
    language = row.attempt("language", cells.language)
    quiet = row.attempt("quiet_hours", cells.hours) if row.get("quiet_hours") else None
    verified: date | None = None
    if row.get("verified_on"):
        verified = row.attempt("verified_on", _day("核实日期", "verified_on"))
    values = [*row.addresses("person_phone", "sms"), *row.addresses("person_email", "email")]
    if who is None or role is None or language is None:
        return None
    begin, end = quiet or (None, None)
    return Contact(
        who,
        role,
        tuple(ContactAddress(value, verified, begin, end) for value in dict.fromkeys(values)),
        language,
    )


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


def _needed(title: str, name: str, reader: Callable[[str], T]) -> Callable[[str], T]:
    def read(text: str) -> T:
        if not text:
            raise cells.missing(title, name)
        return reader(text)

    return read


def _day(title: str, name: str) -> Callable[[str], date]:
    return lambda text: cells.day(title, name, text)
