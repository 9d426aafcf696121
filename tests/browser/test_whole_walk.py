"""The whole walk, as people go it: from accounts made on the server to the auditor's last look.

An officer drafts, two leaders approve on their phones, the broadcast runs to the stand-ins, a plant signs on
a phone, the officer sees it come and lifts, the auditor verifies what was issued. Each has a browser of their
own; nobody is helped along behind the pages.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from channels.stand_ins.behaviour import Behaviour
from gateway.moments import BEIJING
from tests.city import City, city
from tests.cli.command import airwarn
from tests.people import PASSWORD
from tests.ports import free_port
from tests.signing import OFFICE, link
from tests.web.console.office import DEPUTY, HEAD, KASHGAR

PATIENCE = 30_000  # ms; the machine may be busy
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
PLANT = "0203"  # the end of its number
PEOPLE = {
    "wang": ("--person", "王值班", "--role", "duty_officer"),
    "zhang": ("--person", "张主任", "--role", "approver", "--title", HEAD),
    "li": ("--person", "李副指挥长", "--role", "approver", "--title", DEPUTY),
    "zhao": ("--person", "赵审计", "--role", "auditor"),
}
FORECAST = ((180, 215, 200), (190, 240, 220), (150, 190, 170))


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    port = free_port()
    server = {"port": port, "public_url": f"http://127.0.0.1:{port}", "office": OFFICE}
    async with city(tmp_path, Behaviour(receipt_delay=(0.0, 0.1)), server=server) as running_city:
        await running_city.register(KASHGAR)
        yield running_city


@pytest.mark.long
async def test_a_warning_goes_all_its_way_from_the_first_account_to_the_audit(
    browser: Browser, made: City, tmp_path: Path
) -> None:
    (tmp_path / "airwarn.toml").write_text('data_folder = "data"\n')
    phrases = {
        name: (await asyncio.to_thread(airwarn, tmp_path, "user", "add", name, *how, "--json")).json["phrase"]
        for name, how in PEOPLE.items()
    }
    complaints: list[str] = []
    async with (
        window(browser, made, DESK, complaints) as officer,
        window(browser, made, PHONE, complaints) as head,
        window(browser, made, PHONE, complaints) as deputy,
        window(browser, made, PHONE, complaints) as plant,
        window(browser, made, DESK, complaints) as auditor,
    ):
        windows = {"wang": officer, "zhang": head, "li": deputy, "zhao": auditor}
        for name, page in windows.items():
            await accepts(page, phrases[name])
        decision = await drafts(officer)
        await approves(head, decision)
        await approves(deputy, decision)
        await launches(officer, decision)
        await signs(plant, made)
        await sees_it_signed(officer)
        await lifts(officer)
        await made.process.engine.idle()
        lifted = [each.text for each in made.twilio.seen if each.to.endswith(PLANT)][-1]
        assert "解除" in lifted
        await plant.reload()
        await expect(plant.locator("main")).to_contain_text("解除")
        await verifies(auditor)
    assert complaints == []


@asynccontextmanager
async def window(
    browser: Browser, made: City, size: ViewportSize, complaints: list[str]
) -> AsyncIterator[Page]:
    """A browser that nobody is signed in at; it adds to what browsers complain of."""
    phone = size is PHONE
    context = await browser.new_context(
        viewport=size,
        base_url=made.process.url,
        is_mobile=phone,
        has_touch=phone,
        locale="zh-CN",
        user_agent="Mozilla/5.0 Phone" if phone else "Mozilla/5.0 Desk",
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    yield page
    assert await page.evaluate("document.documentElement.scrollWidth") <= size["width"], page.url
    await context.close()


async def accepts(page: Page, phrase: str) -> None:
    """Somebody takes their invitation, and is signed in."""
    await page.goto("/sign-in/invitation")
    await page.get_by_label("邀请口令").fill(phrase)
    await page.locator("#password").fill(PASSWORD)
    await page.locator("#again").fill(PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.locator("h1")).to_contain_text("您好")


async def drafts(page: Page) -> str:
    """The officer fills in an orange start, looks at the wall and submits it; gives the decision's path."""
    await page.get_by_role("link", name="起草审批").click()
    await page.get_by_role("link", name="起草", exact=True).click()
    await page.get_by_role("button", name="起草").first.click()
    await page.get_by_label("适用的预案").select_option("kashgar")
    await page.get_by_role("button", name="选择").click()
    await page.get_by_role("button", name="发布预警").click()
    start = datetime.now(BEIJING).replace(hour=12, minute=0) + timedelta(days=3)
    await page.get_by_label("预警级别").select_option("橙色")
    await page.get_by_label("启动时间").fill(f"{start:%Y-%m-%dT%H:%M}")
    await page.get_by_label("预计解除时间").fill(f"{start + timedelta(days=3):%Y-%m-%dT%H:%M}")
    for number, (low, high, mean) in enumerate(FORECAST, 1):
        row = f"第 {number} 行"
        await page.get_by_label(f"{row}日期").fill(f"{start + timedelta(days=number - 1):%Y-%m-%d}")
        for part, value in (("下限", low), ("上限", high), ("均值", mean)):
            await page.get_by_label(f"{row}{part}").fill(str(value))
    for name, value in (("range_low", 150), ("range_high", 240), ("aqi_mean", 200)):
        await page.locator(f"#{name}").fill(str(value))
    await page.get_by_label("首要污染物").select_option("PM10")
    await page.get_by_label("本单位文号").fill("喀污防〔2026〕1号")
    counties = page.locator("#contiguous_counties")
    if not await counties.is_visible():
        await page.locator("details", has=counties).locator("summary").click()
    await counties.fill("3")
    await page.get_by_role("button", name="保存", exact=True).last.click()
    await expect(page.locator("#said")).to_contain_text("核对通过")
    await page.get_by_role("button", name="保存并预览").click()
    await expect(page.locator("main")).to_contain_text("3 个单位")
    await expect(page.locator(".bubble").first).to_contain_text("橙色预警")
    await page.get_by_role("button", name="提交审批").click()
    await page.wait_for_url("**/console/decisions/*")
    return page.url.partition("?")[0]


