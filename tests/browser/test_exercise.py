"""Two people who have read nothing launch an exercise, with what the pages themselves say and offer."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from pydantic import SecretStr

from channels.stand_ins.wecom import WecomStandIn
from gateway.settings import WecomSettings
from tests.browser.axe import AXE, faults
from tests.browser.test_drafts import PHONE, fits, officer
from tests.city import HEADER, City, city
from tests.people import person

CLICKS, TYPED = 10, 4  # of both people together: what may be asked of newcomers
SCHOOL = f"{HEADER}\nX2,演练学校,学校,,410105,演练员,,演练群,,是"


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with WecomStandIn() as taker:
        room = WecomSettings(
            provider="wecom", base_url=taker.url, groups={"演练群": SecretStr("key-2")}, exercise=True
        )
        async with city(tmp_path, beside={"drill": room}) as running_city:
            await running_city.register(SCHOOL)
            yield running_city


class Newcomer:
    """Whoever follows what a page offers; their clicks and typed fields are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.typed = 0

    async def click(self, role: str, name: str | re.Pattern[str]) -> None:
        self.clicks += 1
        await self.page.get_by_role(role, name=name).click()  # type: ignore[arg-type]
        await fits(self.page)
        if AXE.is_file() and "/console/" in self.page.url:
            assert await faults(self.page) == [], self.page.url

    async def type_as_asked(self) -> None:
        """What the page says has to be typed."""
        for label in await self.page.locator("label", has_text="请输入：").all():
            self.typed += 1
            asked = (await label.inner_text()).rpartition("：")[2].strip()
            await self.page.get_by_label(await label.inner_text(), exact=True).fill(asked)


async def test_newcomers_launch_an_exercise_with_what_the_pages_offer(browser: Browser, made: City) -> None:
    drafter = await person(made.process, "newcomer", "drafter")
    leader = await person(made.process, "leader", "approver", "duty_officer", titles=["主任"])
    first = await browser.new_context(viewport=PHONE, locale="zh-CN")
    second = await browser.new_context(viewport=PHONE, locale="zh-CN", color_scheme="dark")
    async with officer(first, made, drafter) as page:
        one = Newcomer(page)
        await page.goto(f"{made.process.url}/console")
        await one.click("button", "做一次演练")
        await one.click("button", "发布预警")
        await expect(page.get_by_text("本页只涉及演练")).to_be_visible()
        await expect(page.locator("#said")).to_contain_text("核对通过")
        await one.click("button", "去预览")
        await expect(page.locator("#organisations")).to_have_text("2")
        await one.click("button", "提交演练审批")
        await expect(page.locator("main")).to_contain_text("leader同志")  # whose turn it is
    async with officer(second, made, leader) as page:
        two = Newcomer(page)
        await page.goto(f"{made.process.url}/console")
        await two.click("link", re.compile("^演练 去审批"))
        await two.type_as_asked()
        await two.click("button", re.compile("^批准 ·"))
        await two.click("button", "去发布")
        await two.type_as_asked()
        await two.click("button", "发布演练")
        await page.wait_for_url("**/live/*")
        await expect(page.locator("main")).to_contain_text("【演练】")
    assert (one.clicks + two.clicks, one.typed + two.typed) <= (CLICKS, TYPED)
    for context in (first, second):
        await context.close()
