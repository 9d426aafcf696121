"""What is to be true of every page, looked at in the page itself."""

import asyncio
from typing import TypedDict

from playwright.async_api import Page

_TABS = 400  # more than any page of ours has places to stop at
_STOPS = (
    'a[href], button:enabled, input:not([type="hidden"]):enabled, select:enabled, textarea:enabled, summary, '
    '[tabindex="0"]'
)
_SEEN = """() => ({
    lang: document.documentElement.lang,
    title: document.title.trim(),
    headings: document.querySelectorAll("h1").length,
    wide: document.documentElement.scrollWidth - innerWidth,
    frames: [...document.querySelectorAll("main *")]
        .filter(each => each.scrollWidth > each.clientWidth + 1)
        .filter(each => ["auto", "scroll"].includes(getComputedStyle(each).overflowX))
        .map(each => `${each.outerHTML.slice(0, 120)} hides ${each.scrollWidth - each.clientWidth} px`),
})"""
# how each stop looks at rest; then, as the keyboard comes to it, whether that changes
_WATCH = """stops => {
    const look = each => {
        const style = getComputedStyle(each);
        return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
                style.borderColor, style.backgroundColor, style.textDecorationLine].join();
    };
    const shown = each =>
        each.checkVisibility({visibilityProperty: true}) && each.getClientRects().length > 0;
    const first = each => each.type !== "radio" || !each.name || [...document.getElementsByName(each.name)]
        .filter(other => other.form === each.form).some((other, at, all) =>
            other === each && (other.checked || (at === 0 && !all.some(one => one.checked))));
    document.activeElement?.blur();
    const rest = new Map([...document.querySelectorAll(stops)].filter(shown).filter(first)
        .filter(each => each.tabIndex >= 0)
        .map(each => [each, look(each)]));
    window.walked = {rest, reached: new Set(), plain: new Set(), order: []};
    document.addEventListener("focusin", event => {
        const at = event.target;
        walked.order.push(at);
        walked.reached.add(at);
        if (walked.rest.has(at) && walked.rest.get(at) === look(at)) walked.plain.add(at);
    });
    return rest.size + 8 * document.querySelectorAll("input[type^=date], input[type=time]").length;
}"""
_REACHED = "() => walked.reached.size"
_WALKED = """() => {
    const told = each => each.outerHTML.slice(0, 120);
    return {
        first: walked.order.length ? told(walked.order[0]) : "",
        missed: [...walked.rest.keys()].filter(each => !walked.reached.has(each)).map(told),
        plain: [...walked.plain].map(told),
    };
}"""


class Seen(TypedDict):
    """`wide`: by how many pixels the page is wider than the screen; `frames`: what scrolls sideways in it."""

    lang: str
    title: str
    headings: int
    wide: int
    frames: list[str]


class Walked(TypedDict):
    """What the keyboard came to: first of all, never, and without a mark that it is there."""

    first: str
    missed: list[str]
    plain: list[str]


async def seen(page: Page) -> Seen:
    """The page as it stands."""
    found: Seen = await page.evaluate(_SEEN)
    return found


async def walked(page: Page) -> Walked:
    """Go through a page by the tabulator alone. Motion has to be reduced: marks then show at once."""
    stops = min(int(await page.evaluate(_WATCH, _STOPS)), _TABS)
    while True:
        before = int(await page.evaluate(_REACHED))
        # all at once: to wait for each to be answered, and drawn, takes ten times as long
        await asyncio.gather(*(page.keyboard.press("Tab") for _ in range(stops + 2)))
        found: Walked = await page.evaluate(_WALKED)
        # once more where it is still on its way: a browser with much to do lets a key go by
        if not found["missed"] or await page.evaluate(_REACHED) == before:
            return found
