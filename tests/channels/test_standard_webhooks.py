"""The adapter for receivers of alerts: answers as outcomes, signatures, and progress that comes back."""

import asyncio
import base64
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from multidict import CIMultiDict

from channels import leaving
from channels.contract import (
    Accepted,
    CallbackRequest,
    Channel,
    Deferred,
    Forged,
    Outcome,
    Progress,
    Reason,
    Receipt,
    Reference,
    Rejected,
    Unknown,
)
from channels.stand_ins import Behaviour, ReceiverStandIn
from channels.webhook.signatures import public_key, sign, signing_key, verify, verifying_key
from channels.webhook.standard_webhooks import Form, Receiver, StandardWebhooks
from tests.channels.authenticity import Authenticity
from tests.channels.messages import callback_url, message, send
from tests.channels.scripted import CLOSE, SILENCE, bytes_server, scripted


def secret(seed: int) -> str:
    return "whsec_" + base64.b64encode(bytes([seed] * 32)).decode()


OURS, OLD, THEIRS = secret(1), secret(2), secret(3)
PRIVATE = "whsk_" + base64.b64encode(bytes([4] * 32)).decode()
CAP = '<?xml version="1.0" encoding="UTF-8"?>\n<alert>橙色\n</alert>'


def envelope(**changed: Any) -> str:
    forms = {
        "identifier": "a-1",
        "type": "alert",
        "sent": "2026-01-10T18:00:00+08:00",
        "cap": CAP,
        "national": "<预警/>",
        "json": {"identifier": "a-1"},
        "cell": {"broadcast": False},
        "all_clear": None,
    }
    return json.dumps({**forms, **changed}, ensure_ascii=False)


def channel_to(
    session: aiohttp.ClientSession,
    url: str,
    *,
    form: Form = "cap",
    keys: tuple[str, ...] = (OURS,),
    all_clear: bool = False,
    timeout: float = 60.0,
) -> StandardWebhooks:
    return StandardWebhooks(
        Receiver("mobile", url, form, keys, all_clear),
        progress_keys={"mobile": [THEIRS], "unicom": [OLD]},
        timeout=timeout,
        session=session,
    )


@dataclass
class Case:
    label: str
    reply: object
    expected: Outcome


TABLE = [
    Case("taken", (200, ""), Accepted()),
    Case("taken for later", (202, "queued"), Accepted()),
    Case("nothing to say", (204, ""), Accepted()),
    Case("not understood", (400, "no"), Rejected(Reason.CONTENT_REJECTED, "400")),
    Case("key refused", (401, ""), Deferred(Reason.AUTHENTICATION, None, "401")),
    Case("forbidden", (403, ""), Deferred(Reason.AUTHENTICATION, None, "403")),
    Case("no such address", (404, ""), Deferred(Reason.CONFIGURATION, None, "404")),
    Case("no POST there", (405, ""), Deferred(Reason.CONFIGURATION, None, "405")),
    Case("asked too slowly", (408, ""), Unknown(Reason.SERVER_ERROR, "408")),
    Case("conflict", (409, ""), Rejected(Reason.UNKNOWN_FAILURE, "409")),
    Case("wants nothing more", (410, ""), Deferred(Reason.LANE_REMOVED, None, "410")),
    Case("too large", (413, ""), Rejected(Reason.TOO_LONG, "413")),
    Case("another form", (415, ""), Deferred(Reason.CONFIGURATION, None, "415")),
    Case("not valid", (422, ""), Rejected(Reason.CONTENT_REJECTED, "422")),
    Case("too fast", (429, "", {"Retry-After": "7"}), Deferred(Reason.RATE_LIMITED, 7.0, "429")),
    Case("come tomorrow", (429, "", {"Retry-After": "86400"}), Deferred(Reason.RATE_LIMITED, 60.0, "429")),
    Case("too fast, no time", (429, ""), Deferred(Reason.RATE_LIMITED, None, "429")),
    Case("a status of tomorrow", (451, ""), Rejected(Reason.UNKNOWN_FAILURE, "451")),
    Case("an error of its own", (500, ""), Unknown(Reason.SERVER_ERROR, "500")),
    Case("bad gateway", (502, ""), Unknown(Reason.SERVER_ERROR, "502")),
    Case("busy until", (503, "", {"Retry-After": "9"}), Deferred(Reason.PROVIDER_BUSY, 9.0, "503")),
    Case("busy, or not", (503, ""), Unknown(Reason.SERVER_ERROR, "503")),
    Case(
        "moved", (301, "", {"Location": "http://127.0.0.1:1/"}), Deferred(Reason.CONFIGURATION, None, "301")
    ),
    Case("moved for once", (307, "", {"Location": "/x"}), Deferred(Reason.CONFIGURATION, None, "307")),
    Case("connection closed", CLOSE, Unknown(Reason.DISCONNECTED)),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.label)
