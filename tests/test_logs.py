"""What a log line may hold, whoever wrote it."""

import io
import json
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from gateway import logs
from gateway.logs import Mask, Ration
from gateway.settings import Settings, WecomSettings

SECRETS = Settings(
    api_token=SecretStr("tok-1234/5+6"),
    accounts={"wecom": WecomSettings(provider="wecom", groups={"教育群": SecretStr("693a91f6-7xxx")})},
)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Logging configured to a stream, and put back as it was."""
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in logs.OURS]
    before = root.handlers[:], root.level, [each.level for each in ours], logging.raiseExceptions
    shown = warnings.showwarning
    stream = io.StringIO()
    logs.configure("info", SECRETS, stream)
    yield stream
    logging.captureWarnings(False)
    warnings.showwarning = shown
    root.handlers[:], level, levels, logging.raiseExceptions = before
    root.setLevel(level)
    for logger, each in zip(ours, levels, strict=True):
        logger.setLevel(each)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        "13800008000",
        "138 0000 8000",
        "138-0000-8000",
        "+8613800008000",
        "86 13800008000",
        "+15005550006",
        "+1 (500) 555-0006",
        "0371-66666666",
        "lin.teacher@example.com",
        "林@例子.中国",
    ],
)
def test_numbers_and_mailboxes_are_hidden_wherever_they_stand(text: str) -> None:
    mask = Mask()
    assert mask.text(f"sent to {text}, then") == "sent to ***, then"
    assert mask.value({"to": [text], text: (text,)}) == {"to": ["***"], "***": ["***"]}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("POST https://q.cn/send?key=693a91f6&x=1", "POST https://q.cn/send?key=***&x=***"),
        ("https://name:word@mail.cn:465/", "https://***:465/"),
        ("/callbacks/sms/12-ab12/1/x-Yz_", "/callbacks/***"),
        ("https://w.example.cn/s/gquzgiy5m4m63uxrwkc75xinay/sign", "https://w.example.cn/s/***/sign"),
        ("GET /v/gquzgiy5m4m63uxrwkc75xinay?lang=en", "GET /v/***?lang=***"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
        ("Basic QUM6c2VjcmV0==", "Basic ***"),
    ],
)
def test_keys_in_addresses_and_headers_are_hidden(text: str, masked: str) -> None:
    assert Mask().text(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "1763772345678",
        "2026-11-22T00:48:07.123456Z",
        "lane 13 of 5000",
        "410105",
        "3.1380000800",
        "127.0.0.1",
    ],
)
def test_ids_times_and_counts_stay(text: str) -> None:
    assert Mask().text(text) == text
    assert Mask().value(1763772345678) == 1763772345678


def test_a_number_given_as_a_number_is_hidden_too() -> None:
    assert Mask().value(13800008000) == "***"


def test_known_secrets_are_hidden_by_value_also_as_part_of_an_address(written: io.StringIO) -> None:
    logging.getLogger("gateway.x").warning(
        "said", extra={"a": "key 693a91f6-7xxx", "b": "t=tok-1234%2F5%2B6"}
    )
    logging.getLogger("aiohttp.client").error("tok-1234/5+6 refused")
    assert "693a91f6" not in written.getvalue()
    assert "tok-1234" not in written.getvalue()
    assert [line["event"] for line in lines(written)] == ["said", "*** refused"]


def test_a_line_is_json_with_its_event_and_what_belongs_to_it(written: io.StringIO) -> None:
    logging.getLogger("gateway.delivery.lane").warning("lane_parked", extra={"lane": 3, "reason": "额度"})
    (line,) = lines(written)
    assert (line["event"], line["level"], line["lane"], line["reason"]) == (
        "lane_parked",
        "warning",
        3,
        "额度",
    )
    assert line["logger"] == "gateway.delivery.lane"
    assert line["timestamp"].endswith("Z")
    assert "额度" in written.getvalue()  # not escaped


def test_nothing_that_is_told_of_an_event_stands_in_the_place_of_the_lines_level(
    written: io.StringIO,
) -> None:
    logging.getLogger("gateway.web").warning("order_received", extra={"level": "red", "logger": "other"})
    (line,) = lines(written)
    assert (line["level"], line["logger"]) == ("warning", "gateway.web")


def test_an_exception_tells_its_kind_and_place_and_not_what_it_says(written: io.StringIO) -> None:
    try:
        raise ValueError("林老师")
    except ValueError:
        logging.getLogger("gateway.web").exception("request_failed")
        logging.getLogger("asyncio").exception("never retrieved\nfuture: <ValueError('林老师')>")
    first, second = lines(written)
    assert first["exception"] == "ValueError"
    assert "test_logs.py" in first["where"][-1]
    assert second["event"] == "never retrieved"
    assert "林老师" not in written.getvalue()


def test_libraries_are_heard_only_when_something_is_wrong(written: io.StringIO) -> None:
    for name in ("aiohttp.access", "sqlalchemy.engine", "twilio.http_client", "asyncio", "alembic"):
        logging.getLogger(name).info("GET /callbacks/…?key=x")
    assert written.getvalue() == ""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("mind 13800008000", UserWarning, stacklevel=1)
    assert "13800008000" not in lines(written)[0]["event"]


def test_a_line_that_cannot_be_written_is_not_printed_by_another_way(
    written: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    written.close()
    logging.getLogger("gateway").warning("13800008000")
    assert capfd.readouterr() == ("", "")


def test_a_terminal_gets_lines_to_read() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream, root = Terminal(), logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions
    try:
        logs.configure("info", None, stream)
        logging.getLogger("gateway").warning("lane_parked", extra={"lane": 3})
    finally:
        logging.captureWarnings(False)
        root.handlers[:], level, logging.raiseExceptions = before
        root.setLevel(level)
    assert "lane_parked" in stream.getvalue()
    assert "{" not in stream.getvalue()


def test_a_flood_is_one_line_a_minute_and_a_count() -> None:
    now = 0.0
    ration = Ration(60.0, lambda: now)
    assert [ration.left_out("forged") for _ in range(4)] == [0, None, None, None]
    assert ration.left_out("other") == 0
    now = 61.0
    assert ration.left_out("forged") == 3
    now = 122.0
    assert ration.left_out("forged") == 0
