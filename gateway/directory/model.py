"""Organisations and their addresses as plain values."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal, get_args

from gateway.vocabulary import Audience, Language, Sector

AddressKind = Literal["sms", "wecom", "wecom_user", "email", "phone", "push"]
ADDRESS_KINDS: tuple[AddressKind, ...] = get_args(AddressKind)
DIALLED: tuple[AddressKind, ...] = ("sms", "phone")  # what rings: a mobile number is called as well
EXTENSION = ";ext="  # between a fixed line and its extension (RFC 3966)

ContactRole = Literal[
    "responsible", "deputy", "night_duty", "supervisor", "grid_member", "liaison", "head", "duty"
]
CONTACT_ROLES: tuple[ContactRole, ...] = get_args(ContactRole)
CONTACT_ROLE_WORDS: dict[ContactRole, str] = {
    "responsible": "负责人",
    "deputy": "备用联系人",
    "night_duty": "夜间值班",
    "supervisor": "监督人",
    "grid_member": "网格员",
    "liaison": "联络员",
    "head": "法定代表人或项目负责人",  # who stands on a sign board
    "duty": "轮值人员",  # whom a roster names; comes after the others, but first while on duty
}
# 绩效等级 of 《重污染天气重点行业应急减排措施制定技术指南（2020年修订版）》; guaranteed is the plans' 保障类
Grade = Literal["A", "B", "C", "D", "leading", "non_leading", "guaranteed"]
GRADES: tuple[Grade, ...] = get_args(Grade)
GRADE_WORDS: dict[Grade, str] = {
    "A": "A级",
    "B": "B级",
    "C": "C级",
    "D": "D级",
    "leading": "引领性",
    "non_leading": "非引领性",
    "guaranteed": "保障类",
}

# What storing an organisation did; refused: its code is of the other kind, exercise or real.
Change = Literal["added", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes, or a person calls: a mobile number in E.164, the name of a WeCom group, the
    user id of a member of WeCom, an email address; a fixed line (`phone`) in E.164 with `EXTENSION`, which
    is only ever called; the name of a system that takes alerts (`push`).

    A WeCom group's key is a secret and lives in settings under that name, and so do a system's address and
    secrets.
    """

    kind: AddressKind
    value: str


@dataclass(frozen=True, slots=True)
class ContactAddress:
    """An address of a person. `verified_on`: when they last said that it is theirs. The quiet hours
    (`HH:MM`, China Standard Time) hold back only what is not urgent."""

    address: Address
    verified_on: date | None = None
    quiet_from: str | None = None
    quiet_until: str | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """A person of an organisation; an organisation's contacts stand in the order in which they are tried."""

    name: str
    role: ContactRole
    addresses: tuple[ContactAddress, ...]
    language: Language = "zh-CN"


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation of the directory; `code` is unique in it. Residents' groups and lists of
    subscribers are organisations of the audience `public`. `exercise` organisations are reached by
    exercises only, the others by real decisions only.

    `area` is a plan's area code or a longer one under it (a street, a town). `addresses` are the
    organisation's own; its people's are in `contacts`. `grade` counts from `grade_valid_from` on;
    `own_plan_filed_on` is when its 一厂一策 was filed (None: it was not).
    """

    code: str
    name: str
    audience: Audience
    sector: Sector | None
    area: str
    contact: str | None
    addresses: tuple[Address, ...]
    exercise: bool = False
    credit_code: str | None = None
    meter_number: str | None = None
    industry: str | None = None
    grade: Grade | None = None
    grade_valid_from: date | None = None
    location: str | None = None
    own_plan_filed_on: date | None = None
    groups: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()


def without(one: Organisation, denied: Collection[Address]) -> Organisation:
    """The organisation without the addresses that were denied for it, its own and its people's."""
    if not denied:
        return one
    return replace(
        one,
        addresses=tuple(each for each in one.addresses if each not in denied),
        contacts=tuple(
            replace(
                contact,
                addresses=tuple(each for each in contact.addresses if each.address not in denied),
            )
            for contact in one.contacts
        ),
    )


@dataclass(frozen=True, slots=True)
class StoredAddress:
    """An address of the ledger, without its value: choosing recipients needs no personal data.
    `language`: that of whoever reads there."""

    id: int
    kind: AddressKind
    language: Language = "zh-CN"


@dataclass(frozen=True, slots=True)
class Recipient:
    """An organisation of the ledger that may be told something, with its addresses in a stable order.

    `grade` is the one that counts on the day that was asked about. `english`: one of its people reads
    English, told at once or by an escalation.
    """

    organisation_id: int
    code: str
    name: str
    audience: Audience
    sector: Sector | None
    area: str
    addresses: tuple[StoredAddress, ...]
    grade: Grade | None = None
    groups: tuple[str, ...] = ()
    english: bool = False
