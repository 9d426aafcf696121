"""What a request ends in when its handler fails."""

import sqlite3

from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from sqlalchemy.exc import OperationalError

from gateway.web import problems


async def test_a_ledger_that_cannot_be_written_answers_later_and_a_fault_of_ours_does_not() -> None:
    full = sqlite3.OperationalError("database or disk is full")
    full.sqlite_errorcode = sqlite3.SQLITE_FULL

    async def answered(error: Exception) -> web.StreamResponse:
        async def handler(_request: web.Request) -> web.StreamResponse:
            raise error

        return await problems.middleware(make_mocked_request("POST", "/api/v1/decisions"), handler)

    later = await answered(OperationalError("insert", {}, full))
    assert (later.status, "Retry-After" in later.headers) == (503, True)
    assert (await answered(ValueError("13900000001"))).status == 500
