"""The page of a question in a browser, with scripts and without, on a phone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from gateway.directory.campaign import Wish
from gateway.directory.model import Address, Contact, ContactAddress
from gateway.directory.selection import of_words
from tests.asking_numbers import AskingCity, ask, asking_city, plants, register, tally

PATIENCE = 30_000  # ms; the machine may be busy
PHONE: ViewportSize = {"width": 360, "height": 740}
MAILBOX = "one@example.com"


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[AskingCity]:
    async with asking_city(tmp_path) as running_city:
        yield running_city


async def answer_as_a_person_does(page: Page, made: AskingCity) -> None:
    """Open the link, name somebody else, then say yes after all; whatever the browser complains of fails
    the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.set_default_timeout(PATIENCE)
    people = (Contact("李四", "deputy", (ContactAddress(Address("email", MAILBOX)),)),)
    await register(made, [replace(plants([1])[0], contacts=people)])
    campaign = await ask(made, Wish(of_words(["group=核实"])))
    await made.process.engine.idle(campaign.broadcast_id)
    await page.goto(made.process.url + made.link(MAILBOX))
    await expect(page.get_by_role("heading", level=1)).to_contain_text("o***@example.com")
    for name in ("是，继续发到这里", "不是，不要再发到这里"):
        box = await page.get_by_role("button", name=name).bounding_box()
        assert box is not None
        assert box["height"] >= 48
        assert box["y"] + box["height"] <= PHONE["height"]  # both answers stand on the first screen
    assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    await page.get_by_text("换了联系人？填写新的").click()
    await page.get_by_label("新联系人姓名").fill("王新")
    await page.get_by_label("电话").fill("0371-66000000")
    await page.get_by_role("button", name="提交").click()
    await expect(page.locator("#state")).to_contain_text("王新")
    assert (await tally(made, campaign)).changed == 1
    await page.get_by_role("button", name="是，继续发到这里").click()
    await expect(page.locator("#state")).to_contain_text("已答复：是")
    await page.get_by_role("link", name="English").click()
    await expect(page.locator("#state")).to_contain_text("Answered: yes")
    assert (await tally(made, campaign)).confirmed == 1
    assert complaints == []


async def test_a_person_answers_on_a_phone(browser: Browser, made: AskingCity) -> None:
    context = await browser.new_context(viewport=PHONE, color_scheme="dark", user_agent="Mozilla/5.0 Phone")
    await answer_as_a_person_does(await context.new_page(), made)
    await context.close()


async def test_answering_works_without_scripts(scriptless: BrowserContext, made: AskingCity) -> None:
    page = await scriptless.new_page()
    await page.set_viewport_size(PHONE)
    await answer_as_a_person_does(page, made)
