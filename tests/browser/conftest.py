"""The system's Chromium, driven as a person would use it. Without it these tests are skipped, loudly."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, BrowserType, async_playwright, expect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

PATIENCE = 30_000  # ms; the machine may be busy
ARGUMENTS = ("--no-sandbox",)  # as root, which it is in containers, Chromium does not start otherwise


@pytest.fixture
async def chromium() -> AsyncIterator[BrowserType]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium fonts-noto-cjk")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        yield playwright.chromium


@pytest.fixture
async def browser(chromium: BrowserType) -> AsyncIterator[Browser]:
    started = await chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield started
    await started.close()


@pytest.fixture
async def scriptless(chromium: BrowserType, tmp_path: Path) -> AsyncIterator[BrowserContext]:
    """A browser whose user has turned scripts off; Playwright's own switch would leave `noscript` unread."""
    preferences = tmp_path / "profile" / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text('{"profile": {"default_content_setting_values": {"javascript": 2}}}')
    started = await chromium.launch_persistent_context(
        tmp_path / "profile", executable_path=CHROMIUM, args=ARGUMENTS
    )
    yield started
    await started.close()
