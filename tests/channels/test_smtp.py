import asyncio
import gc
import logging
import shutil
import ssl
import subprocess
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import pytest

from channels.contract import Accepted, Deferred, Message, Outcome, Reason, Rejected, Unknown
from channels.email.connections import Security
from channels.email.smtp import SmtpMail
from channels.stand_ins import Behaviour, SmtpStandIn
from tests.channels.messages import message, send
from tests.channels.scripted import CLOSE, SILENCE, scripted_smtp, talking

READER = "headteacher@school.example.cn"
PASSWORD = "not-a-real-one"
AT_ONCE = {"EHLO": "250-mail\r\n250 PIPELINING"}


def mail_channel(
    port: int,
    *,
    security: Security = "none",
    timeout: float = 60.0,
    connections: int = 2,
    sender_name: str = "",
    username: str | None = None,
    tls_context: ssl.SSLContext | None = None,
) -> SmtpMail:
    return SmtpMail(
        host="127.0.0.1",
        port=port,
        security=security,
        sender="warning@office.example.cn",
        sender_name=sender_name,
        username=username,
        password=PASSWORD if username else None,
        timeout=timeout,
        connections=connections,
        tls_context=tls_context,
    )


def mail(address: str = READER, **more: Any) -> Message:
    return message(address, **more)


def read(raw: bytes) -> EmailMessage:
    parsed = message_from_bytes(raw, policy=default)
    assert isinstance(parsed, EmailMessage)
    return parsed


def part(parsed: EmailMessage, kind: str) -> str:
    found = parsed.get_body((kind,))
    assert found is not None
    content: str = found.get_content()
    return content.replace("\r\n", "\n")


@dataclass
class Case:
    label: str
    replies: dict[str, object]
    expected: Outcome
    message: Message = field(default_factory=mail)
    carried: bool = False  # whether the mail itself was sent


