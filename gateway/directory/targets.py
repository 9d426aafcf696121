"""Who is told at which address, a million of them in some twenty megabytes."""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import overload

from gateway.directory.model import AddressKind
from gateway.vocabulary import Audience, Language, Medium, Sector

MEDIUM_OF: dict[AddressKind, Medium] = {  # at a fixed line the spoken text is read out by a person
    "sms": "sms",
    "wecom": "webhook",
    "wecom_user": "sms",  # an application's texts are half as long as a group's
    "email": "email",
    "phone": "spoken",
    "push": "push",
}
Text = tuple[Audience, Sector | None, Medium, Language]  # who reads it, in which medium and language
# A decision is one alert, whichever organisation's system takes it: it stands under those it is made for.
PUSH: Text = ("operators", None, "push", "zh-CN")


def text_at(kind: AddressKind, audience: Audience, sector: Sector | None, language: Language) -> Text:
    """Which text is read at an address of that kind."""
    return PUSH if kind == "push" else (audience, sector, MEDIUM_OF[kind], language)


@dataclass(frozen=True, slots=True)
class Reading:
    """How somebody is told. `language` is the text's, `wished` that of whoever reads it: where there is no
    English, they read Chinese."""

    kind: AddressKind
    audience: Audience
    sector: Sector | None
    language: Language = "zh-CN"
    wished: Language = "zh-CN"

    @property
    def text(self) -> Text:
        """The audience, sector, medium and language whose notice is read."""
        return text_at(self.kind, self.audience, self.sector, self.language)


@dataclass(frozen=True, slots=True)
class Target:
    """One organisation to be told at one address."""

    organisation_id: int
    address_id: int
    reading: Reading

    @property
    def kind(self) -> AddressKind:
        """Of the address."""
        return self.reading.kind

    @property
    def text(self) -> Text:
        """The audience, sector, medium and language whose notice it reads."""
        return self.reading.text


class Targets(Sequence[Target]):
    """Targets in the order in which they were added. `readings` are those that occur; `of` has for each
    target the place of its own among them."""

    def __init__(self) -> None:
        self.readings: list[Reading] = []
        self.organisations = array("q")
        self.addresses = array("q")
        self.of = array("H")
        self._places: dict[Reading, int] = {}

    def add(self, organisation_id: int, address_id: int, reading: Reading) -> None:
        """Put another at the end."""
        place = self._places.get(reading)
        if place is None:
            place = self._places[reading] = len(self.readings)
            self.readings.append(reading)
        self.organisations.append(organisation_id)
        self.addresses.append(address_id)
        self.of.append(place)

    def rows(self) -> Iterable[tuple[int, int, int]]:
        """Organisation, address and place of the reading, one after the other."""
        return zip(self.organisations, self.addresses, self.of, strict=True)

    def counts(self) -> dict[Reading, int]:
        """How many are told in which way."""
        return {self.readings[place]: number for place, number in sorted(Counter(self.of).items())}

    def __len__(self) -> int:
        return len(self.of)

    def __iter__(self) -> Iterator[Target]:
        for organisation_id, address_id, place in self.rows():
            yield Target(organisation_id, address_id, self.readings[place])

    @overload
    def __getitem__(self, place: int) -> Target: ...
    @overload
    def __getitem__(self, place: slice) -> list[Target]: ...
    def __getitem__(self, place: int | slice) -> Target | list[Target]:
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(len(self)))]
        return Target(self.organisations[place], self.addresses[place], self.readings[self.of[place]])
