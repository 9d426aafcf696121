import asyncio
import gc
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from channels.access_tokens import AccessToken, Fetch, TokenStore
from channels.chat.wecom_app import WecomApp
from channels.contract import Accepted, Deferred, Message, Outcome, Reason, Rejected, Unknown
from channels.stand_ins import Behaviour, WecomAppStandIn
from channels.stand_ins.wecom_app import AGENT_ID, CORP_ID, SECRET
from tests.channels.messages import message, send
from tests.channels.scripted import CLOSE, SILENCE, Scripted, scripted


class Kept:
    """A store with one token in it; what is dropped is remembered."""

    def __init__(self, token: str | None = "kept-and-secret") -> None:
        self.token = token
        self.dropped: list[str] = []
        self.fetched: list[AccessToken] = []

    async def get(self, name: str, fetch: Fetch) -> str:
        assert SECRET not in name
        if self.token is None:
            self.fetched.append(await fetch())
            self.token = self.fetched[-1].value
        return self.token

    async def drop(self, name: str, value: str) -> None:
        self.dropped.append(value)
        if self.token == value:
            self.token = None


def app(
    session: aiohttp.ClientSession,
    base_url: str,
    tokens: TokenStore | None = None,
    *,
    secret: str = SECRET,
    timeout: float = 60.0,
) -> WecomApp:
    return WecomApp(
        corp_id=CORP_ID,
        agent_id=AGENT_ID,
        secret=secret,
        base_url=base_url,
        timeout=timeout,
        session=session,
        tokens=tokens or Kept(),
    )


def answer(code: int, **more: object) -> tuple[int, str]:
    return 200, json.dumps({"errcode": code, "errmsg": f"hint: [1], {SECRET}", **more})


def to(*members: str) -> list[Message]:
    return [message(member, id=str(place)) for place, member in enumerate(members)]


ZHANG, LI = "ZhangSan", "LiSi"
INVALID = Rejected(Reason.INVALID_ADDRESS)
TAKEN = Accepted("m-1")


@dataclass
class Case:
    label: str
    reply: object
    expected: Sequence[Outcome]
    members: Sequence[str] = (ZHANG, LI)
    text: str | None = None
    sent: bool = True


def both(outcome: Outcome) -> list[Outcome]:
    return [outcome, outcome]


TABLE = [
    Case("taken", answer(0, msgid="m-1"), both(TAKEN)),
    Case("taken, unnamed", answer(0), both(Accepted())),
    Case("one is none", answer(0, msgid="m-1", invaliduser="zhangsan"), [INVALID, TAKEN]),
    Case("both are none", answer(81013), both(Rejected(Reason.INVALID_ADDRESS, "81013"))),
    Case("one has no licence", answer(0, unlicenseduser="lisi"), [Accepted(), Rejected(Reason.NO_ROUTE)]),
    Case("empty lists", answer(0, msgid="m-1", invaliduser="", unlicenseduser=""), both(TAKEN)),
    Case("lists of another shape", answer(0, msgid=7, invaliduser=["zhangsan"]), both(Accepted())),
    Case("everybody is nobody", answer(0, msgid="m-1"), [INVALID, TAKEN], ("@all", LI)),
    Case("two in one", answer(0), [INVALID], ("zhang|li",), None, False),
    Case("longest text", answer(0), both(Accepted()), text="长" * 682 + "xx"),
    Case("a byte too long", answer(0), both(Rejected(Reason.TOO_LONG)), text="长" * 682 + "xxx", sent=False),
    Case("half a character", answer(0), both(Rejected(Reason.CONTENT_REJECTED)), text="\ud83d", sent=False),
    Case("token not valid", answer(40014), both(Deferred(Reason.AUTHENTICATION, 2.0, "40014"))),
    Case("token run out", answer(42001), both(Deferred(Reason.AUTHENTICATION, 2.0, "42001"))),
    Case("no token", answer(41001), both(Deferred(Reason.AUTHENTICATION, 2.0, "41001"))),
    Case("over the window", answer(45009), both(Deferred(Reason.RATE_LIMITED, 60.0, "45009"))),
    Case("too many at once", answer(45033), both(Deferred(Reason.RATE_LIMITED, None, "45033"))),
    Case("busy", answer(-1), both(Deferred(Reason.PROVIDER_BUSY, None, "-1"))),
    Case("not our address", answer(60020), both(Deferred(Reason.CONFIGURATION, None, "60020"))),
    Case("application disabled", answer(50003), both(Deferred(Reason.LANE_REMOVED, None, "50003"))),
    Case("another's application", answer(301002), both(Deferred(Reason.CONFIGURATION, None, "301002"))),
    Case("content too large", answer(45002), both(Rejected(Reason.TOO_LONG, "45002"))),
    Case("out of its sight", answer(60011), both(Rejected(Reason.NO_ROUTE, "60011"))),
    Case("a code of tomorrow", answer(86999), both(Rejected(Reason.UNKNOWN_FAILURE, "86999"))),
    Case("server error", (502, "<html>"), both(Unknown(Reason.SERVER_ERROR, "502"))),
    Case("server error that says taken", (500, '{"errcode": 0}'), both(Unknown(Reason.SERVER_ERROR, "500"))),
    Case("throttled", (429, "", {"Retry-After": "9"}), both(Deferred(Reason.RATE_LIMITED, 9.0, "429"))),
    Case("forbidden in front", (403, "<html>"), both(Deferred(Reason.CONFIGURATION, None, "403"))),
    Case("redirect", (302, "", {"Location": "/x"}), both(Unknown(Reason.UNREADABLE_ANSWER))),
    Case("not JSON", (200, "<html>"), both(Unknown(Reason.UNREADABLE_ANSWER))),
    Case("a list", (200, "[]"), both(Unknown(Reason.UNREADABLE_ANSWER))),
    Case("a code in words", (200, '{"errcode": "0"}'), both(Unknown(Reason.UNREADABLE_ANSWER))),
    Case("a code that is no number", (200, '{"errcode": false}'), both(Unknown(Reason.UNREADABLE_ANSWER))),
    Case("connection closed", CLOSE, both(Unknown(Reason.DISCONNECTED))),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.label)
