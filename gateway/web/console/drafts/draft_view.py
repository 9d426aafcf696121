"""What the form of a draft says beside its fields: what is asked, what is missing, what does not fit."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from gateway.broadcasts.preparing.draft_check import Look
from gateway.decisions.formalities import stated_in
from gateway.errors import InputError
from gateway.plans.model import Plan
from gateway.vocabulary import WARNING_ACTIONS, Action
from gateway.web.console.drafts.draft_form import DAY_PARTS, PLACES, stands
from gateway.web.console.drafts.draft_words import TEXTS
from gateway.web.live.live_words import Language

Kind = Literal["missing", "wrong", "refuse", "reason", "note"]  # missing: nothing is stated yet

FIELDS = (
    "level",
    "area",
    "decided_at",
    "starts_at",
    "expected_end_at",
    "forecast.days",
    "forecast.aqi_range",
    "forecast.aqi_mean",
    "forecast.primary_pollutant",
    "forecast.cause",
    "observed",
    "basis.kind",
    "basis.by",
    "basis.level",
    "basis.document",
    "scope",
    "weather",
    "issuer",
    "document_number",
    "special_reason",
    "corrects",
    "selection",
)
# what a field is called in the summary of what is missing or wrong, and where whoever follows it there types
_NAMES: dict[str, tuple[str, str]] = {
    "level": ("level", "level"),
    "area": ("area", "areas"),
    "decided_at": ("decided_at", "decided_at"),
    "starts_at": ("starts_at", "starts_at"),
    "expected_end_at": ("expected_end_at", "expected_end_at"),
    "forecast.days": ("days", "days"),
    "forecast.aqi_range": ("aqi_range", "range_low"),
    "forecast.aqi_mean": ("aqi_mean", "aqi_mean"),
    "forecast.primary_pollutant": ("primary_pollutant", "primary_pollutant"),
    "forecast.cause": ("cause", "cause"),
    "observed": ("part_observed", "observed_daily"),
    "basis.kind": ("basis_kind", "basis_kind"),
    "basis.by": ("basis_by", "basis_by"),
    "basis.level": ("basis_level", "basis_level"),
    "basis.document": ("basis_document", "basis_document"),
    "scope": ("part_more", "counties_meeting"),
    "weather": ("part_more", "humidity_percent"),
    "issuer": ("issuer", "issuer"),
    "document_number": ("document_number", "document_number"),
    "special_reason": ("special_reason", "special_reason"),
    "corrects": ("part_wrong", "wrong"),
    "selection": ("part_meant", "meant-part"),
}
_OF_CODE = {  # the field that a finding of a code is about
    "LEVEL_NOT_MET": "level",
    "BELOW_FLOOR": "level",
    "RED_STAYS": "level",
    "ACTION_MISMATCH": "level",
    "LEVEL_DIFFERS_FROM_ORDER": "basis.level",
    "UPSTREAM_ORDER_MISSING": "basis.level",
    "PROMPT_JUDGED": "basis.kind",
    "MERGE_EPISODES": "forecast.days",
    "SCOPE_NOT_MET": "scope",
    "AREA_UNKNOWN": "area",
    "AREA_OUTSIDE_JURISDICTION": "area",
    "OUT_OF_SCOPE": "forecast.cause",
    "DOCUMENT_NUMBER_MISSING": "document_number",
    "LEAD_TIME_SHORT": "starts_at",
    "STALE": "starts_at",
    "LIFT_CONDITION_NOT_MET": "observed",
}
_ABSENT = ("FIELD_MISSING", "AREA_EMPTY")
_GRAVEST: tuple[Kind, ...] = ("refuse", "wrong", "reason", "missing")
_ROW = re.compile(r"forecast\.days\.(\d+)(?:\.(\w+))?$")
_LABELS = {".".join(path): TEXTS[name] for name, path in PLACES.items() if name in TEXTS}
_LAW = "《中华人民共和国突发事件应对法》第六十四条"


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to be said beside a field, or above them all."""

    kind: Kind
    message: str
    message_en: str
    clause: str | None = None

    def words(self, language: Language) -> str:
        """In one language."""
        return self.message if language == "zh" else self.message_en


NOBODY = Remark(
    "refuse",
    "没有任何单位符合：请放宽，或改为区域内全部单位",
    "no organisation fits: widen it, or choose all that the area concerns",
)
NONE_LISTED = Remark("refuse", TEXTS["meant_nobody"].zh, TEXTS["meant_nobody"].en)
NO_EXERCISE = Remark("refuse", TEXTS["meant_nobody_exercise"].zh, TEXTS["meant_nobody_exercise"].en)


