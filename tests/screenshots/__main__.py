"""`python -m tests.screenshots [FOLDER]`: a picture of every page, as PNG files in `screenshots/`.

`every` finds the pages in the router. The groups picture what depends on the moment or on what somebody did:
each is a module with some of `before` (nothing was issued), `during` (a warning is in force) and `after` (it
was lifted).
"""

import asyncio
import sys
import tempfile
from pathlib import Path
from types import ModuleType

from playwright.async_api import Browser, async_playwright

from gateway.settings import PublicSettings
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.citizens import publishing_city
from tests.documents import lift, orange_start
from tests.full_office import full_office
from tests.screenshots import every, public, sign
from tests.screenshots.stage import Stage
from tests.signing import start

GROUPS: dict[str, ModuleType] = {"public": public, "sign": sign}
PUBLIC = PublicSettings(control_list=("area", "sector", "grade"), report_to=("生态环境举报 12369",))


async def take(folder: Path) -> None:
    """Picture every page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with tempfile.TemporaryDirectory() as data:
            async with full_office(Path(data)) as office:
                await every.take(office, browser, folder)
        await _moments(browser, folder)
        await browser.close()


async def _moments(browser: Browser, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as data:
        async with publishing_city(Path(data), PUBLIC) as citizen:
            for moment in ("before", "during", "after"):
                if moment != "before":
                    await start(citizen.made, orange_start() if moment == "during" else lift())
                for name, group in GROUPS.items():
                    if hasattr(group, moment):
                        await getattr(group, moment)(Stage(citizen, browser, folder, name))


if __name__ == "__main__":
    if CHROMIUM is None:
        sys.exit("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    asyncio.run(take(Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")))
