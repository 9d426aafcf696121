"""Who is meant by a selection, in one plain phrase for people: `金水区、二七区的学校、医疗机构`."""

from gateway.directory.selection import Selection
from gateway.plans.model import Plan
from gateway.web.console.decisions.decision_words import SECTORS
from gateway.web.console.directory.directory_words import GRADES
from gateway.web.live.live_words import AUDIENCES, Language, Speech


def in_words(language: Language, plan: Plan, selection: Selection) -> str:
    """The phrase; for no limit "all that the area concerns"."""
    say = Speech(language)
    zh = language == "zh"
    mark = "、" if zh else ", "
    names = {each.code: (not zh and each.name_en) or each.name for each in plan.areas}
    areas = mark.join(names.get(code, code) for code in selection.areas or ())
    groups = mark.join(f"“{name}”" for name in selection.groups or ())
    grades = mark.join(say.among(GRADES, each) for each in selection.grades or ())
    readers = [say.among(AUDIENCES, each) for each in selection.audiences or ()]
    if selection.sectors is not None:  # only enterprises have one
        sectors = mark.join(say.among(SECTORS, each) for each in selection.sectors)
        held = selection.audiences in (None, ("enterprises",))
        readers = [sectors] if held else [f"{mark.join(readers)}（{sectors}）" if zh else f"{sectors} only"]
    if not selection.limits:
        return "区域内全部单位" if zh else "all that the area concerns"
    if zh:
        of_groups = f"{groups}分组中的" if groups else ""
        return f"{areas}{'的' if areas else ''}{of_groups}{grades}{mark.join(readers) or '单位'}"
    parts = [mark.join(readers) or "organisations"]
    parts += [f"of grade {grades}"] if grades else []
    parts += [f"in the group {groups}"] if groups else []
    parts += [f"in {areas}"] if areas else []
    return " ".join(parts)
