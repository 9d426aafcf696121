"""A small plan that has no faults, and ways to spoil it. Its town, bodies and rules are invented."""

from pathlib import Path

from gateway.plans.catalogue import LoadedPlan, read

SMALL = (Path(__file__).parent / "small.yaml").read_text("utf-8")


def small_plan(*changes: tuple[str, str]) -> LoadedPlan:
    """The small plan with each change's first text, which must stand in it, replaced by its second."""
    text = SMALL
    for old, new in changes:
        assert old in text, f"the small plan has no {old!r}"
        text = text.replace(old, new, 1)
    return read(text.encode(), "small.yaml")


def line_with(text: str) -> int:
    """The line (1-based) of the small plan in which `text` stands first."""
    return SMALL[: SMALL.index(text)].count("\n") + 1
