"""Who a draft is for: chosen, counted and said in plain words, kept with it, and shown to its approvers."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.beside_ledger import submit_aside
from gateway.broadcasts.launching.launch import launch
from gateway.directory.selection import build
from gateway.ledger.accounts.users import User
from gateway.ledger.decisions import decisions, drafts
from tests.city import City, city, decision
from tests.people import person
from tests.web.console.browsing import Browsing, Seen, browsing, inline
from tests.web.console.drafts.test_drafts import NEW, begun, beside, filled
from tests.web.console.drafts.test_preview import counted
from tests.web.console.office import DEPUTY, HEAD, KASHGAR, kashgar

pytestmark = pytest.mark.asyncio(loop_scope="module")

MORE = "\n".join(
    [
        "编码,名称,受众,行业,绩效等级,区域代码,联系人,手机,分组,演练",
        "M1,示例中学,学校,,,410104,某甲,19900000301,重点,否",
        "M2,示例砖厂,企业,工业企业,C级,410105,某乙,19900000302,重点,否",
        "M3,示例工地,企业,施工工地,,410105,某丙,19900000303,,否",
        "M4,演练工厂,企业,工业企业,,410105,某丁,19900000304,只在演练,是",
    ]
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    async with city(tmp_path_factory.mktemp("meant")) as running_city:
        await running_city.register(MORE)
        await running_city.register(KASHGAR)
        yield running_city


async def draft_of(made: City, path: str, user: User) -> drafts.Draft:
    found = await made.read(drafts.get, path.rpartition("/")[2], user.id)
    assert isinstance(found, drafts.Draft)
    return found


async def chosen(browser: Browsing, path: str, *boxes: tuple[str, str], meant: str = "some") -> Seen:
    """The form after these boxes were ticked and the rest was left as it stands."""
    return await browser.send(path, path, *typed(await browser.get(path)), ("meant", meant), *boxes)


def typed(seen: Seen) -> list[tuple[str, str]]:
    """What stands in the other fields of a draft's form."""
    form = seen.text[seen.text.index('id="draft-form"') :]
    form = form[: form.index("</form>")]
    found: list[tuple[str, str]] = []
    for tag in re.findall(r"<input[^>]*>", form):
        field = dict(re.findall(r'([a-z_]+)="([^"]*)"', tag))
        if field["name"] in ("form_token", "meant", "find") or field["name"].startswith("only_"):
            continue
        if field.get("type") not in ("checkbox", "radio") or " checked" in tag:
            found.append((field["name"], field["value"]))
    for name, options in re.findall(r'<select id="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        option = re.search(r'value="([^"]*)" selected', options)
        found.append((name, option[1] if option else ""))
    return found


async def test_some_of_those_concerned_are_chosen_counted_and_said(made: City) -> None:
    user = await person(made.process, "choosing", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser)
        assert "发给区域内全部单位：8 个单位。" in (await browser.get(path)).text
        seen = await chosen(
            browser, path, ("only_audience", "schools"), ("only_area", "410104"), ("only_area", "410105")
        )
        assert "管城回族区、金水区的学校：2 个单位。" in seen.text
        assert "另有 6 个单位不发" in seen.text
        assert re.search(r'<th scope="row">学校</th><td class="number">2<', seen.html)
        assert re.search(
            r'<th scope="row">企业</th><td class="number none">0</td><td class="number">3<', seen.html
        )
        assert inline(seen.html) == []
        draft = await draft_of(made, path, user)
        assert draft.selection == {"audiences": ["schools"], "areas": ["410104", "410105"]}
        plants = await chosen(browser, path, ("only_grade", "C"), ("only_group", "重点"))
        assert "“重点”分组中的C级单位：1 个单位" in plants.text
        assert "只在演练" not in plants.text  # a group of exercises
        english = await browser.get(f"{path}?lang=en")
        assert "organisations of grade C in the group “重点”" in english.text