TABLE = [
    Case("taken", {}, Accepted(), carried=True),
    Case("not now", {"greeting": "421 4.3.2 closing"}, Deferred(Reason.PROVIDER_BUSY, None, "421")),
    Case("unwanted", {"greeting": "554 no"}, Deferred(Reason.CONFIGURATION, None, "554")),
    Case("no greeting", {"greeting": CLOSE}, Deferred(Reason.CONNECTION)),
    Case("sender busy", {"MAIL": "451 4.3.0 later"}, Deferred(Reason.PROVIDER_BUSY, None, "451")),
    Case("sender refused", {"MAIL": "553 not yours"}, Deferred(Reason.CONFIGURATION, None, "553")),
    Case("sign in first", {"MAIL": "530 5.7.0 sign in"}, Deferred(Reason.AUTHENTICATION, None, "530")),
    Case("closed at sender", {"MAIL": CLOSE}, Deferred(Reason.CONNECTION)),
    Case("greylisted", {"RCPT": "450 4.2.0 greylisted"}, Deferred(Reason.UNREACHABLE, None, "450")),
    Case("mailbox full for now", {"RCPT": "452 4.2.2 full"}, Deferred(Reason.UNREACHABLE, None, "452")),
    Case("mailbox full", {"RCPT": "552 5.2.2 full"}, Rejected(Reason.UNREACHABLE, "552")),
    Case("no such user", {"RCPT": "550 5.1.1 nobody"}, Rejected(Reason.INVALID_ADDRESS, "550")),
    Case("not local", {"RCPT": "551 gone"}, Rejected(Reason.INVALID_ADDRESS, "551")),
    Case("bad name", {"RCPT": "553 bad"}, Rejected(Reason.INVALID_ADDRESS, "553")),
    Case("policy", {"RCPT": "554 5.7.1 blocked"}, Rejected(Reason.BLOCKED, "554")),
    Case("a refusal of tomorrow", {"RCPT": "599 hm"}, Rejected(Reason.UNKNOWN_FAILURE, "599")),
    Case("server ends at recipient", {"RCPT": "421 bye"}, Deferred(Reason.PROVIDER_BUSY, None, "421")),
    Case("closed at recipient", {"RCPT": CLOSE}, Deferred(Reason.CONNECTION)),
    Case("too fast", {"RCPT": "554 too frequently sending"}, Deferred(Reason.RATE_LIMITED, None, "554")),
    Case("data refused", {"DATA": "451 4.3.0 later"}, Deferred(Reason.PROVIDER_BUSY, None, "451")),
    Case("spam", {".": "554 5.7.1 spam"}, Rejected(Reason.CONTENT_REJECTED, "554"), carried=True),
    Case("policy on content", {".": "550 5.7.1 no"}, Rejected(Reason.CONTENT_REJECTED, "550"), carried=True),
    Case("late no such user", {".": "550 5.1.1 no"}, Rejected(Reason.INVALID_ADDRESS, "550"), carried=True),
    Case("later", {".": "451 4.3.0 later"}, Deferred(Reason.PROVIDER_BUSY, None, "451"), carried=True),
    Case(
        "too fast, late",
        {".": "550 frequency limited"},
        Deferred(Reason.RATE_LIMITED, None, "550"),
        carried=True,
    ),
    Case("answer lost", {".": CLOSE}, Unknown(Reason.DISCONNECTED), carried=True),
    Case("no address", {}, Rejected(Reason.INVALID_ADDRESS), mail("school.example.cn")),
    Case("two addresses", {}, Rejected(Reason.INVALID_ADDRESS), mail("a@b.example.cn, c@d.example.cn")),
    Case(
        "a command in the address", {}, Rejected(Reason.INVALID_ADDRESS), mail("a@b.cn>\r\nRCPT TO:<c@d.cn")
    ),
    Case("a header in the address", {}, Rejected(Reason.INVALID_ADDRESS), mail("a@b.cn\r\nBcc: c@d.cn")),
    Case("a line break after it", {}, Rejected(Reason.INVALID_ADDRESS), mail("a@b.cn\n")),
    Case("an address in Chinese", {}, Rejected(Reason.INVALID_ADDRESS), mail("校长@school.example.cn")),
    Case("a header in the title", {}, Rejected(Reason.CONTENT_REJECTED), mail(title="预警\r\nBcc: c@d.cn")),
    Case("half a character", {}, Rejected(Reason.CONTENT_REJECTED), mail(text="\ud83d")),
]


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.label)
async def test_every_answer_becomes_its_outcome(case: Case) -> None:
    async with scripted_smtp(case.replies) as server:
        channel = mail_channel(server.port)
        assert await send(channel, case.message) == case.expected
        assert server.heard.count("DATA") == int(case.carried or "DATA" in case.replies)
        await channel.aclose()


@pytest.mark.parametrize("case", TABLE, ids=lambda case: case.label)
async def test_every_answer_becomes_its_outcome_where_commands_go_at_once(case: Case) -> None:
    async with scripted_smtp({**AT_ONCE, **case.replies}) as server:
        channel = mail_channel(server.port)
        assert await send(channel, case.message) == case.expected
        assert server.mails == int(case.carried)
        await channel.aclose()


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("greeting", Deferred(Reason.CONNECTION)),
        ("MAIL", Deferred(Reason.CONNECTION)),
        ("RCPT", Deferred(Reason.CONNECTION)),
        (".", Unknown(Reason.TIMEOUT)),
    ],
)
async def test_silence_is_unknown_only_once_the_mail_may_have_left(stage: str, expected: Outcome) -> None:
    async with scripted_smtp({stage: SILENCE}) as server, asyncio.timeout(60):
        channel = mail_channel(server.port, timeout=1.0)
        assert await send(channel, mail()) == expected
        await channel.aclose()


