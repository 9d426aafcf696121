"""Chooses who is told a decision, and by which text and medium. Pure.

An organisation is reached when the decision's area holds its own, or lies in it: a decision for the
whole plan area reaches everyone in it; a decision for a county reaches the organisations of that county
and of its streets and towns, and those of the whole city (departments, media, operators, city-wide
lists), whom it concerns too. Nobody is ever reached because a list was empty.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from gateway.directory.areas import home
from gateway.directory.model import AddressKind, Recipient, StoredAddress
from gateway.directory.selection import (
    EVERYONE,
    Selection,
    plan_codes,
    refuse_unfit_organisations,
    refuse_unknown_areas,
    refuse_unknown_groups,
)
from gateway.directory.targets import Reading, Targets, Text, text_at
from gateway.errors import InputError
from gateway.plans.model import Plan
from gateway.vocabulary import Audience, Language

SkipReason = Literal["no_address", "no_text", "opted_out", "shared_address"]


@dataclass(frozen=True, slots=True)
class Skipped:
    """An organisation that is meant and not told, or not at one of its addresses, and why.

    `no_address`: it has none; `no_text`: there is no notice for its audience or sector in a medium
    that one of its addresses takes; `opted_out`: an address has refused our messages; `shared_address`:
    the same text goes to its addresses for another organisation already.
    """

    organisation_id: int
    code: str
    name: str
    reason: SkipReason


@dataclass(frozen=True, slots=True)
class Targeted:
    """Who is told, in the order of organisations and their addresses; never empty but where words are owed.

    `outside` counts the organisations that the decision's area does not concern, `unselected` those of
    the area that the selection leaves out.
    """

    targets: Targets
    skipped: tuple[Skipped, ...]
    outside: int
    unselected: int = 0

    def counts(self) -> dict[tuple[Audience, AddressKind], int]:
        """Targets by audience and kind of address."""
        found: Counter[tuple[Audience, AddressKind]] = Counter()
        for reading, number in self.targets.counts().items():
            found[reading.audience, reading.kind] += number
        return dict(found)

    def languages(self) -> dict[Language, int]:
        """Targets by the language that they read."""
        found: Counter[Language] = Counter()
        for reading, number in self.targets.counts().items():
            found[reading.language] += number
        return dict(found)

    @property
    def untranslated(self) -> int:
        """How many targets read English, and are told in Chinese because there is no English for them."""
        return sum(
            number for reading, number in self.targets.counts().items() if reading.language != reading.wished
        )


def select(
    recipients: Iterable[Recipient],
    plan: Plan,
    areas: Sequence[str],
    texts: Collection[Text],
    selection: Selection = EVERYONE,
    opted_out: Collection[int] = (),
    apart: Collection[Text] = (),
    *,
    owed: bool = False,
    earlier: Selection = EVERYONE,
) -> Targeted:
    """Choose among `recipients`, as `Choosing` does."""
    choosing = Choosing(plan, areas, texts, selection, opted_out, apart, owed=owed, earlier=earlier)
    for each in recipients:
        choosing.add(each)
    return choosing.end()


class Choosing:
    """Chooses among recipients (active, of the decision's kind) who come one after the other, so that a
    province's need not be held at once, for a decision on `areas`.

    `texts` are the notices that exist; `selection` says who is meant, `opted_out` which addresses refuse
    our messages. Who has nothing but fixed lines is a target at one of them: a person calls there. An
    address is told a text once; those of `apart` (each organisation signs for them, or
    reads words of its own) once for each organisation that has it. `owed`: whoever was exposed is told
    besides, so that nobody in the directory is no error, nor a group that has gone.
    """

    def __init__(
        self,
        plan: Plan,
        areas: Sequence[str],
        texts: Collection[Text],
        selection: Selection = EVERYONE,
        opted_out: Collection[int] = (),
        apart: Collection[Text] = (),
        *,
        owed: bool = False,
        earlier: Selection = EVERYONE,
    ) -> None:
        """Raises `InputError`: AREA_EMPTY, AREA_UNKNOWN for a code that the plan does not have."""
        self._plan = plan
        self._reached = reached(plan, areas)
        if not owed:
            refuse_unknown_areas(selection, plan)
        self._known = plan_codes(plan)
        self._texts = texts
        self._selection = selection
        self._opted_out = opted_out
        self._apart = apart
        self._owed = owed
        self._earlier = earlier
        self._homes: dict[str, str | None] = {}
        self._targets = Targets()
        self._skipped: list[Skipped] = []
        self._told: dict[Text, _Numbers] = {}
        self._groups: set[str] = set()
        self._named = frozenset(selection.organisations or ())
        self._listed: set[str] = set()  # of those named
        self._named_here: set[str] = set()
        self._all = self._of_area = self._concerned = 0

    def add(self, recipient: Recipient) -> None:
        """The next of them."""
        self._all += 1
        self._groups.update(recipient.groups)
        if recipient.code in self._named:
            self._listed.add(recipient.code)
        if self._home(recipient.area) not in self._reached:
            return
        if recipient.code in self._named:
            self._named_here.add(recipient.code)
        self._of_area += 1
        if not self._selection.means(recipient, self._plan):
            return
        self._concerned += 1
        reason = self._choose(recipient)
        if reason is not None:
            self._skipped.append(Skipped(recipient.organisation_id, recipient.code, recipient.name, reason))

    def add_system(self, recipient: Recipient) -> None:
        """The systems of one whom the decision does not concern: they take its alert all the same."""
        systems = tuple(each for each in recipient.addresses if each.kind == "push")
        self._choose(replace(recipient, addresses=systems))

    def end(self) -> Targeted:
        """Who is told. Raises `InputError`: GROUP_UNKNOWN for a group that nobody is in nor `earlier` named,
        SELECTED_NOT_LISTED and SELECTED_OUTSIDE for organisations, SELECTION_EMPTY when nobody would be
        told."""
        if not self._owed:
            refuse_unknown_groups(self._selection, self._groups, self._earlier)
            refuse_unfit_organisations(self._selection, self._listed, self._named_here, self._earlier)
        if not self._targets and not self._owed:
            raise _nobody(self._all, self._of_area, self._concerned, self._skipped)
        return Targeted(
            self._targets,
            tuple(self._skipped),
            self._all - self._of_area,
            self._of_area - self._concerned,
        )

    def _home(self, area: str) -> str | None:
        if area not in self._homes:
            self._homes[area] = home(area, self._known)
        return self._homes[area]

    def _choose(self, recipient: Recipient) -> SkipReason | None:
        """Add where it is told; the reason why it is not, or not at one of its addresses."""
        refused = willing = chosen = False
        for address in recipient.addresses:
            reading = _reading(
                address.kind,
                recipient.audience,
                recipient.sector,
                self._language(recipient, address),
                address.language,
            )
            text = reading.text
            if text not in self._texts:
                continue
            if address.id in self._opted_out:
                refused = True
                continue
            willing = True
            if address.kind != "phone" and text not in self._apart:  # everybody is called for themselves
                told = self._told.setdefault(text, _Numbers())
                if address.id in told:
                    continue
                told.add(address.id)
            chosen = True
            self._targets.add(recipient.organisation_id, address.id, reading)
        if refused:
            return "opted_out"
        if chosen:
            return None
        return "shared_address" if willing else "no_text" if recipient.addresses else "no_address"

    def _language(self, recipient: Recipient, address: StoredAddress) -> Language:
        """The language of whoever reads at the address, where there is such a text."""
        if address.language == "zh-CN":
            return "zh-CN"
        text = text_at(address.kind, recipient.audience, recipient.sector, address.language)
        return address.language if text in self._texts else "zh-CN"


class _Numbers:
    """A set of positive numbers without large gaps: an eighth of a byte each."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, number: int) -> None:
        place = number >> 3
        if place >= len(self._bits):
            self._bits.extend(bytes(place + 1 - len(self._bits)))
        self._bits[place] |= 1 << (number & 7)

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] & 1 << (number & 7))


