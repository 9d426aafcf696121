"""Messages and adapters of the tests. Every number is invented or set aside for examples."""

from datetime import UTC, datetime, timedelta

import aiohttp

from channels.contract import Channel, Message, Outcome
from channels.sms.twilio import TwilioSms
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER

PUBLIC = "https://warnings.example.cn"
ABROAD = "+447700900123"
MAINLAND = "+8613000000000"
TEXT = "【重污染天气预警】1月10日12时起全市启动橙色预警（Ⅱ级响应）：停止户外活动。详见 http://a.example.cn"


def message(
    address: str = ABROAD,
    *,
    id: str = "m1",
    attempt: int = 1,
    text: str = TEXT,
    title: str = "重污染天气橙色预警",
    html: str | None = None,
    lives: float | None = 3600.0,
    callback_url: str | None = None,
) -> Message:
    """A message that is valid for `lives` seconds more."""
    valid_until = None if lives is None else datetime.now(UTC) + timedelta(seconds=lives)
    return Message(id, attempt, address, 1, title, text, html, valid_until, callback_url)


def callback_url(base: str, id: str = "m1", attempt: int = 1) -> str:
    return f"{base}/callbacks/sms/{id}/{attempt}/0a1b2c"


def twilio_sms(
    session: aiohttp.ClientSession,
    base_url: str,
    *,
    sender: str = SENDER,
    auth_token: str = AUTH_TOKEN,
    public: str = PUBLIC,
    timeout: float = 60.0,
    allow_mainland: bool = False,
) -> TwilioSms:
    return TwilioSms(
        account_sid=ACCOUNT_SID,
        auth_token=auth_token,
        sender=sender,
        base_url=base_url,
        public_callback_base=public,
        timeout=timeout,
        allow_mainland=allow_mainland,
        session=session,
    )


async def send(channel: Channel, one: Message) -> Outcome:
    """Send one message and return its only outcome."""
    (outcome,) = await channel.send([one])
    return outcome
