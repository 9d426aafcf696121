"""The sample city's people find what there is to see, and run an exercise."""

import re
from pathlib import Path

from gateway.demo.office import sample_city
from gateway.demo.past import past
from gateway.demo.people import visitors
from gateway.ledger.delivery import lanes
from tests.people import quick
from tests.web.console.browsing import Browsing
from tests.web.console.office import fill


async def test_visitors_find_a_past_warning_and_run_an_exercise_in_the_sample_city(tmp_path: Path) -> None:
    await past(tmp_path)
    async with sample_city(tmp_path) as process:
        drafter, leader, deputy, _keeper, _other = people = await visitors(process, quick())
        assert drafter.password != leader.password
        assert sum("administrator" in each.roles for each in people) == 2
        found = await process.ledger.read(lanes.all_lanes)
        assert {each.channel for each in found if each.exercise} == {"sms", "wecom", "email", "push"}
        async with Browsing(process) as browser:
            home = await browser.sign_in(drafter.name, drafter.password)
            assert "做一次演练" in home.text
            new = "/console/exercises/new"
            draft = await browser.send(new, new, ("action", "issue"), plan="zhengzhou")
            assert "核对通过" in draft.text
            assert "区域内全部单位：4 个单位" in draft.text
            seen = await browser.send(f"{draft.path}/preview", f"{draft.path}/submit")
            assert re.search(r'id="recipients">[1-9]', seen.html)
            assert "李建平（主任" in seen.text  # whose turn it is
            assert "没有核实过号码" not in seen.text  # and can be told
            draft = await browser.send(f"{new}?plan=kashgar", new, ("action", "issue"), plan="kashgar")
            seen = await browser.send(f"{draft.path}/preview", f"{draft.path}/submit")
            (decision,) = re.findall(r"/console/decisions/[0-9a-f-]{36}$", seen.path)
            calendar = await browser.get("/console/season")
            assert (
                len(re.findall(r'class="[^"]*\borange\b', calendar.html)) >= 3
            )  # the days of the past warning
            for page, shown in (
                ("/console/episodes", "橙色预警"),
                ("/console/obligations", "新密市"),
            ):
                assert shown in (await browser.get(page)).text, page
        number = re.findall(r'id="recipients">(\d+)<', seen.html)[0]
        for approver, says in ((leader, "陈立新"), (deputy, "批准齐备")):  # one after the other
            async with Browsing(process) as browser:
                await browser.sign_in(approver.name, approver.password)
                page = f"{decision}/approve"
                assert "以“指挥部" in (await browser.get(page)).text  # the title that the plan prints
                done = await fill(browser, page, page, word="演练橙色", number=number, comment="")
                assert says in done.text
