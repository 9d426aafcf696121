"""Plans and the audit trail, as people of different roles and areas meet them."""

import re

import pytest

from gateway.ledger.trail import audit
from gateway.plans.catalogue import Catalogue
from gateway.web.console import table
from gateway.web.console.table import PAGE
from gateway.web.serving.running import Running
from tests.people import person
from tests.web.console.browsing import browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


async def test_every_measure_of_a_plan_stands_with_its_clause(process: Running) -> None:
    plan = Catalogue().load("zhengzhou").plan
    async with await browsing(process, await person(process, "reads", "viewer")) as browser:
        assert plan.title in (await browser.get("/console/plans")).text
        seen = 0
        for level in ("yellow", "orange", "red"):
            page = await browser.get(f"/console/plans/zhengzhou?level={level}&format=csv")
            seen += len(re.findall(r"（第\d+(?:—\d+)?行）", page.text))
        assert seen == len(plan.measures)
        red = await browser.get("/console/plans/zhengzhou?level=red&reader=schools")
        own = [each for each in plan.measures if each.level == "red" and "schools" in each.texts]
        assert own
        assert all(each.texts["schools"].text in red.text and each.clause.path in red.text for each in own)
        assert red.html.count("role=rowheader") == len(own)
        number = sum("schools" in each.texts for each in plan.measures)
        assert f'href="?reader=schools#measures">学校</a> <strong>{number}</strong>' in red.html.replace(
            ' aria-current="true"', ""
        )
        more = re.search(
            r'<a href="([^"]+)" rel="next">', (await browser.get("/console/plans/zhengzhou")).html
        )
        assert more is not None
        assert (await browser.get("/console/plans/zhengzhou?reader=nobody")).status == 422
        assert (await browser.get("/console/plans/nowhere")).status == 404


async def test_a_file_of_more_rows_than_a_file_holds_is_refused_and_says_what_to_do(
    process: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table, "MOST", len(Catalogue().load("zhengzhou").plan.measures) - 1)
    async with await browsing(process, await person(process, "takes", "viewer")) as browser:
        refused = await browser.get("/console/plans/zhengzhou?format=csv")
        assert (refused.status, "请先筛选再导出" in refused.text) == (422, True)
        assert (await browser.get("/console/plans/zhengzhou?level=red&format=csv")).status == 200


async def test_a_plan_of_another_place_is_not_shown(process: Running) -> None:
    user = await person(process, "elsewhere", "viewer", areas=("410105",))
    async with await browsing(process, user) as browser:
        page = await browser.get("/console/plans")
        assert "/console/plans/zhengzhou" in page.html
        assert "/console/plans/xigang" not in page.html
        assert (await browser.get("/console/plans/xigang")).status == 404


async def test_an_auditor_reads_and_verifies_the_trail(process: Running) -> None:
    now = process.clock()
    await process.ledger.write(audit.append, now, SCRIPT, "called", f"thing:{SCRIPT}", {"words": SCRIPT})
    for number in range(60):
        await process.ledger.write(audit.append, now, "(test)", "counted", "number:1", {"number": number})
    async with await browsing(process, await person(process, "auditor", "auditor")) as browser:
        newest = await browser.get("/console/audit")
        numbers = [int(each) for each in re.findall(r"<small>行号</small> (\d+)<", newest.html)]
        assert numbers == sorted(numbers, reverse=True)
        assert len(numbers) == PAGE
        assert "下一页" in newest.text
        narrowed = await browser.get("/console/audit?kind=called")
        assert SCRIPT in narrowed.text
        assert f"令牌 {SCRIPT} 登记电话：thing:{SCRIPT}" in narrowed.text
        assert "<script>" not in narrowed.html
        assert "role=rowheader" not in (await browser.get("/console/audit?actor=nobody")).html
        assert (await browser.get("/console/audit?after=7x")).status == 422
        found = await browser.send("/console/audit", "/console/audit/verify")
        assert "校验通过" in found.text
        head = await process.ledger.read(audit.head)
        assert f"{head.rows}:{head.sha256}" in found.text


@pytest.mark.parametrize("role", ["viewer", "duty_officer", "administrator", "directory_keeper"])
async def test_the_trail_is_for_auditors_alone(process: Running, role: str) -> None:
    user = await person(process, f"no.{role}", role)  # type: ignore[arg-type]
    async with await browsing(process, user) as browser:
        assert (await browser.get("/console/audit")).status == 403
        assert (await browser.get("/console/audit?format=csv")).status == 403
        form = {"form_token": await browser.form_token()}
        assert (await browser.post("/console/audit/verify", form)).status == 403


async def test_an_auditor_of_a_district_does_not_read_the_whole_city_s_trail(process: Running) -> None:
    user = await person(process, "district.auditor", "auditor", areas=("410105",))
    async with await browsing(process, user) as browser:
        assert (await browser.get("/console/audit")).status == 403
        form = {"form_token": await browser.form_token()}
        assert (await browser.post("/console/audit/verify", form)).status == 403
