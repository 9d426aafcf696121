"""The cells of one row of a list, with every fault and remark that reading them brings."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from gateway.directory import callers, cells, numbers
from gateway.directory.callers import Caller
from gateway.directory.cells import Fault, Refused
from gateway.directory.files import SheetRow
from gateway.directory.model import Address, AddressKind

MAX_ADDRESSES = 50  # of one kind in one cell: more is a list that needs rows of its own
TELEPHONES = ("sms", "phone")  # columns of the organisation's own numbers
WRITTEN: dict[str, AddressKind] = {
    "wecom": "wecom",
    "wecom_user": "wecom_user",
    "email": "email",
    "push": "push",
}

T = TypeVar("T")


class Cells:
    """The cells of one row by field, with every fault and remark that reading them brings."""

    def __init__(self, row: SheetRow, places: Mapping[str, int], above: Mapping[str, str]) -> None:
        self.number = row.number
        self.dialling_code: str | None = None  # of the row's area: for fixed lines without a 区号
        self._callers: dict[str, tuple[Caller, ...]] = {}
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
            if name in (*TELEPHONES, *WRITTEN) or name.endswith((".name", ".phone")):
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

    def callers(self, name: str) -> tuple[Caller, ...]:
        """The numbers of a cell, with whom it names beside them. Faxes are left out with a remark."""
        if name not in self._callers:
            read = callers.read(self.get(name), self.dialling_code)
            for refused in read.refused:
                self.fault(name, refused.message, refused.message_en)
            if read.faxes:
                self.remarks.append(Fault(name, "传真号码未保存", "fax numbers are not kept"))
            self._callers[name] = read.found
        return self._callers[name]

    def addresses(self, name: str, kind: AddressKind) -> list[Address]:
        """The mailboxes or groups of a cell."""
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
