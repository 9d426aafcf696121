"""A text that somebody was sent, as it comes to be checked: as JSON, as plain text, from the page's form."""

from urllib.parse import parse_qs

from aiohttp import hdrs, web

from gateway.errors import InputError
from gateway.web.api.operation import json_body
from gateway.web.api.public import LONGEST_TEXT, TextToCheck

_FORM = "application/x-www-form-urlencoded"


def is_form(request: web.Request) -> bool:
    """Whether a person sent the page's form; a program that names no type is no person."""
    return request.content_type == _FORM and "text/html" in request.headers.get(hdrs.ACCEPT, "")


def of_form(body: bytes) -> str:
    """The text in the page's form, as it was typed; "" where there is none. Raises `InputError`."""
    try:
        found = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=5)
    except ValueError:
        raise _unreadable() from None
    return found.get("text", [""])[0]


def of_program(body: bytes, content_type: str) -> str:
    """The text that a program sends. Raises `InputError`: TEXT_MISSING, TEXT_TOO_LONG, and for a body that
    is no text."""
    if content_type == "application/json":
        given: TextToCheck = json_body(body, TextToCheck)
        return given.text
    try:
        return checkable(body.decode())
    except UnicodeDecodeError:
        raise _unreadable() from None


def checkable(words: str) -> str:
    """The text, if it can be checked. Raises `InputError`: TEXT_MISSING, TEXT_TOO_LONG."""
    if not words.strip():
        raise InputError("TEXT_MISSING", "没有要核对的文字", "there is no text to check", field="text")
    if len(words) > LONGEST_TEXT:
        raise InputError(
            "TEXT_TOO_LONG",
            f"文字太长，最多 {LONGEST_TEXT} 字",
            f"a text has at most {LONGEST_TEXT} characters",
            field="text",
        )
    return words


def _unreadable() -> InputError:
    return InputError(
        "BODY_MALFORMED",
        '正文应为 UTF-8 的文字，或 {"text": "…"}',
        'the body is text in UTF-8, or {"text": "…"}',
    )
