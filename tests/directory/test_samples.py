"""The lists that people begin with are read as they stand, and reach nobody for real."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import Connection, select

from gateway.directory import samples
from gateway.directory.header_words import Kind
from gateway.directory.importing import Options
from gateway.ledger.database import Ledger
from gateway.ledger.schema import organisations
from gateway.plans.catalogue import Catalogue
from gateway.spreadsheets import TABLE_TYPES, TableForm
from gateway.web.importing.lists import read_list, store_list
from gateway.web.importing.organisations import Wishes
from tests.backends import open_ledger

KINDS: tuple[Kind, ...] = get_args(Kind)
PLANS = Catalogue()


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


@pytest.mark.parametrize("form", TABLE_TYPES)
def test_samples_are_imported_as_they_stand_one_after_the_other(ledger: Ledger, form: TableForm) -> None:
    plan = PLANS.load("zhengzhou").plan
    for kind in KINDS:  # organisations first: the others speak of the one in its sample
        content = samples.sample(kind, plan, form)
        reading = read_list(content, f"{kind}.{form}", PLANS, Options(kind), plan=plan.id)
        report = ledger.write_now(store_list, reading, 1_700_000_000_000, wishes=Wishes())
        counts = report["counts"]
        assert (counts["refused"], sum(counts.values())) == (0, 1), (kind, report["rows"])
        assert not report["understood"]["unread"], kind
    assert ledger.read_now(_for_real) == []


@pytest.mark.parametrize("identifier", PLANS.identifiers())
def test_a_sample_fits_every_plan(identifier: str) -> None:
    plan = PLANS.load(identifier).plan
    for kind in KINDS:
        content = samples.sample(kind, plan, "csv")
        reading = read_list(content, f"{kind}.csv", PLANS, Options(kind), plan=plan.id)
        assert not any(row.faults for row in reading.rows), kind


def _for_real(connection: Connection) -> list[str]:
    return list(connection.scalars(select(organisations.c.code).where(~organisations.c.exercise)))
