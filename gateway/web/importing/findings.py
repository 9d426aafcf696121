"""What a list's report says about the whole of it."""

from collections.abc import Sequence

from gateway.directory.importing import Reading
from gateway.directory.inventory import InventoryLine
from gateway.directory.masking import mask_text
from gateway.directory.rotation import Finding, too_many_batches
from gateway.vocabulary import LEVEL_WORDS
from gateway.web.importing.settled import Settled

_NAMED = 20  # measures that were not understood
_WORDS = 60  # of each


def findings_of(reading: Reading, settled: Sequence[Settled]) -> list[Finding]:
    """Too many enterprises that stop at once, and measures that were not understood for certain."""
    lines = [
        (each.organisation.area, entry.lines)
        for each, entry in zip(settled, reading.entries, strict=True)
        if each.organisation is not None
    ]
    found = too_many_batches(reading.limits, lines)
    uncertain = [
        (each.organisation.name, line)
        for each, entry in zip(settled, reading.entries, strict=True)
        if each.organisation is not None
        for line in entry.lines
        if not line.certain
    ]
    if uncertain and reading.inventory_list not in ("white_list", "guaranteed"):
        which = "；".join(dict.fromkeys(_cell(name, line) for name, line in uncertain[:_NAMED]))
        which += "……" if len(uncertain) > _NAMED else ""
        found.append(
            Finding(
                "OWN_WORDS",
                f"{len(uncertain)} 条措施没有完全看懂，将按单元格原文发送：{which}",
                f"{len(uncertain)} measures were not understood for certain; their cells' own words will be"
                f" sent: {which}",
            )
        )
    return found


def _cell(name: str, line: InventoryLine) -> str:
    """Where a measure stands that was not understood, and its words."""
    return mask_text(f"{name} {LEVEL_WORDS[line.level]} {line.line or ''}“{line.words[:_WORDS]}”")


def nothing_removed(number: int) -> Finding:
    """Told where so many stay although they were to be taken away."""
    return Finding(
        "NOTHING_REMOVED",
        f"有未导入的行，所以文件中没有的 {number} 个没有移除；请先改正那些行",
        f"rows were refused, so that the {number} that the file does not name stay; mend those rows first",
    )