async def test_single_organisations_are_looked_for_ticked_counted_and_said(made: City) -> None:
    user = await person(made.process, "naming", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser)
        found = await chosen(browser, path, ("only_organisation", "M2"), ("find", "示例"), ("go", "find"))
        offered = dict(re.findall(r'name="only_organisation" value="(\w+)"( checked)?', found.html))
        assert offered == {"M2": " checked", "M1": "", "M3": "", "E1": ""}  # of the plan's area, for real
        assert "找到 4 个" in found.text
        assert "没有找到“不存在”" in (await chosen(browser, path, ("find", "不存在"))).text
        seen = await chosen(browser, path, ("only_organisation", "M1"), ("only_organisation", "M2"))
        assert "发给示例中学、示例砖厂：2 个单位。" in seen.text
        assert (await draft_of(made, path, user)).selection == {"organisations": ["M1", "M2"]}
        wall = await browser.get(f"{path}/preview")
        assert "只发给：示例中学、示例砖厂" in wall.text
        for code, told in (("M4", "没有在用的单位：M4"), ("KS1", "不在决定的区域内，不会收到：KS1")):
            seen = await chosen(browser, path, ("only_organisation", "M1"), ("only_organisation", code))
            assert told in beside(seen, "selection")
            assert "核对通过" not in seen.text
    limited = await person(made.process, "naming-there", "drafter", areas=("410105",))
    async with await browsing(made.process, limited) as browser:
        path = await begun(browser)
        there = await chosen(browser, path, ("find", "示例"), ("go", "find"), ("area", "410105"))
        assert re.findall(r'name="only_organisation" value="(\w+)"', there.html) == ["M3", "M2"]


async def test_nobody_is_never_everybody(made: City) -> None:
    user = await person(made.process, "nobody", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser)
        assert "核对通过" in (await browser.get(path)).text
        for boxes, meant, told in (
            ((), "some", "没有勾选任何对象"),
            ((("only_audience", "schools"),), "all", "请只留一种"),
            ((("only_audience", "media"),), "some", "没有任何单位符合"),
            ((("only_area", "999999"),), "some", "没有区域代码“999999”"),
            ((("only_group", "没有的"),), "some", "没有分组“没有的”"),
            ((("only_audience", "everyone"),), "some", "应为"),
        ):
            seen = await chosen(browser, path, *boxes, meant=meant)
            assert told in beside(seen, "selection"), (boxes, meant, seen.text)
            assert "核对通过" not in seen.text
            wall = await browser.get(f"{path}/preview")
            assert f'action="{path}/submit"' not in wall.html, boxes
            token = await browser.form_token()
            await browser.post(f"{path}/submit", {"form_token": token})
            assert (await draft_of(made, path, user)).decision_id is None
        seen = await chosen(browser, path, meant="all")
        assert "核对通过" in seen.text
        assert (await draft_of(made, path, user)).selection is None


async def test_a_ticked_audience_of_whom_nobody_fits_is_said(made: City) -> None:
    user = await person(made.process, "silent", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser)
        boxes = [("only_audience", "schools"), ("only_audience", "enterprises"), ("only_sector", "industry")]
        seen = await chosen(browser, path, *boxes)
        assert "勾选的学校没有一个符合" in seen.text


async def test_who_was_chosen_is_frozen_and_shown_to_the_approvers(made: City) -> None:
    user = await person(made.process, "freezing", "drafter")
    leader = await person(made.process, "leader", "approver", titles=["主任"])
    async with await browsing(made.process, user) as browser:
        path = await filled(browser, document_number="郑环攻坚办〔2024〕31号")
        await chosen(browser, path, ("only_audience", "schools"), ("only_area", "410105"))
        wall = await browser.get(f"{path}/preview")
        assert "只发给：金水区的学校" in wall.text
        seen = await browser.send(f"{path}/preview", f"{path}/submit")
        identifier = seen.path.rpartition("/")[2]
        entry = await made.read(decisions.entry, identifier)
        assert json.loads(entry.selection)["audiences"] == ["schools"]
        copy = await browser.send(path, f"{path}/copy")
        assert (await draft_of(made, copy.path, user)).selection == (
            await draft_of(made, path, user)
        ).selection
    async with await browsing(made.process, leader) as browser:
        page = await browser.get(f"/console/decisions/{identifier}/approve")
        assert "只发给：金水区的学校。区域内其他单位不发。" in page.text
        assert re.search(r'id="recipients">2<', page.html)


