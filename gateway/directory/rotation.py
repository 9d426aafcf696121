"""Rotations: enterprises of one kind that stop in turns, by batches. Plans may limit the batches. Pure."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from gateway.directory.areas import home
from gateway.directory.inventory import InventoryLine


@dataclass(frozen=True, slots=True)
class RotationLimit:
    """At most so many batches in the areas of a plan, by one of its clauses."""

    plan: str
    areas: Set[str]
    batches_at_most: int
    clause: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at in a list that was read; it keeps no row from being stored."""

    code: str
    message: str
    message_en: str
    clause: str | None = None

    def as_json(self) -> dict[str, object]:
        """Plain data."""
        return {
            "code": self.code,
            "message": self.message,
            "message_en": self.message_en,
            "clause": self.clause,
        }


def too_many_batches(
    limits: Iterable[RotationLimit], lines: Sequence[tuple[str, Sequence[InventoryLine]]]
) -> list[Finding]:
    """A finding for each plan of whose batches a list has more; `lines` are by their organisation's area."""
    found = []
    for limit in limits:
        most = max(
            (
                line.batch
                for area, of_one in lines
                if home(area, limit.areas) is not None
                for line in of_one
                if line.batch is not None
            ),
            default=0,
        )
        if most > limit.batches_at_most:
            found.append(
                Finding(
                    "TOO_MANY_BATCHES",
                    f"轮停分了 {most} 批，预案“{limit.plan}”最多 {limit.batches_at_most} 批",
                    f"the rotation has {most} batches; plan {limit.plan} allows {limit.batches_at_most}",
                    limit.clause,
                )
            )
    return found
