"""The sample city's people sign in, and an exercise of theirs has somebody to reach and lanes to leave by."""

import re
from pathlib import Path

from gateway.demo.people import visitors
from gateway.demo.story import sample_city
from gateway.ledger.delivery import lanes
from tests.people import quick
from tests.web.console.browsing import Browsing


async def test_visitors_run_an_exercise_in_the_sample_city(tmp_path: Path) -> None:
    async with sample_city(tmp_path) as process:
        drafter, leader, _keeper = await visitors(process, quick())
        assert drafter.password != leader.password
        found = await process.ledger.read(lanes.all_lanes)
        assert {each.channel for each in found if each.exercise} == {"sms", "wecom"}
        async with Browsing(process) as browser:
            home = await browser.sign_in(drafter.name, drafter.password)
            assert "做一次演练" in home.text
            new = "/console/exercises/new"
            draft = await browser.send(new, new, ("action", "issue"), plan="zhengzhou")
            assert "核对通过" in draft.text
            assert "区域内全部单位：3 个单位" in draft.text
            seen = await browser.send(f"{draft.path}/preview", f"{draft.path}/submit")
            assert re.search(r'id="recipients">[1-9]', seen.html)
            assert "李建平（主任）" in seen.text  # whose turn it is
