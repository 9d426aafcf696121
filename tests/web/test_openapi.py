"""The API's own description is true: a tester that knows nothing else finds no answer beside it."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest
from openapi_spec_validator import validate

from gateway.settings import ApiSettings
from gateway.web.api import OPERATIONS
from gateway.web.api.openapi import document
from gateway.web.api.public import PUBLIC
from tests.city import TOKEN, city, soon
from tests.documents import as_yaml, orange_start
from tests.web.api import Client

EXAMPLES = 5  # for an operation, beside those at the bounds of its schemas
CONFIG = Path(__file__).with_name("schemathesis.toml")


def test_the_description_is_openapi_3_1() -> None:
    described = document(OPERATIONS, PUBLIC)
    assert described["openapi"] == "3.1.0"
    validate(described)


def test_every_operation_has_its_own_name_and_a_summary() -> None:
    named = [(each.name, each.summary) for each in OPERATIONS] + [
        (each.name, each.summary) for each in PUBLIC
    ]
    assert len({name for name, _ in named}) == len(named)
    assert all(summary for _, summary in named)


@pytest.mark.long
async def test_a_tester_that_reads_the_description_finds_nothing_untrue(tmp_path: Path) -> None:
    unlimited = {"api": ApiSettings(per_second=1e6, burst=1_000_000)}
    async with city(tmp_path, server=unlimited) as made, aiohttp.ClientSession() as session:
        client = Client(session, made.process.url)
        _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
        status, _ = await client.post(
            f"/api/v1/decisions/{submitted['id']}/launch", {"manifest": submitted["manifest"]}
        )
        assert status == 200
        tester = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("schemathesis"),
            *("--config-file", CONFIG, "run", f"{made.process.url}/api/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {TOKEN}", "--phases", "coverage,fuzzing"),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--no-color"),
            *("--generation-database", "none"),
            cwd=tmp_path,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await tester.communicate()
        assert tester.returncode == 0, told.decode()
