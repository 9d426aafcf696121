"""The templates in `gateway/web/pages`, and pages that are one file with their styles in place."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


class Style(NamedTuple):
    """A stylesheet that stands in the page itself; `source` is what a page's policy says to allow it."""

    text: Markup
    source: str


def environment() -> Environment:
    """How every page is filled: everything is escaped, and a name that nobody gave is an error."""
    return Environment(
        loader=PackageLoader("gateway.web", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def style(file: str) -> Style:
    """A stylesheet of `gateway/web/pages`, such as `sign.css`."""
    text = files("gateway.web").joinpath("pages", file).read_text("utf-8").strip()
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return Style(Markup(text), f"'sha256-{digest}'")  # noqa: S704 -- a file of ours
