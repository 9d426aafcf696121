"""The areas of a plan as people read them."""

from collections.abc import Iterable

from gateway.plans.model import Plan
from gateway.web.live.live_words import Language, Speech


def area_words(language: Language, plan: Plan, codes: Iterable[str]) -> str:
    """The names of areas by their codes; a code that the plan does not know stays itself."""
    names = {each.code: (language == "en" and each.name_en) or each.name for each in plan.areas}
    return Speech(language).listed(names.get(code, code) for code in codes)
