"""The navigation of every page: what is for whom, where one is, and what waits there."""

import re

import pytest

from gateway.web.serving.running import Running
from tests.people import person
from tests.web.console.browsing import Seen, browsing
from tests.web.console.episodes.test_obligations import new, owed

pytestmark = pytest.mark.asyncio(loop_scope="module")
_GROUP = re.compile(r'<a class="group" href="[^"]*"( aria-current="true")?>([^<]*?) ?(?:<b|</a>)')
_CURRENT = re.compile(r'<li><a href="([^"]*)" aria-current="(page|true)">')


def groups(page: Seen) -> list[str]:
    return [words for _, words in _GROUP.findall(page.html)]


def waits(page: Seen, path: str) -> int:
    """The number at a place of the navigation."""
    found = re.search(rf'<li><a href="{path}"[^>]*>[^<]* <b class="waits">(\d+)', page.html)
    return int(found[1]) if found else 0


async def test_each_reads_what_is_for_them_in_the_groups_of_their_work(process: Running) -> None:
    async with await browsing(process, await person(process, "looks", "viewer")) as browser:
        page = await browser.get("/console")
        assert groups(page) == ["当前", "起草审批", "通讯录", "记录"]
        for path in ("/console/drafts", "/console/audit", "/console/users", "/console/directory/imports"):
            assert f'<a href="{path}"' not in page.html
    async with await browsing(process, await person(process, "runs", "administrator", "auditor")) as browser:
        page = await browser.get("/console?lang=en")
        assert groups(page)[-1] == "Administration"
        assert '<a href="/console/audit"' in page.html


async def test_a_page_marks_its_place_and_a_page_below_it_the_place_that_it_hangs_from(
    process: Running,
) -> None:
    async with await browsing(
        process, await person(process, "walks", *("duty_officer", "auditor"))
    ) as browser:
        for path, marked in (
            ("/console", [("/console", "page")]),
            ("/live", [("/live", "page")]),
            ("/console/directory", [("/console/directory", "page")]),
            ("/console/directory/inventory/measures", [("/console/directory/inventory", "true")]),
            ("/console/decisions/exercises", [("/console/decisions", "true")]),
            ("/console/objections/replies", [("/console/objections", "true")]),
            ("/console/plans/zhengzhou", [("/console/plans", "true")]),
            ("/console/account", []),
        ):
            page = await browser.get(path)
            assert _CURRENT.findall(page.html.partition("</nav>")[0]) == marked, path
            assert page.html.count('class="current"') == len(marked)


async def test_what_waits_for_somebody_stands_in_the_navigation_of_every_page_and_goes_when_it_is_done(
    process: Running,
) -> None:
    await owed(process, new(process, "日报", "市城管局", -3), new(process, "周报", "市城管局", 30))
    viewer = await person(process, "only-looks", "viewer")
    async with await browsing(process, viewer) as browser:
        assert waits(await browser.get("/console"), "/console/obligations") == 0
    async with await browsing(process, await person(process, "waits", "duty_officer")) as browser:
        for path in ("/console", "/live", "/console/obligations"):
            page = await browser.get(path)
            assert waits(page, "/console/obligations") == 1
            assert "1 项等您处理" in page.text.replace('<span class="hidden-words">', "")
