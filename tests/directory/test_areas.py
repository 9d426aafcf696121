"""Which areas somebody limited to some codes reaches; the ledger's statements say the same."""

import pytest
from sqlalchemy import create_engine, literal, select

from gateway.directory.areas import within
from gateway.ledger.backends.areas import reached

AREAS = (
    "410102",
    "410102001",
    "410102001203",
    "410103",
    "410100",
    "410000",
    "4101021",
    "hi-tech",
    "hi-tech2",
)
LIMITS = {
    (): set(AREAS),
    ("410102",): {"410102", "410102001", "410102001203", "4101021"},
    ("410102001",): {"410102001", "410102001203"},
    ("410100",): {"410102", "410102001", "410102001203", "410103", "410100", "4101021"},
    ("410000",): {each for each in AREAS if each.startswith("41")},
    ("hi-tech", "410103"): {"hi-tech", "410103"},
    ("420000",): set(),
}


@pytest.mark.parametrize("limits", LIMITS)
def test_a_code_holds_what_lies_in_it_and_nothing_beside(limits: tuple[str, ...]) -> None:
    assert {area for area in AREAS if within(area, limits)} == LIMITS[limits]


@pytest.mark.parametrize("limits", LIMITS)
def test_statements_find_the_same(limits: tuple[str, ...]) -> None:
    with create_engine("sqlite://").connect() as connection:
        found = {
            area for area in AREAS if connection.execute(select(reached(literal(area), limits))).scalar_one()
        }
    assert found == LIMITS[limits]
