from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.city import City
from tests.web.console.browsing import Browsing
from tests.web.console.decisions.test_approval import (
    test_nobody_approves_what_has_changed_since_they_saw_it,
    test_the_list_goes_on_page_by_page,
    test_two_leaders_approve_the_officer_launches_and_lifts,
)
from tests.web.console.office import HEAD, at_desk, office

__all__ = [
    "test_nobody_approves_what_has_changed_since_they_saw_it",
    "test_the_list_goes_on_page_by_page",
    "test_two_leaders_approve_the_officer_launches_and_lifts",
]


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with office(tmp_path) as running:
        yield running


@pytest.fixture
async def head(made: City) -> AsyncIterator[Browsing]:
    async with await at_desk(made, "head", "approver", titles=[HEAD]) as browser:
        yield browser


@pytest.fixture
async def officer(made: City) -> AsyncIterator[Browsing]:
    async with await at_desk(made, "officer", "duty_officer") as browser:
        yield browser
