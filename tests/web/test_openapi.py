"""The API's own description is true: a tester that knows nothing else finds no answer beside it."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from openapi_spec_validator import validate

from gateway.settings import ApiSettings
from gateway.web.api import OPERATIONS
from gateway.web.api.links import LINKS
from gateway.web.api.openapi import document
from gateway.web.api.public import PUBLIC
from tests.city import TOKEN, city, soon
from tests.documents import as_yaml, orange_start
from tests.web.api import Client

EXAMPLES = 5  # for an operation, beside those at the bounds of its schemas
ROOT = Path(__file__).parents[2]
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


def test_every_link_takes_what_its_answer_holds_to_where_it_belongs() -> None:
    described = document(OPERATIONS, PUBLIC)
    paths = {each.name: described["paths"][each.plain_path][each.method.lower()] for each in OPERATIONS}
    for each in OPERATIONS:
        for link in LINKS.get(each.name, ()):
            target = next(other for other in OPERATIONS if other.name == link.operation)
            assert link.parameters.keys() == target.variables.keys(), (each.name, link)
            fields = (
                {} if target.body is None or target.body.model is None else target.body.model.model_fields
            )
            assert link.body.keys() <= fields.keys(), (each.name, link)
            for value in (*link.parameters.values(), *link.body.values()):
                answer = paths[each.name]["responses"][str(max(each.answers))]["content"]
                schema = answer["application/json"]["schema"]
                assert value.startswith("$request.path.") or holds(described, schema, value), (
                    each.name,
                    value,
                )


def holds(described: dict[str, Any], schema: dict[str, Any], pointer: str) -> bool:
    """Whether an answer of this schema may have a value at a JSON pointer."""
    for part in pointer.removeprefix("/").split("/"):
        choices = [schema, *schema.get("anyOf", ())]
        choices += [
            described["components"]["schemas"][each["$ref"].rpartition("/")[2]]
            for each in choices
            if "$ref" in each
        ]
        found = [each["properties"][part] for each in choices if part in each.get("properties", {})]
        found += [each["items"] for each in choices if part.isdecimal() and "items" in each]
        if not found:
            return False
        schema = found[0]
    return True


@pytest.mark.long
async def test_a_tester_that_reads_the_description_finds_nothing_untrue(tmp_path: Path) -> None:
    unlimited = {"api": ApiSettings(per_second=1e6, burst=1_000_000)}
    async with city(tmp_path, server=unlimited) as made, aiohttp.ClientSession() as session:
        client = Client(session, made.process.url)
        drill = orange_start(exercise=True, document_number="演练〔2024〕1号")  # links lead on from it
        assert (await client.post("/api/v1/decisions", as_yaml(soon(drill))))[0] == 201
        _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
        status, _ = await client.post(
            f"/api/v1/decisions/{submitted['id']}/launch", {"manifest": submitted["manifest"]}
        )
        assert status == 200
        tester = await asyncio.create_subprocess_exec(
            Path(sys.executable).with_name("schemathesis"),
            *("--config-file", CONFIG, "run", f"{made.process.url}/api/v1/openapi.json"),
            *("--header", f"Authorization: Bearer {TOKEN}", "--phases", "coverage,fuzzing,stateful"),
            *("--max-examples", str(EXAMPLES), "--seed", "1", "--no-color"),
            *("--generation-database", "none"),
            cwd=tmp_path,
            env=os.environ | {"SCHEMATHESIS_HOOKS": "tests.web.schemathesis_hooks", "PYTHONPATH": str(ROOT)},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await tester.communicate()
        assert tester.returncode == 0, told.decode()
