"""Where somebody arrives: what stands, what is owed. And where an address leads nowhere."""

from pathlib import Path

from gateway.ledger.accounts.users import Role
from gateway.web.serving.running import running
from tests.city import settings
from tests.documents import orange_start
from tests.people import person, quick
from tests.signing import signing_city, start
from tests.web.console.browsing import OTHER_SITE, Browsing, browsing

A_BROWSER = {"Accept": "text/html,application/xhtml+xml"}


async def test_the_first_page_tells_what_stands_and_what_is_owed_to_whom_it_concerns(tmp_path: Path) -> None:
    async with signing_city(tmp_path) as made:
        officer = await person(made.process, "officer", "duty_officer")
        async with await browsing(made.process, officer) as browser:
            before = await browser.get("/console")
            assert "当前预警" not in before.text
            broadcast = await start(made, orange_start())
            after = await browser.get("/console")
            assert f'<a href="/live/{broadcast}">' in after.html
            assert '发布 <span class="level orange">橙色预警</span>' in after.html
            assert "起生效" in after.text  # announced: its hour has not come
            assert "待办 " in after.text
        elsewhere = await person(made.process, "elsewhere", "viewer", areas=("653101",))
        async with await browsing(made.process, elsewhere) as browser:
            assert f'<a href="/live/{broadcast}">' not in (await browser.get("/console")).html


async def test_a_new_office_is_told_to_fill_its_directory(tmp_path: Path) -> None:
    whom: dict[Role, bool] = {"directory_keeper": True, "viewer": False}
    async with running(settings(tmp_path), "airwarn serve", passwords=quick()) as process:
        for role, told in whom.items():
            async with await browsing(process, await person(process, role, role)) as browser:
                assert ("通讯录里还没有单位" in (await browser.get("/console")).text) is told


async def test_an_exercise_does_not_stand_on_the_first_page(tmp_path: Path) -> None:
    async with signing_city(tmp_path, exercise=True) as made:
        await start(made, orange_start(exercise=True))
        officer = await person(made.process, "officer", "duty_officer")
        async with await browsing(made.process, officer) as browser:
            assert "当前预警" not in (await browser.get("/console")).text


async def test_a_browser_that_went_astray_reads_a_page_and_a_program_a_document(tmp_path: Path) -> None:
    async with signing_city(tmp_path) as made:
        auditor = await person(made.process, "auditor", "auditor")
        async with await browsing(made.process, auditor) as browser:
            for path, status, words in (
                ("/console/audit/verify", 405, "只接受表单"),
                ("/console/nowhere", 404, "没有这个页面"),
                ("/public/nowhere", 404, "没有这个页面"),
            ):
                page = await browser.get(path, headers=A_BROWSER)
                assert (page.status, words in page.text, "<h1>" in page.html) == (status, True, True)
                document = await browser.get(path)
                assert (document.status, document.headers["Content-Type"].partition(";")[0]) == (
                    status,
                    "application/problem+json",
                )
                assert page.headers.get("Allow") == document.headers.get("Allow")
            assert (await browser.get("/public/nowhere?lang=en", headers=A_BROWSER)).cookies == {}
            for refused, status, words in (
                (
                    browser.get("/console", headers={**A_BROWSER, "Host": "192.0.2.7"}),
                    421,
                    "不能用这个网址打开",
                ),
                (browser.post("/sign-in", headers={**A_BROWSER, **OTHER_SITE[0]}), 403, "请求来自别的网站"),
            ):
                page = await refused
                assert (page.status, words in page.text, "<h1>" in page.html) == (status, True, True)
                assert page.headers["Connection"] == "close"
            unknown = await browser.get("/nowhere", headers=A_BROWSER)
            assert (unknown.status, "没有这个页面" in unknown.text) == (404, True)
            assert (await browser.get("/nowhere")).status == 401
            assert (await browser.get("/api/v1/decisions", headers=A_BROWSER)).status == 401


async def test_the_bare_address_leads_staff_to_the_console_and_everybody_else_to_what_is_public(
    tmp_path: Path,
) -> None:
    async with signing_city(tmp_path) as made:
        auditor = await person(made.process, "auditor", "auditor")
        async with await browsing(made.process, auditor) as browser:
            assert (await browser.get("/")).path == "/console"
        async with Browsing(made.process) as stranger:
            front = await stranger.get("/")
            assert (front.status, front.path) == (200, "/public")
            assert '<a href="/console">工作人员登录</a>' in front.html
