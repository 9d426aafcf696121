"""Tokens: what each may do, how long, and how often."""

import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.ledger.accounts import tokens
from gateway.ledger.accounts.tokens import SCOPES, Scope
from gateway.settings import SOCKET, ApiSettings
from gateway.web.api import OPERATIONS
from tests.city import City, city, soon
from tests.documents import as_yaml, orange_start
from tests.web.api import Client, described

DAY = 86_400_000


async def token(made: City, *scopes: Scope, name: str = "partner", days: int = 1) -> str:
    now = made.process.clock()
    assert await made.write(tokens.add, name, f"invented {name}", scopes, now, now + days * DAY)
    return f"invented {name}"


@pytest.mark.parametrize("scope", SCOPES)
async def test_a_token_opens_what_its_scope_is_for_and_nothing_without_it(
    client: Client, made: City, scope: Scope
) -> None:
    only = await token(made, scope, name="only")
    others = await token(made, *(each for each in SCOPES if each != scope), name="others")
    for each in OPERATIONS:
        if each.scope != scope:
            continue
        path = each.plain_path.format_map(dict.fromkeys(each.variables, "1"))
        for shown in (only, others):
            sent = {"Authorization": f"Bearer {shown}"}
            async with client.session.request(each.method, client.url + path, headers=sent) as answer:
                assert (answer.status == 403) == (shown == others), each.name
                if answer.status == 403:  # what is allowed may answer with a file
                    problem = await answer.json(content_type=None)
                    described(each.name, answer.status, problem)
                    assert problem["scope"] == scope


async def test_an_expired_or_revoked_token_opens_nothing(client: Client, made: City) -> None:
    client.token = await token(made, "read", name="old", days=0)
    assert (await client.get("/api/v1/plans"))[0] == 401
    client.token = await token(made, "read", name="lost")
    assert (await client.get("/api/v1/plans"))[0] == 200
    await made.write(tokens.revoke, "lost", made.process.clock())
    assert (await client.get("/api/v1/plans"))[0] == 401


async def test_using_a_token_is_remembered(client: Client, made: City) -> None:
    client.token = await token(made, "read")
    await client.get("/api/v1/plans")
    (kept,) = await made.read(tokens.all_tokens)
    assert kept.last_used_at is not None


async def test_stated_approvals_need_the_scope_launch(client: Client, made: City) -> None:
    client.token = await token(made, "submit")
    for query in ("", "?dry_run=true"):
        status, problem = await client.post(f"/api/v1/decisions{query}", as_yaml(soon(orange_start())))
        assert (status, problem["error"]["code"]) == (403, "APPROVALS_NOT_ALLOWED")
    client.token = await token(made, "submit", "launch", name="leader")
    assert (await client.post("/api/v1/decisions", as_yaml(soon(orange_start()))))[0] == 201


async def test_tokens_are_made_on_this_machine_only(client: Client, made: City) -> None:
    body = {"name": "new", "scopes": ["read"], "days": 1}
    assert (await client.post("/private/tokens", body))[0] == 404
    path = made.process.settings.data_folder / SOCKET
    connector = aiohttp.UnixConnector(str(path))
    async with (
        aiohttp.ClientSession(connector=connector) as session,
        session.post("http://airwarn/private/tokens", json=body) as response,
    ):
        answer: dict[str, Any] = await response.json()
    client.token = answer["token"]
    assert (await client.get("/api/v1/plans"))[0] == 200


async def test_a_token_that_asks_too_often_waits_and_the_others_do_not(tmp_path: Path) -> None:
    limits = {"api": ApiSettings(per_second=0.01, burst=3)}
    async with city(tmp_path, server=limits) as made, aiohttp.ClientSession() as session:
        eager = Client(session, made.process.url, await token(made, "read", name="eager"))
        calm = Client(session, made.process.url, await token(made, "read", name="calm"))
        headers = {"Authorization": f"Bearer {eager.token}"}
        assert [(await eager.get("/api/v1/broadcasts"))[0] for _ in range(3)] == [200, 200, 200]
        before = time.monotonic()
        async with session.get(f"{eager.url}/api/v1/broadcasts", headers=headers) as refused:
            described("list_broadcasts", refused.status, await refused.json(content_type=None))
            assert refused.status == 429
            assert 0 < int(refused.headers["Retry-After"]) <= 100 + time.monotonic() - before
        assert (await calm.get("/api/v1/broadcasts"))[0] == 200
        forwarded = {**headers, "X-Forwarded-For": "192.0.2.7", "Forwarded": "for=192.0.2.7"}
        async with session.get(f"{eager.url}/api/v1/broadcasts", headers=forwarded) as refused:
            assert refused.status == 429
