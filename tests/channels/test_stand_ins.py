import asyncio
import hashlib
import json
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from channels.chat.wecom import WecomBot
from channels.contract import Accepted, CallbackRequest, Deferred, Reason, Receipt, Rejected, Unknown
from channels.email.smtp import SmtpMail
from channels.sms.twilio import TwilioSms
from channels.stand_ins import Behaviour, TwilioStandIn
from channels.stand_ins.serving import Server
from tests.channels.messages import ABROAD, MAINLAND, TEXT, callback_url, message, send, twilio_sms
from tests.processes import json_lines


@dataclass
class Office:
    """The receiving end of callbacks, as the gateway has it: authenticates and collects receipts."""

    session: aiohttp.ClientSession
    api: str
    url: str = ""
    receipts: list[Receipt] = field(default_factory=list)
    most_at_once: int = 0
    at_once: int = 0

    @property
    def channel(self) -> TwilioSms:
        return twilio_sms(self.session, self.api, public=self.url)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        body = await request.read()
        await asyncio.sleep(0)
        callback = self.channel.callback(
            CallbackRequest(request.method, request.raw_path, request.headers, body)
        )
        self.receipts += callback.receipts
        self.at_once -= 1
        return web.Response(status=callback.status)


@asynccontextmanager
async def office(session: aiohttp.ClientSession, twilio: TwilioStandIn) -> AsyncIterator[Office]:
    desk = Office(session, twilio.url)
    async with Server(desk.handle, 0) as server:
        desk.url = server.url
        yield desk


async def send_some(desk: Office, count: int) -> list[Any]:
    return [
        await send(desk.channel, message(id=f"m{n}", callback_url=callback_url(desk.url, f"m{n}")))
        for n in range(count)
    ]


