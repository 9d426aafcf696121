"""The pages by which people come in, and their own account."""

import asyncio
import re
from pathlib import Path

import pyotp
import pytest

from gateway.accounts import new_users
from gateway.accounts import users as accounts
from gateway.identifiers import uuid7
from gateway.ledger.accounts import users
from gateway.ledger.trail import audit
from gateway.web.live import handlers
from gateway.web.serving.running import Running, running
from tests.city import settings
from tests.people import PASSWORD, person, quick
from tests.web.console.browsing import Browsing, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
NEW = "seven quiet paper boats"


async def test_who_signs_in_arrives_at_the_page_that_was_asked_for(process: Running) -> None:
    await person(process, "arrives", "viewer")
    async with Browsing(process) as browser:
        asked = await browser.get("/live")
        assert asked.path == "/sign-in"
        assert 'name="next" value="/live"' in asked.html
        arrived = await browser.sign_in("Arrives", to="/live")
        assert (arrived.status, arrived.path) == (200, "/live")
        assert "arrives同志" in arrived.text


async def test_the_cookie_is_for_this_site_and_no_script(process: Running) -> None:
    await person(process, "cookie", "viewer")
    async with Browsing(process) as browser:
        signed = await browser.sign_in("cookie", follow=False)
        for morsel in signed.cookies.values():
            assert (morsel["httponly"], morsel["samesite"], morsel["path"]) == (True, "Strict", "/")
            assert not morsel["domain"]
        assert len(signed.cookies["airwarn"].value) >= 43  # 256 bits in base64
        assert int(signed.cookies["airwarn"]["max-age"]) == 12 * 3600


async def test_a_cookie_that_was_there_before_is_worth_nothing_afterwards(process: Running) -> None:
    await person(process, "fixed", "viewer")
    async with Browsing(process, {"airwarn": "planted-by-somebody-else"}) as browser:
        await browser.sign_in("fixed")
        first = browser.cookie()
        assert first != "planted-by-somebody-else"
        await browser.sign_in("fixed")
        assert browser.cookie() != first
        async with Browsing(process, {"airwarn": first}) as thief:
            assert (await thief.get("/console")).path == "/sign-in"


async def test_behind_tls_the_cookie_is_bound_to_the_host(tmp_path: Path) -> None:
    at = settings(tmp_path, public_url="https://air.example")
    async with running(at, "airwarn serve", passwords=quick()) as process, Browsing(process) as browser:
        await person(process, "tls", "viewer")
        fields = {"name": "tls", "password": PASSWORD, "code": "", "next": ""}
        headers = {"Host": "air.example", "Origin": "https://air.example"}
        signed = await browser.post("/sign-in", fields, follow=False, headers=headers)
        assert all(name.startswith("__Host-airwarn") for name in signed.cookies)
        assert all(morsel["secure"] and morsel["path"] == "/" for morsel in signed.cookies.values())
        token = signed.cookies["__Host-airwarn"].value
        for name, status in (("__Host-airwarn", 200), ("airwarn", 303)):
            headers = {"Host": "air.example", "Cookie": f"{name}={token}"}
            assert (await browser.get("/console", follow=False, headers=headers)).status == status


async def test_what_was_wrong_is_not_told_and_what_was_typed_not_repeated(process: Running) -> None:
    await person(process, "known", "viewer")
    async with Browsing(process) as browser:
        answers = [await browser.sign_in(name, "a wrong password") for name in ("known", "unknown")]
        assert {answer.status for answer in answers} == {403}
        known, unknown = (answer.text.replace("unknown", "known") for answer in answers)
        assert known == unknown
        assert "a wrong password" not in known


async def test_who_tries_too_often_is_told_until_when(process: Running) -> None:
    async with Browsing(process) as browser:
        for _ in range(5):
            assert (await browser.sign_in("guessed", "guess")).status == 403
        refused = await browser.sign_in("guessed", "guess")
        assert refused.status == 429
        assert 0 < int(refused.headers["Retry-After"]) <= 120
        assert re.search(r"请在 \d\d:\d\d:\d\d 之后再试", refused.text)


async def test_signing_out_ends_it_on_the_server(process: Running) -> None:
    user = await person(process, "leaves", "viewer")
    async with await browsing(process, user) as browser:
        cookie = browser.cookie()
        assert (await browser.send("/console", "/sign-out")).path == "/sign-in"
        async with Browsing(process, {"airwarn": cookie}) as again:
            assert (await again.get("/console")).path == "/sign-in"


async def test_an_invitation_sets_the_password_and_signs_in(process: Running) -> None:
    new = new_users.checked("invited", "何同志", [], ["viewer"], [])
    invitation = await process.ledger.write(accounts.make, new, process.clock(), uuid7, "(local)")
    async with Browsing(process) as browser:
        page = "/sign-in/invitation"
        fields = {"phrase": invitation.phrase, "password": NEW, "again": NEW}
        assert "不一样" in (await browser.post(page, {**fields, "again": "other"})).text
        assert "至少 12" in (await browser.post(page, {**fields, "password": "short", "again": "short"})).text
        assert (await browser.post(page, {**fields, "phrase": "wrong"})).status == 403
        assert (await browser.post(page, fields)).path == "/console"
        assert (await browser.post(page, fields)).status == 403
    async with Browsing(process) as browser:
        assert (await browser.sign_in("invited", NEW)).path == "/console"


