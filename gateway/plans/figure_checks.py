"""Checks of figures: what the texts of one measure say in numbers is the same for all its readers.

A measure's words beside its texts are its condition, hours and exceptions. Figures are digits, standards
(国四), counted things (六个月) and the colours of levels; the numbers of documents (第121号) and the names of
pollutants (PM2.5) are none.
"""

import re
from collections.abc import Iterator

from gateway.plans.faults import Fault
from gateway.plans.figures import printed
from gateway.plans.model import Measure, Plan

_NAMES = re.compile(r"第\d+号|〔\d+〕\d+号|PM(?:2\.5|10)|[SN]O2|O3")


def figures(plan: Plan) -> Iterator[Fault]:
    """A short text says no figure that the full one lacks; no reader has a figure alone."""
    for i, measure in enumerate(plan.measures):
        beside = _figures(_beside(measure))
        by_text = {wording.text: _figures(wording.text) for wording in measure.texts.values()}
        for reader, wording in measure.texts.items():
            path = ("measures", i, "texts", reader)
            own = by_text[wording.text]
            added = _figures(wording.short or "") - own - beside
            if added:
                yield Fault(
                    (*path, "short"),
                    "PLAN_SHORT_FIGURE",
                    f"短句的数字 {_list(added)} 在全文、条件、时段和例外中都没有",
                    f"the short text's figures {_list(added)} are in neither the full text, condition,"
                    " hours nor exceptions",
                )
            others = [found for text, found in by_text.items() if text != wording.text]
            alone = own - beside - set().union(*others) if others else set()
            if alone:
                yield Fault(
                    (*path, "text") if wording.short or wording.en else path,
                    "PLAN_FIGURE_ALONE",
                    f"“{measure.id}”只有这一读者的文字有数字 {_list(alone)}；请核对其他读者",
                    f"of all readers of {measure.id} only this one is told {_list(alone)}; check the others",
                    "warning",
                )


def _beside(measure: Measure) -> str:
    condition = measure.condition.text if measure.condition else ""
    return " ".join([condition, measure.hours or "", *measure.exemptions])


def _figures(text: str) -> set[str]:
    return printed(_NAMES.sub("", text))


def _list(figures: set[str]) -> str:
    return "、".join(sorted(figures))
