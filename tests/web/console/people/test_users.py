"""Administrators propose and confirm on pages what only two of them may change."""

import re

import pytest

from gateway.ledger.accounts import account_changes, tokens, users
from gateway.ledger.accounts.users import User
from gateway.web.serving.running import Running
from tests.people import person
from tests.web.console.browsing import Browsing, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/console/users"


async def administrators(process: Running) -> tuple[User, User]:
    found = [await process.ledger.read(users.find, name) for name in ("one", "two")]
    one, two = [
        each or await person(process, name, "administrator")
        for each, name in zip(found, ("one", "two"), strict=True)
    ]
    return one, two


async def newest(process: Running) -> int:
    waiting = await process.ledger.read(account_changes.waiting, process.clock())
    return waiting[-1].id


async def test_two_administrators_add_somebody_who_then_signs_in(process: Running) -> None:
    one, two = await administrators(process)
    async with await browsing(process, one) as first, await browsing(process, two) as second:
        fields = {"name": "Zhao", "person": "赵科员", "titles": "主任、副主任", "areas": "410102 , 410103"}
        roles = (("roles", "drafter"), ("roles", "approver"))
        proposed = await first.send(f"{PATH}/new", f"{PATH}/new", *roles, **fields)
        assert (proposed.path, "zhao" in proposed.text) == (PATH, True)
        change = await newest(process)
        confirm = f"/console/changes/{change}/confirm"
        assert confirm not in proposed.html
        own = await first.post(confirm, {"form_token": await first.form_token()})
        assert (own.status, "另一位管理员" in own.text) == (403, True)
        assert "1 项变更等待确认" in (await second.get("/console")).text
        confirmed = await second.send(PATH, confirm)
        phrase = re.search(r'<code id="secret" class="once">([^<]+)</code>', confirmed.html)
        assert phrase is not None
        assert 'class="waits"' not in confirmed.html
        assert confirmed.headers["Cache-Control"] == "no-store"
        again = await second.post(confirm, {"form_token": await second.form_token()})
        assert (again.status, phrase[1] in again.text) == (409, False)
    async with Browsing(process) as browser:
        password = "seven quiet paper boats"
        fields = {"phrase": phrase[1], "password": password, "again": password}
        home = await browser.post("/sign-in/invitation", fields)
        assert "拟稿、审批" in home.text
        assert "410102, 410103" in home.text
        assert "主任、副主任" in home.text


async def test_what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost(process: Running) -> None:
    one, _two = await administrators(process)
    async with await browsing(process, one) as browser:
        fields = {"name": "qian", "person": "钱", "titles": "", "areas": "410102"}
        page = await browser.send(f"{PATH}/new", f"{PATH}/new", ("roles", "approver"), **fields)
        assert page.status == 422
        assert re.search(r'id="titles"[^>]*aria-invalid="true"', page.html, re.DOTALL)
        assert 'value="qian"' in page.html
        assert re.search(r'value="approver" checked', page.html)


async def test_rights_reset_disabling_and_enabling_are_proposed_and_then_done(process: Running) -> None:
    one, two = await administrators(process)
    sun = await person(process, "sun", "viewer")
    page = f"{PATH}/{sun.id}"
    async with (
        await browsing(process, one) as first,
        await browsing(process, two) as second,
        await browsing(process, sun) as own,
    ):
        roles = ("roles", "auditor")
        await first.send(page, f"{page}/rights", roles, titles="", areas="410103")
        assert (await own.get("/console")).path == "/console"
        await second.send(PATH, f"/console/changes/{await newest(process)}/confirm")
        assert (await own.get("/console")).path == "/sign-in"
        changed = await process.ledger.read(users.get, sun.id)
        assert changed is not None
        assert (changed.roles, changed.areas) == (frozenset({"auditor"}), ("410103",))
        await second.send(page, f"{page}/reset")
        done = await first.send(PATH, f"/console/changes/{await newest(process)}/confirm")
        assert "邀请口令" in done.text
        await second.send(page, f"{page}/disable")
        await first.send(PATH, f"/console/changes/{await newest(process)}/confirm")
        assert "已停用" in (await first.get(page)).text
        assert (await second.send(page, f"{page}/enable")).path == PATH
        back = await first.send(PATH, f"/console/changes/{await newest(process)}/confirm")
        assert "邀请口令" in back.text
        assert "已停用" not in (await first.get(page)).text
        assert (await first.get(f"{PATH}/00000000-0000-7000-8000-000000000000")).status == 404


async def test_a_proposal_is_withdrawn_or_refused(process: Running) -> None:
    one, two = await administrators(process)
    li = await person(process, "withdrawn", "viewer")
    async with await browsing(process, one) as first, await browsing(process, two) as second:
        for who in (first, second):
            await first.send(f"{PATH}/{li.id}", f"{PATH}/{li.id}/disable")
            await who.send(PATH, f"/console/changes/{await newest(process)}/refuse")
            assert await process.ledger.read(account_changes.waiting, process.clock()) == []
        assert (await process.ledger.read(users.get, li.id)).disabled_at is None  # type: ignore[union-attr]


async def test_tokens_are_proposed_confirmed_and_shown_once(process: Running) -> None:
    one, two = await administrators(process)
    async with await browsing(process, one) as first, await browsing(process, two) as second:
        fields = {"name": "wall", "days": "30", "person": "", "titles": ""}
        page = "/console/tokens"
        none = await first.send(page, f"{page}/new", **fields)
        assert (none.status, "scope" in none.text) == (422, True)
        await first.send(page, f"{page}/new", ("scopes", "read"), **fields)
        shown = await second.send(PATH, f"/console/changes/{await newest(process)}/confirm")
        token = re.search(r"airwarn_[\w-]{43}", shown.text)
        assert token is not None
        assert await process.ledger.read(tokens.find, token[0], process.clock()) is not None
        listed = await first.get(page)
        assert "wall" in listed.text
        assert token[0] not in listed.text
        await first.send(page, f"{page}/end", name="wall")
        await second.send(PATH, f"/console/changes/{await newest(process)}/confirm")
        assert await process.ledger.read(tokens.find, token[0], process.clock()) is None
