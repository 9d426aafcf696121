import asyncio
import gc
import json
import logging
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from channels.contract import (
    Accepted,
    Deferred,
    Message,
    Outcome,
    Reason,
    Receipt,
    Reference,
    Rejected,
    Unknown,
)
from channels.stand_ins import Behaviour, TwilioStandIn
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN
from tests.channels.messages import ABROAD, MAINLAND, TEXT, callback_url, message, send, twilio_sms
from tests.channels.scripted import CLOSE, SILENCE, bytes_server, scripted

SID = "SM" + "1a" * 16
TAKEN = (201, json.dumps({"sid": SID, "status": "queued", "error_code": None}))


def error(status: int, code: int, headers: dict[str, str] | None = None) -> tuple[int, str, dict[str, str]]:
    return status, json.dumps({"code": code, "message": f"about {ABROAD}", "status": status}), headers or {}


@dataclass
class Case:
    label: str
    reply: object
    expected: Outcome
    message: Message = field(default_factory=message)
    form: dict[str, str] | None = field(default_factory=dict)  # fields that must be sent; None: no request


TABLE = [
    Case(
        "taken",
        TAKEN,
        Accepted(SID),
        message(callback_url=callback_url("https://a.example.cn")),
        {
            "To": ABROAD,
            "From": "+15005550006",
            "Body": TEXT,
            "StatusCallback": callback_url("https://a.example.cn"),
        },
    ),
    Case(
        "bytes that a form must escape",
        TAKEN,
        Accepted(SID),
        message(text="a&b=c+d %41 ;é\n😀"),
        {"Body": "a&b=c+d %41 ;é\n😀"},
    ),
    Case(
        "vendor's longest validity", TAKEN, Accepted(SID), message(lives=90000), {"ValidityPeriod": "36000"}
    ),
    Case("longest text", TAKEN, Accepted(SID), message(text="长" * 1600)),
    Case("too long", TAKEN, Rejected(Reason.TOO_LONG), message(text="长" * 1601), None),
    Case("about to expire", TAKEN, Rejected(Reason.EXPIRED), message(lives=4.9), None),
    Case("expired", TAKEN, Rejected(Reason.EXPIRED), message(lives=-60), None),
    Case("not E.164: no plus", TAKEN, Rejected(Reason.INVALID_ADDRESS), message("8613000000000"), None),
    Case(
        "not E.164: other digits", TAKEN, Rejected(Reason.INVALID_ADDRESS), message("+4477００900123"), None
    ),
    Case("not E.164: line break", TAKEN, Rejected(Reason.INVALID_ADDRESS), message(ABROAD + "\n"), None),
    Case("half a character", TAKEN, Rejected(Reason.CONTENT_REJECTED), message(text="\ud83d"), None),
    Case("invalid number", error(400, 21211), Rejected(Reason.INVALID_ADDRESS, "21211")),
    Case("landline", error(400, 21614), Rejected(Reason.INVALID_ADDRESS, "21614")),
    Case("opted out", error(400, 21610), Rejected(Reason.OPTED_OUT, "21610")),
    Case("no route", error(400, 21612), Rejected(Reason.NO_ROUTE, "21612")),
    Case("country not allowed", error(403, 21408), Rejected(Reason.NO_ROUTE, "21408")),
    Case("too long for the vendor", error(400, 21617), Rejected(Reason.TOO_LONG, "21617")),
    Case("filtered", error(400, 30007), Rejected(Reason.CONTENT_REJECTED, "30007")),
    Case("a code of tomorrow", error(400, 29999), Rejected(Reason.UNKNOWN_FAILURE, "29999")),
    Case("a refusal without code", (400, "<html>"), Rejected(Reason.UNKNOWN_FAILURE, "400")),
    Case("bad sender", error(400, 21606), Deferred(Reason.CONFIGURATION, None, "21606")),
    Case("wrong token", error(401, 20003), Deferred(Reason.AUTHENTICATION, None, "20003")),
    Case("wrong token, no body", (401, ""), Deferred(Reason.AUTHENTICATION)),
    Case("forbidden by something in front", (403, "<html>"), Deferred(Reason.AUTHENTICATION)),
    Case("wrong account", error(404, 20404), Deferred(Reason.CONFIGURATION, None, "20404")),
    Case("wrong path", (404, "no"), Deferred(Reason.CONFIGURATION)),
    Case("rate limit", error(429, 20429, {"Retry-After": "3"}), Deferred(Reason.RATE_LIMITED, 3.0, "20429")),
    Case("rate limit, no header", error(429, 20429), Deferred(Reason.RATE_LIMITED, None, "20429")),
    Case("rate limit, no body", (429, ""), Deferred(Reason.RATE_LIMITED)),
    Case("full queue of the sender", error(429, 21611), Deferred(Reason.PROVIDER_BUSY, None, "21611")),
    Case("daily cap", error(400, 63038), Deferred(Reason.QUOTA, None, "63038")),
    Case("server error", error(500, 20500), Unknown(Reason.SERVER_ERROR, "20500")),
    Case("a certain code in a server error", error(503, 21211), Unknown(Reason.SERVER_ERROR, "21211")),
    Case("bad gateway", (502, "<html>"), Unknown(Reason.SERVER_ERROR)),
    Case("redirect", (302, "", {"Location": "/elsewhere"}), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("redirect of a POST", (307, "", {"Location": "/elsewhere"}), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("taken, not JSON", (201, "<html>"), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("taken, empty", (201, ""), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("taken, a list", (201, "[]"), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("taken, null", (201, "null"), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("taken, no sid", (201, "{}"), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("taken, odd sid", (201, '{"sid": 5}'), Unknown(Reason.UNREADABLE_ANSWER)),
    Case("connection closed", CLOSE, Unknown(Reason.DISCONNECTED)),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.label)
async def test_every_answer_becomes_its_outcome(session: aiohttp.ClientSession, case: Case) -> None:
    async with scripted(case.reply) as server:
        outcome = await send(twilio_sms(session, server.url), case.message)
        assert outcome == case.expected
        if case.form is None:
            assert server.heard == []
        else:
            (request,) = server.heard  # one: nothing is tried again
            assert (request.method, request.path) == (
                "POST",
                f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json",
            )
            assert request.headers["Authorization"] == aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN)
            assert request.form.items() >= case.form.items()


async def test_the_validity_period_is_the_remaining_life(session: aiohttp.ClientSession) -> None:
    async with scripted(TAKEN) as server:
        await send(twilio_sms(session, server.url), message(lives=600))
        assert 590 <= int(server.heard[0].form["ValidityPeriod"]) <= 600


async def test_a_messaging_service_sends_in_place_of_a_number(session: aiohttp.ClientSession) -> None:
    async with scripted(TAKEN) as server:
        await send(twilio_sms(session, server.url, sender="MG" + "0" * 32), message())
        form = server.heard[0].form
        assert form["MessagingServiceSid"] == "MG" + "0" * 32
        assert "From" not in form


async def test_nothing_is_sent_that_was_not_given(session: aiohttp.ClientSession) -> None:
    async with scripted(TAKEN) as server:
        await send(twilio_sms(session, server.url), message(lives=None))
        assert server.heard[0].form.keys() == {"To", "From", "Body"}


async def test_a_mainland_number_does_not_leave_the_country(session: aiohttp.ClientSession) -> None:
    abroad = twilio_sms(session, "https://api.nowhere.invalid")
    assert await send(abroad, message(MAINLAND)) == Rejected(Reason.FOREIGN_TRANSFER)
    assert await send(abroad, message(ABROAD)) == Deferred(Reason.CONNECTION)  # others are tried


async def test_a_mainland_number_leaves_where_that_is_allowed(session: aiohttp.ClientSession) -> None:
    allowed = twilio_sms(session, "https://api.nowhere.invalid", allow_mainland=True)
    assert await send(allowed, message(MAINLAND)) == Deferred(Reason.CONNECTION)


async def test_a_mainland_number_may_reach_this_machine(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn() as twilio:
        assert isinstance(await send(twilio_sms(session, twilio.url), message(MAINLAND)), Accepted)


async def test_numbers_of_hong_kong_and_taiwan_are_not_mainland_numbers(
    session: aiohttp.ClientSession,
) -> None:
    abroad = twilio_sms(session, "https://api.nowhere.invalid")
    for number in ("+85251230000", "+886900000000"):
        assert await send(abroad, message(number)) == Deferred(Reason.CONNECTION)


async def test_credentials_do_not_cross_a_network_in_the_clear(session: aiohttp.ClientSession) -> None:
    with pytest.raises(ValueError, match="https"):
        twilio_sms(session, "http://api.example.com")


async def test_the_timeout_is_kept(session: aiohttp.ClientSession) -> None:
    async with scripted(SILENCE) as server:
        channel = twilio_sms(session, server.url, timeout=1.0)
        async with asyncio.timeout(60):
            assert await send(channel, message()) == Unknown(Reason.TIMEOUT)
        assert len(server.heard) == 1


async def test_half_an_answer_is_unknown(session: aiohttp.ClientSession) -> None:
    answer = f'HTTP/1.1 201 Created\r\nContent-Length: 999\r\n\r\n{{"sid": "{SID}"'.encode()
    async with bytes_server(answer) as url:
        assert await send(twilio_sms(session, url), message()) == Unknown(Reason.DISCONNECTED)


async def test_no_listener_is_certainly_not_sent(session: aiohttp.ClientSession, closed_port: int) -> None:
    channel = twilio_sms(session, f"http://127.0.0.1:{closed_port}")
    assert await send(channel, message()) == Deferred(Reason.CONNECTION)


async def test_an_edge_in_the_environment_does_not_move_the_host(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_ACCOUNT_SID", "AC" + "f" * 32)
    async with TwilioStandIn() as twilio:
        assert isinstance(await send(twilio_sms(session, twilio.url), message()), Accepted)


async def test_three_hundred_at_once_each_get_their_own_answer(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn(Behaviour(delay=(0.0, 0.1))) as twilio:
        channel = twilio_sms(session, twilio.url)
        sent = [
            message(f"+4477009{n:05}", id=f"m{n}", callback_url=callback_url("http://127.0.0.1:9", f"m{n}"))
            for n in range(300)
        ]
        twilio.behaviour = Behaviour(delay=(0.0, 0.1), receipts=False)
        outcomes = await asyncio.gather(*(send(channel, one) for one in sent))
        sids = {seen.message_id: seen.provider_id for seen in twilio.seen}
        assert outcomes == [Accepted(sids[one.id]) for one in sent]
        assert {(seen.message_id, seen.to, seen.text) for seen in twilio.seen} == {
            (one.id, one.address, one.text) for one in sent
        }


async def test_neither_numbers_nor_the_token_reach_a_log_or_an_outcome(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, closed_port: int
) -> None:
    caplog.set_level(logging.DEBUG)
    words: list[Any] = []
    for reply in (TAKEN, error(400, 21211), error(429, 20429), error(500, 20500), (201, ABROAD), CLOSE):
        async with scripted(reply) as server:
            channel = twilio_sms(session, server.url)
            words += [await send(channel, message()), await channel.poll([Reference(SID)]), channel]
    unreachable = twilio_sms(session, f"http://127.0.0.1:{closed_port}")
    words += [await send(unreachable, message()), await unreachable.poll([Reference(SID)])]
    gc.collect()
    written = caplog.text + repr(words)
    for secret in (ABROAD, ABROAD[1:], AUTH_TOKEN, aiohttp.encode_basic_auth(ACCOUNT_SID, AUTH_TOKEN)):
        assert secret not in written


async def test_polling_reads_the_state_of_each_message(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn() as twilio:
        channel = twilio_sms(session, twilio.url)
        delivered = await send(channel, message())
        twilio.behaviour = Behaviour(undelivered=1.0)
        failed = await send(channel, message())
        assert isinstance(delivered, Accepted)
        assert isinstance(failed, Accepted)
        references = [
            Reference(delivered.provider_id, "m1", 1),
            Reference(None, "m2", 1),
            Reference("SM" + "0" * 32, "m3", 1),
            Reference("../../secret", "m4", 1),
            Reference(failed.provider_id, "m5", 2),
        ]
        receipts = await channel.poll(references)
        assert [(r.reference, r.state, r.reason, r.vendor_code) for r in receipts] == [
            (references[0], "delivered", None, None),
            (references[4], "failed", Reason.UNREACHABLE, "30003"),
        ]
        assert all(receipt.at is not None and receipt.at.tzinfo is not None for receipt in receipts)


def lost(sent: Message, attempt: int = 1, started_at: datetime | None = None) -> Reference:
    """An attempt whose answer nobody has."""
    return Reference(None, sent.id, attempt, sent.address, sent.text, started_at or datetime.now(UTC))


async def test_a_message_whose_answer_was_lost_is_found_by_number_text_and_moment(
    session: aiohttp.ClientSession,
) -> None:
    async with TwilioStandIn(Behaviour(lose_answer=1.0)) as twilio:
        channel = twilio_sms(session, twilio.url)
        sent = message()
        assert isinstance(await send(channel, sent), Unknown)
        (receipt,) = await channel.poll([lost(sent)])
        assert receipt.state == "delivered"
        assert receipt.reference == Reference(twilio.seen[0].provider_id, sent.id, 1)


async def test_a_list_gives_no_other_message_for_a_lost_one(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn(Behaviour(lose_answer=1.0)) as twilio:
        channel = twilio_sms(session, twilio.url)
        sent = message()
        await send(channel, sent)
        hour = timedelta(hours=1)
        strangers = [
            lost(replace(sent, text="別的通知")),
            lost(replace(sent, address="+8613900009999")),
            lost(sent, started_at=datetime.now(UTC) - hour),
            lost(sent, started_at=datetime.now(UTC) + hour),
            replace(lost(sent), text=None),
        ]
        assert await channel.poll(strangers) == []
        sid = twilio.seen[0].provider_id
        known = [Reference(sid, sent.id, 1), lost(sent, 2)]  # the one message is the first attempt's
        assert [each.reference.attempt for each in await channel.poll(known)] == [1]
        twins = await channel.poll([lost(sent, 1), lost(sent, 2)])
        assert [each.reference.attempt for each in twins] == [1]


@pytest.mark.parametrize("reply", [CLOSE, (429, ""), (500, ""), (200, "[]"), (200, "{}"), (200, "<html>")])
async def test_polling_a_provider_in_trouble_gives_no_receipt(
    session: aiohttp.ClientSession, reply: object
) -> None:
    async with scripted(reply) as server:
        nothing: list[Receipt] = []
        assert await twilio_sms(session, server.url).poll([Reference(SID)]) == nothing