async def test_every_answer_becomes_its_outcome(session: aiohttp.ClientSession, case: Case) -> None:
    async with scripted(case.reply) as server:
        assert (
            await send(channel_to(session, server.url + "/alerts"), message(text=envelope())) == case.expected
        )
        assert [(each.method, each.path) for each in server.heard] == [("POST", "/alerts")]


async def test_no_answer_in_time_is_unknown_and_no_listener_is_certainly_not_sent(
    session: aiohttp.ClientSession, closed_port: int
) -> None:
    async with scripted(SILENCE) as server:
        slow = channel_to(session, server.url, timeout=1.0)
        assert await send(slow, message(text=envelope())) == Unknown(Reason.TIMEOUT)
    nobody = channel_to(session, f"http://127.0.0.1:{closed_port}")
    assert await send(nobody, message(text=envelope())) == Deferred(Reason.CONNECTION)


@pytest.mark.parametrize(
    ("form", "content_type", "body"),
    [
        ("cap", "application/cap+xml; charset=utf-8", CAP.encode()),
        ("national", "application/xml; charset=utf-8", "<预警/>".encode()),
    ],
)
async def test_xml_leaves_as_the_very_bytes_that_were_stored(
    session: aiohttp.ClientSession, form: Form, content_type: str, body: bytes
) -> None:
    async with scripted() as server:
        await send(channel_to(session, server.url, form=form), message(text=envelope()))
        (heard,) = server.heard
        assert heard.headers["Content-Type"] == content_type
        assert heard.body == body


@pytest.mark.parametrize(("form", "data"), [("json", {"identifier": "a-1"}), ("cell", {"broadcast": False})])
async def test_json_leaves_as_an_event_of_the_standard(
    session: aiohttp.ClientSession, form: Form, data: Mapping[str, Any]
) -> None:
    async with scripted() as server:
        await send(channel_to(session, server.url, form=form), message(text=envelope()))
        (heard,) = server.heard
        assert heard.headers["Content-Type"] == "application/json"
        assert json.loads(heard.body) == {
            "type": "alert.released",
            "timestamp": "2026-01-10T18:00:00+08:00",
            "data": data,
        }


async def test_each_key_signs_and_the_id_is_the_messages_over_all_attempts(
    session: aiohttp.ClientSession,
) -> None:
    async with scripted() as server:
        channel = channel_to(session, server.url, keys=(OURS, OLD, PRIVATE))
        for attempt in (1, 2):
            await send(channel, message(id="7-abc", attempt=attempt, text=envelope()))
        for heard in server.heard:
            for key in (OURS, OLD, public_key(PRIVATE)):
                now = datetime.now(UTC)
                assert verify([verifying_key(key)], heard.headers, heard.body, now).id == "7-abc"


async def test_the_callback_address_comes_with_the_alert(session: aiohttp.ClientSession) -> None:
    async with scripted() as server:
        channel = channel_to(session, server.url)
        await send(channel, message(text=envelope(), callback_url=callback_url("https://a.example.cn")))
        await send(channel, message(text=envelope()))
        told = [heard.headers.get("airwarn-callback") for heard in server.heard]
        assert told == [f"{callback_url('https://a.example.cn')}?receiver=mobile", None]


async def test_the_all_clear_takes_the_place_of_a_cancel_where_it_is_wanted(
    session: aiohttp.ClientSession,
) -> None:
    clear = json.loads(envelope(cap="<all-clear/>", all_clear=None))
    async with scripted() as server:
        for wanted in (False, True):
            channel = channel_to(session, server.url, all_clear=wanted)
            await send(channel, message(text=envelope(cap="<cancel/>", all_clear=clear)))
            await send(channel, message(text=envelope(cap="<alert/>")))
        bodies = [heard.body for heard in server.heard]
        assert bodies == [b"<cancel/>", b"<alert/>", b"<all-clear/>", b"<alert/>"]


