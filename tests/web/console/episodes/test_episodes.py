"""An episode as people of different roles and areas meet it: its steps, papers, reports, objections, file."""

import asyncio
import io
import json
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from zipfile import ZipFile

import pytest
import pytest_asyncio
from docx import Document
from sqlalchemy import Connection, select

from channels.contract import Reply
from gateway.follow_up.signatures import signing
from gateway.follow_up.signatures.replying import hear
from gateway.follow_up.signatures.signing import Signer
from gateway.ledger.accounts.users import Role
from gateway.ledger.decisions import decisions, episode_list
from gateway.ledger.follow_up import obligations, report_drafts
from gateway.ledger.schema import accounts
from gateway.ledger.trail import audit
from gateway.notices.model import Office
from tests.boards.drawn import fonts
from tests.citizens import publishing_city
from tests.city import City
from tests.documents import orange_start, red_raise
from tests.people import person, signed_in
from tests.signing import start
from tests.web.console.browsing import Browsing, inline

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/console/episodes"
SCRIPT = "<script>alert(1)</script>"


@dataclass(frozen=True)
class Course:
    """A launched orange start and its raise, to which a plant objected."""

    made: City
    episode: str
    first: str
    broadcast: int

    @property
    def path(self) -> str:
        return f"{PATH}/{self.episode}"

    async def browser(self, name: str, *roles: Role, areas: Sequence[str] = ()) -> Browsing:
        user = await person(self.made.process, name, *roles, areas=areas)
        return Browsing(self.made.process, await signed_in(self.made.process, user))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def course(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Course]:
    async with publishing_city(tmp_path_factory.mktemp("course")) as citizen:
        made = citizen.made
        first = await start(made, orange_start(document_number=f"郑〔2024〕1号{SCRIPT}"))
        broadcast = await start(made, red_raise())
        now = made.process.clock()
        signer = Signer("罗厂长", "厂长", "link", "(link)")

        def objects(connection: Connection) -> None:
            asked = signing.of_organisation(connection, broadcast, "E1")
            words = f"炉温须慢降{SCRIPT}，可找王工13800000777"
            signing.object_to(connection, asked, signer, "other", words, now)

        await made.write(objects)
        (listed,) = await made.read(episode_list.page)
        identifier = await made.read(decisions.of_broadcast, first)
        yield Course(made, listed.episode.id, str(identifier), broadcast)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def officer(course: Course) -> AsyncIterator[Browsing]:
    async with await course.browser("officer", "duty_officer") as browser:
        yield browser


async def test_an_episode_shows_each_step_what_it_changed_and_how_far_it_came(
    course: Course, officer: Browsing
) -> None:
    listed = await officer.get(PATH)
    assert f'<a href="{course.path}">' in listed.html
    assert f'href="{course.path}"' in (await officer.get(f"/console/decisions/{course.first}")).html
    assert '<span class="mark red">' in listed.html
    page = await officer.get(course.path)
    assert page.text.index("郑〔2024〕1号") < page.text.index("郑环攻坚办〔2024〕2号")
    changed = re.findall(r"<del>.*?</span>(.*?)</del> → <ins>.*?</span>(.*?)</ins>", page.html)
    assert ("橙色预警", "红色预警") in changed
    assert re.findall('class="stands">(..)', page.html) == ["不再", "已发"]  # it gave way before its start
    assert '升级 <span class="level red">红色预警</span><br>已发布，' in page.html  # it starts later
    assert re.search("已发布，[0-9]+月[0-9]+日（周.）[0-9:]+ 起生效", page.text)
    assert "应签收 2 个单位，已签收 0" in page.text
    assert "有异议 1" in page.text
    assert SCRIPT not in page.html
    assert inline(page.html) == []
    assert f'href="/console/decisions/{course.first}/papers/order"' in page.html
    english = await officer.get(f"{course.path}?lang=en")
    assert "Step by step" in english.text
    await officer.get(f"{PATH}?lang=zh")


async def test_what_several_units_owe_stands_once_with_each_of_them_under_it(
    course: Course, officer: Browsing
) -> None:
    page = await officer.get(course.path)
    owed = [row for row, _ in await course.made.read(obligations.page, course.made.process.clock())]
    districts = [row for row in owed if row.code == "districts-daily" and row.open]
    assert len(districts) > 10
    assert page.html.count(f"<strong>{districts[0].what}") == 1
    for row in districts:
        assert f'<a href="/console/obligations/{row.id}">{row.by_whom}</a>' in page.html


async def test_an_episode_of_other_areas_is_as_one_that_is_not_there(course: Course) -> None:
    async with await course.browser("elsewhere", "duty_officer", areas=["653100"]) as stranger:
        assert "还没有记录" in (await stranger.get(PATH)).text
        for path in ("", "/progress", "/archive", "/bulletins/1"):
            page = await stranger.get(f"{course.path}{path}")
            assert (page.status, "没有已发布的污染过程" in page.text) == (404, True), path


