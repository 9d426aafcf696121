"""Everything here runs on PostgreSQL. What has no fixture of its own here takes that of its own folder."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from gateway.ledger.database import Ledger
from tests import backends


@pytest.fixture(scope="session")
def server() -> str:
    return backends.server()


@pytest.fixture(scope="session")
def template(server: str) -> Iterator[str]:
    """A database with the tables, to be copied."""
    with backends.database(server) as address, tempfile.TemporaryDirectory() as folder:
        Ledger(Path(folder), SecretStr(address)).close()
        yield address.partition("?")[0].rpartition("/")[2]


@pytest.fixture(autouse=True)
def database(server: str, template: str) -> Iterator[SecretStr]:
    """A fresh database, and every ledger of the test is in it."""
    with backends.database(server, template) as address:
        backends.url = SecretStr(address)
        yield backends.url
        backends.url = None