async def test_what_an_alert_does_not_have_is_not_sent(session: aiohttp.ClientSession) -> None:
    async with scripted() as server:
        national = channel_to(session, server.url, form="national")
        assert await send(national, message(text=envelope(national=None))) == Rejected(
            Reason.NO_FORM, "national"
        )
        for text in ("", "[]", "{}", "null", "橙色预警"):
            outcome = await send(national, message(text=text))
            assert outcome == Rejected(Reason.CONTENT_REJECTED, "envelope")
        assert server.heard == []


@pytest.mark.parametrize(
    "url",
    ["http://operator.example.cn/", "ftp://127.0.0.1/", "https://name:hidden@a.example.cn/", "nowhere", ""],
)
async def test_an_address_that_is_not_safe_is_refused(session: aiohttp.ClientSession, url: str) -> None:
    with pytest.raises(ValueError, match="address") as raised:
        channel_to(session, url)
    assert "hidden" not in str(raised.value)


async def test_a_receiver_without_a_key_is_refused(session: aiohttp.ClientSession) -> None:
    with pytest.raises(ValueError, match="no key"):
        channel_to(session, "https://a.example.cn/", keys=())


async def test_a_receiver_that_answers_without_end_costs_no_more_than_a_megabyte(
    session: aiohttp.ClientSession,
) -> None:
    async with bytes_server(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * (1 << 20), then_drip=True) as url:
        assert await send(channel_to(session, url), message(text=envelope())) == Accepted()


async def test_nothing_leaves_once_the_message_may_be_anothers(session: aiohttp.ClientSession) -> None:
    async def sending() -> Outcome:
        leaving.guard(lambda: False)
        return await send(channel_to(session, server.url), message(text=envelope()))

    async with scripted() as server:
        assert await asyncio.create_task(sending()) == Deferred(Reason.CONNECTION)
        assert server.heard == []


