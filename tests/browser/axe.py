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
_RUN = """async only => (await axe.run(document, {runOnly: only})).violations.map(
    each => `${each.impact} ${each.id}: ${each.help} — ${each.nodes.map(node => node.target).join(", ")}`)"""


async def faults(page: Page, *rules: str) -> list[str]:
    """Everything that axe finds wrong with the page as it is shown now, contrast (AA) among it; with `rules`
    what these find alone."""
    await page.evaluate(AXE.read_text("utf-8"))  # by the debugger: the page's own policy holds for the page
    found: list[str] = await page.evaluate(
        _RUN, {"type": "rule" if rules else "tag", "values": list(rules) or _RULES}
    )
    return found
