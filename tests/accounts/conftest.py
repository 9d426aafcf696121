from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.accounts.office import Office
from tests.backends import open_ledger


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = open_ledger(tmp_path)
    yield Office(opened)
    opened.close()