async def test_every_answer_becomes_its_outcomes(session: aiohttp.ClientSession, case: Case) -> None:
    text = case.text or message().text
    tokens = Kept()
    async with scripted(case.reply) as server:
        messages = [message(member, text=text) for member in case.members]
        assert await app(session, server.url, tokens).send(messages) == list(case.expected)
        assert len(server.heard) == int(case.sent)
        for request in server.heard:
            assert (request.method, request.path) == ("POST", "/cgi-bin/message/send")
            assert request.query == {"access_token": "kept-and-secret"}
            assert json.loads(request.body) == {
                "touser": "|".join(member for member in case.members if member != "@all"),
                "msgtype": "text",
                "agentid": AGENT_ID,
                "text": {"content": text},
                "enable_duplicate_check": 1,
                "duplicate_check_interval": 1800,
            }
    dropped = "token" in case.label
    assert tokens.dropped == (["kept-and-secret"] if dropped else [])


NO_BYTE_LEFT = Deferred(Reason.CONNECTION)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (answer(40001), Deferred(Reason.AUTHENTICATION, None, "40001")),
        (answer(40013), Deferred(Reason.AUTHENTICATION, None, "40013")),
        (answer(60020), Deferred(Reason.CONFIGURATION, None, "60020")),
        (answer(45009), Deferred(Reason.RATE_LIMITED, 60.0, "45009")),
        (answer(-1), Deferred(Reason.PROVIDER_BUSY, None, "-1")),
        (answer(40058), Deferred(Reason.AUTHENTICATION, None, "40058")),
        (answer(86999), Deferred(Reason.AUTHENTICATION, None, "86999")),
        (answer(0), Deferred(Reason.PROVIDER_BUSY)),
        (answer(0, access_token="x", expires_in="7200"), Deferred(Reason.PROVIDER_BUSY)),
        ((502, "<html>"), Deferred(Reason.PROVIDER_BUSY)),
        ((403, "<html>"), Deferred(Reason.CONFIGURATION, None, "403")),
        ((200, "<html>"), Deferred(Reason.PROVIDER_BUSY)),
        (CLOSE, NO_BYTE_LEFT),
        (SILENCE, NO_BYTE_LEFT),
    ],
)
async def test_without_a_token_nothing_is_sent_and_everything_may_be_sent_later(
    session: aiohttp.ClientSession, reply: object, expected: Outcome
) -> None:
    async with scripted(reply) as server:
        channel = app(session, server.url, Kept(None), timeout=1.0 if reply is SILENCE else 60.0)
        assert await send(channel, message(ZHANG)) == expected
        request = server.heard[0]  # a question may be asked again
        assert (request.method, request.path) == ("GET", "/cgi-bin/gettoken")
        assert request.query == {"corpid": CORP_ID, "corpsecret": SECRET}


