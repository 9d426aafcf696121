"""What a shut gate keeps back has certainly not left, whichever provider it was for."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import aiohttp
import pytest

from channels.chat.wecom import WecomBot
from channels.contract import Accepted, Channel, Deferred, Reason
from channels.leaving import guard
from channels.stand_ins import SmtpStandIn, TwilioStandIn, WecomStandIn
from channels.stand_ins.behaviour import Seen
from channels.stand_ins.wecom_app import WecomAppStandIn
from tests.channels.messages import message, send, twilio_sms
from tests.channels.test_smtp import mail_channel
from tests.channels.test_wecom_app import Kept, app

MEMBER = "zhang.san"


@asynccontextmanager
async def provider(
    kind: str, session: aiohttp.ClientSession
) -> AsyncIterator[tuple[Channel, str, Callable[[], Sequence[Seen]]]]:
    """A channel with its provider, an address, and what the provider took."""
    if kind == "twilio":
        async with TwilioStandIn() as twilio:
            yield twilio_sms(session, twilio.url), "+447700900123", lambda: twilio.seen
    elif kind == "wecom":
        async with WecomStandIn() as wecom:
            bot = WecomBot(key="invented", base_url=wecom.url, timeout=60.0, session=session)
            yield bot, "group", lambda: wecom.seen
    elif kind == "wecom_app":
        async with WecomAppStandIn() as members:
            yield app(session, members.url, Kept(None)), MEMBER, lambda: members.seen
    else:
        async with SmtpStandIn() as smtp:
            channel = mail_channel(smtp.port)
            yield channel, "office@school.example.cn", lambda: smtp.seen
            await channel.aclose()


@pytest.mark.parametrize("kind", ["twilio", "wecom", "wecom_app", "smtp"])
async def test_the_gate_is_asked_with_a_connection_at_hand_and_shut_lets_nothing_out(
    session: aiohttp.ClientSession, kind: str
) -> None:
    gates = iter([True, False, True])  # a first connection, none of a kept one, and the next
    async with provider(kind, session) as (channel, address, taken):
        one = message(address, text="橙色预警")

        async def sent_by_a_worker() -> list[object]:
            guard(lambda: next(gates))
            return [await send(channel, one) for _ in range(3)]

        first, second, third = await asyncio.create_task(sent_by_a_worker())
        assert isinstance(first, Accepted)
        assert isinstance(third, Accepted)
        assert second == Deferred(Reason.CONNECTION)
        assert len(taken()) == 2
        assert next(gates, None) is None  # once a request
        assert isinstance(await send(channel, one), Accepted)  # whoever has no gate needs none
