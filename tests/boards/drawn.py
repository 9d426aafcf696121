"""Documents as pictures: what a printer would put on paper."""

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typst
from PIL import Image

from gateway.boards.printing import FAMILIES, Document, font_folders


@cache
def fonts() -> tuple[Path, ...]:
    """The folders with Chinese fonts; where there are none, what prints cannot be tested."""
    if not set(FAMILIES) & set(_loaded().families()):
        pytest.skip("no Chinese font: apt-get install fonts-noto-cjk")
    return font_folders()


@cache
def _loaded() -> typst.Fonts:
    folders: list[Path] = [each for each in font_folders() if each.is_dir()]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def pages(document: Document, ppi: float = 48) -> list[Image.Image]:
    """Every page as a picture in colours."""
    fonts()
    made: Any = typst.compile(
        document.source.encode(),
        format="png",
        ppi=ppi,
        font_paths=_loaded(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**document.data, "families": list(FAMILIES)})},
    )
    made = made if isinstance(made, list) else [made]
    return [Image.open(io.BytesIO(page)).convert("RGB") for page in made]


def ink(page: Image.Image) -> float:
    """How much of the paper is not white."""
    histogram = page.convert("L").histogram()
    return sum(histogram[:200]) / sum(histogram)


def has_red(page: Image.Image) -> bool:
    """Whether the red of the drill mark is there."""
    data = page.tobytes()
    return any(
        red > 170 and green < 60 and blue < 80
        for red, green, blue in zip(data[0::3], data[1::3], data[2::3], strict=True)
    )