async def test_a_token_is_fetched_with_its_life_and_used(session: aiohttp.ClientSession) -> None:
    tokens = Kept(None)
    async with WecomAppStandIn() as vendor:
        channel = app(session, vendor.url, tokens)
        assert await channel.send(to(ZHANG, LI)) == both(Accepted("msg-1"))
        assert await send(channel, message(ZHANG)) == Accepted("msg-2")
        assert [(each.to, each.text) for each in vendor.seen] == [
            (member, message().text) for member in (ZHANG, LI, ZHANG)
        ]
        assert (vendor.tokens_given, tokens.fetched[0].seconds) == (1, 7200.0)
        vendor.forget_tokens()
        assert await send(channel, message(LI)) == Deferred(Reason.AUTHENTICATION, 2.0, "40014")
        assert await send(channel, message(LI)) == Accepted("msg-3")
        assert vendor.tokens_given == 2


async def test_the_stand_in_tells_whom_it_does_not_know(session: aiohttp.ClientSession) -> None:
    async with WecomAppStandIn(Behaviour(refused=frozenset({"lisi"}))) as vendor:
        channel = app(session, vendor.url, Kept(None))
        assert await channel.send(to(LI, ZHANG)) == [INVALID, Accepted("msg-1")]
        assert await send(channel, message(LI)) == Rejected(Reason.INVALID_ADDRESS, "81013")
        assert [each.to for each in vendor.seen] == [ZHANG]


async def test_a_wrong_secret_is_told_apart_from_a_wrong_corporation(session: aiohttp.ClientSession) -> None:
    async with WecomAppStandIn() as vendor:
        channel = app(session, vendor.url, Kept(None), secret="another")
        assert await send(channel, message(ZHANG)) == Deferred(Reason.AUTHENTICATION, None, "40001")


async def test_token_and_message_together_keep_the_timeout(session: aiohttp.ClientSession) -> None:
    async with scripted(SILENCE) as server, asyncio.timeout(60):
        assert await send(app(session, server.url, timeout=1.0), message(ZHANG)) == Unknown(Reason.TIMEOUT)


async def test_a_store_that_never_answers_is_not_waited_for(session: aiohttp.ClientSession) -> None:
    class Silent(Kept):
        async def get(self, name: str, fetch: Fetch) -> str:
            await asyncio.Event().wait()
            raise AssertionError

    async with asyncio.timeout(60):
        channel = app(session, "https://qyapi.example.com", Silent(), timeout=0.2)
        assert await send(channel, message(ZHANG)) == NO_BYTE_LEFT


async def test_no_listener_is_certainly_not_sent(session: aiohttp.ClientSession, closed_port: int) -> None:
    for tokens in (Kept(), Kept(None)):
        channel = app(session, f"http://127.0.0.1:{closed_port}", tokens)
        assert await send(channel, message(ZHANG)) == NO_BYTE_LEFT


async def test_the_secret_crosses_no_network_in_the_clear(session: aiohttp.ClientSession) -> None:
    with pytest.raises(ValueError, match="https"):
        app(session, "http://qyapi.example.com")


async def test_secret_and_token_reach_neither_a_log_nor_an_outcome(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, closed_port: int
) -> None:
    caplog.set_level(logging.DEBUG)
    words: list[Any] = []

    async def tried(server: Scripted | None, tokens: Kept) -> None:
        channel = app(session, server.url if server else f"http://127.0.0.1:{closed_port}", tokens)
        words.extend([await send(channel, message(ZHANG)), channel, tokens.fetched])

    for reply in (answer(0), answer(40014), (500, SECRET), (302, "", {"Location": "/" + SECRET}), CLOSE):
        async with scripted(reply) as server:
            for tokens in (Kept(), Kept(None)):
                await tried(server, tokens)
    await tried(None, Kept())
    await tried(None, Kept(None))
    gc.collect()
    assert SECRET not in caplog.text + repr(words)
    assert "kept-and-secret" not in caplog.text + repr(words)
