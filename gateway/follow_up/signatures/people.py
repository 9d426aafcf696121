"""Whom to telephone at an organisation: its people in their order, then its own numbers. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from gateway.directory import dialling
from gateway.directory.areas import home
from gateway.directory.masking import mask
from gateway.directory.model import CONTACT_ROLE_WORDS, DIALLED, Address, Organisation
from gateway.ledger.directory.contacts import StoredContact


def people_json(
    organisation: Organisation,
    contacts: Sequence[StoredContact],
    denied: Collection[Address] = (),
    *,
    full: bool,
) -> list[dict[str, Any]]:
    """Everybody with a number that was not `denied`. A number is masked unless `full`, and only then to be
    dialled (`tel`)."""
    return [
        {
            "contact": contact_id,
            "role": role,
            "name": name,
            "numbers": [_number(value, full) for value in values],
        }
        for contact_id, role, name, values in _people(organisation, contacts, denied)
        if values
    ]


def _people(
    organisation: Organisation, contacts: Sequence[StoredContact], denied: Collection[Address]
) -> Iterator[tuple[int | None, str, str, list[str]]]:
    for each in contacts:
        contact = each.contact
        values = _numbers((one.address for one in contact.addresses), denied)
        yield each.id, CONTACT_ROLE_WORDS[contact.role], contact.name, values
    own = _numbers(organisation.addresses, denied)
    yield None, "本单位", organisation.contact or "", own


def _numbers(addresses: Iterable[Address], denied: Collection[Address]) -> list[str]:
    return [each.value for each in addresses if each.kind in DIALLED and each not in denied]


def _number(value: str, full: bool) -> dict[str, str | None]:
    if not full:
        return {"text": mask("phone", value).removeprefix("+86"), "tel": None}
    return {"text": dialling.shown(value), "tel": dialling.link(value)}


class Districts:
    """The districts of a plan: which of them an area lies in, and their names in the plan's order."""

    def __init__(self, names: Mapping[str, str]) -> None:
        """`names` by code, in the plan's order; without any, every area stands for itself."""
        self.names = names
        self._order = {code: place for place, code in enumerate(self.names)}

    def of(self, area: str) -> str:
        """The code of the district that holds an area's code; the area itself where none does."""
        return home(area, self.names) or area

    def name(self, area: str) -> str:
        """The name of an area's district."""
        return self.names.get(self.of(area), area)

    def place(self, district: str) -> tuple[int, str]:
        """Where a district stands among the others."""
        return self._order.get(district, len(self._order)), district