async def test_a_server_that_takes_commands_at_once_is_asked_twice_a_mail() -> None:
    """It says nothing to a mail's sender and reader until it has heard DATA."""
    async with talking(b"220 mail\r\n", b"250-mail\r\n250 PIPELINING\r\n") as (port, said):
        for _ in range(2):
            said += [b"250 yes\r\n250 yes\r\n354 go on\r\n", b"250 taken\r\n"]
        channel = mail_channel(port, connections=1)
        assert [await send(channel, mail()) for _ in range(2)] == [Accepted()] * 2
        said.append(b"221 bye\r\n")
        await channel.aclose()


async def test_replies_in_pieces_are_read_whole() -> None:
    async with talking(b"220 mail\r\n", b"250-mail\r\n", b"250 PIPELINING\r\n", waits=False) as (port, said):
        said += [b"250 2.1.0 o", b"k\r\n250-2.1.5 one\r", b"\n250 2.1.5 two\r\n35", b"4 go on\r\n"]
        said += [b"5", b"50 5.7.1 no\r\n"]
        assert await send(mail_channel(port), mail()) == Rejected(Reason.CONTENT_REJECTED, "550")


async def test_what_is_no_reply_leaves_it_unknown_whether_a_mail_arrived() -> None:
    async with talking(b"220 mail\r\n", b"250-mail\r\n250 PIPELINING\r\n") as (port, said):
        said += [b"250 yes\r\n250 yes\r\n354 go on\r\n", b"<html>\r\n"]
        assert await send(mail_channel(port), mail()) == Unknown(Reason.DISCONNECTED)


@pytest.mark.parametrize("unasked", [b"421 4.4.2 idle\r\n", b"42"])
async def test_what_was_said_unasked_is_never_the_answer_to_the_next_mail(unasked: bytes) -> None:
    async with talking(b"220 mail\r\n", b"250-mail\r\n250 PIPELINING\r\n") as (port, said):
        said += [b"250 yes\r\n250 yes\r\n354 go on\r\n", b"250 taken\r\n" + unasked]
        channel = mail_channel(port, connections=1)
        assert await send(channel, mail()) == Accepted()
        said += [b"220 mail\r\n", b"250 mail\r\n", b"550 5.7.1 no\r\n"]
        assert await send(channel, mail()) == Deferred(Reason.CONFIGURATION, None, "550")
        await channel.aclose()


async def test_no_listener_is_certainly_not_sent(closed_port: int) -> None:
    assert await send(mail_channel(closed_port), mail()) == Deferred(Reason.CONNECTION)


