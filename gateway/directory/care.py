"""What an office should mend in its directory before a season: a check of every organisation. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, get_args

from gateway.directory.masking import mask
from gateway.directory.model import Address, Contact, Organisation
from gateway.vocabulary import Audience

Problem = Literal[
    "few_contacts",
    "dead_address",
    "denied_address",
    "changed_contact",
    "never_verified",
    "verified_long_ago",
    "shared_address",
    "same_credit_code",
    "same_name",
    "no_own_plan",
    "grade_without_date",
    "roster_gap",
]
PROBLEMS: tuple[Problem, ...] = get_args(Problem)
PROBLEM_WORDS: dict[Problem, str] = {
    "few_contacts": "能联系上的联系人不足两名",
    "dead_address": "号码或地址连续发不到，或打过去不是本人",
    "denied_address": "对方答复不是其号码或邮箱，已停用",
    "changed_contact": "对方答复换了联系人",
    "never_verified": "号码或地址从未核实",
    "verified_long_ago": "号码或地址超过 90 天未核实",
    "shared_address": "与其他单位用同一号码或地址",
    "same_credit_code": "统一社会信用代码与其他单位相同",
    "same_name": "名称和区域与其他单位相同",
    "no_own_plan": "在清单内但“一厂一策”未备案",
    "grade_without_date": "有绩效等级但没有起始日期",
    "roster_gap": "值班表有空档，到时无人值班",
}
WHAT_TO_DO: dict[Problem, str] = {
    "few_contacts": "补充联系人，每个单位至少两名",
    "dead_address": "向单位问清新号码并更换；号码没错的，电话核实后记录",
    "denied_address": "向单位问清新号码并更换；确实是其号码的，电话核实后记录",
    "changed_contact": "电话核对后更换联系人，再记录核实结果",
    "never_verified": "发起核实，或电话核实后记录",
    "verified_long_ago": "发起核实，或电话核实后记录",
    "shared_address": "核对是否同一人负责；不是的更正号码",
    "same_credit_code": "核对是否重复登记；重复的停用一个",
    "same_name": "核对是否重复登记；重复的停用一个",
    "no_own_plan": "催办“一厂一策”备案，登记备案日期",
    "grade_without_date": "补登绩效等级的起始日期",
    "roster_gap": "补排值班表，再导入",
}
VERIFIED_FOR = timedelta(days=90)
ENOUGH_CONTACTS = 2
_LISTS: tuple[Audience, ...] = ("public",)  # residents' groups and subscribers: nobody answers for them


@dataclass(frozen=True, slots=True)
class Entry:
    """An organisation to be checked; `listed`: it stands in the inventory of industry."""

    id: int
    organisation: Organisation
    listed: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `contact` and `address` (masked) where it is about one; `detail` in Chinese."""

    organisation_id: int
    code: str
    name: str
    audience: Audience
    area: str
    problem: Problem
    contact: str | None = None
    address: str | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What was answered about an organisation's addresses: `denied` since when; `changed`: when somebody
    else was named as the contact."""

    denied: Mapping[Address, date] = field(default_factory=dict)
    changed: Mapping[Address, date] = field(default_factory=dict)


_NOTHING = Heard()


def check(
    entries: Sequence[Entry],
    dead: Mapping[Address, str],
    today: date,
    heard: Mapping[int, Heard] | None = None,
    gaps: Mapping[int, str] | None = None,
) -> Iterator[Finding]:
    """Everything to mend in active organisations of one kind, by organisation, one after the other.

    `dead`: addresses whose last messages failed by a fault of the number, with the last reason, or at
    which a call found somebody else; `heard`: what people answered, by the organisation's id;
    `gaps`: the next time in which nobody is on duty by the organisation's roster, in words, by its id.
    """
    shared = _shared(entries)
    credit = Counter(each.organisation.credit_code for each in entries)
    named = Counter((each.organisation.name, each.organisation.area) for each in entries)
    for each in entries:
        one = each.organisation
        said = (heard or {}).get(each.id, _NOTHING)
        problems = [
            *_people(one, dead.keys() | said.denied.keys() if said.denied else dead.keys()),
            *_addresses(one, dead, said, shared, today),
        ]
        if one.credit_code and credit[one.credit_code] > 1:
            problems.append(("same_credit_code", None, None, one.credit_code))
        if named[one.name, one.area] > 1:
            problems.append(("same_name", None, None, None))
        if each.listed and one.audience == "enterprises" and one.own_plan_filed_on is None:
            problems.append(("no_own_plan", None, None, None))
        if one.grade is not None and one.grade_valid_from is None:
            problems.append(("grade_without_date", None, None, None))
        if gaps and each.id in gaps:
            problems.append(("roster_gap", None, None, gaps[each.id]))
        for problem, contact, address, detail in problems:
            yield Finding(
                each.id, one.code, one.name, one.audience, one.area, problem, contact, address, detail
            )


_Problem = tuple[Problem, str | None, str | None, str | None]  # with contact, address, detail


def _people(one: Organisation, unusable: Set[Address]) -> Iterator[_Problem]:
    if one.audience in _LISTS:
        return
    reachable = 0
    for contact in one.contacts:
        for each in contact.addresses:
            if each.address not in unusable:
                reachable += 1
                break
    if not one.contacts and one.contact and any(each not in unusable for each in one.addresses):
        reachable = 1  # a list of one person and number a row
    if reachable < ENOUGH_CONTACTS:
        yield "few_contacts", None, None, f"{reachable} 名"


def _addresses(
    one: Organisation,
    dead: Mapping[Address, str],
    said: Heard,
    shared: Mapping[Address, Set[str]],
    today: date,
) -> Iterator[_Problem]:
    places: list[tuple[Contact | None, Address]] = [(None, each) for each in one.addresses]
    places += [(contact, each.address) for contact in one.contacts for each in contact.addresses]
    for contact, address in places:
        who = contact.name if contact else None
        if address in dead:
            yield "dead_address", who, _masked(address), dead[address]
        if said is not _NOTHING and address in said.denied:
            yield "denied_address", who, _masked(address), said.denied[address].isoformat()
        if said is not _NOTHING and address in said.changed:
            yield "changed_contact", who, _masked(address), said.changed[address].isoformat()
        if address in shared and address.kind not in ("wecom", "push"):
            others = sorted(shared[address] - {one.code})
            more = f" 等 {len(others)} 个单位" if len(others) > 3 else ""
            yield "shared_address", who, _masked(address), "、".join(others[:3]) + more
    for contact in one.contacts:
        for each in contact.addresses:
            verified = each.verified_on
            if verified is not None and today - verified <= VERIFIED_FOR:
                continue
            if said is not _NOTHING and each.address in said.denied:
                continue
            shown = _masked(each.address)
            if verified is None:
                yield "never_verified", contact.name, shown, None
            else:
                yield "verified_long_ago", contact.name, shown, verified.isoformat()


def _shared(entries: Sequence[Entry]) -> dict[Address, set[str]]:
    """The addresses of several organisations, with their codes."""
    first: dict[Address, str] = {}
    shared: dict[Address, set[str]] = {}
    for each in entries:
        code = each.organisation.code
        for address in _all(each.organisation):
            owner = first.setdefault(address, code)
            if owner != code:
                shared.setdefault(address, {owner}).add(code)
    return shared


def _all(one: Organisation) -> Iterator[Address]:
    yield from one.addresses
    for contact in one.contacts:
        for each in contact.addresses:
            yield each.address


def _masked(address: Address) -> str:
    return mask(address.kind, address.value)
