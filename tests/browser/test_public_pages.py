"""The public pages in a browser: without scripts, on a phone, in large print, by keyboard, under axe."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, expect

from gateway.settings import PublicSettings
from tests.browser.axe import faults, needs_axe
from tests.browser.glyphs import drawn_alike
from tests.citizens import Citizen, publishing_city
from tests.signing import start

PATIENCE = 30_000  # ms; the machine may be busy
PHONE: ViewportSize = {"width": 390, "height": 844}
FIRST_PAINT = 200_000  # bytes over the wire


@pytest.fixture
async def citizen(tmp_path: Path) -> AsyncIterator[Citizen]:
    public = PublicSettings(control_list=("area", "sector", "grade"), report_to=("生态环境举报 12369",))
    async with publishing_city(tmp_path, public) as found:
        await start(found.made)
        yield found


async def pages_of(citizen: Citizen) -> list[str]:
    return [
        "/public",
        "/public/spoken",
        "/public/messages",
        f"/public/messages/{await citizen.newest()}",
        "/public/check",
        "/public/control-list",
        "/public?plan=nowhere",
    ]


async def test_a_citizen_without_scripts_reads_and_checks_on_a_phone(
    scriptless: BrowserContext, citizen: Citizen
) -> None:
    page = await scriptless.new_page()
    page.set_default_timeout(PATIENCE)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.set_viewport_size(PHONE)
    url = citizen.made.process.url
    response = await page.goto(f"{url}/public")
    assert response is not None
    assert 0 < (await response.request.sizes())["responseBodySize"] < FIRST_PAINT
    chip = page.locator(".chip").first
    await expect(chip).to_have_text("橙色预警")
    box = await chip.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < PHONE["height"]  # on the first screen
    await expect(page.locator("#schools-1")).not_to_have_attribute("open", "")
    await page.get_by_text("学校", exact=True).click()
    await expect(page.get_by_text("停止室外课程和活动。已安装空气净化装置的")).to_be_visible()
    assert await page.locator("#badge ~ p img").evaluate("each => each.naturalWidth") > 0
    for path in await pages_of(citizen):
        for view in ("", "print=large", "lang=en"):
            await page.goto(f"{url}{path}{'&' if '?' in path else '?'}{view}")
            assert await page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], (path, view)
    complaints.clear()  # the page that is not there
    sms = next(each.text for each in citizen.made.twilio.seen if each.to.endswith("0104"))
    await page.goto(f"{url}/public")
    await page.get_by_role("link", name="核对短信").click()
    await page.get_by_label("短信或网传文字").fill(sms)
    await page.get_by_role("button", name="核对").click()
    await expect(page.locator("#answer .chip")).to_have_text("是我们发布的，现在有效")
    await page.get_by_role("link", name="看这条信息").click()
    await expect(page.locator("#standing")).to_contain_text("仍然有效")
    assert complaints == []


@needs_axe
async def test_axe_finds_no_fault_in_any_look(browser: Browser, citizen: Citizen) -> None:
    found: dict[str, list[str]] = {}
    looks = [(path, "light") for path in await pages_of(citizen)]
    looks += [(f"/public?{look}", "light") for look in ("lang=en", "print=large", "contrast=high")]
    looks += [("/public", "dark"), ("/public/check", "dark")]
    page = await browser.new_page(viewport=PHONE)
    page.set_default_timeout(PATIENCE)
    for path, scheme in looks:
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        await page.goto(citizen.made.process.url + path)
        await page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
        if told := await faults(page):
            found[f"{scheme} {path}"] = told
    await page.close()
    assert found == {}


async def test_a_keyboard_reaches_everything_and_first_the_content(
    browser: Browser, citizen: Citizen
) -> None:
    page = await browser.new_page()
    await page.goto(f"{citizen.made.process.url}/public")
    await page.keyboard.press("Tab")
    assert await focused(page) == "跳到正文"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "content"
    wanted = await page.locator("a, summary, button, textarea").count()
    await page.evaluate("document.activeElement.blur()")
    reached = set()
    for _ in range(wanted + 5):
        await page.keyboard.press("Tab")
        reached.add(await page.evaluate("document.activeElement.outerHTML"))
    assert len(reached) >= wanted - 1
    await page.locator("#schools-1 summary").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#schools-1")).to_have_attribute("open", "")
    await page.close()


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.textContent"))


async def test_the_page_has_a_chinese_font(browser: Browser, citizen: Citizen) -> None:
    page = await browser.new_page()
    await page.goto(f"{citizen.made.process.url}/public")
    assert not await drawn_alike(page), "no Chinese font: apt-get install fonts-noto-cjk"
    assert await drawn_alike(page, "\U000effff\U000efffe")  # of what no font has, the probe says so
    await page.close()


async def test_on_paper_there_is_the_warning_and_no_navigation(browser: Browser, citizen: Citizen) -> None:
    page = await browser.new_page()
    await page.goto(f"{citizen.made.process.url}/public?print=large")
    size = float(await page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)"))
    assert size >= 24
    await page.emulate_media(media="print")
    await expect(page.locator("nav").first).to_be_hidden()
    await expect(page.locator(".chip").first).to_be_visible()
    await expect(page.locator(".audiences")).to_be_hidden()  # a notice for the wall is the public's alone
    await page.close()
