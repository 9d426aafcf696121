"""Leaders approve on a page, the duty officer launches, follows it and ends it."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import Connection, insert, select

from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.preparing import reach
from gateway.broadcasts.preparing.opinion import attach
from gateway.follow_up.upkeep.lanes import states
from gateway.ledger import schema
from gateway.ledger.accounts import users
from gateway.ledger.decisions import approvals, decisions
from gateway.ledger.decisions.decisions import Entry
from gateway.ledger.delivery.ownership import fail
from gateway.moments import iso, local
from tests.city import City, soon
from tests.documents import orange_start, red_raise
from tests.web.console.browsing import Browsing, Seen
from tests.web.console.office import DEPUTY, HEAD, at_desk, fill, hidden, kashgar, office, stored, submitted
from tests.web.console.test_navigation import waits

pytestmark = pytest.mark.asyncio(loop_scope="module")
DECISIONS = "/console/decisions"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    async with office(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def head(made: City) -> AsyncIterator[Browsing]:
    async with await at_desk(made, "head", "approver", titles=[HEAD]) as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deputy(made: City) -> AsyncIterator[Browsing]:
    async with await at_desk(made, "deputy", "approver", titles=[DEPUTY]) as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def officer(made: City) -> AsyncIterator[Browsing]:
    async with await at_desk(made, "officer", "duty_officer") as browser:
        yield browser


def path_of(entry: Entry, page: str = "") -> str:
    return f"{DECISIONS}/{entry.id}{page and '/'}{page}"


async def approve(
    browser: Browsing, entry: Entry, word: str = "橙色", number: str | None = None, comment: str = ""
) -> Seen:
    page, number = path_of(entry, "approve"), count_of(entry) if number is None else number
    return await fill(browser, page, page, word=word, number=number, comment=comment)


async def launch(browser: Browsing, entry: Entry, word: str = "橙色") -> Seen:
    page = path_of(entry, "launch")
    return await fill(browser, page, page, word=word, number=count_of(entry))


def count_of(entry: Entry) -> str:
    """The number of recipients that its pages show."""
    return str(reach.read(entry.reach).recipients)


async def said(made: City, entry: Entry) -> list[str]:
    return [each.verdict for each in await made.read(approvals.of_decision, entry.id)]


async def test_two_leaders_approve_the_officer_launches_and_lifts(tmp_path: Path) -> None:
    """In an office where nothing was before: its menus count all that waits."""
    async with (
        office(tmp_path) as made,
        await at_desk(made, "head", "approver", titles=[HEAD]) as head,
        await at_desk(made, "deputy", "approver", titles=[DEPUTY]) as deputy,
        await at_desk(made, "officer", "duty_officer") as officer,
    ):
        entry = await submitted(made, kashgar())
        page = (await head.get(path_of(entry, "approve"))).text
        for shown in (
            "小李",
            "橙色预警",
            "喀什地区",
            "核对没有问题",
            "此前没有预警",
            "【重污染天气预警】",
        ):
            assert shown in page
        assert "轮到您" in (await head.get(DECISIONS)).text
        assert path_of(entry, "approve") in (await head.get("/console")).html
        assert waits(await head.get("/console/plans"), DECISIONS) == 1
        assert path_of(entry, "approve") not in (await deputy.get("/console")).html
        assert "轮到您" not in (await deputy.get(DECISIONS)).text
        assert "等待指挥部办公室主任" in (await officer.get(path_of(entry, "launch"))).text
        approved = await approve(head, entry, comment="同意")
        assert (approved.status, approved.path) == (200, path_of(entry))
        assert "deputy同志" in approved.text  # whose turn it is now, by name
        assert (await stored(made, entry.id)).state == "submitted"
        assert waits(await head.get("/console/plans"), DECISIONS) == 0
        assert "批准齐备" in (await approve(deputy, entry, number=f" {count_of(entry)} ")).text
        assert waits(await officer.get("/console/plans"), DECISIONS) == 1
        assert path_of(entry, "launch") in (await officer.get("/console")).html
        live = await launch(officer, entry)
        assert (live.status, live.path) == (200, f"/live/{entry.broadcast_id}")
        again = await officer.get(path_of(entry, "launch"))
        assert f'href="/live/{entry.broadcast_id}"' in again.html
        lifting = path_of(entry, "lift")
        page = (await officer.get(lifting)).text
        assert "提交并发出" in page
        assert "不用另写条件" in page  # from when, before anything is typed
        assert "预测持续 36 小时以上" in page
        assert '<input type="radio" name="at" value="schedule" checked>' in page
        async with await at_desk(made, "writes", "drafter") as drafter:  # who may not launch
            theirs = (await drafter.get(lifting)).text
            assert ("提交并发出" in theirs, "由值班人员发布" in theirs) == (False, True)
        lifted = await fill(
            officer, lifting, lifting, document_number="喀污防〔2024〕2号", at="schedule", time="", hours="",
            special_reason="", word="解除", number=count_of(entry),
        )  # fmt: skip
        assert lifted.path.startswith("/live/"), lifted.text
        assert lifted.path != live.path
        newest = (await made.read(decisions.newest, exercise=False))[0]
        assert (newest.action, newest.state, newest.prepared_by_id) == ("lift", "launched", entry.id)


async def test_an_auditor_reads_in_sentences_who_did_what_with_a_decision(made: City, head: Browsing) -> None:
    entry = await submitted(made, kashgar(document_number="喀污防〔2024〕7号"))
    await approve(head, entry, comment="请尽快")
    trail = "/console/audit"
    async with await at_desk(made, "audits", "auditor") as auditor:
        for address in (f"{trail}?decision={entry.id}", f"{trail}?decision=〔2024〕7号&actor=head同志"):
            page = await auditor.get(address)
            approved = f'<a href="{path_of(entry)}">head同志 批准决定：发布 橙色预警（喀污防〔2024〕7号）</a>'
            assert approved in page.html
            assert "<small>意见</small> 请尽快" in page.html
            assert page.html.index("<summary>原始记录") < page.html.index(entry.manifest)  # no hash in sight
        assert "提交决定" in (await auditor.get(f"{trail}?decision={entry.id}&kind=submitted")).text
        for nothing in ("decision=〔2024〕8888号", "actor=deputy同志&kind=submitted", "day=2001-01-01"):
            assert "没有符合的记录" in (await auditor.get(f"{trail}?{nothing}")).text
        assert (await auditor.get(f"{trail}?day=2026-02-30")).status == 422
        today = local(datetime.fromtimestamp(made.process.clock() / 1000, UTC)).date().isoformat()
        assert "批准决定：发布" in (await auditor.get(f"{trail}?day={today}")).text
        file = await auditor.get(f"{trail}?decision={entry.id}&format=csv")
        assert entry.manifest in file.text
        english = await auditor.get(f"{trail}?decision={entry.id}&lang=en")
        assert "head同志: decision approved: " in english.text


@pytest.mark.parametrize(
    ("word", "number"),
    [("红色", None), ("", None), ("演练橙色", None), ("橙色", "9"), ("橙色", ""), ("橙色", "03")],
)
async def test_what_is_typed_otherwise_than_shown_approves_nothing_and_is_not_lost(
    made: City, head: Browsing, word: str, number: str | None
) -> None:
    entry = await submitted(made, kashgar(document_number="typed"))
    answer = await approve(head, entry, word, number, "要留住的意见")
    assert answer.status == 422
    field = "number" if word == "橙色" else "word"  # told where it is typed anew: the page above it is long
    assert re.search(rf'aria-describedby="{field}-wrong" autofocus>\s*<small id="{field}-wrong"', answer.html)
    assert "什么都没有做" in answer.text
    assert "要留住的意见" in answer.text
    assert await said(made, entry) == []


async def test_english_words_are_as_good(made: City, head: Browsing) -> None:
    entry = await submitted(made, kashgar(document_number="english"))
    page = await head.get(path_of(entry, "approve") + "?lang=en")
    assert "Type: orange" in page.text.replace('<strong class="typed">', "").replace("</strong>", "")
    assert "Approved. Thank you." in (await approve(head, entry, " Orange ")).text
    await head.get("/console?lang=zh")


async def test_nobody_approves_out_of_turn(made: City, deputy: Browsing) -> None:
    entry = await submitted(made, kashgar(document_number="turn"))
    page = await deputy.get(path_of(entry, "approve"))
    assert "现在不由您批准" in page.text
    assert 'id="approve"' not in page.html
    fields = {
        **hidden(page, "/return"),
        "place": "0",
        "word": "橙色",
        "number": count_of(entry),
        "comment": "",
    }
    for place in ("0", "1"):
        answer = await deputy.post(path_of(entry, "approve"), {**fields, "place": place})
        assert answer.status == 409
    assert await said(made, entry) == []


async def test_the_same_form_twice_gives_one_step(made: City) -> None:
    entry = await submitted(made, kashgar(document_number="replay"))
    async with await at_desk(made, "both", "approver", titles=[HEAD, DEPUTY]) as both:
        path, typed = path_of(entry, "approve"), {"word": "橙色", "number": count_of(entry), "comment": ""}
        here, there = [{**hidden(await both.get(path), "/approve"), **typed} for _ in range(2)]
        first, again = [await both.post(path, here) for _ in range(2)]
        assert (again.status, again.path) == (200, first.path)
        elsewhere = await both.post(path, there)  # in another window that was open
        assert elsewhere.status == 409
        assert "没有重复批准" in elsewhere.text
    assert await said(made, entry) == ["approve"]


async def test_nobody_approves_what_has_changed_since_they_saw_it(made: City, head: Browsing) -> None:
    document = kashgar(document_number="changed")
    entry = await submitted(made, document)
    page = await head.get(path_of(entry, "approve"))
    fields = {**hidden(page, "/approve"), "word": "橙色", "number": count_of(entry), "comment": "看过"}
    await made.register("编码,名称,受众,区域代码,手机,演练\nKS9,新学校,学校,653101,19900000209,否")
    anew = await submitted(made, document)
    assert (anew.id, anew.manifest != entry.manifest) == (entry.id, True)
    answer = await head.post(path_of(entry, "approve"), fields)
    assert answer.status == 409
    assert "内容刚刚变了" in answer.text
    assert "看过" in answer.text
    assert 'name="number" value=""' in answer.html  # typed anew, for the new figure
    assert await said(made, entry) == []


async def test_returned_and_refused_with_a_comment(made: City, head: Browsing, deputy: Browsing) -> None:
    entry = await submitted(made, kashgar(document_number="down"))
    page = path_of(entry, "approve")
    empty = await fill(head, page, f"{page}/return", comment="  ")
    assert empty.status == 422
    assert "须写明意见" in empty.text
    long = await fill(head, page, f"{page}/return", comment="长" * 2001)
    assert (long.status, "长" * 2001 in long.text) == (422, True)
    returned = await fill(deputy, page, f"{page}/return", comment="请核对开始时间")
    assert "请核对开始时间" in returned.text
    assert (await stored(made, entry.id)).state == "returned"
    other = await submitted(made, kashgar(document_number="refused"))
    page = path_of(other, "approve")
    fields = {**hidden(await head.get(page), "/return"), "comment": "不发"}
    assert "已否决" in (await head.post(f"{page}/refuse", fields)).text
    assert (await head.post(f"{page}/refuse", {**fields, "comment": "还是不发"})).status == 409
    assert "不用再批" in (await head.get(page)).text


async def test_the_drafter_does_not_approve_where_the_plan_names_nobody(made: City) -> None:
    async with await at_desk(made, "author", "drafter", "approver", titles=["主任"]) as author:
        user = await made.read(users.find, "author")
        entry = await submitted(made, soon(orange_start(approvals=[], document_number="own")), user)
        page = await author.get(path_of(entry, "approve"))
        assert "须由另一人批准" in page.text
        fields = {**hidden(page, "/return"), "place": "0", "word": "橙色", "number": "6", "comment": ""}
        assert (await author.post(path_of(entry, "approve"), fields)).status in (403, 422)
        assert await said(made, entry) == []
        gone = await author.send(path_of(entry), path_of(entry, "withdraw"))
        assert "已撤件" in gone.text
    assert (await stored(made, entry.id)).state == "withdrawn"


async def test_an_exercise_is_another_place_and_takes_another_word(
    made: City, head: Browsing, deputy: Browsing, officer: Browsing
) -> None:
    entry = await submitted(made, kashgar(document_number="演练一号", exercise=True))
    assert entry.id not in (await officer.get(DECISIONS)).html
    assert entry.id in (await officer.get(f"{DECISIONS}/exercises")).html
    for page in ("", "approve", "texts"):
        assert 'class="of-exercise"' in (await head.get(path_of(entry, page))).html
    assert (await approve(head, entry, "橙色", "1")).status == 422
    await approve(head, entry, "演练橙色", "1")
    await approve(deputy, entry, "演练橙色", "1")
    assert (await launch(officer, entry)).status == 422
    assert (await stored(made, entry.id)).state == "approved"
    assert (await launch(officer, entry, "演练橙色")).path == f"/live/{entry.broadcast_id}"
    stopping = f"/console/broadcasts/{entry.broadcast_id}"
    assert (
        await fill(officer, stopping, f"{stopping}/stop", word="停发", number="1", reason="完")
    ).status == 422
    stopped = await fill(officer, stopping, f"{stopping}/stop", word="演练停发", number="1", reason="练完了")
    assert "已停发" in stopped.text
    assert "已经不再发送" in stopped.text


async def test_launch_correct_and_retract_each_lead_to_what_leaves(made: City, officer: Browsing) -> None:
    entry = await submitted(made, soon(orange_start(document_number="甲一号")))
    count = "6"
    assert (await launch(officer, entry)).path == f"/live/{entry.broadcast_id}"
    change = await submitted(made, soon(red_raise(document_number="甲二号")))
    page = (await officer.get(path_of(change))).text
    assert "橙色预警" in page
    assert "红色预警" in page
    assert "新增措施" in page
    correcting = path_of(entry, "correct")
    starts = (await officer.get(correcting)).html.split('name="starts" type="datetime-local" value="')[1][:16]
    fields = {"document_number": "甲三号", "wrong": "时间有误", "right": "以本次为准", "word": "更正"}
    empty = await fill(officer, correcting, correcting, **fields, starts="", ends="", number=count)
    assert empty.status == 422
    assert "请写明日期和时间" in empty.text
    assert "时间有误" in empty.text
    later = starts[:11] + "14:00"
    waits = await fill(officer, correcting, correcting, **fields, starts=later, ends="", number=count)
    assert "批准后才会发出" in waits.text
    retracting = path_of(entry, "retract")
    fields = {"document_number": "甲四号", "wrong": "", "right": "", "special_reason": "", "number": count}
    assert (await fill(officer, retracting, retracting, **fields, word="解除")).status == 422
    gone = await fill(officer, retracting, retracting, **fields, word="撤回")
    assert gone.path.startswith("/live/"), gone.text
    assert (await officer.get(gone.path)).status == 200


async def test_a_lift_shows_what_will_leave_and_says_why_the_checks_refuse_it(
    made: City, officer: Browsing
) -> None:
    document = soon(orange_start(document_number="乙一号"))
    entry = await submitted(made, document)
    await launch(officer, entry)
    page, before = path_of(entry, "lift"), len(await made.read(decisions.newest, exercise=False))

    async def look(*more: tuple[str, str], **filled: str) -> str:
        empty = {"document_number": "", "time": "", "hours": "", "special_reason": ""}
        fields = {**empty, **filled, "word": "", "number": ""}
        shown = hidden(await officer.get(page), page)
        seen = await officer.post(f"{page}/look", [*shown.items(), *fields.items(), *more])
        assert seen.status == 200
        return outlook(seen)

    def outlook(seen: Seen) -> str:
        return seen.text.partition('id="outlook"')[2].partition("/look#outlook")[0]

    end = local(datetime.fromisoformat(document["expected_end_at"]))
    on_schedule, now = outlook(await officer.get(page)), await look(at="now")
    assert ("核对没有问题" in on_schedule, f"{end.day}日{end.hour}时" in on_schedule) == (True, True)
    assert ("预测持续 0 小时" in now, f"{end.day}日{end.hour}时" in now) == (True, False)
    assert "启动的Ⅱ级响应不再启动" in now  # it has not begun
    assert "不再启动" not in on_schedule
    assert "核对没有问题" in await look(("improved", "yes"), at="now", hours="36")
    assert "请写明日期和时间" in await look(at="time")
    assert len(await made.read(decisions.newest, exercise=False)) == before
    fields = {"document_number": "乙二号", "at": "now", "time": "", "hours": "", "special_reason": ""}
    refused = await fill(officer, page, page, **fields, word="解除", number="6")
    assert refused.status == 422
    assert "36 小时" in refused.text
    assert "乙二号" in refused.text
    wrong = await fill(officer, page, page, **{**fields, "hours": "很多"}, word="解除", number="6")
    assert "整数" in wrong.text
    done = await fill(
        officer, page, page, ("improved", "yes"), **{**fields, "hours": "48"}, word="解除", number="6"
    )
    assert done.path.startswith("/live/"), done.text


async def test_lanes_are_parked_and_opened(made: City, officer: Browsing) -> None:
    known = await made.read(states, made.process.clock())
    lane = next(each["id"] for each in known if each["account"] == "wecom")
    path = f"/console/lanes/{lane}"

    def shown(seen: Seen) -> str:
        return seen.text.split(f'id="lane-{lane}"')[1].split("</li>")[0]

    empty = await fill(officer, "/console/lanes", f"{path}/park", reason=" ")
    assert empty.status == 422
    assert "请写明理由" in empty.text
    parked = shown(await fill(officer, "/console/lanes", f"{path}/park", reason="换号码"))
    assert "已暂停" in parked
    assert "officer同志" in parked
    assert "正常" in shown(await fill(officer, "/console/lanes", f"{path}/open"))
    again_at = made.process.clock() + 30_000
    await made.write(fail, "wecom", 1, again_at)  # as its work does that ended by a fault
    faulty = shown(await officer.get("/console/lanes"))
    assert f"程序出错，暂停发送；{str(iso(again_at))[11:19]} 自动重试" in faulty
    assert "暂停</button>" in faulty


async def test_papers_are_shown_and_opinions_kept_as_files(made: City, head: Browsing) -> None:
    entry = await submitted(made, kashgar(document_number="files"))
    now = made.process.clock()
    content = b"%PDF-1.7 <script>"
    number = await made.write(attach, entry.id, "会商.pdf", "application/pdf", content, now, LOCAL)
    page = await head.get(path_of(entry))
    assert "会商.pdf" in page.text
    async with head.session.get(path_of(entry, f"opinions/{number}")) as answer:
        assert await answer.read() == content
        assert answer.headers["Content-Disposition"].startswith("attachment")
    kind = page.html.split(f'href="{path_of(entry, "papers")}/')[1].split('"')[0]
    assert (await head.get(path_of(entry, f"papers/{kind}"))).status == 200
    for missing in ("papers/none", "opinions/999"):
        assert (await head.get(path_of(entry, missing))).status == 404


async def test_the_list_goes_on_page_by_page(made: City, officer: Browsing) -> None:
    oldest = await submitted(made, soon(orange_start(document_number="页0号", exercise=True)))
    await made.write(_copied, oldest.id)
    first = await officer.get(f"{DECISIONS}/exercises")
    assert "页31号" in first.text
    assert "页0号" not in first.text
    older = first.html.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "页0号" in (await officer.get(older)).text


def _copied(connection: Connection, decision_id: str) -> None:
    """31 more like it, each later than the one before: only the list is looked at."""
    stored, begun = schema.decisions, schema.broadcasts
    made = connection.execute(select(stored).where(stored.c.id == decision_id)).mappings().one()
    broadcast = connection.execute(select(begun).where(begun.c.decision_id == decision_id)).mappings().one()
    for number in range(1, 32):
        own = {"id": f"{decision_id}-{number:02}", "fingerprint": f"{number}"}
        told = {
            each: made[each].replace("页0号", f"页{number}号") for each in ("document", "document_number")
        }
        connection.execute(insert(stored).values({**made, **own, **told}))
        row = {**broadcast, "decision_id": own["id"]}
        connection.execute(insert(begun).values({name: row[name] for name in row if name != "id"}))
