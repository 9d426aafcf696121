"""axe-core, which looks through a page for what shuts people out.

It comes from npm and is for tests only: `npm install --prefix .axe axe-core@4.14.1` in the project's folder,
or its `axe.min.js` named by `AIRWARN_AXE`. Without it these tests are skipped, loudly.
"""

import os
from pathlib import Path

import pytest
from playwright.async_api import Page

AXE = Path(
    os.environ.get("AIRWARN_AXE")
    or Path(__file__).parents[2] / ".axe" / "node_modules" / "axe-core" / "axe.min.js"
)
needs_axe = pytest.mark.skipif(
    not AXE.is_file(), reason="axe-core is not installed: npm install --prefix .axe axe-core@4.14.1"
)
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """async rules => (await axe.run(document, {runOnly: {type: "tag", values: rules}})).violations.map(
    each => `${each.impact} ${each.id}: ${each.help} — ${each.nodes.map(node => node.target).join(", ")}`)"""


async def faults(page: Page) -> list[str]:
    """Everything that axe finds wrong with the page as it is shown now; contrast (AA) among it."""
    await page.evaluate(AXE.read_text("utf-8"))  # by the debugger: the page's own policy holds for the page
    found: list[str] = await page.evaluate(_RUN, _RULES)
    return found
