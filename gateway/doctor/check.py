"""One thing that was looked at, and what to do about it."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["ok", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Check:
    """`code` is stable; `advice` says what to do, empty where nothing is. No secret is in any of it."""

    code: str
    outcome: Outcome
    message: str  # Chinese
    message_en: str
    advice: str = ""
    advice_en: str = ""

    def as_json(self) -> dict[str, str]:
        """The shape that `doctor --json` prints."""
        return {
            "code": self.code,
            "outcome": self.outcome,
            "message": self.message,
            "message_en": self.message_en,
            "advice": self.advice,
            "advice_en": self.advice_en,
        }
