"""Who is meant by a selection, in one plain phrase for people: `金水区、二七区的学校、医疗机构`."""

from collections.abc import Mapping

from gateway.directory.selection import Selection
from gateway.ledger.database import Ledger
from gateway.ledger.directory import kinds
from gateway.plans.model import Plan
from gateway.web.console.areas import area_words
from gateway.web.live.live_words import AUDIENCES, GRADES, SECTORS, Language, Speech

_NAMED = 10  # organisations of a phrase; the others are counted


async def names_of(ledger: Ledger, selection: Selection) -> Mapping[str, str]:
    """The names of the organisations that a selection names, by code."""
    return await ledger.read(kinds.names, selection.organisations) if selection.organisations else {}


def in_words(language: Language, plan: Plan, selection: Selection, called: Mapping[str, str]) -> str:
    """The phrase; for no limit "all that the area concerns". `called`: the names of organisations by
    code."""
    say = Speech(language)
    zh = language == "zh"
    areas = area_words(language, plan, selection.areas or ())
    groups = say.listed(f"“{name}”" for name in selection.groups or ())
    grades = say.listed(say.among(GRADES, each) for each in selection.grades or ())
    readers = [say.among(AUDIENCES, each) for each in selection.audiences or ()]
    if selection.sectors is not None:  # only enterprises have one
        sectors = say.listed(say.among(SECTORS, each) for each in selection.sectors)
        held = selection.audiences in (None, ("enterprises",))
        readers = [sectors] if held else [f"{say.listed(readers)}（{sectors}）" if zh else f"{sectors} only"]
    if selection.organisations is not None:
        found = [called.get(code, code) for code in selection.organisations]
        more = len(found) - _NAMED
        single = say.listed(found[:_NAMED])
        if more > 0:
            single += f"等 {len(found)} 个单位" if zh else f" and {more} more"
        others = selection.model_copy(update={"organisations": None})
        if not others.limits:
            return single
        among = in_words(language, plan, others, called)
        return f"{among}中的{single}" if zh else f"{single} among {among}"
    if not selection.limits:
        return "区域内全部单位" if zh else "all that the area concerns"
    if zh:
        of_groups = f"{groups}分组中的" if groups else ""
        return f"{areas}{'的' if areas else ''}{of_groups}{grades}{say.listed(readers) or '单位'}"
    parts = [say.listed(readers) or "organisations"]
    parts += [f"of grade {grades}"] if grades else []
    parts += [f"in the group {groups}"] if groups else []
    parts += [f"in {areas}"] if areas else []
    return " ".join(parts)
