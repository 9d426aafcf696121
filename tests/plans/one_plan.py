"""A plan of ours beside its source document, as the tests of each plan look at it."""

import re
from functools import cache
from pathlib import Path

import pytest

from gateway.plans.catalogue import Catalogue
from gateway.plans.measures import Facts, resolve
from gateway.plans.model import Measure, Plan, Wording
from gateway.vocabulary import AUDIENCES, ENGLISH_AUDIENCES, SECTORS, Level

BUSINESSES = frozenset(("enterprises", *(f"enterprises.{sector}" for sector in SECTORS)))
INDUSTRY = frozenset(f"enterprises.{sector}" for sector in ("industry", "mining", "power")) | {"enterprises"}
READERS = (*AUDIENCES, *(f"enterprises.{sector}" for sector in SECTORS))
ENGLISH_READERS = (*ENGLISH_AUDIENCES, *(f"enterprises.{sector}" for sector in SECTORS))
_SOURCES = Path(__file__).parents[3] / "shared" / "plans"


class OnePlan:
    """A plan by its id; `source`: the file of its document, beside the checkout."""

    def __init__(self, identifier: str, source: str = "") -> None:
        self._identifier = identifier
        self._source = source

    def plan(self) -> Plan:
        """The plan, read once."""
        return plan_of(self._identifier)

    def source(self) -> tuple[str, ...]:
        """The lines of the document, without spaces and marks of the extraction; [0] is line 1."""
        return _lines(self._source)

    def in_force(self, level: Level, reader: str, facts: Facts | None = None) -> set[str]:
        """The measures that somebody reads at a level, by id."""
        resolved = resolve(self.plan(), level, facts or Facts())
        return {each.measure.id for each in resolved if reader in each.measure.texts}

    def words(self, identifier: str, reader: str) -> str:
        """What a reader reads of a measure."""
        return self.plan().measure(identifier).texts[reader].text

    def citing(self, line: int) -> list[Measure]:
        """The measures whose clause holds a line of the document."""
        lines = ((each, each.clause.lines) for each in self.plan().measures)
        return [each for each, (first, last) in lines if first <= line <= last]


@cache
def plan_of(identifier: str) -> Plan:
    """A plan of ours, read once."""
    return Catalogue().load(identifier).plan


@cache
def wordings_in_english(identifier: str) -> tuple[tuple[str, str, Wording], ...]:
    """Every measure's id with each reader of English and what it reads."""
    return tuple(
        (measure.id, reader, wording)
        for measure in plan_of(identifier).measures
        for reader, wording in measure.texts.items()
        if reader in ENGLISH_READERS
    )


@cache
def _lines(file: str) -> tuple[str, ...]:
    path = _SOURCES / file
    if not path.exists():
        pytest.skip(f"the source document is not beside the checkout: {file}")
    marks = re.compile(r"\[bookmark:[^]]*]|[\s*]")
    return tuple(marks.sub("", line) for line in path.read_text("utf-8").split("\n"))
