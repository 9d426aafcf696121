"""The preview wall: what everybody would read, to how many, and the submission that follows."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from gateway.ledger.accounts.users import User
from gateway.ledger.decisions import decisions, drafts
from tests.city import HEADER, City, city, soon
from tests.documents import orange_start
from tests.people import person
from tests.web.console.browsing import Browsing, Seen, browsing, inline
from tests.web.console.drafts.test_drafts import begun, filled, pasted
from tests.web.console.office import KASHGAR, kashgar

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    async with city(tmp_path_factory.mktemp("preview")) as running_city:
        yield running_city


async def draft_of(made: City, path: str, user: User) -> drafts.Draft:
    found = await made.read(drafts.get, path.rpartition("/")[2], user.id)
    assert isinstance(found, drafts.Draft)
    return found


async def submitted_by(made: City, user: User) -> list[str]:
    """The decisions that somebody drafted."""
    found = await made.read(decisions.page, "", 100)
    return [each.id for each in found if each.drafter == f"user:{user.name}"]


async def counted(browser: Browsing, path: str) -> Seen:
    """The page of a draft's figures, once they are worked out."""
    while True:
        seen = await browser.get(f"{path}/preview/numbers")
        if "data-pending" not in seen.html:
            assert "Refresh" not in seen.headers
            return seen
        assert seen.headers["Refresh"] == "1"
        await asyncio.sleep(0.05)


def cells(html: str, row: str) -> list[list[str]]:
    """The cells of the rows that begin with a word."""
    found = re.findall(
        rf'<tr role="row"><th role="rowheader" scope="row">{row}</th>(.*?)</tr>', html, re.DOTALL
    )
    return [re.findall(r"<td[^>]*>(.*?)</td>", each) for each in found]


async def test_the_wall_tells_what_everybody_reads_and_how_many(made: City) -> None:
    user = await person(made.process, "wall", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser)
        wall = await browser.get(f"{path}/preview")
        assert 'id="organisations"' not in wall.html  # to walk through the directory takes a moment
        assert "<b>5</b> 个单位（按通讯录）" in wall.text
        assert f'href="{path}/preview/numbers"' in wall.html
        assert (
            wall.html.count('class="bubble"') == 5 * 14
        )  # each reader's, with two lifts, correction, retraction
        await counted(browser, path)
        seen = await browser.get(f"{path}/preview")  # what is worked out stands there at once
        assert re.search(r'id="organisations">5<', seen.html)
        assert re.search(r'id="recipients">6<', seen.html)
        assert cells(seen.html, "学校") == [["短信", "1", "2", "2"], ["企业微信", "1", "—", "—"]]
        assert cells(seen.html, "企业 · 工业企业") == [["短信", "1", "3", "3"]]
        total = sum(int(row[3]) for row in cells(seen.html, "[^<]*") if row[3] != "—")
        assert re.search(rf'id="segments">{total}<', seen.html)
        assert "演练小学" not in seen.text
        assert inline(seen.html) == []
        assert await submitted_by(made, user) == []  # nothing of it is stored


async def test_a_readers_page_shows_every_medium_and_what_is_kept_ready(made: City) -> None:
    user = await person(made.process, "reader", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser)
        schools = await browser.get(f"{path}/preview/schools")
        for medium in ("sms", "webhook", "email", "notice", "spoken"):
            assert f'id="{medium}"' in schools.html
        for purpose in ("lift", "lift_before_start", "correct", "retract"):
            assert f'id="ready-{purpose}"' in schools.html
        assert "不再启动" in schools.text  # of the lift that comes before the start
        assert "【重污染天气预警】" in schools.text
        assert "**" not in schools.text  # a chat message looks as in the chat
        operators = await browser.get(f"{path}/preview/operators")
        assert json.loads(re.search(r'<pre class="payload"[^>]*>(.*?)</pre>', operators.text, re.DOTALL)[1])  # type: ignore[index]
        assert "Orange" in (await browser.get(f"{path}/preview/schools?in=en")).text
        assert (await browser.get(f"{path}/preview/nobody")).status == 422


async def test_an_email_opens_as_it_is_sent_and_can_run_nothing(made: City) -> None:
    user = await person(made.process, "mail", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser, document_number="<script>alert(1)</script>号")
        for medium in ("email", "notice"):
            seen = await browser.get(f"{path}/preview/schools/{medium}")
            policy = seen.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "sandbox" in policy
            assert "script-src" not in policy
            assert "<script>" not in seen.html
            assert "橙色预警" in seen.text
        lift = await browser.get(f"{path}/preview/schools/email?for=lift")
        assert "解除" in lift.text