@dataclass(frozen=True, slots=True)
class Mention:
    """A field of which something has to be done, in the summary above the form. `place`: the id of where
    it is typed; `kind`: the gravest of what is said of it."""

    name: str
    place: str
    kind: Kind


def summary(found: Mapping[str, Iterable[Remark]], language: Language) -> list[Mention]:
    """The fields that keep a draft from being submitted, in the order of the form."""
    mentions = []
    for field in FIELDS:
        kinds = {each.kind for each in found.get(field, ())} - {"note"}
        if kinds:
            kind = next(each for each in _GRAVEST if each in kinds)
            mentions.append(Mention(name_of(field, language), _NAMES[field][1], kind))
    return mentions


def name_of(field: str, language: Language) -> str:
    """What the form calls a field; "" for what concerns none, or all of them."""
    if field not in _NAMES:
        return ""
    words = TEXTS[_NAMES[field][0]]
    return words.zh if language == "zh" else words.en


def remarks(look: Look, document: Mapping[str, Any], asked: Mapping[str, str]) -> dict[str, list[Remark]]:
    """What is to be said, by field; under "" what concerns none of them, or all. `asked`: the fields that
    have to be filled in (`required`), which are told at once where the document is no decision yet."""
    found: dict[str, list[Remark]] = {}
    if look.check is None:
        for field, clause in asked.items():
            if not _states(document, field):
                found[field] = [Remark("missing", "请填写", "to be filled in", clause or None)]
    for problem in look.problems:
        field = field_of(problem)
        if problem.code not in _ABSENT or field not in found:
            found.setdefault(field, []).append(_of_problem(problem))
    for finding in look.check.findings if look.check is not None else ():
        field = _known(finding.field or _OF_CODE.get(finding.code, ""))
        missing = finding.code in ("ELEMENT_MISSING", "DOCUMENT_NUMBER_MISSING")
        remark = Remark(
            "missing" if missing else finding.severity, finding.message, finding.message_en, finding.clause
        )
        found.setdefault(field, []).append(remark)
    return found


def field_of(error: InputError) -> str:
    """The field of the form that an error is about; "" for none of them."""
    return _known(error.field or "")


def required(plan: Plan, action: Action) -> dict[str, str]:
    """The fields that have to be filled in, with who asks for it: the plan's clause, the law, or "" for
    what no decision can be without."""
    found = {"decided_at": "", "starts_at": "", "area": "", "document_number": "", "issuer": _LAW}
    if action in ("hint", *WARNING_ACTIONS):
        found["level"] = ""
    if action in ("correct", "retract"):
        found["corrects"] = ""
    for element in plan.elements:
        field = stated_in(element.element)
        if action in element.actions and field in FIELDS:
            found[field] = str(element.clause)
    if plan.contiguous_scope is not None and action in ("issue", "raise"):
        found["scope"] = str(plan.contiguous_scope.clause)
    if plan.lower_or_lift is not None and action in ("lower", "lift"):
        found["observed"] = str(plan.lower_or_lift.clause)
    return found


def _of_problem(problem: InputError) -> Remark:
    """A fault of the document in the form's words: its paths are names of fields, or rows of the table."""
    message, english = problem.message, problem.message_en
    path = problem.field or ""
    row = _ROW.match(path)
    if row:
        part = TEXTS[row[2]] if row[2] in DAY_PARTS else None
        shown = f"第{int(row[1]) + 1}行{part.zh if part else ''}"
        shown_en = f"row {int(row[1]) + 1}{', ' + part.en if part else ''}"
    else:
        words = _LABELS.get(path)
        shown, shown_en = (words.zh, words.en) if words else ("", "")
    if shown:
        for written in (path, path.rpartition(".")[2]):
            message = message.replace(f"“{written}”", f"“{shown}”")
            english = english.replace(f"{written}:", f"{shown_en}:")
    kind: Kind = "missing" if problem.code in _ABSENT else "wrong"
    return Remark(kind, message, english)


def _states(document: Mapping[str, Any], field: str) -> bool:
    """Whether anything stands in a field of the form."""
    paths = {
        "expected_end_at": ("expected_end_at", "open_ended"),
        "forecast.days": (field, "observed.daily_aqi"),
    }
    return any(stands(document, path.split(".")) for path in paths.get(field, (field,)))


def counts(found: Mapping[str, Iterable[Remark]]) -> dict[Kind, int]:
    """How many remarks there are of each kind."""
    number: dict[Kind, int] = {}
    for remark in (each for some in found.values() for each in some):
        number[remark.kind] = number.get(remark.kind, 0) + 1
    return number


def _known(field: str) -> str:
    """The field of the form for a dotted path: `forecast.days.0.low` is told at `forecast.days`."""
    while field and field not in FIELDS:
        field = field.rpartition(".")[0]
    return field