async def test_each_message_gets_signed_receipts_that_name_it(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn() as twilio, office(session, twilio) as desk:
        (outcome,) = await send_some(desk, 1)
        await twilio.settled()
        assert [receipt.state for receipt in desk.receipts] == ["sent", "delivered"]
        for receipt in desk.receipts:
            assert receipt.reference.provider_id == outcome.provider_id
            assert (receipt.reference.message_id, receipt.reference.attempt) == ("m0", 1)


async def test_receipts_may_come_twice_and_reversed(session: aiohttp.ClientSession) -> None:
    unruly = Behaviour(receipt_twice=1.0, receipts_reversed=1.0, receipt_delay=(0.02, 0.03))
    async with TwilioStandIn(unruly) as twilio, office(session, twilio) as desk:
        await send_some(desk, 3)
        await twilio.settled()
        assert Counter((r.reference.message_id, r.state) for r in desk.receipts) == {
            (f"m{n}", state): 2 for n in range(3) for state in ("sent", "delivered")
        }
        assert next(r.state for r in desk.receipts if r.reference.message_id == "m0") == "delivered"


async def test_a_receipt_settles_a_message_whose_answer_was_lost(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn(Behaviour(lose_answer=1.0)) as twilio, office(session, twilio) as desk:
        assert await send_some(desk, 1) == [Unknown(Reason.DISCONNECTED)]
        await twilio.settled()
        assert [(r.reference.message_id, r.state) for r in desk.receipts] == [
            ("m0", "sent"),
            ("m0", "delivered"),
        ]


async def test_undelivered_messages_say_why(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn(Behaviour(undelivered=1.0)) as twilio, office(session, twilio) as desk:
        await send_some(desk, 1)
        await twilio.settled()
        assert (desk.receipts[-1].state, desk.receipts[-1].reason) == ("failed", Reason.UNREACHABLE)


async def test_receipts_of_many_messages_come_a_bounded_number_at_once(
    session: aiohttp.ClientSession,
) -> None:
    async with TwilioStandIn(Behaviour(receipt_delay=(0.0, 0.0))) as twilio, office(session, twilio) as desk:
        await send_some(desk, 100)
        await twilio.settled()
        assert len(desk.receipts) == 200
        assert desk.most_at_once <= 16


async def test_a_receipt_waits_for_a_desk_that_is_not_open_yet(
    session: aiohttp.ClientSession, closed_port: int
) -> None:
    async with TwilioStandIn() as twilio:
        desk = Office(session, twilio.url, f"http://127.0.0.1:{closed_port}")
        await send_some(desk, 1)
        await asyncio.sleep(0.1)
        async with Server(desk.handle, closed_port):
            await twilio.settled()
        assert [receipt.state for receipt in desk.receipts] == ["sent", "delivered"]


@pytest.mark.parametrize(
    ("to", "outcome"),
    [
        ("+15005550001", Rejected(Reason.INVALID_ADDRESS, "21211")),
        ("+15005550002", Rejected(Reason.NO_ROUTE, "21612")),
        ("+15005550003", Rejected(Reason.NO_ROUTE, "21408")),
        ("+15005550004", Rejected(Reason.OPTED_OUT, "21610")),
        ("+15005550009", Rejected(Reason.INVALID_ADDRESS, "21614")),
    ],
)
async def test_the_vendors_magic_recipients_are_refused(
    session: aiohttp.ClientSession, to: str, outcome: Rejected
) -> None:
    async with TwilioStandIn() as twilio:
        assert await send(twilio_sms(session, twilio.url), message(to)) == outcome
        assert twilio.seen == []


@pytest.mark.parametrize(
    ("sender", "outcome"),
    [
        ("+15005550001", Deferred(Reason.CONFIGURATION, None, "21212")),
        ("+15005550007", Deferred(Reason.CONFIGURATION, None, "21606")),
        ("+15005550008", Deferred(Reason.PROVIDER_BUSY, None, "21611")),
    ],
)
async def test_the_vendors_magic_senders_are_refused(
    session: aiohttp.ClientSession, sender: str, outcome: Deferred
) -> None:
    async with TwilioStandIn() as twilio:
        assert await send(twilio_sms(session, twilio.url, sender=sender), message()) == outcome


@pytest.mark.parametrize(
    "url", ["office", "ftp://a.example.cn/x", "http://under_score.cn/x", "http:///x", "http://a.cn/中"]
)
async def test_an_address_that_cannot_be_called_back_is_refused(
    session: aiohttp.ClientSession, url: str
) -> None:
    async with TwilioStandIn() as twilio:
        outcome = await send(twilio_sms(session, twilio.url), message(callback_url=url))
        assert outcome == Deferred(Reason.CONFIGURATION, None, "21609")


async def test_accidents_happen_after_the_message_was_taken(session: aiohttp.ClientSession) -> None:
    for behaviour, reason in (
        (Behaviour(lose_answer=1.0), Reason.DISCONNECTED),
        (Behaviour(fail_after_accepting=1.0), Reason.SERVER_ERROR),
        (Behaviour(hang=1.0), Reason.TIMEOUT),
    ):
        async with TwilioStandIn(behaviour) as twilio:
            outcome = await send(twilio_sms(session, twilio.url, timeout=1.0), message())
            assert isinstance(outcome, Unknown)
            assert outcome.reason is reason
            assert [seen.to for seen in twilio.seen] == [ABROAD]
            assert twilio.unanswered == 1


async def test_others_happen_before_anything_was_taken(session: aiohttp.ClientSession) -> None:
    for behaviour, reason in (
        (Behaviour(reset=1.0), Reason.DISCONNECTED),
        (Behaviour(garbled=1.0), Reason.UNREADABLE_ANSWER),
    ):
        async with TwilioStandIn(behaviour) as twilio:
            outcome = await send(twilio_sms(session, twilio.url), message())
            assert isinstance(outcome, Unknown)
            assert (outcome.reason, twilio.seen) == (reason, [])


async def test_one_that_is_down_takes_nothing_until_it_is_up_again(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn() as twilio:
        channel = twilio_sms(session, twilio.url)
        await twilio.go_down()
        assert await send(channel, message()) == Deferred(Reason.CONNECTION)
        await twilio.come_up()
        assert isinstance(await send(channel, message()), Accepted)
        assert len(twilio.seen) == 1


async def test_refusals_happen_before(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn(Behaviour(refused=frozenset({MAINLAND}))) as twilio:
        channel = twilio_sms(session, twilio.url)
        assert await send(channel, message(MAINLAND)) == Rejected(Reason.INVALID_ADDRESS, "21211")
        twilio.behaviour = Behaviour(busy=1.0)
        assert await send(channel, message()) == Deferred(Reason.RATE_LIMITED, 1.0, "20429")
        twilio.behaviour = Behaviour()
        twilio.authorised = False
        assert await send(channel, message()) == Deferred(Reason.AUTHENTICATION, None, "20003")
        stranger = twilio_sms(session, twilio.url, auth_token="wrong")
        twilio.authorised = True
        assert await send(stranger, message()) == Deferred(Reason.AUTHENTICATION, None, "20003")
        assert twilio.seen == []


async def test_a_window_lets_no_more_through_and_says_when_to_come_again(
    session: aiohttp.ClientSession,
) -> None:
    async with TwilioStandIn(Behaviour(rate=(3, 60.0))) as twilio:
        channel = twilio_sms(session, twilio.url)
        outcomes = [await send(channel, message(id=str(n))) for n in range(5)]
        assert [type(outcome) for outcome in outcomes] == [Accepted] * 3 + [Deferred] * 2
        assert all(
            50 < outcome.retry_after <= 60
            for outcome in outcomes
            if isinstance(outcome, Deferred) and outcome.retry_after
        )
        assert len(twilio.seen) == 3


async def test_a_window_opens_again(session: aiohttp.ClientSession) -> None:
    async with TwilioStandIn(Behaviour(rate=(1, 0.2))) as twilio:
        channel = twilio_sms(session, twilio.url)
        assert isinstance(await send(channel, message()), Accepted)
        await asyncio.sleep(0.25)
        assert isinstance(await send(channel, message()), Accepted)


def test_a_behaviour_is_read_from_json() -> None:
    read = Behaviour.read('{"rate": [20, 60.0], "refused": ["+15005550001"], "hang": 0.5, "delay": [0, 1]}')
    assert read == Behaviour(rate=(20, 60.0), refused=frozenset({"+15005550001"}), hang=0.5, delay=(0, 1))


@pytest.mark.parametrize("text", ["", "[]", '{"speed": 1}', "{"])
def test_a_behaviour_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a behaviour is"):
        Behaviour.read(text)


@asynccontextmanager
async def process(*arguments: str) -> AsyncIterator[tuple[dict[str, Any], Callable[[], Awaitable[int]]]]:
    """Stand-ins as a process: what it printed, and how to end it."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "channels.stand_ins", *arguments, stdout=asyncio.subprocess.PIPE
    )

    async def end() -> int:
        if running.returncode is None:
            running.send_signal(signal.SIGTERM)
        return await running.wait()

    assert running.stdout is not None
    try:
        yield json.loads(await running.stdout.readline()), end
    finally:
        await end()


async def test_a_process_serves_all_vendors_and_logs_what_it_took_at_once(
    session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    log = tmp_path / "taken.jsonl"
    ports = [word for vendor in ("twilio", "wecom", "smtp") for word in (f"--{vendor}-port", "0")]
    async with process(*ports, "--behaviour", '{"lose_answer": 0.0}', "--log", str(log)) as (started, end):
        sms = twilio_sms(session, started["twilio_url"])
        bot = WecomBot(key="k1", base_url=started["wecom_url"], timeout=60, session=session)
        smtp = SmtpMail(
            host="127.0.0.1", port=started["smtp_port"], security="none", sender="a@b.cn", timeout=60
        )
        outcome = await send(sms, message(callback_url=callback_url("http://127.0.0.1:9", "m7", 3)))
        assert isinstance(outcome, Accepted)
        assert await send(bot, message()) == Accepted()
        assert await send(smtp, message("c@d.cn", id="m8")) == Accepted()
        await smtp.aclose()
        lines = json_lines(log)
        assert [(line["channel"], line["to"], line["message_id"], line["attempt"]) for line in lines] == [
            ("sms", ABROAD, "m7", 3),
            ("wecom", "k1", None, None),
            ("email", "c@d.cn", "m8", None),
        ]
        assert lines[0]["provider_id"] == outcome.provider_id
        assert lines[0]["text_sha256"] == hashlib.sha256(TEXT.encode()).hexdigest()
        assert lines[1]["text_sha256"] == lines[0]["text_sha256"]
        assert await end() == 0
