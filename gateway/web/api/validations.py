"""Payloads in XML checked for whoever builds or receives them, before anything is sent."""

import asyncio
from typing import Literal

from gateway.errors import InputError
from gateway.exchange.validation.validate import validate
from gateway.exchange.xml import MAX_BYTES
from gateway.moments import moment
from gateway.web.api.operation import Answer, Body, Call, Operations, Output, Query
from gateway.web.keys import CLOCK

OPERATIONS = Operations()
_MESSAGE = Body(
    ("application/cap+xml", "application/xml", "text/xml"),
    MAX_BYTES,
    text="a CAP 1.2 alert or a message of the 12379 dialect, as in docs/payloads.md",
)


class PayloadFault(Output):
    """What is wrong at one place of the message; codes are listed in docs/payloads.md."""

    code: str
    severity: Literal["error", "warning"]
    message: str
    message_en: str
    line: int | None
    path: str | None


class PayloadValidation(Output):
    """`valid`: there is no error. `kind` is null for what is no XML; `omitted` counts further faults."""

    valid: bool
    kind: Literal["cap-1.2", "cap-1.1", "cap-1.0", "national", "feed", "wrapper", "unknown"] | None
    faults: list[PayloadFault]
    omitted: int


@OPERATIONS(
    "POST", "/api/v1/cap/validate", "read", {200: PayloadValidation}, query=Query, body=_MESSAGE, areas="any"
)
async def validate_payload(call: Call[Query]) -> Answer:
    """What is wrong with a CAP 1.2 alert or a message of the 12379 dialect; stores nothing."""
    if not call.body:
        raise InputError("BODY_MISSING", "请求没有正文", "the request has no body")
    now = moment(call.app[CLOCK]())
    found = await asyncio.to_thread(validate, call.body, now)
    return 200, found.as_json()
