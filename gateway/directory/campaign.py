"""Whom a campaign asks whether an address is still right ("is this still your number?"). Pure.

A question is about an address of an organisation: its own, or one of its people's. Whoever has several
roles is asked once, for all of them together.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from gateway.directory.areas import home
from gateway.directory.model import AddressKind, Recipient
from gateway.directory.selection import EVERYONE, Selection, plan_codes, refuse_unfit_organisations
from gateway.errors import InputError
from gateway.moments import local, moment
from gateway.plans.model import Plan
from gateway.vocabulary import Audience, Language, Sector

ASKED_AGAIN_AFTER = timedelta(days=30)  # nobody is asked more often
ASKED_KINDS: tuple[AddressKind, ...] = ("sms", "email")  # a chat room has many readers, a fixed line none
_LISTS: tuple[Audience, ...] = ("public",)  # residents' groups and subscribers: nobody answers for them

LeftOutReason = Literal["opted_out", "denied", "asked_lately", "no_lane", "no_link", "name"]
LEFT_OUT_WORDS: dict[LeftOutReason, str] = {
    "opted_out": "已退订",
    "denied": "此前答复不是其号码",
    "asked_lately": "不久前问过",
    "no_lane": "没有发送通道",
    "no_link": "没有设置 public_url，邮件里没有可答复的链接",
    "name": "名称中有短信不能用的字",
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which addresses of whom: those not confirmed since a day (`since`), `never` confirmed, or `failed`
    (the last message did not arrive by a fault of the number); any of these that is stated counts, and
    without any all of them are meant."""

    selection: Selection = EVERYONE
    since: date | None = None
    never: bool = False
    failed: bool = False

    def as_json(self) -> dict[str, object]:
        """As it is stored and shown."""
        return {
            **self.selection.as_json(),
            "since": None if self.since is None else self.since.isoformat(),
            "never": self.never,
            "failed": self.failed,
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    """An address of an active organisation. `contact_id` None: its own; `verified_on`: when somebody last
    said that it is right. Its `value` is whose it is."""

    organisation_id: int
    code: str
    name: str
    audience: Audience
    sector: Sector | None
    area: str
    groups: tuple[str, ...]
    contact_id: int | None
    contact: str | None = field(repr=False)
    language: Language
    address_id: int
    kind: AddressKind
    value: str = field(repr=False)
    verified_on: date | None


@dataclass(frozen=True, slots=True)
class Question:
    """One message: an address, and everything that it is asked about, by organisation."""

    about: tuple[Candidate, ...]

    @property
    def first(self) -> Candidate:
        """Whose name stands in the words."""
        return self.about[0]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An address that is meant and not asked, and why."""

    candidate: Candidate
    reason: LeftOutReason


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of addresses, by id: `denied` in pairs with the organisation's; `asked`: on which day
    lately; `served`: kinds that some lane sends to; `answerable`: kinds in which an answer can come."""

    opted_out: Collection[int] = ()
    denied: Collection[tuple[int, int]] = ()
    failed: Collection[int] = ()
    asked: Mapping[int, date] = field(default_factory=dict)
    served: Collection[AddressKind] = ASKED_KINDS
    answerable: Collection[AddressKind] = ASKED_KINDS


@dataclass(frozen=True, slots=True)
class Chosen:
    """Whom a campaign asks, by address, and who is left out."""

    questions: tuple[Question, ...]
    left_out: tuple[LeftOut, ...]


def choose(candidates: Sequence[Candidate], wish: Wish, plans: Sequence[Plan], known: Known) -> Chosen:
    """Choose among the addresses of active organisations of one kind (real or exercise).

    Raises `InputError`: AREA_UNKNOWN for a code that no plan has, GROUP_UNKNOWN, SELECTION_EMPTY where no
    address is meant at all, ASKED_LATELY (with the day from which it may be asked again) and NOBODY_TO_ASK
    where everybody who is meant is left out.
    """
    _refuse_unknown(wish.selection, plans, candidates)
    meant = [each for each in candidates if _means(each, wish, plans, known)]
    if not meant:
        raise InputError(
            "SELECTION_EMPTY",
            f"没有符合条件的号码或邮箱：通讯录中这一类（正式或演练）共 {len(candidates)} 个",
            f"no address is meant: the directory has {len(candidates)} of this kind (real or exercise)",
            field="selection",
        )
    asked: dict[int, dict[int, Candidate]] = {}
    left_out: list[LeftOut] = []
    for each in meant:
        reason = _why_not(each, known)
        if reason is not None:
            left_out.append(LeftOut(each, reason))
            continue
        about = asked.setdefault(each.address_id, {})
        named = about.get(each.organisation_id)
        if named is None or named.contact_id is None:  # a person's before the organisation's own
            about[each.organisation_id] = each
    if not asked:
        raise _nobody(left_out, known)
    return Chosen(
        tuple(Question(tuple(about.values())) for _, about in sorted(asked.items())), tuple(left_out)
    )


def day_of(milliseconds: int) -> date:
    """The day in China of a ledger time."""
    return local(moment(milliseconds)).date()


def _means(each: Candidate, wish: Wish, plans: Sequence[Plan], known: Known) -> bool:
    if each.kind not in ASKED_KINDS or each.audience in _LISTS:
        return False
    recipient = Recipient(
        each.organisation_id,
        each.code,
        each.name,
        each.audience,
        each.sector,
        each.area,
        (),
        None,
        each.groups,
    )
    if wish.selection.limits and not any(wish.selection.means(recipient, plan) for plan in plans):
        return False
    verified = each.verified_on
    conditions = [
        wish.since is not None and (verified is None or verified < wish.since),
        wish.never and verified is None,
        wish.failed and each.address_id in known.failed,
    ]
    return any(conditions) or not (wish.since is not None or wish.never or wish.failed)


def _why_not(each: Candidate, known: Known) -> LeftOutReason | None:
    if (each.organisation_id, each.address_id) in known.denied:
        return "denied"
    if each.address_id in known.opted_out:
        return "opted_out"
    if each.address_id in known.asked:
        return "asked_lately"
    if each.kind not in known.served:
        return "no_lane"
    return None if each.kind in known.answerable else "no_link"


def _refuse_unknown(selection: Selection, plans: Sequence[Plan], candidates: Sequence[Candidate]) -> None:
    if selection.grades is not None:
        raise InputError(
            "FIELD_INVALID",
            "核实号码不按绩效等级选择",
            "numbers are not verified by grade",
            field="selection.grades",
        )
    codes = {code for plan in plans for code in plan_codes(plan)}
    for code in selection.areas or ():
        if home(code, codes) is None:
            raise InputError(
                "AREA_UNKNOWN",
                f"没有预案有区域代码“{code}”",
                f"no plan has the area code {code!r}",
                field="selection.areas",
            )
    codes_listed = {each.code for each in candidates}
    refuse_unfit_organisations(selection, codes_listed, codes_listed)
    named = {name for each in candidates for name in each.groups}
    for name in selection.groups or ():
        if name not in named:
            raise InputError(
                "GROUP_UNKNOWN",
                f"通讯录中（正式或演练的这一类）没有分组“{name}”",
                f"no organisation of this kind (real or exercise) is in the group {name!r}",
                field="selection.groups",
            )


def _nobody(left_out: Sequence[LeftOut], known: Known) -> InputError:
    lately = [known.asked[each.candidate.address_id] for each in left_out if each.reason == "asked_lately"]
    if lately:
        again = min(lately) + ASKED_AGAIN_AFTER
        return InputError(
            "ASKED_LATELY",
            f"这些号码 {max(lately)} 已经问过；{again} 起才能再问",
            f"these were asked on {max(lately)}; they may be asked again from {again}",
            field="selection",
        )
    reasons = sorted({LEFT_OUT_WORDS[each.reason] for each in left_out})
    return InputError(
        "NOBODY_TO_ASK",
        f"符合条件的 {len(left_out)} 个号码或邮箱都不能问：{'、'.join(reasons)}",
        f"none of the {len(left_out)} addresses that are meant can be asked:"
        f" {', '.join(sorted({each.reason for each in left_out}))}",
        field="selection",
    )
