"""The one error that bad input ends in: it says what is wrong, where, and what would be right."""

from dataclasses import dataclass


@dataclass
class InputError(Exception):
    """Bad input of a user. `line` is 1-based; `field` is a dotted path such as `forecast.days.0.low`."""

    code: str  # upper snake case, stable: DOCUMENT_MALFORMED, PLAN_UNKNOWN, …
    message: str  # Chinese
    message_en: str
    file: str | None = None
    line: int | None = None
    field: str | None = None

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line) if part is not None)
        return f"{where}: {self.message}" if where else self.message

    def as_json(self) -> dict[str, object]:
        """The shape that commands and the API print under `error`."""
        return {
            "code": self.code,
            "message": self.message,
            "message_en": self.message_en,
            "file": self.file,
            "line": self.line,
            "field": self.field,
        }
