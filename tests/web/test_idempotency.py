"""`Idempotency-Key`: a request that comes again is answered as before."""

import asyncio
from pathlib import Path

import aiohttp
import pytest

from gateway.ledger import idempotency
from gateway.ledger.idempotency import ABANDONED, KEPT, Answered
from tests.city import City, city, soon
from tests.documents import as_yaml, orange_start
from tests.web.api import Client

CSV = "编码,名称,受众,行业,区域代码,联系人,手机,企业微信群,邮箱\nS2,新小学,学校,,410105,,19900000107,,\n"
OTHER = CSV.replace("新小学", "旧小学")


async def test_the_same_request_under_a_key_is_answered_again_and_not_done_again(client: Client) -> None:
    first = await client.post("/api/v1/directory", CSV, Idempotency_Key="one")
    again = await client.post("/api/v1/directory", CSV, Idempotency_Key="one")
    assert first == again
    assert first[1]["counts"]["added"] == 1
    _, anew = await client.post("/api/v1/directory", CSV, Idempotency_Key="two")
    assert anew["counts"]["unchanged"] == 1


async def test_another_body_or_address_under_a_used_key_is_a_conflict(client: Client) -> None:
    await client.post("/api/v1/directory", CSV, Idempotency_Key="one")
    assert (await client.post("/api/v1/directory", OTHER, Idempotency_Key="one"))[0] == 409
    assert (await client.post("/api/v1/directory?dry_run=true", CSV, Idempotency_Key="one"))[0] == 409


async def test_a_refused_request_may_be_mended_under_its_key(client: Client) -> None:
    broken = as_yaml(soon(orange_start(document_number=None)))
    assert (await client.post("/api/v1/decisions", broken, Idempotency_Key="night"))[0] == 422
    whole = as_yaml(soon(orange_start()))
    assert (await client.post("/api/v1/decisions", whole, Idempotency_Key="night"))[0] == 201


async def test_requests_under_one_key_at_the_same_time_are_done_once(client: Client) -> None:
    answers = await asyncio.gather(
        *(client.post("/api/v1/directory", CSV, Idempotency_Key="one") for _ in range(5))
    )
    done = [answer["counts"] for status, answer in answers if status == 200]
    assert {status for status, _ in answers} <= {200, 409}
    assert done
    assert all(counts["added"] == 1 for counts in done)


async def test_keys_of_different_tokens_do_not_meet(made: City) -> None:
    now = made.process.clock()
    assert await made.write(idempotency.take, "someone", "one", "x", now) is None
    await made.write(idempotency.keep, "someone", "one", Answered("x", 200, "application/json", "{}"), now)
    async with aiohttp.ClientSession() as session:
        client = Client(session, made.process.url)
        assert (await client.post("/api/v1/directory", CSV, Idempotency_Key="one"))[1]["counts"]["added"] == 1


async def test_a_key_is_kept_over_a_restart(tmp_path: Path) -> None:
    answers = []
    for _ in range(2):
        async with city(tmp_path) as made, aiohttp.ClientSession() as session:
            client = Client(session, made.process.url)
            answers.append(await client.post("/api/v1/directory", CSV, Idempotency_Key="one"))
    assert answers[0] == answers[1]
    assert answers[0][1]["counts"]["added"] == 1


async def test_a_key_is_forgotten_after_a_day(made: City) -> None:
    answered = Answered("x", 200, "application/json", "{}")
    assert await made.write(idempotency.take, "someone", "one", "x", 0) is None
    await made.write(idempotency.keep, "someone", "one", answered, 0)
    assert await made.write(idempotency.take, "someone", "one", "y", KEPT - 1) == answered
    assert await made.write(idempotency.take, "someone", "one", "y", KEPT) is None
    renewed = Answered("y", 201, "application/json", "{}")
    await made.write(idempotency.keep, "someone", "one", renewed, KEPT)
    assert await made.write(idempotency.take, "someone", "one", "x", KEPT) == renewed


async def test_what_a_process_began_before_it_died_is_done_by_the_next(made: City) -> None:
    assert await made.write(idempotency.take, "someone", "one", "x", 0) is None
    waits = await made.write(idempotency.take, "someone", "one", "x", ABANDONED - 1)
    assert waits is not None
    assert waits.under_way
    assert await made.write(idempotency.take, "someone", "one", "x", ABANDONED) is None


@pytest.mark.parametrize("key", ["", "a b", "键", "x" * 201])
async def test_a_key_that_is_none_is_refused(client: Client, key: str) -> None:
    assert (await client.post("/api/v1/directory", CSV, Idempotency_Key=key))[0] == 422