_reading = cache(Reading)  # few occur, many times


def reached(plan: Plan, areas: Sequence[str]) -> set[str]:
    """The area codes whose organisations a decision on `areas` concerns."""
    if not areas:
        raise InputError(
            "AREA_EMPTY",
            "没有写明区域，不能确定发给谁",
            "no area is named: nobody can be chosen",
            field="area",
        )
    known = plan_codes(plan)
    for code in areas:
        if code not in known:
            raise InputError(
                "AREA_UNKNOWN",
                f"预案“{plan.id}”没有区域代码“{code}”",
                f"plan {plan.id} has no area code {code!r}",
                field="area",
            )
    return known if plan.area in areas else {plan.area, *areas}


def _nobody(all_of_them: int, of_area: int, concerned: int, skipped: Sequence[Skipped]) -> InputError:
    counted = Counter(each.reason for each in skipped)
    return InputError(
        "SELECTION_EMPTY",
        f"没有任何人会收到：通讯录中这一类（正式或演练）单位 {all_of_them} 个，"
        f"其中在区域内的 {of_area} 个，符合限定的 {concerned} 个，没有地址的 {counted['no_address']} 个，"
        f"没有对应文本的 {counted['no_text']} 个，已退订的 {counted['opted_out']} 个",
        f"nobody would be told: {all_of_them} organisations of this kind (real or exercise),"
        f" {of_area} in the area, {concerned} of them selected, {counted['no_address']} without an address,"
        f" {counted['no_text']} without a text for them, {counted['opted_out']} opted out",
        field="selection" if of_area and not concerned else None,
    )
