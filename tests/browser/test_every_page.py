"""Every page of people, whoever added it: nobody is shut out, it fits a phone, the keyboard suffices."""

import asyncio
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page

from tests.browser.axe import faults, needs_axe
from tests.browser.glyphs import drawn_alike
from tests.browser.looking import seen, walked
from tests.every_page import Place, places
from tests.full_office import FullOffice, full_office

PATIENCE = 30_000  # ms; the machine may be busy
Faults = dict[str, list[str]]


@pytest.mark.long
@needs_axe
async def test_every_page_is_for_everybody_on_a_desk_and_on_a_phone(browser: Browser, tmp_path: Path) -> None:
    async with full_office(tmp_path) as office:
        every = [place for place in await places(office, of_each=2) if not place.sealed]
        first = list({place.route: place for place in reversed(every)}.values())
        found: Faults = {}
        await asyncio.gather(desk(browser, office, first, found), phone(browser, office, every, found))
        wrong = [f"{where}: {each}" for where, faulty in found.items() for each in faulty]
        assert not wrong, "\n".join(wrong)


async def desk(browser: Browser, office: FullOffice, every: list[Place], found: Faults) -> None:
    """In Chinese, light, with a keyboard and no mouse."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="light", reduced_motion="reduce", locale="zh-CN"
    )
    page = await window(context, office, found, "desk")
    titles: dict[str, str] = {}
    for place in every:
        wrong = await opened(page, office, place, "zh", found, "desk")
        wrong += await faults(page)
        if await drawn_alike(page):
            wrong.append("Chinese is drawn as boxes: apt-get install fonts-noto-cjk")
        title = (await seen(page))["title"]
        if titles.setdefault(title, place.route) != place.route:
            wrong.append(f"has the title of {titles[title]}: {title}")
        way = await walked(page)
        wrong += [f"the keyboard never comes to {each}" for each in way["missed"]]
        wrong += [f"nothing shows that the keyboard is at {each}" for each in way["plain"]]
    await context.close()


async def phone(browser: Browser, office: FullOffice, every: list[Place], found: Faults) -> None:
    """In English, dark, on a screen as wide as a hand."""
    context = await browser.new_context(
        viewport={"width": 390, "height": 844},
        color_scheme="dark",
        reduced_motion="reduce",
        locale="en-GB",
        has_touch=True,
    )
    page = await window(context, office, found, "phone")
    for place in every:
        wrong = await opened(page, office, place, "en", found, "phone")
        wrong += await faults(page)
    await context.close()


async def window(context: BrowserContext, office: FullOffice, found: Faults, name: str) -> Page:
    """A window in which somebody is signed in; what the browser complains of is a fault."""
    url = office.made.process.url
    cookies = await office.cookies()
    await context.add_cookies([{"name": key, "value": value, "url": url} for key, value in cookies.items()])
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)

    def heard(said: str) -> None:
        found.setdefault(f"{name} {page.url}", []).append(said)

    page.on("pageerror", lambda error: heard(str(error)))
    page.on("console", lambda told: heard(told.text) if told.type == "error" else None)
    return page


async def opened(
    page: Page, office: FullOffice, place: Place, language: str, found: Faults, name: str
) -> list[str]:
    """Open a page in a language; what is wrong with how it is made."""
    asked = "&" if "?" in place.path else "?"
    await page.goto(f"{office.made.process.url}{place.path}{asked}lang={language}")
    wrong = found.setdefault(f"{name} {place.path}", [])
    told = await seen(page)
    if told["wide"] > 0:
        wrong.append(f"is {told['wide']} px wider than the screen")
    if told["headings"] != 1:
        wrong.append(f"has {told['headings']} h1")
    if not told["title"]:
        wrong.append("has no title")
    if not told["lang"].startswith(language):
        wrong.append(f"says that it is in {told['lang']!r}")
    return wrong
