"""The running city whose pages are pictured, and the camera."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, Page, ViewportSize

from tests.citizens import Citizen

Scheme = Literal["light", "dark"]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 900}
_PATIENCE = 30_000  # ms


@dataclass(frozen=True)
class Stage:
    """`group` names the pages that are pictured: the first part of their files' names."""

    citizen: Citizen
    browser: Browser
    folder: Path
    group: str

    async def page(
        self, size: ViewportSize = PHONE, *, scheme: Scheme = "light", scripts: bool = True
    ) -> Page:
        """A window of its own; whoever asked closes its context."""
        context = await self.browser.new_context(
            viewport=size, color_scheme=scheme, java_script_enabled=scripts, locale="zh-CN"
        )
        page = await context.new_page()
        page.set_default_timeout(_PATIENCE)
        return page

    async def go(self, page: Page, path: str) -> None:
        """Open a page of the city."""
        await page.goto(self.citizen.made.process.url + path)

    async def keep(self, page: Page, name: str) -> None:
        """Picture the whole page, however long."""
        file = self.folder / f"{self.group}-{name}.png"
        await page.screenshot(path=file, full_page=True)
        print(file)

    async def look(
        self,
        name: str,
        path: str,
        size: ViewportSize = PHONE,
        *,
        scheme: Scheme = "light",
        scripts: bool = True,
    ) -> None:
        """Open a page in a window of its own and picture it."""
        page = await self.page(size, scheme=scheme, scripts=scripts)
        await self.go(page, path)
        await self.keep(page, name)
        await page.context.close()
