"""How somebody wants to read the public pages. All of it stands in the address: nobody is remembered."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from gateway.vocabulary import Language
from gateway.web.live.live_words import HTML_LANGUAGE
from gateway.web.live.live_words import Language as PageLanguage


@dataclass(frozen=True, slots=True)
class Wish:
    """`plan`: of which place, None where the address names none."""

    language: PageLanguage = "zh"
    large: bool = False
    contrast: bool = False
    plan: str | None = None

    @property
    def frozen_language(self) -> Language:
        """The language of texts that were frozen."""
        return "en" if HTML_LANGUAGE[self.language] == "en" else "zh-CN"

    def query(self, **changes: Any) -> str:
        """What keeps it in an address, with changes: `?lang=en&print=large`; "" where nothing is asked."""
        wanted = replace(self, **changes)
        found = {
            "plan": wanted.plan,
            "lang": "en" if wanted.language == "en" else None,
            "print": "large" if wanted.large else None,
            "contrast": "high" if wanted.contrast else None,
        }
        said = urlencode({name: value for name, value in found.items() if value})
        return f"?{said}" if said else ""


def wish_of(query: Mapping[str, str]) -> Wish:
    """What an address asks; what cannot be understood is passed over."""
    return Wish(
        "en" if query.get("lang") == "en" else "zh",
        query.get("print") == "large",
        query.get("contrast") == "high",
        query.get("plan") or None,
    )
