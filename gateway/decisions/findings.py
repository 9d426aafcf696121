"""What a check says about a decision: one finding for each thing that does not fit."""

from dataclasses import dataclass, replace
from typing import Any, Literal

Severity = Literal["refuse", "reason", "note"]
SEVERITIES: tuple[Severity, ...] = ("refuse", "reason", "note")  # gravest first


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding of DESIGN section 6, in Chinese and English.

    `refuse`: the decision cannot go out; `reason`: only with a recorded `special_reason`; `note`: to
    be known. `clause` cites the plan or the law, None where neither prints the rule. `deviation`
    marks a `reason` that the recorded special reason turned into a note. `field` is
    the part of the document that is missing or wrong, where the code alone does not tell it.
    """

    code: str
    severity: Severity
    message: str
    message_en: str
    clause: str | None = None
    deviation: bool = False
    field: str | None = None

    def with_reason(self) -> "Finding":
        """The finding as it stands once a special reason is recorded; only `reason` changes."""
        if self.severity != "reason":
            return self
        return replace(self, severity="note", deviation=True)

    def as_json(self) -> dict[str, Any]:
        """The shape of DESIGN section 7; `deviation` stands only where it is true."""
        shape: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "message_en": self.message_en,
            "clause": self.clause,
        }
        if self.deviation:
            shape["deviation"] = True
        return shape
