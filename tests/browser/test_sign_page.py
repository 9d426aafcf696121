"""The sign page in a browser, with scripts and without, on a phone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from gateway.ledger.follow_up import acknowledgements, photos
from tests.city import City
from tests.signing import link, picture, signing_city, start

PATIENCE = 30_000  # ms; the machine may be busy
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with signing_city(tmp_path) as running_city:
        yield running_city


async def answer_as_a_person_does(page: Page, made: City, tmp_path: Path) -> None:
    """Open the link, sign, report done with a photo; whatever the browser complains of fails the test."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.set_default_timeout(PATIENCE)
    broadcast = await start(made)
    await page.goto(made.process.url + link(made, "0103"))
    chip = page.locator(".chip")
    await expect(chip).to_have_text("橙色预警")
    assert await chip.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(194, 65, 12)"
    wide = await page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"]
    await page.get_by_role("link", name="去签收").click()
    await page.locator("#sign-name").fill("罗厂长")
    await page.locator("#sign-role").fill("厂长")
    button = page.get_by_role("button", name="确认签收")
    box = await button.bounding_box()
    assert box is not None
    assert box["height"] >= 48
    await button.click()
    await expect(page.locator("#state")).to_contain_text("罗厂长 厂长")
    photo = tmp_path / "photo.jpg"
    photo.write_bytes(picture(size=(300, 200)))
    await page.get_by_label("说明").fill("已停")
    await page.get_by_label("照片").set_input_files(photo)
    await page.get_by_role("button", name="报告完成").click()
    await expect(page.locator("#state")).to_contain_text("已报告完成")
    found = await made.read(acknowledgements.of_organisation, broadcast, "E1")
    assert found.opened_at is not None
    assert found.note == "已停"
    assert len(await made.read(photos.of_acknowledgement, found.id)) == 1
    assert complaints == []


async def test_a_person_signs_and_reports_on_a_phone(browser: Browser, made: City, tmp_path: Path) -> None:
    context = await browser.new_context(viewport=PHONE, color_scheme="dark", user_agent="Mozilla/5.0 Phone")
    await answer_as_a_person_does(await context.new_page(), made, tmp_path)
    await context.close()


async def test_everything_works_without_scripts(
    scriptless: BrowserContext, made: City, tmp_path: Path
) -> None:
    page = await scriptless.new_page()
    await page.set_viewport_size(PHONE)
    await page.set_extra_http_headers({"User-Agent": "Mozilla/5.0 Phone"})
    await answer_as_a_person_does(page, made, tmp_path)


async def test_an_objection_is_sent_in_english(browser: Browser, made: City) -> None:
    context = await browser.new_context(viewport=PHONE, user_agent="Mozilla/5.0 Phone")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    broadcast = await start(made)
    await page.goto(made.process.url + link(made, "0103"))
    await page.get_by_role("link", name="English").click()
    await page.get_by_text("Cannot do it? Object").click()
    await page.get_by_label("Cannot stop safely").check()
    await page.locator("#objection").fill("炉温须慢降")
    await page.locator("#object-name").fill("罗厂长")
    await page.get_by_role("button", name="Send the objection").click()
    await expect(page.locator("#state")).to_contain_text("Objected")
    await expect(page).to_have_url(f"{made.process.url}{link(made, '0103')}?lang=en#state")
    found = await made.read(acknowledgements.of_organisation, broadcast, "E1")
    assert found.objection == "不能安全停产：炉温须慢降"
    await context.close()