async def test_a_change_begins_with_those_who_were_meant_and_cannot_leave_them_out(made: City) -> None:
    process = made.process
    stated = kashgar()
    stated["approvals"] = [
        {"role": role, "name": "某领导", "at": stated["decided_at"]} for role in (HEAD, DEPUTY)
    ]
    meant = build({"audiences": ["schools", "hospitals"]})
    frozen = await submit_aside(
        process.ledger, process.desk, decision(stated), process.clock(), LOCAL, selection=meant
    )
    recorded = frozen.recorded
    await made.write(launch, process.desk, recorded.id, recorded.manifest, process.clock(), LOCAL)
    user = await person(process, "changing", "duty_officer")
    async with await browsing(process, user) as browser:
        change: dict[str, Any] = {"plan": "kashgar", "previous": recorded.id}
        raised = await begun(browser, NEW, "raise", **change)
        assert (await draft_of(made, raised, user)).selection == {"audiences": ["hospitals", "schools"]}
        narrower = await chosen(browser, raised, ("only_audience", "schools"))
        assert "请填写" not in beside(narrower, "selection")
        fields = [("document_number", "喀污防〔2024〕2号"), ("special_reason", "省里会商要求")]
        given = [each for each in typed(narrower) if each[0] not in dict(fields)] + fields
        given = [(name, stated["starts_at"][:16] if name == "starts_at" else value) for name, value in given]
        narrower = await browser.send(raised, raised, *given, ("meant", "some"), ("only_audience", "schools"))
        assert "停留在旧的级别" in beside(narrower, "selection")
        wider = await browser.send(raised, raised, *given, ("meant", "all"))
        assert beside(wider, "selection") == ""
        lift = await begun(browser, NEW, "lift", **change)
        shown = await browser.get(lift)
        assert 'name="meant"' not in shown.html
        assert (await draft_of(made, lift, user)).selection is None
        form = [("area", "653100"), ("document_number", "喀污防〔2024〕3号"), ("issuer", stated["issuer"])]
        form += [("decided_at", stated["decided_at"][:16]), ("starts_at", stated["starts_at"][:16])]
        form += [("below_threshold", "yes"), ("improvement_hours", "48"), ("observed_daily", "90")]
        ended = await browser.send(lift, lift, *form)
        assert "原消息发给：医疗机构、学校" in ended.text
        wall = await browser.get(f"{lift}/preview")
        assert (wall.status, "只发给：医疗机构、学校" in wall.text) == (200, True), wall.text
        assert "个单位（按通讯录）" not in wall.text  # the directory does not say who was told
        numbers = await counted(browser, lift)
        assert "企业" not in re.findall(r'id="by-audience">(.*?)</table>', numbers.html, re.DOTALL)[0]


async def test_a_search_that_finds_many_is_gone_through_and_keeps_what_is_ticked(made: City) -> None:
    rows = [f"B{number:02},分校{number:02},学校,,,410105,,199000004{number:02},,否" for number in range(25)]
    await made.register("\n".join([MORE.splitlines()[0], *rows]))
    user = await person(made.process, "many", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser)
        first = await chosen(browser, path, ("find", "分校"), ("go", "find"))
        assert "找到 25 个，这里是第 1–20 个。" in first.text
        asked = [("find", "分校"), ("find_after", "20"), ("go", "find_more"), ("only_organisation", "B03")]
        rest = await chosen(browser, path, *asked)
        assert "找到 25 个，这里是第 21–25 个。" in rest.text
        offered = re.findall(r'name="only_organisation" value="(\w+)"', rest.html)
        assert offered == ["B03", "B20", "B21", "B22", "B23", "B24"]
        assert 'name="find_after"' not in rest.html
