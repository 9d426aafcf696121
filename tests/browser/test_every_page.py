"""Every page of people, whoever added it: nobody is shut out, it fits a phone, the keyboard suffices."""

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
async def test_every_page_can_be_read_by_everybody_on_a_phone_at_night(
    browser: Browser, tmp_path: Path
) -> None:
    """In English, dark, on the narrowest screen, which is a desk's at four times its size too (WCAG 2.2,
    1.4.10): everything that axe knows."""
    context = await browser.new_context(
        viewport={"width": 320, "height": 640},
        color_scheme="dark",
        reduced_motion="reduce",
        locale="en-GB",
        has_touch=True,
    )
    async with full_office(tmp_path) as office:
        found: Faults = {}
        page = await window(context, office, found)
        for place in await places(office, of_each=1):
            if not place.sealed:
                wrong = await opened(page, office, place, "en", found)
                wrong += await faults(page)
        await context.close()
    told(found)


@pytest.mark.long
@needs_axe
async def test_every_page_has_a_title_of_its_own_and_needs_no_mouse_at_a_desk(
    browser: Browser, tmp_path: Path
) -> None:
    """In Chinese, light: its own title, contrast, drawn characters, the keyboard alone, and on paper."""
    context = await browser.new_context(
        viewport={"width": 1280, "height": 900}, color_scheme="light", reduced_motion="reduce", locale="zh-CN"
    )
    titles: dict[str, str] = {}
    async with full_office(tmp_path) as office:
        found: Faults = {}
        page = await window(context, office, found)
        for place in await places(office, of_each=1):
            if place.sealed:
                continue
            wrong = await opened(page, office, place, "zh", found)
            wrong += await faults(page, "color-contrast")
            if await drawn_alike(page):
                wrong.append("Chinese is drawn as boxes: apt-get install fonts-noto-cjk")
            title = (await seen(page))["title"]
            if titles.setdefault(title, place.route) != place.route:
                wrong.append(f"has the title of {titles[title]}: {title}")
            way = await walked(page)
            wrong += [f"the keyboard never comes to {each}" for each in way["missed"]]
            wrong += [f"nothing shows that the keyboard is at {each}" for each in way["plain"]]
            wrong += await printed(page)
        await context.close()
    told(found)


async def printed(page: Page) -> list[str]:
    """What is wrong with a page of the office on paper."""
    if not page.url.partition("://")[2].partition("/")[2].startswith(("console", "live")):
        return []  # others bring their own look
    await page.emulate_media(media="print")
    pressed = page.locator("body > header, button, [role=button]").filter(visible=True)
    wrong = [f"prints what is to be pressed: {each}" for each in await pressed.all_inner_texts()]
    await page.emulate_media(media="screen")
    return wrong


def told(found: Faults) -> None:
    """Fails with all that was found."""
    wrong = [f"{where}: {each}" for where, faulty in found.items() for each in faulty]
    assert not wrong, "\n".join(wrong)


async def window(context: BrowserContext, office: FullOffice, found: Faults) -> Page:
    """A window in which somebody is signed in; what the browser complains of is a fault."""
    url = office.made.process.url
    cookies = await office.cookies()
    await context.add_cookies([{"name": key, "value": value, "url": url} for key, value in cookies.items()])
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)

    def heard(said: str) -> None:
        found.setdefault(page.url, []).append(said)

    page.on("pageerror", lambda error: heard(str(error)))
    page.on("console", lambda told: heard(told.text) if told.type == "error" else None)
    return page


async def opened(page: Page, office: FullOffice, place: Place, language: str, found: Faults) -> list[str]:
    """Open a page in a language; what is wrong with how it is made."""
    asked = "&" if "?" in place.path else "?"
    await page.goto(f"{office.made.process.url}{place.path}{asked}lang={language}")
    wrong = found.setdefault(place.path, [])
    shown = await seen(page)
    if shown["wide"] > 0:
        wrong.append(f"is {shown['wide']} px wider than the screen")
    wrong += shown["frames"]
    if shown["headings"] != 1:
        wrong.append(f"has {shown['headings']} h1")
    if not shown["title"]:
        wrong.append("has no title")
    if not shown["lang"].startswith(language):
        wrong.append(f"says that it is in {shown['lang']!r}")
    return wrong
