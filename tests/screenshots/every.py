"""Every page that there is, on a phone and on a desk, as somebody with every role sees an office at work."""

from pathlib import Path

from playwright.async_api import Browser

from tests.every_page import Place, places
from tests.full_office import FullOffice
from tests.screenshots.stage import DESK, PHONE

_PATIENCE = 30_000  # ms
_STATES = 4  # of a page are pictured at most


async def take(office: FullOffice, browser: Browser, folder: Path) -> None:
    """Picture each; the second and further addresses of a route have a number behind its name."""
    every = await places(office, of_each=_STATES)
    url = office.made.process.url
    for name, size in (("phone", PHONE), ("desk", DESK)):
        context = await browser.new_context(viewport=size, locale="zh-CN", reduced_motion="reduce")
        cookies = await office.cookies()
        await context.add_cookies(
            [{"name": cookie, "value": value, "url": url} for cookie, value in cookies.items()]
        )
        page = await context.new_page()
        page.set_default_timeout(_PATIENCE)
        for place, named in _named(every):
            await page.goto(url + place.path)
            file = folder / f"{named}-{name}.png"
            await page.screenshot(path=file, full_page=True)
            print(file)
        if name == "phone":  # what a desk shows at once
            await page.goto(f"{url}/console")
            await page.locator("nav.places summary").click()
            await page.screenshot(path=folder / "menu-phone.png")
        await context.close()


def _named(every: list[Place]) -> list[tuple[Place, str]]:
    """Each with a name of its own."""
    numbers: dict[str, int] = {}
    named = []
    for place in every:
        number = numbers[place.route] = numbers.get(place.route, 0) + 1
        named.append((place, place.name if number == 1 else f"{place.name}-{number}"))
    return named
