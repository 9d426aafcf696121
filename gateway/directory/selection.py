"""Who is meant: a choice among the organisations that a decision concerns, stated beside it. Pure."""

import json
from collections.abc import Container, Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gateway.directory.areas import home
from gateway.directory.model import GRADE_WORDS, Grade, Recipient
from gateway.documents import Document, read_model
from gateway.errors import InputError
from gateway.plans.model import Plan
from gateway.vocabulary import AUDIENCE_WORDS, SECTOR_WORDS, Audience, Sector

Name = Annotated[str, StringConstraints(min_length=1, max_length=50)]
FIELDS = {
    "audience": "audiences",
    "sector": "sectors",
    "area": "areas",
    "grade": "grades",
    "group": "groups",
    "organisation": "organisations",
}
_WORDS: dict[str, dict[str, str]] = {
    "audiences": {word: code for code, word in AUDIENCE_WORDS.items()},
    "sectors": {word: code for code, word in SECTOR_WORDS.items()},
    "grades": {word: code for code, word in GRADE_WORDS.items()},
}
_TITLES = {
    "audiences": "受众",
    "sectors": "行业",
    "areas": "区域",
    "grades": "绩效等级",
    "groups": "分组",
    "organisations": "单位",
}
_NAMES = {title: name for name, title in _TITLES.items()}