async def test_a_draft_that_is_not_whole_says_why_it_cannot_be_submitted(made: City) -> None:
    user = await person(made.process, "unready", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await begun(browser)
        seen = await browser.get(f"{path}/preview")
        assert "现在不能提交" in seen.text
        assert f'action="{path}/submit"' not in seen.html
        token = await browser.form_token()
        back = await browser.post(f"{path}/submit", {"form_token": token})
        assert back.path == path
        refused = await pasted(browser, json.dumps(_short(), ensure_ascii=False))
        wall = await browser.post(f"{refused.path}/submit", {"form_token": token})
        assert wall.status == 422
        assert "48 小时" in wall.text
        assert await submitted_by(made, user) == []


def _short() -> dict[str, Any]:
    """A start that leaves less than the plan's lead time."""
    stated = soon(orange_start())
    del stated["approvals"]
    stated["decided_at"] = stated["starts_at"][:11] + "11:00:00+08:00"
    return stated


async def test_submitting_freezes_a_decision_that_others_approve(made: City) -> None:
    await made.register(f"{HEADER}\nD9,示例局,部门,,410100,周科长,,教育群,,否")  # five messages
    user = await person(made.process, "submits", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser, document_number="郑环攻坚办〔2024〕9号")
        numbers = await counted(browser, path)
        assert "提交后须经批准" in numbers.text
        assert 'id="unserved"' not in numbers.html  # every channel has an account
        assert "起草人以外的一名负责人" in numbers.text
        seen = await browser.send(f"{path}/preview", f"{path}/submit")
        draft = await draft_of(made, path, user)
        assert seen.path == f"/console/decisions/{draft.decision_id}"
        told = re.findall(r'id="in-parts"><small>([^<]+)<', numbers.html + seen.html)
        assert told == ["长文本分成几条发：7 个接收数，共 11 条消息。"] * 2  # the same, before and after
        entry = await made.read(decisions.entry, draft.decision_id)
        assert (entry.state, entry.drafter, entry.exercise) == ("submitted", "user:submits", False)
        assert entry.drafter_name == user.person
        closed = await browser.get(path)
        assert "已提交，等待批准" in closed.text
        assert f'action="{path}"' not in closed.html
        token = await browser.form_token()
        for place in (path, f"{path}/submit"):
            assert (await browser.post(place, {"form_token": token})).status == 409
        assert (await draft_of(made, path, user)).document["level"] == "orange"


async def test_an_exercise_is_submitted_as_one(made: City) -> None:
    user = await person(made.process, "drills", "duty_officer")
    async with await browsing(made.process, user) as browser:
        stated = soon(orange_start(document_number="演〔2024〕1号"))
        del stated["approvals"]
        path = (await pasted(browser, json.dumps(stated), "/console/exercises/new")).path
        wall = await browser.get(f"{path}/preview")
        assert 'class="of-exercise"' in wall.html
        assert "演练：" in wall.text
        numbers = await counted(browser, path)
        assert re.search(r'id="organisations">1<', numbers.html)
        seen = await browser.send(f"{path}/preview", f"{path}/submit")
        assert "已提交" in seen.text
        for page in (numbers, seen):  # before anybody approves what could not be launched
            assert "没有演练通道：短信。 批准了也不能发布。" in page.text
        entry = await made.read(decisions.entry, (await draft_of(made, path, user)).decision_id)
        assert entry.exercise


async def test_what_was_returned_is_changed_and_submitted_again(made: City) -> None:
    user = await person(made.process, "again", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser, document_number="郑环攻坚办〔2024〕8号")
        await browser.send(f"{path}/preview", f"{path}/submit")
        first = (await draft_of(made, path, user)).decision_id
        await made.write(decisions.move, first, "returned")
        shown = await browser.get(path)
        assert "已退回" in shown.text
        assert f'action="{path}"' in shown.html
        await browser.send(f"{path}/preview", f"{path}/submit")
        draft = await draft_of(made, path, user)
        assert (draft.decision_id, draft.state) == (first, "submitted")


async def test_looking_again_shows_who_joined_the_directory_meanwhile(made: City) -> None:
    await made.register(KASHGAR)
    user = await person(made.process, "joined", "drafter")
    async with await browsing(made.process, user) as browser:
        stated = kashgar()
        del stated["approvals"]
        path = (await pasted(browser, json.dumps(stated, ensure_ascii=False))).path
        for organisations in (3, 4):
            for _ in range(2):
                numbers = await counted(browser, path)
                assert re.search(rf'id="organisations">{organisations}<', numbers.html), numbers.text
            await made.register(f"{HEADER}\nKS2,第二小学,学校,,653101,王老师,19900000209,,,否")
        assert "指挥部副指挥长" in numbers.text  # whose approval will be needed
