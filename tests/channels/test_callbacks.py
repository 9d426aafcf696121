import asyncio
import base64
import hashlib
import hmac
from collections.abc import Sequence
from urllib.parse import urlencode

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict, MultiDict
from twilio.request_validator import RequestValidator  # type: ignore[import-untyped]

from channels import http
from channels.chat.wecom import WecomBot
from channels.contract import CallbackRequest, Channel, Forged, Reason, Receipt, Reference, Reply
from channels.email.smtp import SmtpMail
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN
from tests.channels.authenticity import Authenticity
from tests.channels.messages import PUBLIC, callback_url, twilio_sms

SID = "SM" + "1a" * 16
TARGET = callback_url("", "m1", 2)


def signed(
    form: Sequence[tuple[str, str]],
    *,
    target: str = TARGET,
    public: str = PUBLIC,
    token: str = AUTH_TOKEN,
    algorithm: str | None = None,
) -> CallbackRequest:
    """A callback signed as https://www.twilio.com/docs/usage/security says, without the vendor's code."""
    words = public + target
    for name in sorted({name for name, _ in form}):
        for value in sorted({value for other, value in form if other == name}):
            words += name + value
    digest = hmac.new(token.encode(), words.encode(), hashlib.sha256 if algorithm else hashlib.sha1).digest()
    headers = CIMultiDict({"x-twilio-signature": base64.b64encode(digest).decode()})
    if algorithm:
        headers["x-twilio-webhooks-signature-settings"] = f"key=k1,algorithm={algorithm}"
    return CallbackRequest("POST", target, headers, urlencode(form).encode())


def status(name: str, *more: tuple[str, str]) -> list[tuple[str, str]]:
    return [("AccountSid", ACCOUNT_SID), ("MessageSid", SID), ("MessageStatus", name), *more]


class TestTwilio(Authenticity):
    signature_headers = ("X-Twilio-Signature",)

    def channel(self, session: aiohttp.ClientSession) -> Channel:
        return twilio_sms(session, "http://127.0.0.1:1")

    def genuine(self) -> CallbackRequest:
        return signed(status("delivered"))

    def signed_by_another(self) -> CallbackRequest:
        return signed(status("delivered"), token="another")


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (status("accepted"), ("accepted", None, None)),
        (status("scheduled"), ("accepted", None, None)),
        (status("queued"), ("accepted", None, None)),
        (status("sending"), ("accepted", None, None)),
        (status("sent"), ("sent", None, None)),
        (status("delivered", ("ErrorCode", "")), ("delivered", None, None)),
        (status("read"), ("read", None, None)),
        (status("undelivered", ("ErrorCode", "30003")), ("failed", Reason.UNREACHABLE, "30003")),
        (status("undelivered", ("ErrorCode", "30005")), ("failed", Reason.INVALID_ADDRESS, "30005")),
        (status("undelivered", ("ErrorCode", "30006")), ("failed", Reason.NO_ROUTE, "30006")),
        (status("undelivered", ("ErrorCode", "30007")), ("failed", Reason.CONTENT_REJECTED, "30007")),
        (status("undelivered", ("ErrorCode", "30008")), ("failed", Reason.UNKNOWN_FAILURE, "30008")),
        (status("failed", ("ErrorCode", "30036")), ("failed", Reason.EXPIRED, "30036")),
        (status("failed"), ("failed", Reason.UNKNOWN_FAILURE, None)),
        (status("failed", ("ErrorCode", "三")), ("failed", Reason.UNKNOWN_FAILURE, None)),
        (status("canceled"), ("failed", Reason.UNKNOWN_FAILURE, None)),
        (status("receiving"), None),
        (status("of tomorrow"), None),
        ([], None),
    ],
)
async def test_a_status_becomes_a_receipt(
    session: aiohttp.ClientSession,
    form: list[tuple[str, str]],
    expected: tuple[str, Reason | None, str | None] | None,
) -> None:
    callback = twilio_sms(session, "http://127.0.0.1:1").callback(signed(form))
    assert callback.status == 204
    found = [(receipt.state, receipt.reason, receipt.vendor_code) for receipt in callback.receipts]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("target", "reference"),
    [
        (TARGET, Reference(SID, "m1", 2)),
        ("/gate/callbacks/sms/m-1_x/12/mac==?rc=1", Reference(SID, "m-1_x", 12)),
        ("/callbacks/sms", Reference(SID)),
        ("/callbacks/sms/m1/two/mac", Reference(SID)),
        ("/callbacks/sms/m1/99999999999999/mac", Reference(SID)),
        ("/callbacks/sms/m1/2/", Reference(SID)),
        ("/callbacks/sms/m1/2/mac/more", Reference(SID)),
        ("/", Reference(SID)),
    ],
)
async def test_the_path_names_message_and_attempt(
    session: aiohttp.ClientSession, target: str, reference: Reference
) -> None:
    callback = twilio_sms(session, "http://127.0.0.1:1").callback(signed(status("sent"), target=target))
    assert callback.receipts == (Receipt(reference, "sent"),)


@pytest.mark.parametrize(
    "more",
    [
        [("Body", "中文 + %41 & =")],
        [("Blank", "")],
        [("Twice", "b"), ("Twice", "a")],
        [("Twice", "a"), ("Twice", "a")],
        [("RawDlrDoneDate", "2601101200"), ("NewField", "1")],
    ],
)
async def test_fields_that_are_odd_or_new_do_not_break_the_signature(
    session: aiohttp.ClientSession, more: list[tuple[str, str]]
) -> None:
    callback = twilio_sms(session, "http://127.0.0.1:1").callback(signed(status("sent", *more)))
    assert [receipt.state for receipt in callback.receipts] == ["sent"]


