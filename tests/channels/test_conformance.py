"""Adapter and stand-in against the vendor's own OpenAPI description, not against our reading of it.

The description lies beside the checkout; without it these tests are skipped. Where Prism is found
(`AIRWARN_PRISM`, or `prism` on the path; @stoplight/prism-cli 5.14.2) it is asked too: it mocks the API
for the adapter, and as a proxy turns each answer of the stand-in that breaks the schema into a 500.
"""

import asyncio
import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from channels.contract import Accepted, Reference
from channels.stand_ins import Behaviour, TwilioStandIn
from tests.channels.messages import callback_url, message, send, twilio_sms
from tests.channels.scripted import scripted

DESCRIPTION = Path(__file__).parents[3] / "shared/conformance/twilio/twilio_messages.json"
PRISM = os.environ.get("AIRWARN_PRISM") or shutil.which("prism")

pytestmark = pytest.mark.skipif(
    not DESCRIPTION.is_file(), reason="the vendor's OpenAPI description is not beside this checkout"
)
needs_prism = pytest.mark.skipif(PRISM is None, reason="Prism is not installed (set AIRWARN_PRISM)")


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(DESCRIPTION.read_text())
    return read


CREATE = "/2010-04-01/Accounts/{AccountSid}/Messages.json"


async def test_the_request_has_only_fields_that_the_vendor_describes(
    session: aiohttp.ClientSession, description: dict[str, Any]
) -> None:
    operation = description["paths"][CREATE]["post"]
    (media_type,) = operation["requestBody"]["content"]
    form = operation["requestBody"]["content"][media_type]["schema"]
    example = operation["responses"]["201"]["content"]["application/json"]["examples"]["create"]["value"]
    for sender in ("+15005550006", "MG" + "0" * 32):
        async with scripted((201, json.dumps(example))) as server:
            sent = message(callback_url=callback_url("https://warnings.example.cn"))
            assert await send(twilio_sms(session, server.url, sender=sender), sent) == Accepted(
                example["sid"]
            )
            (request,) = server.heard
            assert request.headers["Content-Type"] == media_type
            assert re.fullmatch(CREATE.replace("{AccountSid}", "AC[0-9a-fA-F]{32}"), request.path)
            assert request.form.keys() >= set(form["required"])
            for name, value in request.form.items():
                schema = form["properties"][name]
                typed: object = int(value) if schema.get("type") == "integer" else value
                assert violation(description, schema, typed) is None, name


async def test_the_stand_ins_answers_are_as_the_vendor_describes(
    session: aiohttp.ClientSession, description: dict[str, Any]
) -> None:
    resource = description["components"]["schemas"]["api.v2010.account.message"]
    async with TwilioStandIn(Behaviour(undelivered=0.5)) as twilio:
        for sender in ("+15005550006", "MG" + "0" * 32):
            channel = twilio_sms(session, twilio.url, sender=sender)
            for _ in range(5):
                assert isinstance(await send(channel, message()), Accepted)
        answers = [await answer_of(session, twilio, seen.provider_id) for seen in twilio.seen]
        answers.append(await created(session, twilio))
    assert {answer["status"] for answer in answers} == {"queued", "delivered", "undelivered"}
    for answer in answers:
        assert answer.keys() == resource["properties"].keys()
        for name, schema in resource["properties"].items():
            assert violation(description, schema, answer[name]) is None, name


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"status": "QUEUED"}, "enum"),
        ({"num_segments": 1}, "type"),
        ({"sid": "XX1"}, "pattern"),
        ({"date_created": "2024-01-10"}, "format"),
        ({"status": None}, "null"),
    ],
)
def test_the_check_finds_what_is_wrong(
    description: dict[str, Any], change: dict[str, object], word: str
) -> None:
    properties = description["components"]["schemas"]["api.v2010.account.message"]["properties"]
    for name, value in change.items():
        found = violation(description, properties[name], value)
        assert found is not None
        assert word in found


