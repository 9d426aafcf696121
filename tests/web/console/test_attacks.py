"""What an attacker tries on the pages of people, and that none of it does anything."""

import logging
from itertools import product
from urllib.parse import urlencode

import pytest

from gateway.accounts.roles import SCOPES_OF
from gateway.ledger.accounts import account_changes, users
from gateway.ledger.accounts.users import ROLES, Role
from gateway.ledger.trail import audit
from gateway.web.serving.running import Running
from tests.people import PASSWORD, person
from tests.web.console.browsing import OTHER_SITE, Browsing, browsing, inline

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
FOR_ADMINISTRATORS = ("/console/users", "/console/users/new", "/console/tokens", "/console/routes")
POSTS = (
    *(
        "/sign-out",
        "/console/account/password",
        "/console/account/devices/end",
        "/console/account/code/start",
    ),
    *("/console/account/code", "/console/account/code/off", "/console/users/new", "/console/tokens/new"),
    *("/console/tokens/end", "/console/changes/1/confirm", "/console/changes/1/refuse", "/console/routes"),
)


async def test_forms_of_other_sites_are_refused_and_logged(
    process: Running, caplog: pytest.LogCaptureFixture
) -> None:
    user = await person(process, "csrf", "administrator")
    async with await browsing(process, user) as browser:
        token = await browser.form_token()
        for path, headers in product((*POSTS, "/sign-in", "/sign-in/invitation"), OTHER_SITE):
            answer = await browser.post(path, {"form_token": token}, headers=headers, follow=False)
            assert answer.status == 403, path
            assert not answer.cookies
        assert (await browser.get("/console")).path == "/console"
        assert (await browser.get("/console/audit")).status == 403
    logged = {getattr(each, "route", None): each for each in caplog.records if each.msg == "request_refused"}
    assert {"/sign-in", "/console/users/new"} <= set(logged)
    assert {getattr(each, "client", None) for each in logged.values()} == {"127.0.0.1"}
    assert getattr(logged["/console/audit"], "who", None) == "user:csrf"
    assert not hasattr(logged["/sign-in"], "who")
    assert token not in caplog.text


async def test_a_form_is_good_for_its_own_sign_in_alone(process: Running) -> None:
    user = await person(process, "forms", "administrator")
    async with await browsing(process, user) as browser, await browsing(process, user) as other:
        foreign = await other.form_token()
        for path, token in product(
            POSTS, ("", "0" * 64, foreign, "\udc80".encode("utf-8", "replace").decode())
        ):
            answer = await browser.post(path, {"form_token": token}, follow=False)
            assert answer.status == 403, path
            assert answer.headers["Content-Type"].startswith("text/html")
        assert (await browser.post("/sign-out", {}, follow=False)).status == 403
        assert (await browser.get("/console")).path == "/console"


async def test_a_field_that_the_form_does_not_have_sets_nothing(process: Running) -> None:
    user = await person(process, "mass", "viewer")
    async with await browsing(process, user) as browser:
        form = [("form_token", await browser.form_token())]
        password = [("current", PASSWORD), ("password", "a" + PASSWORD), ("again", "a" + PASSWORD)]
        for more in (("roles", "administrator"), ("user_id", "1"), ("password", "another one, longer")):
            answer = await browser.post("/console/account/password", [*form, *password, more])
            assert answer.status == 422
    async with Browsing(process) as browser:
        fields = {"name": "mass", "password": PASSWORD, "code": "", "next": ""}
        assert (await browser.post("/sign-in", {**fields, "roles": "administrator"})).status == 422
        assert (await browser.sign_in("mass")).path == "/console"
    found = await process.ledger.read(users.get, user.id)
    assert found is not None
    assert found.roles == frozenset({"viewer"})


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
async def test_pages_of_administrators_are_theirs_alone(process: Running, role: Role) -> None:
    user = await person(process, f"role.{role}", role, titles=("主任",))
    async with await browsing(process, user) as browser:
        home = await browser.get("/console")
        assert not any(path in home.html for path in FOR_ADMINISTRATORS)
        for path in FOR_ADMINISTRATORS:
            assert (await browser.get(path)).status == 403
        form = {"form_token": await browser.form_token()}
        for path in POSTS:
            if not path.startswith(("/console/account", "/sign-out")):
                assert (await browser.post(path, form, follow=False)).status == 403, path


async def test_nobody_who_is_not_signed_in_sees_or_does_anything(process: Running) -> None:
    async with Browsing(process) as browser:
        for path in ("/console", "/console/account", "/console/account/code", *FOR_ADMINISTRATORS):
            asked = await browser.get(path, follow=False)
            assert (asked.status, asked.headers["Location"]) == (303, f"/sign-in?next={path}")
        for path in POSTS:
            if path != "/sign-out":
                assert (await browser.post(path, {}, follow=False)).headers["Location"].startswith("/sign-in")
        for cookie in ("", "x", "\udc80", "a" * 4_000):
            headers = {"Cookie": f"airwarn={cookie}".encode("utf-8", "surrogateescape").decode("latin-1")}
            assert (await browser.get("/console", follow=False, headers=headers)).status == 303