async def test_a_new_password_signs_out_every_other_device_and_renews_this_one(process: Running) -> None:
    user = await person(process, "renews", "viewer")
    path, action = "/console/account", "/console/account/password"
    async with await browsing(process, user) as here, await browsing(process, user) as elsewhere:
        before = here.cookie()
        wrong = await here.send(path, action, current="wrong", password=NEW, again=NEW)
        assert (wrong.status, "现在的密码不对" in wrong.text) == (403, True)
        weak = await here.send(
            path, action, current=PASSWORD, password="renews1234567", again="renews1234567"
        )
        assert (weak.status, "太容易被猜到" in weak.text) == (422, True)
        done = await here.send(path, action, current=PASSWORD, password=NEW, again=NEW)
        assert "密码已修改" in done.text
        assert here.cookie() != before
        assert (await elsewhere.get("/console")).path == "/sign-in"
        async with Browsing(process, {"airwarn": before}) as thief:
            assert (await thief.get("/console")).path == "/sign-in"
        assert (await here.sign_in("renews", NEW)).path == "/console"


async def test_people_see_where_they_are_signed_in_and_end_others(process: Running) -> None:
    user, other = await person(process, "devices", "viewer"), await person(process, "another", "viewer")
    async with (
        await browsing(process, user) as here,
        await browsing(process, user) as phone,
        await browsing(process, user) as pad,
        await browsing(process, other) as stranger,
    ):
        shown = await here.get("/console/account")
        ends = re.findall(r'action="(/console/account/devices/[0-9a-f-]{36}/end)"', shown.html)
        assert len(ends) == 2
        token = await stranger.form_token()
        await stranger.post(ends[0], {"form_token": token})  # somebody else's device stays
        assert (await phone.get("/console")).path == (await pad.get("/console")).path == "/console"
        await here.post(ends[0], {"form_token": await here.form_token()})
        left = [browser for browser in (phone, pad) if (await browser.get("/console")).path == "/console"]
        assert len(left) == 1
        await here.send("/console/account", "/console/account/devices/end")
        assert (await left[0].get("/console")).path == "/sign-in"
        assert (await here.get("/console")).path == "/console"
        assert (await stranger.get("/console")).path == "/console"


async def test_one_time_codes_are_set_up_with_a_picture_and_then_asked_for(process: Running) -> None:
    user = await person(process, "codes", "viewer")
    async with await browsing(process, user) as browser:
        page = await browser.send("/console/account", "/console/account/code/start")
        assert page.path == "/console/account/code"
        assert 'src="data:image/svg+xml' in page.html
        secret = re.search(r'<code id="secret">([A-Z2-7]{32})</code>', page.html)
        assert secret is not None
        codes = pyotp.TOTP(secret[1])
        code = codes.at(process.clock() // 1000)
        path = "/console/account/code"
        assert (await browser.send(path, path, code=code, current="wrong")).status == 403
        assert (await browser.send(path, path, code="000000", current=PASSWORD)).status == 422
        shown = await browser.send(path, path, code=code, current=PASSWORD)
        recovery = re.findall(r"<li><code>([a-z2-9-]{11})</code></li>", shown.html)
        assert len(recovery) == 8
        assert recovery[0] not in (await browser.get("/console/account")).text
        assert (await browser.get(path)).path == "/console/account"  # the picture is gone
    async with Browsing(process) as browser:
        assert (await browser.sign_in("codes")).status == 403
        assert (await browser.sign_in("codes", code=code)).status == 403  # it was used to set them up
        assert (await browser.sign_in("codes", code=recovery[0])).path == "/console"
        off = ("/console/account", "/console/account/code/off")
        assert (await browser.send(*off, current="wrong")).status == 403
        await browser.send(*off, current=PASSWORD)
        assert (await browser.sign_in("codes")).path == "/console"
    told = [each.kind for each in await process.ledger.read(audit.page, subject="user:codes")]
    assert told == ["one_time_codes_on", "one_time_codes_off"]


async def test_english_is_one_click_away_and_stays(process: Running) -> None:
    user = await person(process, "english", "viewer")
    async with await browsing(process, user) as browser:
        assert '<html lang="zh-CN">' in (await browser.get("/console")).html
        assert "Hello english同志" in (await browser.get("/console?lang=en")).text
        assert "Hello" in (await browser.get("/console")).text


async def test_a_stream_ends_for_whoever_is_no_longer_signed_in(
    process: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "KNOWN_SECONDS", 0.0)
    monkeypatch.setattr(handlers, "WRITE_SECONDS", 0.5)
    user = await person(process, "watches", "viewer")
    async with await browsing(process, user) as browser:
        async with asyncio.timeout(60), browser.session.get("/live/events") as stream:
            assert await stream.content.readuntil(b": waiting\n\n")
            await process.ledger.write(users.disable, user.id, process.clock())
            await stream.content.read()
        assert (await browser.get("/live/events")).status == 401


async def test_who_is_disabled_is_out_with_the_next_click(process: Running) -> None:
    user = await person(process, "disabled", "viewer")
    async with await browsing(process, user) as browser:
        assert (await browser.get("/live")).status == 200
        await process.ledger.write(users.disable, user.id, process.clock())
        assert (await browser.get("/live")).path == "/sign-in"
        assert (await browser.get("/live/events")).status == 401