async def approves(page: Page, decision: str) -> None:
    """A leader finds it on a phone, reads it, types what it shows and approves with a finger."""
    await page.goto("/console")
    await page.locator(f'main a[href^="{decision[decision.index("/console") :]}"]').first.tap()
    await page.get_by_label("请输入：橙色").fill("橙色")
    await page.get_by_label("接收数，请输入：3").fill("3")
    await page.get_by_role("button", name="批准", exact=False).first.tap()
    await expect(page.get_by_role("status").filter(has_text="已批准")).to_be_visible()


async def launches(page: Page, decision: str) -> None:
    """The officer launches what both approved, and watches it arrive."""
    await page.goto(decision)
    await page.get_by_role("button", name="去发布").click()
    await page.get_by_label("请输入：橙色").fill("橙色")
    await page.get_by_label("接收数，请输入：3").fill("3")
    await page.get_by_role("button", name="立即发布").click()
    await page.wait_for_url("**/live/*")
    await expect(page.locator("#stage")).to_have_text("完成")
    await expect(page.locator("#handled")).to_contain_text("（100%）")


async def signs(page: Page, made: City) -> None:
    """The plant opens the link of its SMS and signs."""
    await page.goto(link(made, PLANT))
    await expect(page.locator(".chip")).to_have_text("橙色预警")
    await page.get_by_role("link", name="去签收").tap()
    await page.locator("#sign-name").fill("罗厂长")
    await page.locator("#sign-role").fill("厂长")
    await page.get_by_role("button", name="确认签收").tap()
    await expect(page.locator("#state")).to_contain_text("罗厂长 厂长")


async def sees_it_signed(page: Page) -> None:
    """It stands on the live page, which nobody has loaded anew."""
    await expect(page.locator("#signed")).to_contain_text("1", timeout=PATIENCE)


async def lifts(page: Page) -> None:
    """The officer ends it, from the live page."""
    await page.get_by_role("button", name="解除", exact=True).click()
    await page.get_by_role("textbox", name="文号").fill("喀污防〔2026〕2号")
    await page.get_by_label("按预计解除时间").check()
    await page.get_by_label("请输入：解除").fill("解除")
    await page.get_by_label("接收数，请输入：3").fill("3")
    await page.get_by_role("button", name="提交并发出").click()
    await expect(page.locator("h1")).to_contain_text("预警解除")
    await expect(page.locator("#stage")).to_have_text("完成")


async def verifies(page: Page) -> None:
    """The auditor verifies the trail, and that what the public reads is what was issued, by its hashes."""
    await page.get_by_role("link", name="记录", exact=True).click()
    await page.get_by_role("link", name="审计", exact=True).click()
    await expect(page.get_by_role("rowheader", name=re.compile("批准决定")).first).to_be_visible()
    await page.get_by_role("button", name="校验全部记录").click()
    await expect(page.locator("h1")).to_contain_text("校验通过")
    await expect(page.locator("#anchor")).to_have_text(re.compile(r"^\d+:[0-9a-f]{64}$"))
    await page.goto("/public/messages")
    await page.locator('main a[href*="/public/messages/"]').first.click()
    await expect(page.locator("h1")).to_contain_text("解除")
    issued = [await each.text_content() or "" for each in await page.locator("main blockquote").all()]
    assert issued
    for words in issued:
        told = page.locator("main details", has_text=hashlib.sha256(words.encode()).hexdigest())
        await expect(told).to_have_count(1)
    await page.goto("/public/check")
    await page.get_by_label("短信或网传文字").fill(issued[0])
    await page.get_by_role("button", name="核对").click()
    await expect(page.locator("#answer .chip")).to_contain_text("是我们发布的")