class Selection(BaseModel):
    """An organisation is meant when it fits every part; a part that is None does not limit.

    `areas` are codes of the plan, or of streets and towns under them; organisations of the whole city
    are meant only by the city's own code. `sectors` and `grades` mean only organisations that have one.
    `organisations` are codes of the directory.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    audiences: tuple[Audience, ...] | None = None
    sectors: tuple[Sector, ...] | None = None
    areas: tuple[Name, ...] | None = None
    grades: tuple[Grade, ...] | None = None
    groups: Annotated[tuple[Name, ...], Field(max_length=200)] | None = None
    organisations: Annotated[tuple[Name, ...], Field(max_length=100)] | None = None

    @property
    def limits(self) -> bool:
        """Whether it leaves anybody out."""
        return any(value is not None for value in self.parts().values())

    def parts(self) -> dict[str, tuple[str, ...] | None]:
        """Every part by its name."""
        return {name: getattr(self, name) for name in FIELDS.values()}

    def means(self, recipient: Recipient, plan: Plan) -> bool:
        """Whether the organisation fits every part."""
        return (
            (self.audiences is None or recipient.audience in self.audiences)
            and (self.sectors is None or recipient.sector in self.sectors)
            and (self.grades is None or recipient.grade in self.grades)
            and (self.groups is None or not set(self.groups).isdisjoint(recipient.groups))
            and (self.organisations is None or recipient.code in self.organisations)
            and (self.areas is None or any(_within(recipient.area, code, plan) for code in self.areas))
        )

    def covers(self, other: "Selection", plan: Plan) -> bool:
        """Whether everybody whom `other` means is certainly meant by this one, whatever the directory."""
        for name, own in self.parts().items():
            others = other.parts()[name]
            if own is None:
                continue
            if others is None:
                return False
            if name == "areas":
                if not all(any(_within(code, held, plan) for held in own) for code in others):
                    return False
            elif not set(others) <= set(own):
                return False
        return True

    def words(self) -> str:
        """In Chinese, for people: `受众：学校、医疗机构；绩效等级：C级`; empty for no limit."""
        shown = {name: {code: word for word, code in words.items()} for name, words in _WORDS.items()}
        return "；".join(
            f"{_TITLES[name]}：{'、'.join(shown.get(name, {}).get(each, each) for each in values)}"
            for name, values in self.parts().items()
            if values is not None
        )

    def as_json(self) -> dict[str, list[str] | None]:
        """Its parts as lists, in the order and the words in which they are hashed and stored."""
        return {name: None if value is None else list(value) for name, value in self.parts().items()}


EVERYONE = Selection()


def read(text: str) -> Selection:
    """A selection from JSON. Raises `InputError` (SELECTION_MALFORMED, SELECTION_EMPTY or what a
    document's fields raise)."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        data = None
    if not isinstance(data, dict):
        raise InputError(
            "SELECTION_MALFORMED",
            'selection 须为 JSON 对象，如 {"audiences": ["schools"]}',
            'the selection is a JSON object such as {"audiences": ["schools"]}',
            field="selection",
        )
    return build(data)


def of_words(words: Iterable[str]) -> Selection:
    """A selection from `audience=schools` and the like, codes or their Chinese words; one part may be
    given several times. Raises `InputError` (SELECTION_MALFORMED, …)."""
    data: dict[str, list[str]] = {}
    for word in words:
        key, equals, value = word.partition("=")
        name = FIELDS.get(key.strip()) or _NAMES.get(key.strip())
        if name is None or not equals:
            raise InputError(
                "SELECTION_MALFORMED",
                f"“{word}”应写为 {'、'.join(FIELDS)} 之一 = 值，如 audience=schools",
                f"{word!r} is not one of {', '.join(FIELDS)} = a value, such as audience=schools",
                field="only",
            )
        data.setdefault(name, []).extend(
            _WORDS.get(name, {}).get(part.strip(), part.strip()) for part in value.split(",")
        )
    return build(data)


def build(data: dict[str, Any]) -> Selection:
    """A selection from plain data, each part sorted and each value once. Raises `InputError`."""
    for name, values in data.items():
        if isinstance(values, list) and (not values or "" in values):
            title = _TITLES.get(name, name)
            raise InputError(
                "SELECTION_EMPTY",
                f"“{title}”是空的，不能确定发给谁；不限定时请不写",
                f"{name} is empty: nobody can be chosen; leave it out where it does not limit",
                field=f"selection.{name}",
            )
    read_model(Document(data, {}, None), Selection)
    return Selection.model_validate(
        {name: sorted(set(values)) if values is not None else None for name, values in data.items()}
    )


def refuse_unknown_areas(selection: Selection, plan: Plan) -> None:
    """Every area must be the plan's or under one of its: a slip must not leave a part of those out unseen.

    Raises `InputError` (AREA_UNKNOWN).
    """
    known = plan_codes(plan)
    for code in selection.areas or ():
        if home(code, known) is None:
            raise InputError(
                "AREA_UNKNOWN",
                f"预案“{plan.id}”没有区域代码“{code}”",
                f"plan {plan.id} has no area code {code!r}",
                field="selection.areas",
            )


def refuse_unknown_groups(selection: Selection, named: Container[str], earlier: Selection = EVERYONE) -> None:
    """Every group must be among those `named` by organisations; what the `earlier` selection of a warning
    named may have gone since. Raises `InputError` (GROUP_UNKNOWN)."""
    for name in selection.groups or ():
        if name not in named and name not in (earlier.groups or ()):
            raise InputError(
                "GROUP_UNKNOWN",
                f"通讯录中（正式或演练的这一类）没有分组“{name}”",
                f"no organisation of this kind (real or exercise) is in the group {name!r}",
                field="selection.groups",
            )


def refuse_unfit_organisations(
    selection: Selection,
    listed: Container[str],
    concerned: Container[str],
    earlier: Selection = EVERYONE,
) -> None:
    """Every organisation that is named must be `listed` (active, and of the decision's kind) and `concerned`
    by its area; what the `earlier` selection of a warning named may have gone since.

    Raises `InputError` (SELECTED_NOT_LISTED, SELECTED_OUTSIDE), naming them.
    """
    named = [code for code in selection.organisations or () if code not in (earlier.organisations or ())]
    gone = [code for code in named if code not in listed]
    if gone:
        raise InputError(
            "SELECTED_NOT_LISTED",
            f"通讯录中（正式或演练的这一类）没有在用的单位：{'、'.join(gone)}",
            f"no active organisation of this kind (real or exercise) has the code {', '.join(gone)}",
            field="selection.organisations",
        )
    outside = [code for code in named if code not in concerned]
    if outside:
        raise InputError(
            "SELECTED_OUTSIDE",
            f"这些单位不在决定的区域内，不会收到：{'、'.join(outside)}",
            f"outside the decision's area, and not told: {', '.join(outside)}",
            field="selection.organisations",
        )


def plan_codes(plan: Plan) -> set[str]:
    """Every area code of a plan, its whole area's among them."""
    return {plan.area, *(area.code for area in plan.areas)}


def _within(area: str, code: str, plan: Plan) -> bool:
    """Whether an area lies in that of `code`; the plan's own code is all that the plan has."""
    known = plan_codes(plan)
    if code == plan.area:
        return home(area, known) is not None
    return home(area, {code}) is not None
