from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.broadcasts.bureau import Bureau


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    yield made
    made.close()
