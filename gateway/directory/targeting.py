"""Chooses who is told a decision, and by which text and medium. Pure.

An organisation is reached when the decision's area holds its own, or lies in it: a decision for the
whole plan area reaches everyone in it; a decision for a county reaches the organisations of that county
and of its streets and towns, and those of the whole city (departments, media, operators, city-wide
lists), whom it concerns too. Nobody is ever reached because a list was empty.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from gateway.directory.areas import home
from gateway.directory.model import AddressKind, Recipient, StoredAddress
from gateway.directory.selection import EVERYONE, Selection, plan_codes, refuse_unknown
from gateway.errors import InputError
from gateway.plans.model import Plan
from gateway.vocabulary import Audience, Language, Medium, Sector

MEDIUM_OF: dict[AddressKind, Medium] = {  # at a fixed line the spoken text is read out by a person
    "sms": "sms",
    "wecom": "webhook",
    "wecom_user": "sms",  # an application's texts are half as long as a group's
    "email": "email",
    "phone": "spoken",
}

SkipReason = Literal["no_address", "no_text", "opted_out", "shared_address"]
Text = tuple[Audience, Sector | None, Medium, Language]  # who reads it, in which medium and language


@dataclass(frozen=True, slots=True)
class Target:
    """One organisation to be told at one address; `text` says which text it reads there. `language` is
    the text's, `wished` that of whoever reads it: where there is no English, they read Chinese."""

    organisation_id: int
    address_id: int
    kind: AddressKind
    audience: Audience
    sector: Sector | None
    language: Language = "zh-CN"
    wished: Language = "zh-CN"

    @property
    def text(self) -> Text:
        """The audience, sector, medium and language whose notice it reads."""
        return self.audience, self.sector, MEDIUM_OF[self.kind], self.language


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

    targets: tuple[Target, ...]
    skipped: tuple[Skipped, ...]
    outside: int
    unselected: int = 0

    def counts(self) -> dict[tuple[Audience, AddressKind], int]:
        """Targets by audience and kind of address."""
        return dict(Counter((target.audience, target.kind) for target in self.targets))

    def languages(self) -> dict[Language, int]:
        """Targets by the language that they read."""
        return dict(Counter(target.language for target in self.targets))

    @property
    def untranslated(self) -> int:
        """How many targets read English, and are told in Chinese because there is no English for them."""
        return sum(target.language != target.wished for target in self.targets)


def select(
    recipients: Sequence[Recipient],
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
    """Choose among `recipients` (active, of the decision's kind) for a decision on `areas`.

    `texts` are the notices that exist; `selection` says who is meant, `opted_out` which addresses refuse
    our messages. Who has nothing but fixed lines is a target at one of them: a person calls there. An
    address is told a text once; those of `apart` (each organisation signs for them, or
    reads words of its own) once for each organisation that has it. `owed`: whoever was exposed is told
    besides, so that nobody in the directory is no error, nor a group that has gone.

    Raises `InputError`: AREA_EMPTY, AREA_UNKNOWN for a code that the plan does not have, GROUP_UNKNOWN
    for one that nobody is in nor `earlier` named, SELECTION_EMPTY when nobody would be told.
    """
    reached, known = _reached(plan, areas), plan_codes(plan)
    if not owed:
        refuse_unknown(selection, plan, recipients, earlier)
    of_area = [recipient for recipient in recipients if home(recipient.area, known) in reached]
    concerned = [recipient for recipient in of_area if selection.means(recipient, plan)]
    targets: list[Target] = []
    skipped: list[Skipped] = []
    told: set[tuple[int, Text]] = set()
    for recipient in concerned:
        possible = [
            Target(
                recipient.organisation_id,
                address.id,
                address.kind,
                recipient.audience,
                recipient.sector,
                _language(recipient, address, texts),
                address.language,
            )
            for address in recipient.addresses
        ]
        readable = [target for target in possible if target.text in texts]
        willing = [target for target in readable if target.address_id not in opted_out]
        chosen = [
            target
            for target in willing
            # everybody is called for themselves
            if target.kind == "phone" or target.text in apart or (target.address_id, target.text) not in told
        ]
        targets += chosen
        told.update((target.address_id, target.text) for target in chosen)
        reason: SkipReason | None = None
        if len(willing) < len(readable):
            reason = "opted_out"
        elif not chosen:
            reason = "shared_address" if willing else "no_text" if possible else "no_address"
        if reason is not None:
            skipped.append(Skipped(recipient.organisation_id, recipient.code, recipient.name, reason))
    if not targets and not owed:
        raise _nobody(len(recipients), len(of_area), len(concerned), skipped)
    return Targeted(
        tuple(targets), tuple(skipped), len(recipients) - len(of_area), len(of_area) - len(concerned)
    )


def _language(recipient: Recipient, address: StoredAddress, texts: Collection[Text]) -> Language:
    """The language of whoever reads at the address, where there is such a text."""
    text = (recipient.audience, recipient.sector, MEDIUM_OF[address.kind], address.language)
    return address.language if text in texts else "zh-CN"


def _reached(plan: Plan, areas: Sequence[str]) -> set[str]:
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
        f"没有任何人会收到：通讯录中这一类（正式或演练）机构 {all_of_them} 个，"
        f"其中在区域内的 {of_area} 个，符合限定的 {concerned} 个，没有地址的 {counted['no_address']} 个，"
        f"没有对应文本的 {counted['no_text']} 个，已退订的 {counted['opted_out']} 个",
        f"nobody would be told: {all_of_them} organisations of this kind (real or exercise),"
        f" {of_area} in the area, {concerned} of them selected, {counted['no_address']} without an address,"
        f" {counted['no_text']} without a text for them, {counted['opted_out']} opted out",
        field="selection" if of_area and not concerned else None,
    )