async def test_a_bulletin_is_made_once_however_often_the_form_is_sent(
    course: Course, officer: Browsing
) -> None:
    form = {"form_token": await officer.form_token(), "number": "1"}
    at_once = (officer.post(f"{course.path}/bulletins", form) for _ in range(3))
    for page in [*await asyncio.gather(*at_once), await officer.post(f"{course.path}/bulletins", form)]:
        assert page.path == f"{course.path}/bulletins/1"
        assert "（第1期）" in page.text
        assert '<article class="sheet"' in page.html
    assert f"{course.path}/bulletins/2" not in (await officer.get(course.path)).html
    async with await course.browser("reader", "viewer") as reader:
        assert (await reader.get(f"{course.path}/bulletins/1")).status == 200
        form = {"form_token": await reader.form_token(), "number": "2"}
        assert (await reader.post(f"{course.path}/bulletins", form)).status == 403


async def test_a_paper_is_a_page_and_a_file_in_every_form(course: Course, officer: Browsing) -> None:
    path = f"/console/decisions/{course.first}/papers/order"
    page = await officer.get(path)
    assert '<article class="sheet"' in page.html
    assert re.search(r"SHA-256 [0-9a-f]{64}", page.text)
    async with officer.session.get(f"{path}?format=docx") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        written = Document(io.BytesIO(await answer.read()))
    assert written.paragraphs[0].text in page.text
    fonts()  # where there are none, what prints cannot be tested
    async with officer.session.get(f"{path}?format=pdf") as answer:
        assert (await answer.read()).startswith(b"%PDF-")
    plain = await officer.get(f"{path}?format=text")
    assert plain.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert (await officer.get(f"{path}?format=pptx")).status == 422


async def test_a_report_is_drafted_taken_as_a_paper_and_noted_as_sent(
    course: Course, officer: Browsing
) -> None:
    found = await course.made.read(obligations.page, course.made.process.clock(), code="province-filing")
    row = found[0][0]
    path = f"/console/obligations/{row.id}"
    assert f'href="{path}/draft"' in (await officer.get(path)).html
    page = await officer.get(f"{path}/draft")
    names = re.findall(r'<textarea id="(part-\d+)"', page.html)
    assert "来自：发布记录" in page.text
    form = {
        "form_token": await officer.form_token(),
        "format": "docx",
        "number": "",
        **dict.fromkeys(names, "改好的话"),
    }
    async with officer.session.post(f"{path}/draft/file", data=form) as answer:
        taken = Document(io.BytesIO(await answer.read()))
    assert [each.text for each in taken.paragraphs].count("改好的话") == len(names)
    async with await course.browser("writing", "drafter") as other:
        first = await officer.post(f"{path}/draft/keep", {**form, "seen": "0"})
        assert ("草稿，报送前大家都看得到" in first.text, 'name="seen" value="1"' in first.html) == (
            True,
            True,
        )
        token = await other.form_token()
        changed: dict[str, str] = {**form, "form_token": token, str(names[0]): "另一句话", "seen": "0"}
        conflict = await other.post(f"{path}/draft/keep", changed)
        assert (conflict.status, "改过这份草稿" in conflict.text) == (409, True)
        assert ("另一句话" in conflict.text, conflict.text.count("别人保存的内容")) == (True, 1)
        again = await other.post(f"{path}/draft/keep", {**changed, "seen": "1"})
        assert (again.status, "另一句话" in (await officer.get(f"{path}/draft")).text) == (200, True)
        anew = await other.send(f"{path}/draft", f"{path}/draft/discard")
        assert ("另一句话" in anew.text, "来自：发布记录" in anew.text) == (False, True)
    await officer.post(f"{path}/draft/keep", {**form, "seen": "0"})
    refused = await officer.post(f"{path}/draft", form)
    assert (refused.status, "文号" in refused.text) == (422, True)
    assert refused.text.count("改好的话") == len(names)  # nothing that was written is lost
    sent = await officer.post(f"{path}/draft", {**form, "number": "郑环报〔2024〕3号"})
    assert (sent.path, "已完成" in sent.text) == (path, True)
    (report,) = re.findall(rf'href="({path}/reports/\d+)"', sent.html)
    assert "郑环报〔2024〕3号" in (await officer.get(report)).text
    assert await course.made.read(report_drafts.of_obligation, row.id) is None
    assert (await officer.get(f"{path}/reports/999")).status == 404
    ours = (await officer.get("/console/obligations?whose=ours&show=all")).html
    theirs = (await officer.get("/console/obligations?whose=theirs&show=all")).html
    assert f'href="{path}"' in ours
    assert f'href="{path}"' not in theirs


