"""Whether Chinese is drawn. Without a Chinese font every character is the same box, and texts still compare
equal; `document.fonts.check` says yes either way. Only the pixels tell."""

from playwright.async_api import Page

_DRAW = """words => [...words].map(word => {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 48;
    const context = canvas.getContext("2d", {willReadFrequently: true});
    context.font = `32px ${getComputedStyle(document.body).fontFamily}`;
    context.fillText(word, 4, 38);
    return context.getImageData(0, 0, 48, 48).data.join();
})"""


async def drawn_alike(page: Page, words: str = "重警霾橙签") -> bool:
    """Whether the page's own font draws any two of these characters alike, as boxes are."""
    pictures: list[str] = await page.evaluate(_DRAW, words)
    return len(set(pictures)) < len(words)
