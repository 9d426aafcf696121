"""`/v/{token}`: is this still the right mailbox? Yes, no, or somebody else now.

The token is the whole permission. Opening the page answers nothing: programs open links too.
"""

import asyncio
from typing import get_args
from urllib.parse import parse_qsl

from aiohttp import web
from sqlalchemy import Connection

from gateway.bus.words import Word
from gateway.directory.masking import mask
from gateway.errors import InputError
from gateway.follow_up.campaigns import verifying
from gateway.ledger.directory import verifications
from gateway.ledger.directory.verifications import Answer, Verification
from gateway.sign_tokens import read_token, token_hash
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.live.live_words import Speech
from gateway.web.public.link_rendering import page
from gateway.web.public.sign_pages import contact_line, language_of, missing, query_of

routes = web.RouteTableDef()

_FORM_BYTES = 4096
_FORM_SECONDS = 30.0
_ANSWERS: tuple[Answer, ...] = get_args(Answer)


@routes.get(r"/v/{token}")
async def get_question(request: web.Request) -> web.Response:
    """The question, and its answer where there is one."""
    questions = await _questions(request)
    return _shown(request, questions) if questions else await missing(request)


@routes.post(r"/v/{token}")
async def post_answer(request: web.Request) -> web.Response:
    """Answer; the last answer counts."""
    questions = await _questions(request)
    if not questions:
        return await missing(request)
    form: dict[str, str] = {}
    try:
        form = await _form(request)
        await request.app[LEDGER].write(_answer, questions, form, request.app[CLOCK]())
    except InputError as error:
        return _shown(request, questions, form, error)
    request.app[BUS].say(Word.CHANGED)
    where = f"/v/{request.match_info['token']}{query_of(request)}#state"
    return web.Response(status=303, headers={"Location": where, "Cache-Control": "no-store"})


async def _questions(request: web.Request) -> list[Verification]:
    token = read_token(request.match_info["token"])
    if token is None:
        return []
    app = request.app
    return await app[LEDGER].read(verifications.by_token, token_hash(token), app[CLOCK]())


def _answer(connection: Connection, questions: list[Verification], form: dict[str, str], now: int) -> None:
    said = form.get("answer", "")
    if said not in _ANSWERS:
        raise InputError("ANSWER_MISSING", "请选择一个答复", "choose an answer", field="answer")
    verifying.take(
        connection,
        questions,
        said,
        "link",
        "(link)",
        now,
        name=form.get("name", ""),
        number=form.get("number", ""),
    )


def _shown(
    request: web.Request,
    questions: list[Verification],
    form: dict[str, str] | None = None,
    error: InputError | None = None,
) -> web.Response:
    language = language_of(request)
    first = questions[0]
    fault = "" if error is None else Speech(language).told(error)
    office = request.app[DESK].office
    return page(
        "verify.html",
        language,
        status=200 if error is None else 422,
        organisations=[each.organisation for each in questions],
        address=mask(first.kind, first.address),
        exercise=first.exercise,
        sender=office.signature,
        contacts=[contact_line(each) for each in office.contacts],
        answer=first.answer,
        proposed=first.proposed_name,
        path=f"/v/{request.match_info['token']}",
        query=query_of(request),
        filled=form or {},
        fault=fault,
    )


async def _form(request: web.Request) -> dict[str, str]:
    """What was filled in. Raises `InputError` for what is larger than the form can be, or is none."""
    try:
        async with asyncio.timeout(_FORM_SECONDS):
            body = await request.clone(client_max_size=_FORM_BYTES).read()
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=10))
    except (ValueError, web.HTTPRequestEntityTooLarge):
        raise InputError(
            "FORM_UNREADABLE", "表单无法读取，请重新填写", "the form cannot be read; fill it in again"
        ) from None