async def test_a_mail_reads_as_it_was_written() -> None:
    title = "【演练】郑州市重污染天气橙色预警（Ⅱ级响应）自1月10日12时启动：请立即停止户外活动并在两小时内签收"
    text = "各中小学校：\n.停止户外课程\n..\n" + "严格落实" * 200 + "\n末行无换行"
    html = "<p>各中小学校：<b>停止户外活动</b></p>"
    async with SmtpStandIn() as server:
        channel = mail_channel(server.port, sender_name="某市重污染天气应急指挥部办公室，24小时值班室")
        assert await send(channel, mail(id="d 7/é", title=title, text=text, html=html)) == Accepted()
        (raw,) = server.mails
        parsed = read(raw)
        await channel.aclose()
    assert parsed["Subject"] == title
    # the modern parser puts a space between encoded words of a name, against RFC 2047 6.2
    sender = str(make_header(decode_header(message_from_bytes(raw)["From"])))
    assert sender == "某市重污染天气应急指挥部办公室，24小时值班室 <warning@office.example.cn>"
    assert parsed["To"] == READER
    assert parsed["Message-ID"] == "<d%207%2F%C3%A9@office.example.cn>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(parsed["Date"]).tzinfo is not None
    assert parsed.get_content_type() == "multipart/alternative"
    assert part(parsed, "plain").removesuffix("\n") == text
    assert part(parsed, "html").removesuffix("\n") == html
    assert raw.isascii()
    assert max(len(line) for line in raw.split(b"\r\n")) <= 78
    for name in ("To", "From", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"):
        assert len(parsed.get_all(name, [])) == 1


async def test_a_mail_without_html_is_plain_text() -> None:
    async with SmtpStandIn() as server:
        channel = mail_channel(server.port)
        await send(channel, mail())
        assert read(server.mails[0]).get_content_type() == "text/plain"
        await channel.aclose()


async def test_attempts_share_a_message_id_and_readers_do_not_see_each_other() -> None:
    async with SmtpStandIn() as server:
        channel = mail_channel(server.port)
        first = mail()
        await send(channel, first)
        await send(channel, replace(first, attempt=2))
        await send(channel, mail("another@school.example.cn", id="m2"))
        ids = [read(raw)["Message-ID"] for raw in server.mails]
        assert ids == ["<m1@office.example.cn>", "<m1@office.example.cn>", "<m2@office.example.cn>"]
        assert [seen.message_id for seen in server.seen] == ["m1", "m1", "m2"]
        assert READER.encode() not in server.mails[2]
        await channel.aclose()


async def test_many_mails_use_few_connections_and_never_more_than_allowed() -> None:
    async with SmtpStandIn() as server:
        channel = mail_channel(server.port, connections=3)
        sent = [mail(f"reader{n}@school.example.cn", id=f"m{n}") for n in range(300)]
        assert await asyncio.gather(*(send(channel, one) for one in sent)) == [Accepted()] * 300
        assert {(seen.to, seen.message_id) for seen in server.seen} == {(one.address, one.id) for one in sent}
        assert len(server.seen) == 300
        assert server.connections <= 6  # three, each replaced once after a hundred mails
        await channel.aclose()


async def test_a_connection_is_replaced_after_a_hundred_mails() -> None:
    async with SmtpStandIn() as server:
        channel = mail_channel(server.port, connections=1)
        for n in range(101):
            await send(channel, mail(id=f"m{n}"))
        assert server.connections == 2
        await channel.aclose()


async def test_a_connection_that_the_server_closed_meanwhile_costs_no_mail() -> None:
    async with SmtpStandIn() as server:
        channel = mail_channel(server.port, connections=1)
        assert await send(channel, mail()) == Accepted()
        server.disconnect()
        assert await send(channel, mail()) == Accepted()
        assert len(server.seen) == 2
        await channel.aclose()


async def test_a_refused_reader_does_not_spoil_the_connection_for_the_next() -> None:
    async with SmtpStandIn(Behaviour(refused=frozenset({READER}))) as server:
        channel = mail_channel(server.port, connections=1)
        assert await send(channel, mail()) == Rejected(Reason.INVALID_ADDRESS, "550")
        assert await send(channel, mail("another@school.example.cn")) == Accepted()
        assert server.connections == 1
        assert [seen.to for seen in server.seen] == ["another@school.example.cn"]
        await channel.aclose()


@pytest.mark.parametrize("stage", ["RCPT", "DATA", "."])
async def test_after_421_nothing_more_is_said_on_that_connection(stage: str) -> None:
    async with scripted_smtp({stage: "421 4.3.2 closing soon"}) as server:
        channel = mail_channel(server.port, connections=1)
        for _ in range(2):
            assert await send(channel, mail()) == Deferred(Reason.PROVIDER_BUSY, None, "421")
        await channel.aclose()
        said = ["EHLO", "MAIL", "RCPT"] if stage == "RCPT" else ["EHLO", "MAIL", "RCPT", "DATA"]
        assert [line.split()[0] for line in server.heard] == said * 2


async def test_a_late_answer_is_never_taken_for_another_mails() -> None:
    async with SmtpStandIn(Behaviour(delay=(3.0, 3.0))) as server:
        channel = mail_channel(server.port, connections=1, timeout=2.0)
        assert await send(channel, mail(id="slow")) == Unknown(Reason.TIMEOUT)
        server.behaviour = Behaviour(refused=frozenset({"nobody@school.example.cn"}))
        assert await send(channel, mail("nobody@school.example.cn")) == Rejected(
            Reason.INVALID_ADDRESS, "550"
        )
        assert await send(channel, mail(id="next")) == Accepted()
        assert [seen.message_id for seen in server.seen] == ["slow", "next"]
        await channel.aclose()


async def test_a_cancelled_send_gives_its_connection_up() -> None:
    async with SmtpStandIn(Behaviour(hang=1.0)) as server:
        channel = mail_channel(server.port, connections=1)
        task = asyncio.create_task(send(channel, mail(id="cancelled")))
        while not server.seen:
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        server.behaviour = Behaviour()
        assert await send(channel, mail(id="next")) == Accepted()
        assert server.connections == 2
        await channel.aclose()


async def test_closing_a_channel_whose_server_is_gone_does_not_fail() -> None:
    async with SmtpStandIn() as server:
        channel = mail_channel(server.port)
        await send(channel, mail())
    await channel.aclose()
    await channel.aclose()


async def test_starttls_is_never_skipped() -> None:
    async with SmtpStandIn() as server:
        channel = mail_channel(server.port, security="starttls")
        assert await send(channel, mail()) == Deferred(Reason.CONFIGURATION)
        assert server.seen == []


async def test_tls_is_never_skipped() -> None:
    async with SmtpStandIn() as server:
        channel = mail_channel(server.port, security="tls", timeout=1.0)
        assert await send(channel, mail()) == Deferred(Reason.CONNECTION)
        assert server.seen == []


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate and key for 127.0.0.1, made for one test."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: TLS with the mail server is not tried")
    made = tmp_path / "server.pem"
    command = (
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    )
    subprocess.run(
        ["openssl", *command.split(), "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"],
        check=True,
        capture_output=True,
    )
    made.write_bytes((tmp_path / "cert.pem").read_bytes() + (tmp_path / "key.pem").read_bytes())
    return made