@needs_prism
async def test_an_independent_mock_takes_our_requests(session: aiohttp.ClientSession) -> None:
    async with prism("mock") as url:
        channel = twilio_sms(session, url, timeout=10.0)
        sent = message(callback_url=callback_url("https://warnings.example.cn"))
        outcomes = await asyncio.gather(*(send(channel, sent) for _ in range(50)))
        assert all(isinstance(outcome, Accepted) for outcome in outcomes)
        (receipt,) = await channel.poll([Reference("SM" + "1" * 32)])
        assert receipt.at is not None


@needs_prism
async def test_an_independent_proxy_finds_no_fault_with_the_stand_in(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn() as twilio, prism("proxy", "--errors", upstream=twilio.url) as url:
        channel = twilio_sms(session, url, timeout=10.0)
        outcome = await send(channel, message())
        assert isinstance(outcome, Accepted)
        assert [receipt.state for receipt in await channel.poll([Reference(outcome.provider_id)])] == [
            "delivered"
        ]
        assert len(twilio.seen) == 1


def violation(description: Mapping[str, Any], schema: Mapping[str, Any], value: object) -> str | None:
    """How `value` breaks `schema`, None if it does not; the part of OpenAPI 3.0 that the document uses."""
    if "$ref" in schema:
        schema = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if value is None:
        return None if schema.get("nullable") else "null is not allowed"
    types: dict[str, type | tuple[type, ...]] = {
        "string": str,
        "integer": int,
        "number": (int, float),
        "boolean": bool,
        "object": dict,
        "array": list,
    }
    if not isinstance(value, types[schema["type"]]):
        return f"type is not {schema['type']}"
    if "enum" in schema and value not in schema["enum"]:
        return "not in the enum"
    if isinstance(value, str):
        if "pattern" in schema and not re.search(schema["pattern"], value):
            return "does not match the pattern"
        if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
            return "length"
        return bad_format(schema.get("format"), value)
    return None


def bad_format(name: str | None, value: str) -> str | None:
    if name == "date-time-rfc-2822":
        try:
            aware = parsedate_to_datetime(value).tzinfo is not None
        except ValueError:
            aware = False
        return None if aware else "format is not RFC 2822 with a zone"
    patterns = {
        "uri": r"https?://[a-zA-Z0-9.:-]+/\S*",
        "phone-number": r"\+[0-9]{7,15}",
        "currency": "[A-Z]{3}",
    }
    return None if re.fullmatch(patterns.get(name or "", r"(?s).*"), value) else f"format is not {name}"


async def answer_of(session: aiohttp.ClientSession, twilio: TwilioStandIn, sid: str | None) -> dict[str, Any]:
    return await ask(session, "GET", f"{base(twilio)}/{sid}.json")


async def created(session: aiohttp.ClientSession, twilio: TwilioStandIn) -> dict[str, Any]:
    form = {"To": "+447700900123", "From": "+15005550006", "Body": "测试"}
    return await ask(session, "POST", f"{base(twilio)}.json", form)


def base(twilio: TwilioStandIn) -> str:
    return f"{twilio.url}/2010-04-01/Accounts/AC{'0' * 32}/Messages"


async def ask(
    session: aiohttp.ClientSession, method: str, url: str, form: dict[str, str] | None = None
) -> dict[str, Any]:
    headers = {"Authorization": aiohttp.encode_basic_auth("AC" + "0" * 32, "stand-in-token")}
    async with session.request(method, url, data=form, headers=headers) as answer:
        read: dict[str, Any] = await answer.json()
        return read


@asynccontextmanager
async def prism(kind: str, *options: str, upstream: str | None = None) -> AsyncIterator[str]:
    """Prism over the vendor's description, on a free port of loopback."""
    assert PRISM is not None
    arguments = [
        kind,
        "-h",
        "127.0.0.1",
        "-p",
        "0",
        *options,
        str(DESCRIPTION),
        *([upstream] if upstream else []),
    ]
    running = await asyncio.create_subprocess_exec(
        PRISM, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    assert running.stdout is not None
    try:
        async with asyncio.timeout(60):
            async for line in running.stdout:
                if found := re.search(rb"listening on (http://127\.0\.0\.1:[0-9]+)", line):
                    break
            else:
                pytest.fail("Prism did not start")
        drained = asyncio.create_task(running.stdout.read())  # a full pipe would stop it
        yield found[1].decode()
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()
    await drained
