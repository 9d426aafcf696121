"""What is wrong with one place of an alert, and the list in which faults are gathered."""

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]
MAX_FAULTS = 200  # of one document; whoever sends 200 faults needs no more of them to see what is wrong
_SHOWN = 60  # characters of a value in a message


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, in Chinese and English, at a place such as `alert/info[2]/area[1]/polygon[1]`.

    `error`: the standard forbids it or it cannot be acted upon; `warning`: consumers are known to trip over
    it. `line` is 1-based; `code` is upper snake case and stable, listed in docs/payloads.md.
    """

    code: str
    severity: Severity
    message: str
    message_en: str
    line: int | None = None
    path: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape that the command and the API print."""
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "message_en": self.message_en,
            "line": self.line,
            "path": self.path,
        }


class Faults:
    """Gathers the faults of one document, at most `MAX_FAULTS` of them; `omitted` counts the rest."""

    def __init__(self) -> None:
        self.found: list[Fault] = []
        self.omitted = 0
        self.errors = 0

    def add(self, fault: Fault) -> None:
        """Keep a fault, or count it when there are too many."""
        self.errors += fault.severity == "error"
        if len(self.found) < MAX_FAULTS:
            self.found.append(fault)
        else:
            self.omitted += 1


def shown(value: str) -> str:
    """A value as a message quotes it: on one line, bounded."""
    line = " ".join(value.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