async def test_a_cookie_opens_no_api(process: Running) -> None:
    user = await person(process, "noapi", "administrator", "duty_officer")
    async with await browsing(process, user) as browser:
        for path in ("/api/v1/broadcasts", "/api/v1/audit"):
            assert (await browser.get(path)).status == 401
        assert (await browser.post("/private/users/add", {})).status == 401
        bearer = {"Authorization": f"Bearer {browser.cookie()}"}
        assert (await browser.post("/private/users/add", {}, headers=bearer)).status == 401


async def test_no_role_has_more_than_its_scopes() -> None:
    assert {role for role, scopes in SCOPES_OF.items() if "approve" in scopes} == {"approver"}
    assert {role for role, scopes in SCOPES_OF.items() if "launch" in scopes} == {"duty_officer"}
    assert {role for role, scopes in SCOPES_OF.items() if "audit" in scopes} == {"auditor"}


async def test_scripts_in_any_field_stay_words(process: Running) -> None:
    one = await person(process, "xss", "administrator")
    two = await person(process, SCRIPT, "administrator", titles=(SCRIPT,), areas=("410102",))
    await process.ledger.write(
        account_changes.propose,
        "new_user",
        SCRIPT,
        {"person": SCRIPT, "roles": ["viewer"], "titles": [SCRIPT], "areas": [SCRIPT], "language": "zh"},
        two.id,
        process.clock(),
    )
    token = {"scopes": ["read"], "days": 1, "person": SCRIPT, "titles": [SCRIPT], "areas": [SCRIPT]}
    await process.ledger.write(account_changes.propose, "new_token", SCRIPT, token, two.id, process.clock())
    async with await browsing(process, one) as browser, Browsing(process) as stranger:
        form = ("form_token", await browser.form_token())
        fields = [(name, SCRIPT) for name in ("name", "person", "titles", "areas", "roles")]
        tokens = [(name, SCRIPT) for name in ("name", "days", "person", "titles", "areas", "scopes")]
        signing_in = {"name": SCRIPT, "password": SCRIPT, "code": SCRIPT, "next": SCRIPT}
        invitation = {"phrase": SCRIPT, "password": SCRIPT, "again": SCRIPT}
        for page in (
            await browser.get("/console/users"),
            await browser.get(f"/console/users/{two.id}"),
            await browser.post("/console/users/new", [form, *fields]),
            await browser.post(f"/console/users/{two.id}/rights", [form, *fields[2:]]),
            await browser.post("/console/tokens/new", [form, *tokens]),
            await browser.post("/console/account/password", [form, ("current", SCRIPT)]),
            await stranger.post("/sign-in", signing_in),
            await stranger.post("/sign-in/invitation", invitation),
            await stranger.get("/sign-in", headers={"User-Agent": SCRIPT}),
            await stranger.get(f"/sign-in?{urlencode({'next': SCRIPT, 'lang': SCRIPT})}"),
        ):
            assert page.headers["Content-Type"].startswith("text/html"), page.path
            assert inline(page.html) == [], page.path


async def test_every_page_keeps_to_a_policy_without_inline_scripts_or_styles(process: Running) -> None:
    user = await person(process, "policy", "administrator")
    async with await browsing(process, user) as browser:
        await browser.send("/console/account", "/console/account/code/start")
        paths = ("/console", "/console/account", "/console/account/code", *FOR_ADMINISTRATORS)
        for path in (
            *paths,
            f"/console/users/{user.id}",
            "/console/users/x",
            "/sign-in",
            "/sign-in/invitation",
        ):
            page = await browser.get(path)
            headers = page.headers
            if page.status == 404 and "html" not in headers["Content-Type"]:
                continue
            policy = headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "form-action 'self'" in policy
            assert "unsafe" not in policy
            assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "same-origin")
            assert headers["X-Content-Type-Options"] == "nosniff"
            assert inline(page.html) == []


async def test_secrets_reach_neither_log_nor_trail(
    process: Running, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    user = await person(process, "secret", "viewer")
    async with Browsing(process) as browser:
        await browser.sign_in("typed-into-the-wrong-field", "wrong password here")
        await browser.sign_in("secret")
        await browser.send("/console/account", "/console/account/code/start")
        cookie, form_token = browser.cookie(), await browser.form_token()
    found = await process.ledger.read(users.get, user.id)
    assert found is not None
    told = repr(await process.ledger.read(audit.page)) + repr(found) + caplog.text
    for secret in (
        *("typed-into-the-wrong-field", "wrong password here", PASSWORD, cookie, form_token),
        str(found.password),
    ):
        assert secret not in told


async def test_forms_too_long_or_odd_end_in_one_clear_answer(process: Running) -> None:
    user = await person(process, "odd", "administrator")
    async with await browsing(process, user) as browser:
        token = await browser.form_token()
        many = [("form_token", token), *(("roles", "viewer") for _ in range(300))]
        assert (await browser.post("/console/users/new", many)).status == 422
        assert (await browser.post("/console/users/new", {"form_token": token, "name": "x\0y"})).status == 422
        assert (await browser.post("/sign-in", {"name": "x" * 200_000})).status == 413
        wrong = await browser.post("/sign-in/token", {"token": "x" * 200_000})
        assert (wrong.status, "令牌不对" in wrong.text) == (403, True)
        async with browser.session.post("/sign-in", data=b"\xff%ff&&&=%zz") as answer:
            assert answer.status == 422
