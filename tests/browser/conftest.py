"""The system's Chromium, driven as a person would use it. Without it these tests are skipped, loudly."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@asynccontextmanager
async def _started(*arguments: str) -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    async with async_playwright() as playwright:
        # as root, which it is in containers, Chromium starts only without its own sandbox
        arguments = ("--no-sandbox", *arguments)
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        await browser.close()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with _started() as started:
        yield started


@pytest.fixture
async def scriptless_browser() -> AsyncIterator[Browser]:
    """One whose user has turned scripts off; Playwright's own switch would leave `noscript` unread."""
    async with _started("--blink-settings=scriptEnabled=false") as started:
        yield started
