"""The calendar of warnings: which level was in force on which day."""

import re
from datetime import datetime, timedelta
from pathlib import Path

from gateway.moments import BEIJING
from tests.documents import lift, orange_start
from tests.people import person
from tests.signing import signing_city, start
from tests.web.console.browsing import browsing, inline

_DAY = re.compile(r'class="hidden-words">(\d{4}-\d{2}-\d{2}) ([^<]+)</span>')


def months() -> str:
    """This month and the next, as the page's address has them."""
    today = datetime.now(BEIJING).date()
    return f"since={today:%Y-%m}&until={today + timedelta(days=31):%Y-%m}"


async def test_the_calendar_shows_the_days_of_a_warning_and_leads_to_its_decision(tmp_path: Path) -> None:
    async with signing_city(tmp_path) as made:
        page = f"/console/season?{months()}"
        async with await browsing(made.process, await person(made.process, "sees", "viewer")) as browser:
            before = await browser.get("/console/season")
            assert (before.status, _DAY.findall(before.html)) == (200, [])
            await start(made, orange_start())
            seen = await browser.get(page)
            days = dict(_DAY.findall(seen.html))
            assert len(days) == 4
            assert set(days.values()) == {"橙色预警 预计"}
            assert "污染过程 1 次" in seen.text
            assert "尚未开始" in seen.text
            assert not inline(seen.html)
            link = re.search(r"href=(/console/decisions/[0-9a-f-]{36}) class=\"day orange ahead\"", seen.html)
            assert link is not None
            assert (await browser.get(link[1])).status == 200
            assert seen.html.count('aria-current="date"') == 1
        for areas, days_of, links in ((("410105",), 4, 0), (("410100",), 4, 4), (("653101",), 0, 0)):
            user = await person(made.process, f"of.{areas[0]}", "viewer", areas=areas)
            async with await browsing(made.process, user) as limited:
                found = (await limited.get(page)).html
                assert len(_DAY.findall(found)) == days_of
                assert len(re.findall(r"<a href=/console/decisions/", found)) == links
        async with await browsing(made.process, await person(made.process, "later", "viewer")) as browser:
            await start(made, lift())
            lifted = await browser.get(page)
            assert "尚未开始" not in lifted.text
            assert "Orange warning" in (await browser.get(f"{page}&lang=en")).text


async def test_months_that_are_none_or_too_many_are_refused(tmp_path: Path) -> None:
    async with (
        signing_city(tmp_path) as made,
        await browsing(made.process, await person(made.process, "sees", "viewer")) as browser,
    ):
        for asked in (
            "since=2025-13",
            "since=2025-10&until=2025-09",
            "since=2020-01&until=2024-01",
            "since=0001-01",
            "since=9999-12&until=9999-12",
        ):
            assert (await browser.get(f"/console/season?{asked}")).status == 422, asked
        alone = await browser.get("/console/season?since=2025-10")
        assert alone.html.count('<table class="month"') == 6


async def test_an_exercise_is_never_in_the_calendar(tmp_path: Path) -> None:
    async with signing_city(tmp_path, exercise=True) as made:
        await start(made, orange_start(exercise=True))
        async with await browsing(made.process, await person(made.process, "sees", "viewer")) as browser:
            seen = await browser.get(f"/console/season?{months()}&plan=zhengzhou")
            assert "污染过程 0 次" in seen.text
            assert _DAY.findall(seen.html) == []