@pytest.mark.parametrize(
    "public", ["https://a.example.cn", "https://a.example.cn:8443", "http://127.0.0.1:8330"]
)
@pytest.mark.parametrize("target", [TARGET, "/callbacks/a%2Fb/m%201/2/mac?x=%E4%B8%AD+1"])
async def test_the_signature_covers_the_public_address(
    session: aiohttp.ClientSession, public: str, target: str
) -> None:
    channel = twilio_sms(session, "http://127.0.0.1:1", public=public)
    assert channel.callback(signed(status("sent"), public=public, target=target)).receipts
    with pytest.raises(Forged):
        channel.callback(signed(status("sent"), public="https://b.example.cn", target=target))


@pytest.mark.parametrize(
    ("public", "as_signed"),
    [
        ("https://a.example.cn", "https://a.example.cn:443"),
        ("https://a.example.cn:8443", "https://a.example.cn"),
        ("http://[::1]", "http://[::1]:80"),
        ("http://[::1]:8330", "http://[::1]"),
    ],
)
async def test_the_vendor_may_sign_the_address_with_its_port_or_without(
    session: aiohttp.ClientSession, public: str, as_signed: str
) -> None:
    channel = twilio_sms(session, "http://127.0.0.1:1", public=public)
    assert channel.callback(signed(status("sent"), public=as_signed)).receipts
    for other in ("https://a.example.cn:444", "https://a.example.cn.", "http://a.example.cn:443"):
        with pytest.raises(Forged):
            channel.callback(signed(status("sent"), public=other))


@given(more=st.lists(st.tuples(st.text(min_size=1), st.text()), max_size=8))
def test_what_the_vendors_library_signs_is_believed(more: list[tuple[str, str]]) -> None:
    async def ask() -> None:
        form = status("sent", *more)
        signature = RequestValidator(AUTH_TOKEN).compute_signature(PUBLIC + TARGET, MultiDict(form))
        headers = CIMultiDict({"X-Twilio-Signature": signature})
        request = CallbackRequest("POST", TARGET, headers, urlencode(form).encode())
        async with http.open_session() as session:
            assert twilio_sms(session, "http://127.0.0.1:1").callback(request).receipts

    asyncio.run(ask())


async def test_a_shared_key_signature_is_checked_with_its_algorithm(session: aiohttp.ClientSession) -> None:
    channel = twilio_sms(session, "http://127.0.0.1:1")
    assert channel.callback(signed(status("sent"), algorithm="HMAC_SHA256")).receipts
    with pytest.raises(Forged):
        channel.callback(signed(status("sent"), algorithm="HMAC_MD5"))


async def test_a_json_body_cannot_ride_on_a_signed_address(session: aiohttp.ClientSession) -> None:
    genuine = signed([], target=TARGET + "?bodySHA256=" + "0" * 64)
    forged = CallbackRequest("POST", genuine.target, genuine.headers, b'{"MessageStatus": "delivered"}')
    with pytest.raises(Forged):
        twilio_sms(session, "http://127.0.0.1:1").callback(forged)


@given(
    target=st.text() | st.text().map("/callbacks/".__add__),
    body=st.binary() | st.text().map(str.encode),
    signature=st.text(),
    settings_header=st.text() | st.text().map("algorithm=".__add__),
)
def test_whatever_a_stranger_sends_is_forged(
    target: str, body: bytes, signature: str, settings_header: str
) -> None:
    async def ask() -> None:
        headers = CIMultiDict(
            {"X-Twilio-Signature": signature, "X-Twilio-Webhooks-Signature-Settings": settings_header}
        )
        async with http.open_session() as session:
            with pytest.raises(Forged):
                twilio_sms(session, "http://127.0.0.1:1").callback(
                    CallbackRequest("POST", target, headers, body)
                )

    asyncio.run(ask())


async def test_channels_without_callbacks_believe_nobody(session: aiohttp.ClientSession) -> None:
    channels: list[Channel] = [
        WecomBot(key="k", base_url="http://127.0.0.1:1", timeout=1, session=session),
        SmtpMail(host="127.0.0.1", port=1, security="none", sender="a@example.cn", timeout=1),
    ]
    for channel in channels:
        with pytest.raises(Forged):
            channel.callback(signed(status("sent")))
        assert await channel.poll([Reference(SID)]) == ()


async def test_a_message_to_us_is_a_reply_and_answered_with_nothing_to_say(
    session: aiohttp.ClientSession,
) -> None:
    form = [("From", "+8619900000101"), ("Body", "收到"), ("MessageSid", SID), ("SmsStatus", "received")]
    callback = twilio_sms(session, "http://127.0.0.1:1").callback(
        signed(form, target="/callbacks/sms/replies")
    )
    assert callback.receipts == ()
    assert callback.replies == (Reply(SID, "+8619900000101", "收到"),)
    assert (callback.status, callback.content_type) == (200, "text/xml")
    assert b"<Response></Response>" in callback.body
    assert "收到" not in repr(callback)


async def test_a_status_is_no_reply_and_a_message_from_nobody_neither(session: aiohttp.ClientSession) -> None:
    channel = twilio_sms(session, "http://127.0.0.1:1")
    for form in (status("delivered"), [("SmsStatus", "received"), ("Body", "1"), ("MessageSid", SID)]):
        assert channel.callback(signed(form)).replies == ()
