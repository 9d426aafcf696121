import asyncio
import gc
import json
import logging
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest

from channels.chat.wecom import WecomBot
from channels.contract import Accepted, Deferred, Message, Outcome, Reason, Rejected, Unknown
from channels.stand_ins import Behaviour, WecomStandIn
from tests.channels.messages import message, send
from tests.channels.scripted import CLOSE, SILENCE, scripted

KEY = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"  # the vendor's own example


def bot(session: aiohttp.ClientSession, base_url: str, *, key: str = KEY, timeout: float = 60.0) -> WecomBot:
    return WecomBot(key=key, base_url=base_url, timeout=timeout, session=session)


def answer(code: int) -> tuple[int, str]:
    return 200, json.dumps({"errcode": code, "errmsg": f"hint: [1], more info at {KEY}"})


@dataclass
class Case:
    label: str
    reply: object
    expected: Outcome
    message: Message = field(default_factory=message)
    sent: bool = True


TABLE = [
    Case("taken", answer(0), Accepted()),
    Case("longest text", answer(0), Accepted(), message(text="长" * 1365 + "x")),
    Case("one byte too long", answer(0), Rejected(Reason.TOO_LONG), message(text="长" * 1365 + "xx"), False),
    Case("half a character", answer(0), Rejected(Reason.CONTENT_REJECTED), message(text="\ud83d"), False),
    Case("bot removed", answer(93000), Deferred(Reason.LANE_REMOVED, None, "93000")),
    Case("over the window", answer(45009), Deferred(Reason.RATE_LIMITED, 60.0, "45009")),
    Case("too many at once", answer(45033), Deferred(Reason.RATE_LIMITED, None, "45033")),
    Case("busy", answer(-1), Deferred(Reason.PROVIDER_BUSY, None, "-1")),
    Case("content too large", answer(45002), Rejected(Reason.TOO_LONG, "45002")),
    Case("bad parameter", answer(40058), Rejected(Reason.CONTENT_REJECTED, "40058")),
    Case("message type", answer(40008), Rejected(Reason.CONTENT_REJECTED, "40008")),
    Case("illegal characters", answer(40033), Rejected(Reason.CONTENT_REJECTED, "40033")),
    Case("a code of tomorrow", answer(86999), Rejected(Reason.UNKNOWN_FAILURE, "86999")),
    Case("server error", (502, "<html>"), Unknown(Reason.SERVER_ERROR, "502")),
    Case("server error that says taken", (500, '{"errcode": 0}'), Unknown(Reason.SERVER_ERROR, "500")),
    Case("throttled in front", (429, "", {"Retry-After": "9"}), Deferred(Reason.RATE_LIMITED, 9.0, "429")),
    Case("forbidden in front", (403, "<html>"), Deferred(Reason.CONFIGURATION, None, "403")),
    Case("redirect", (302, "", {"Location": "/x"}), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("not JSON", (200, "<html>"), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("empty", (200, ""), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("a list", (200, "[]"), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("no code", (200, "{}"), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("a code in words", (200, '{"errcode": "0"}'), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("a code that is no number", (200, '{"errcode": false}'), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("connection closed", CLOSE, Unknown(Reason.DISCONNECTED)),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.label)
async def test_every_answer_becomes_its_outcome(session: aiohttp.ClientSession, case: Case) -> None:
    async with scripted(case.reply) as server:
        assert await send(bot(session, server.url), case.message) == case.expected
        assert len(server.heard) == int(case.sent)
        for request in server.heard:
            assert (request.method, request.path) == ("POST", "/cgi-bin/webhook/send")
            assert request.query == {"key": KEY}
            assert request.headers["Content-Type"] == "application/json"
            assert json.loads(request.body) == {
                "msgtype": "markdown",
                "markdown": {"content": case.message.text},
            }


async def test_the_timeout_is_kept(session: aiohttp.ClientSession) -> None:
    async with scripted(SILENCE) as server, asyncio.timeout(60):
        assert await send(bot(session, server.url, timeout=1.0), message()) == Unknown(Reason.TIMEOUT)


async def test_no_listener_is_certainly_not_sent(session: aiohttp.ClientSession, closed_port: int) -> None:
    channel = bot(session, f"http://127.0.0.1:{closed_port}")
    assert await send(channel, message()) == Deferred(Reason.CONNECTION)


async def test_the_vendors_window_is_told_to_the_engine(session: aiohttp.ClientSession) -> None:
    profile = bot(session, "https://qyapi.example.com").profile
    assert profile.windows == ((20, 60.0),)
    assert profile.final_on_accept
    async with WecomStandIn(Behaviour(rate=(20, 60.0))) as wecom:
        channel = bot(session, wecom.url)
        outcomes = [await send(channel, message(id=str(n))) for n in range(21)]
        assert outcomes == [Accepted()] * 20 + [Deferred(Reason.RATE_LIMITED, 60.0, "45009")]
        assert await send(bot(session, wecom.url, key="another"), message()) == Accepted()


async def test_the_key_crosses_no_network_in_the_clear(session: aiohttp.ClientSession) -> None:
    with pytest.raises(ValueError, match="https"):
        bot(session, "http://qyapi.example.com")


async def test_the_key_reaches_neither_a_log_nor_an_outcome(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, closed_port: int
) -> None:
    caplog.set_level(logging.DEBUG)
    words: list[Any] = []
    for reply in (
        answer(0),
        answer(93000),
        (500, KEY),
        (200, KEY),
        (302, "", {"Location": "/" + KEY}),
        CLOSE,
    ):
        async with scripted(reply) as server:
            channel = bot(session, server.url)
            words += [await send(channel, message()), channel]
    words.append(await send(bot(session, f"http://127.0.0.1:{closed_port}"), message()))
    words.append(await send(bot(session, "https://nobody.invalid"), message()))
    gc.collect()
    assert KEY not in caplog.text + repr(words)


async def test_a_lost_answer_leaves_one_message(session: aiohttp.ClientSession) -> None:
    async with WecomStandIn(Behaviour(lose_answer=1.0)) as wecom:
        assert await send(bot(session, wecom.url), message()) == Unknown(Reason.DISCONNECTED)
        assert [seen.text for seen in wecom.seen] == [message().text]
