"""The badge for other sites: the level as a word and a colour, with the moment for which it is true."""

from html import escape

from gateway.vocabulary import Level

MEDIA_TYPE = "image/svg+xml"
WIDTH, HEIGHT = 280, 64
_COLOURS: dict[str, tuple[str, str]] = {  # of the field and of the words on it: at least 4.5 to 1
    "yellow": ("#ffd400", "#1a1a1a"),
    "orange": ("#c2410c", "#ffffff"),
    "red": ("#b91c1c", "#ffffff"),
    "": ("#166534", "#ffffff"),
    "unknown": ("#444444", "#ffffff"),
}
_FONT = "font-family=\"system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif\""


def badge(place: str, colour: Level | str, words: str, moment: str, language: str) -> bytes:
    """An SVG of `WIDTH` × `HEIGHT`. `colour`: a level, "" for none, "unknown". Long words grow narrower."""
    field, ink = _COLOURS[colour]
    title = escape(f"{place} {words} {moment}".strip())
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}" xml:lang="{escape(language)}">'
        f"<title>{title}</title>"
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="{field}" stroke="{ink}" stroke-opacity=".5"/>'
        + _line(words, 30, 22, ink)
        + _line(f"{place} · {moment}" if moment else place, 52, 13, ink)
        + "</svg>"
    ).encode()


def _line(words: str, y: int, size: int, ink: str) -> str:
    wide = sum(size if ord(sign) > 0x2E80 else size * 0.62 for sign in words)
    room = WIDTH - 24
    squeezed = f' textLength="{room}" lengthAdjust="spacingAndGlyphs"' if wide > room else ""
    weight = ' font-weight="700"' if size > 20 else ""
    return (
        f'<text x="12" y="{y}" font-size="{size}" fill="{ink}" {_FONT}{weight}{squeezed}>'
        f"{escape(words)}</text>"
    )
