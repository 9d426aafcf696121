"""Two leaders approve on their phones; the duty officer launches, sees it live, and lifts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from gateway.ledger.accounts.users import Role
from gateway.ledger.decisions import decisions
from tests.browser.axe import AXE, faults
from tests.city import City
from tests.people import person, signed_in
from tests.web.console.office import DEPUTY, HEAD, kashgar, office, submitted

PATIENCE = 30_000  # ms; the machine may be busy
PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with office(tmp_path) as running:
        yield running


async def phone(
    browser: Browser, made: City, complaints: list[str], name: str, role: Role, title: str = ""
) -> Page:
    """A phone in which somebody is signed in; it adds to what browsers complain of."""
    context = await browser.new_context(viewport=PHONE, base_url=made.process.url)
    user = await person(made.process, name, role, titles=[title] if title else [])
    cookies = await signed_in(made.process, user)
    await context.add_cookies(
        [{"name": key, "value": value, "url": made.process.url} for key, value in cookies.items()]
    )
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    return page


async def fits(page: Page) -> None:
    """Nothing hangs over the edge, every button is large enough for a finger, and axe finds no fault."""
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], page.url
    for button in await page.locator("section.act button[type=submit]").all():
        box = await button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
    if AXE.is_file():
        assert await faults(page) == [], page.url


async def approves(page: Page) -> None:
    """Find it, read it, type what it shows and send it, by the keyboard alone from the form on."""
    await page.goto("/console/decisions")
    await fits(page)
    await page.get_by_role("link", name="轮到您").click()
    await fits(page)
    await page.get_by_label("请输入：橙色").focus()
    await page.keyboard.type("橙色")
    await page.keyboard.press("Tab")
    await page.keyboard.type("3")
    await page.keyboard.press("Tab")
    await page.keyboard.type("同意")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("status")).to_contain_text("已批准")
    await fits(page)


async def walk(made: City, head: Page, deputy: Page, officer: Page) -> None:
    """The whole way of a warning through the office."""
    entry = await submitted(made, kashgar())
    await approves(head)
    await expect(head.locator("#state")).to_have_text("待批准")
    await approves(deputy)
    await expect(deputy.locator("#state")).to_have_text("已批准，待发布")
    await officer.goto(f"/console/decisions/{entry.id}")
    await officer.get_by_role("button", name="去发布").click()
    await officer.get_by_label("请输入：橙色").fill("红色")
    await officer.get_by_label("接收数，请输入：3").fill("3")
    await officer.get_by_role("button", name="立即发布").click()
    await expect(officer.get_by_role("alert")).to_contain_text("什么都没有做")
    await fits(officer)
    await officer.get_by_label("请输入：橙色").fill("橙色")
    await officer.get_by_role("button", name="立即发布").click()
    await expect(officer).to_have_url(f"{made.process.url}/live/{entry.broadcast_id}")
    await expect(officer.locator("h1")).to_contain_text("橙色预警")
    await officer.get_by_role("button", name="停发", exact=True).click()
    await fits(officer)
    await officer.get_by_role("button", name="解除、更正、撤回").click()
    await officer.get_by_role("link", name="解除预警").click()
    await fits(officer)
    await officer.get_by_role("textbox", name="文号").fill("喀污防〔2024〕2号")
    await officer.get_by_label("现在", exact=True).check()
    await expect(officer.locator("#outlook")).to_contain_text("预测持续 0 小时")  # without sending anything
    await officer.get_by_label("按预计解除时间").check()
    await expect(officer.locator("#outlook")).to_contain_text("核对没有问题")
    await officer.get_by_label("请输入：解除").fill("解除")
    await officer.get_by_label("接收数，请输入：3").fill("3")
    await officer.get_by_role("button", name="提交并发出").click()
    await expect(officer.locator("h1")).to_contain_text("预警解除")
    lifted = (await made.read(decisions.newest, exercise=False))[0]
    assert (lifted.action, lifted.state) == ("lift", "launched")
    assert officer.url.endswith(f"/live/{lifted.broadcast_id}")


async def test_two_leaders_approve_and_the_officer_launches_and_lifts_on_phones(
    browser: Browser, made: City
) -> None:
    complaints: list[str] = []
    await walk(
        made,
        await phone(browser, made, complaints, "head", "approver", HEAD),
        await phone(browser, made, complaints, "deputy", "approver", DEPUTY),
        await phone(browser, made, complaints, "officer", "duty_officer"),
    )
    assert [each for each in complaints if "422" not in each] == []  # a word was typed wrong, once


async def test_the_same_without_scripts(scriptless: BrowserContext, made: City) -> None:
    """One person with every title, as scripts are off in one browser: the pages need none."""
    user = await person(made.process, "chief", "approver", "duty_officer", titles=[HEAD, DEPUTY])
    cookies = await signed_in(made.process, user)
    await scriptless.add_cookies(
        [{"name": key, "value": value, "url": made.process.url} for key, value in cookies.items()]
    )
    page = await scriptless.new_page()
    await page.set_viewport_size(PHONE)
    entry = await submitted(made, kashgar())
    address = f"{made.process.url}/console/decisions/{entry.id}"
    for step in ("approve", "approve", "launch"):
        await page.goto(f"{address}/{step}")
        await page.fill("#word", "橙色")
        await page.fill("#number", "3")
        await page.locator("section.act button[type=submit]").click()
    assert page.url == f"{made.process.url}/live/{entry.broadcast_id}"