async def test_the_whole_file_is_for_who_keeps_it_and_the_trail_tells_who_took_it(
    course: Course, officer: Browsing
) -> None:
    async with officer.session.get(f"{course.path}/archive") as answer:
        assert answer.headers["Content-Disposition"] == f'attachment; filename="episode-{course.episode}.zip"'
        with ZipFile(io.BytesIO(await answer.read())) as packed:
            assert "SHA256SUMS" in packed.namelist()
            answers = json.loads(packed.read("decisions/02-raise/acknowledgements.json"))
    assert any(each["objection"] for each in answers)
    (told,) = await course.made.read(audit.page, kind="exported")
    assert (told.actor, told.subject) == ("user:officer", f"episode:{course.episode}")
    async with (
        await course.browser("drafting", "drafter") as drafter,
        await course.browser("local", "auditor", areas=["410000"]) as limited,
    ):
        for browser, status in ((drafter, 403), (limited, 403)):
            assert f"{course.path}/archive" not in (await browser.get(course.path)).html
            assert (await browser.get(f"{course.path}/archive")).status == status


async def test_an_objection_waits_until_somebody_has_spoken_to_them(
    course: Course, officer: Browsing
) -> None:
    listed = await officer.get("/console/objections")
    (path,) = re.findall(r'href="(/console/objections/\d+)"', listed.html)
    assert "示例机械厂" in listed.text
    assert f"broadcast={course.broadcast}" in (await officer.get(course.path)).html
    assert "有异议的单位 1 个" in (await officer.get("/console")).text
    page = await officer.get(path)
    assert SCRIPT not in page.html
    assert 'href="tel:+8619900000103"' in page.html
    token = ("form_token", await officer.form_token())
    wrong = await officer.post(path, [token, ("result", "objected"), ("name", ""), ("note", "")])
    assert (wrong.status, "须写明原因" in wrong.text) == (422, True)
    assert (await officer.post(path, [token, ("result", "x"), ("name", ""), ("note", "")])).status == 422
    fields = [token, ("result", "no_answer"), ("name", ""), ("note", "")]
    assert "无人接听" in (await officer.post(path, fields)).text
    assert path in (await officer.get("/console/objections")).html
    fields = [token, ("result", "told"), ("name", "罗厂长"), ("note", "先停一号炉，18时前全停")]
    assert "先停一号炉" in (await officer.post(path, fields)).text
    assert path not in (await officer.get("/console/objections")).html
    assert "有异议的单位" not in (await officer.get("/console")).text
    assert path in (await officer.get("/console/objections?show=settled")).html
    async with (
        await course.browser("looks", "viewer") as reader,
        await course.browser("away", "duty_officer", areas=["410102"]) as stranger,
    ):
        seen = await reader.get(path)
        assert "tel:" not in seen.html
        assert "19900000103" not in seen.html
        assert "13800000777" in (await officer.get("/console/objections?show=all")).text
        board = f"/live/{course.broadcast}/unsigned?standing=objected"
        lists = [f"/console/objections?show=all{form}" for form in ("", "&format=csv")]
        for page in (path, *lists, board):
            assert "炉温须慢降" in (shown := (await reader.get(page)).html)
            assert "13800000777" not in shown
        assert (await reader.post(path, fields)).status == 403
        assert (await stranger.get(path)).status == 404
        assert path not in (await stranger.get("/console/objections?show=all")).html


async def test_replies_by_sms_are_listed_with_whom_they_came_from(course: Course, officer: Browsing) -> None:
    made = course.made
    await made.write(_reply, "已安排，下午三点完成", made.process.clock())
    page = await officer.get("/console/objections/replies?meaning=other")
    assert "已安排，下午三点完成" in page.text
    assert "示例机械厂" in page.text
    assert "19900000103" not in page.text
    await made.write(_reply, "联系人换成王工13800000777或王厂长138-0000-0778", made.process.clock(), "SM-2")
    assert "王工13800000777" in (await officer.get("/console/objections/replies")).text
    async with await course.browser("reads", "viewer") as reader:
        masked = (await reader.get("/console/objections/replies")).text
        assert "王工138****0777或王厂长138****0778" in masked
        assert "13800000777" not in masked
        assert (await reader.get("/console/objections/replies?search=1380000077")).status == 422
        assert "王工" in (await reader.get("/console/objections/replies?search=王工")).text
    assert "没有符合的记录" in (await officer.get("/console/objections/replies?meaning=sign")).text
    async with await course.browser("far", "viewer", areas=["410102"]) as stranger:
        assert "下午三点" not in (await stranger.get("/console/objections/replies")).text


def _reply(connection: Connection, text: str, now: int, receipt: str = "SM-1") -> None:
    account = connection.execute(select(accounts.c.id).where(accounts.c.name == "sms")).scalar_one()
    hear(connection, account, Reply(receipt, "+8619900000103", text), now, office=Office())