async def test_keys_reach_no_log_and_no_outcome(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    words = []
    for reply in ((500, OURS), (302, "", {"Location": "/" + OURS}), CLOSE):
        async with scripted(reply) as server:
            words.append(repr(await send(channel_to(session, server.url), message(text=envelope()))))
    assert OURS not in caplog.text + "".join(words)


def report(
    data: Mapping[str, Any] | None = None,
    *,
    body: bytes | None = None,
    key: str = THEIRS,
    receiver: str = "mobile",
    timestamp: object = "2026-01-10T18:05:00+08:00",
    report_id: str = "r1",
    at: datetime | None = None,
) -> CallbackRequest:
    content = {"identifier": "a-1", "state": "running"} if data is None else data
    if body is None:
        said = {"type": "alert.progress", "timestamp": timestamp, "data": content}
        body = json.dumps(said).encode()
    headers = CIMultiDict(sign([signing_key(key)], report_id, at or datetime.now(UTC), body))
    return CallbackRequest("POST", f"{callback_url('', 'm1', 2)}?receiver={receiver}", headers, body)


class TestStandardWebhooks(Authenticity):
    signature_headers = ("webhook-id", "webhook-timestamp", "webhook-signature")

    def channel(self, session: aiohttp.ClientSession) -> Channel:
        return channel_to(session, "https://a.example.cn/")

    def genuine(self) -> CallbackRequest:
        return report()

    def signed_by_another(self) -> CallbackRequest:
        return report(key=OURS)


async def test_one_receiver_never_speaks_for_another(session: aiohttp.ClientSession) -> None:
    channel = channel_to(session, "https://a.example.cn/")
    assert channel.callback(report(key=OLD, receiver="unicom")).progress[0].receiver == "unicom"
    for forged in (report(receiver="unicom"), report(key=OLD), report(receiver="telecom")):
        with pytest.raises(Forged):
            channel.callback(forged)


async def test_an_old_report_is_forged(session: aiohttp.ClientSession) -> None:
    channel = channel_to(session, "https://a.example.cn/")
    with pytest.raises(Forged):
        channel.callback(report(at=datetime.now(UTC) - timedelta(minutes=6)))


@pytest.mark.parametrize(
    ("data", "receipt"),
    [
        ({"state": "accepted"}, ("delivered", None)),
        ({"state": "running", "sent": 5}, ("delivered", None)),
        ({"state": "finished"}, ("delivered", None)),
        ({"state": "refused", "message": "区域不在本网"}, ("failed", Reason.CONTENT_REJECTED)),
        ({"state": "accepted", "operator": "中国移动"}, ("delivered", None)),
        ({"state": "refused", "operator": "中国移动"}, None),
    ],
)
async def test_progress_is_read_and_says_whether_the_message_is_there(
    session: aiohttp.ClientSession, data: dict[str, Any], receipt: tuple[str, Reason | None] | None
) -> None:
    callback = channel_to(session, "https://a.example.cn/").callback(report({"identifier": "a-1", **data}))
    at = datetime(2026, 1, 10, 10, 5, tzinfo=UTC)
    assert callback.status == 204
    assert list(callback.progress) == [Progress(id="r1", alert="a-1", receiver="mobile", at=at, **data)]
    expected = [] if receipt is None else [Receipt(Reference(None, "m1", 2), *_state(receipt), at=at)]
    assert list(callback.receipts) == expected


def _state(receipt: tuple[str, Reason | None]) -> tuple[Any, Reason | None]:
    return receipt


@pytest.mark.parametrize(
    ("said", "status", "names"),
    [
        ({"body": b"no"}, 422, "JSON"),
        ({"body": b"[" * 10_000}, 422, "JSON"),
        ({"body": b'{"type": "alert.released"}'}, 422, "type"),
        ({"body": b'{"type": "alert.progress", "data": 1}'}, 422, "data"),
        ({"data": {"state": "running"}}, 422, "identifier"),
        ({"data": {"identifier": "a", "state": "done"}}, 422, "state"),
        ({"data": {"identifier": "a", "state": ["running"]}}, 422, "state"),
        ({"data": {"identifier": "a", "state": "running", "sent": -1}}, 422, "sent"),
        ({"data": {"identifier": "a", "state": "running", "sent": True}}, 422, "sent"),
        ({"data": {"identifier": "a", "state": "running", "sent": 1.5}}, 422, "sent"),
        ({"data": {"identifier": "a", "state": "running", "targeted": 10**11}}, 422, "targeted"),
        ({"data": {"identifier": "a", "state": "running", "operator": "移" * 41}}, 422, "operator"),
        ({"data": {"identifier": "a", "state": "running", "operator": "\x1b[2J"}}, 422, "operator"),
        ({"data": {"identifier": "a", "state": "running", "message": "\ud83d"}}, 422, "message"),
        ({"timestamp": "2026-01-10T18:05:00"}, 422, "timestamp"),
        ({"timestamp": 1}, 422, "timestamp"),
        ({"timestamp": "0001-01-01T00:00:00+08:00"}, 422, "timestamp"),
        ({"data": {"identifier": "a", "state": "running", "more": "x" * 20_000}}, 413, "16384"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
async def test_a_genuine_report_that_cannot_be_read_is_answered_with_why_and_changes_nothing(
    session: aiohttp.ClientSession, said: dict[str, Any], status: int, names: str
) -> None:
    callback = channel_to(session, "https://a.example.cn/").callback(report(**said))
    assert (callback.status, callback.receipts, callback.progress) == (status, (), ())
    error = json.loads(callback.body)["error"]
    assert names in error["message"]
    assert names in error["message_en"]


async def test_what_a_receiver_says_beyond_the_agreed_is_passed_over(session: aiohttp.ClientSession) -> None:
    said = {"identifier": "a-1", "state": "running", "cells": [1, 2], "sent": None}
    assert channel_to(session, "https://a.example.cn/").callback(report(said)).progress[0].sent is None


async def test_the_stand_in_takes_a_message_once_and_refuses_a_forged_one(
    session: aiohttp.ClientSession,
) -> None:
    async with ReceiverStandIn(Behaviour(receipts=False), keys=(OURS,)) as operator:
        good, bad = channel_to(session, operator.url), channel_to(session, operator.url, keys=(OLD,))
        for identifier in ("1-a", "1-a", "2-a"):
            assert await send(good, message(id=identifier, text=envelope())) == Accepted()
        assert await send(bad, message(id="3-a", text=envelope())) == Deferred(
            Reason.AUTHENTICATION, None, "401"
        )
        assert [each.id for each in operator.taken] == ["1-a", "2-a"]
        assert operator.arrivals == ["1-a", "1-a", "2-a"]
        assert operator.forged == 1