async def test_a_certificate_that_nobody_vouches_for_is_refused(certificate: Path) -> None:
    async with SmtpStandIn(tls_context=server_context(certificate)) as server:
        channel = mail_channel(server.port, security="starttls")
        assert isinstance(await send(channel, mail()), Deferred)
        assert server.seen == []


async def test_mail_leaves_over_starttls_signed_in(certificate: Path) -> None:
    context = ssl.create_default_context(cafile=certificate)
    async with SmtpStandIn(
        tls_context=server_context(certificate), credentials=("office", PASSWORD)
    ) as server:
        channel = mail_channel(server.port, security="starttls", username="office", tls_context=context)
        assert await send(channel, mail()) == Accepted()
        await channel.aclose()
        stranger = mail_channel(server.port, security="starttls", username="else", tls_context=context)
        assert await send(stranger, mail()) == Deferred(Reason.AUTHENTICATION, None, "535")


def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@pytest.mark.parametrize(
    "change",
    [
        {"host": "mail.example.cn"},
        {"sender": "nobody"},
        {"sender": "a@b.cn\r\nBcc: c@d.cn"},
        {"sender_name": "办公室\r\nBcc: c@d.cn"},
    ],
)
def test_a_configuration_that_is_not_safe_is_refused(change: dict[str, Any]) -> None:
    good: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": 25,
        "security": "none",
        "sender": "a@b.cn",
        "timeout": 1,
    }
    with pytest.raises(ValueError, match="mail"):
        SmtpMail(**(good | change))


async def test_addresses_and_the_password_reach_neither_a_log_nor_an_outcome(
    caplog: pytest.LogCaptureFixture, closed_port: int
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.CRITICAL, "mail.log")  # the stand-in's own
    words: list[Any] = []
    for replies in ({}, {"RCPT": f"550 5.1.1 <{READER}>"}, {".": f"554 {READER}"}, {"DATA": CLOSE}):
        async with scripted_smtp(replies) as server:
            channel = mail_channel(server.port, username="office")
            words += [await send(channel, mail()), channel]
            channel = mail_channel(server.port)
            words += [await send(channel, mail()), channel]
            await channel.aclose()
    words.append(await send(mail_channel(closed_port), mail()))
    gc.collect()
    assert READER not in caplog.text + repr(words)
    assert PASSWORD not in caplog.text + repr(words)
