"""What a check of a plan finds."""

from dataclasses import dataclass
from typing import Literal

from gateway.documents import Path


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault at a path of the file, such as `("measures", 3, "id")`."""

    path: Path
    code: str
    message: str
    message_en: str
    severity: Literal["error", "warning"] = "error"
