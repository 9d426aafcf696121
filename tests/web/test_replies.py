"""Replies by SMS, as the provider tells of them."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from channels.stand_ins.twilio import TwilioStandIn
from gateway.ledger.follow_up import acknowledgements
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.ledger.schema import replies
from gateway.ledger.trail import audit
from tests.city import City
from tests.documents import lift
from tests.signing import read_by_all, signing_city, start

SCHOOL, PLANT, HOSPITAL = "+8619900000101", "+8619900000103", "+8619900000102"


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with signing_city(tmp_path) as running_city:
        yield running_city


async def reply(made: City, number: str, text: str, **how: Any) -> int:
    return await made.twilio.reply(f"{made.process.url}/callbacks/sms/replies", number, text, **how)


async def answer(made: City, broadcast: int, code: str) -> Acknowledgement:
    found: Acknowledgement | None = await made.read(acknowledgements.of_organisation, broadcast, code)
    assert found is not None
    return found


async def kept(made: City) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = await made.read(
        lambda connection: [
            (row.text, row.meaning) for row in connection.execute(select(replies.c.text, replies.c.meaning))
        ]
    )
    return found


@pytest.mark.parametrize("text", ["1", " １ ", "收到", "已收到。", "签收！", "回复1"])
async def test_a_reply_that_says_so_signs(made: City, text: str) -> None:
    broadcast = await start(made)
    assert await reply(made, SCHOOL, text) == 200
    found = await answer(made, broadcast, "S1")
    assert found.signed_at is not None
    assert (found.name, found.via) == ("林老师", "sms")
    (entry,) = await made.read(audit.page, kind="signed")
    assert "0101" not in str(entry)


@pytest.mark.parametrize("text", ["2", "不能停，炉子会坏"])
async def test_a_reply_that_says_no_objects_with_its_words(made: City, text: str) -> None:
    broadcast = await start(made)
    await reply(made, PLANT, text)
    found = await answer(made, broadcast, "E1")
    assert found.signed_at is None
    assert text in (found.objection or "")


@pytest.mark.parametrize("text", ["", "12", "21", "收到了吗", "谁是你", "TD", "1" * 5000])
async def test_any_other_reply_is_kept_and_signs_nothing(made: City, text: str) -> None:
    broadcast = await start(made)
    assert await reply(made, SCHOOL, text) == 200
    assert (await answer(made, broadcast, "S1")).signed_at is None
    assert await kept(made) == [(text[:1600], "other")]


async def test_a_reply_told_twice_counts_once(made: City) -> None:
    await start(made)
    for _ in range(2):
        assert await reply(made, SCHOOL, "1", sid="SM" + "7" * 32) == 200
    assert len(await kept(made)) == 1
    assert len(await made.read(audit.page, kind="signed")) == 1


async def test_a_reply_signs_the_newest_that_is_open(made: City) -> None:
    first = await start(made)
    await read_by_all(made)
    newer = await start(made, lift())
    await read_by_all(made)
    await reply(made, SCHOOL, "收到")
    assert (await answer(made, first, "S1")).signed_at is None
    assert (await answer(made, newer, "S1")).signed_at is not None


async def test_a_reply_from_a_number_that_is_asked_nothing_signs_nothing(made: City) -> None:
    broadcast = await start(made)
    await reply(made, HOSPITAL, "1")
    await reply(made, "+8619912345678", "1")
    found = [await answer(made, broadcast, code) for code in ("S1", "E1")]
    assert [each.signed_at for each in found] == [None, None]
    assert len(await kept(made)) == 2


async def test_a_forged_reply_is_refused_and_not_even_kept(made: City) -> None:
    broadcast = await start(made)
    async with TwilioStandIn(auth_token="another") as stranger:
        status = await stranger.reply(f"{made.process.url}/callbacks/sms/replies", SCHOOL, "1")
    assert status == 403
    assert (await answer(made, broadcast, "S1")).signed_at is None
    assert await kept(made) == []
