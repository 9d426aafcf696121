"""Drafts as people write them: the form, what it says beside each field, documents, exercises, areas."""

import json
import re
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.beside_ledger import submit_aside
from gateway.broadcasts.launching.launch import launch
from gateway.ledger.accounts.users import User
from gateway.ledger.decisions import decisions, drafts
from gateway.ledger.exchange import orders
from gateway.ledger.exchange.orders import NewOrder
from tests.city import TOKEN, City, city, decision, soon
from tests.documents import orange_start
from tests.people import person
from tests.web.console.browsing import Browsing, Seen, browsing, inline
from tests.web.console.office import DEPUTY, HEAD, KASHGAR, fill, kashgar

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEW, NEW_EXERCISE = "/console/drafts/new", "/console/exercises/new"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]{64})"')


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    async with city(tmp_path_factory.mktemp("drafts")) as running_city:
        await running_city.register(KASHGAR)
        yield running_city


def document(**changes: Any) -> dict[str, Any]:
    """A start that is ready but for its approvals."""
    stated = soon(orange_start(**changes))
    del stated["approvals"]
    return stated


async def begun(browser: Browsing, page: str = NEW, action: str = "issue", **more: str) -> str:
    """The path of a new draft."""
    plan = more.pop("plan", "zhengzhou")
    seen = await browser.send(f"{page}?plan={plan}", page, ("action", action), plan=plan, **more)
    assert re.fullmatch(r"/console/drafts/[0-9a-f-]{36}", seen.path), (seen.status, seen.text)
    return seen.path


async def pasted(browser: Browsing, text: str, page: str = NEW, *, file: str | None = None) -> Seen:
    """What comes of pasting a document, or of uploading it under a name."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("form_token", await browser.form_token(page))
    if file is None:
        form.add_field("document", text)
        form.add_field("file", b"", filename="", content_type="application/octet-stream")
    else:
        form.add_field("document", "")
        form.add_field("file", text.encode(), filename=file, content_type="application/octet-stream")
    async with browser.session.post(f"{page}/document", data=form) as answer:
        return Seen(answer, await answer.text())


async def filled(browser: Browsing, **changes: Any) -> str:
    """The path of a draft that is ready to be submitted."""
    seen = await pasted(browser, json.dumps(document(**changes), ensure_ascii=False))
    assert seen.status == 200, seen.text
    return seen.path


async def kept(made: City, path: str, user: User) -> dict[str, Any]:
    """What the ledger has of a draft."""
    found = await made.read(drafts.get, path.rpartition("/")[2], user.id)
    return dict(found.document)


def beside(seen: Seen, field: str) -> str:
    """What a page says beside a field."""
    found = re.search(rf'id="said-{field}">(.*?)</ul>', seen.html, re.DOTALL)
    return found[1] if found else ""


async def test_what_was_typed_is_kept_and_what_is_wrong_is_told_beside_its_field(made: City) -> None:
    user = await person(made.process, "typing", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await begun(browser)
        seen = await browser.send(
            path,
            path,
            ("day_date", "2026-12-01"),
            ("day_low", "18o"),
            ("day_high", "215"),
            ("day_mean", ""),
            level="orange",
            starts_at="2026-12-01T12:00",
            issuer="某办公室",
            humidity_percent="湿",
        )
        assert seen.path == path
        for typed in ("18o", "215", "2026-12-01T12:00", "某办公室", "湿"):
            assert f'value="{typed}"' in seen.html
        assert "第1行下限" in beside(seen, "forecast-days")
        assert "相对湿度" in beside(seen, "weather")
        stated = await kept(made, path, user)
        assert stated["starts_at"] == "2026-12-01T12:00:00+08:00"
        assert stated["forecast"]["days"] == [{"date": "2026-12-01", "low": "18o", "high": 215}]


async def test_dates_are_said_in_full_beside_their_fields(made: City) -> None:
    user = await person(made.process, "dates", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await begun(browser)
        seen = await browser.send(path, path, starts_at="2026-11-25T03:00", day_date="2026-11-26")
        assert "<output" in seen.html
        assert 'for="starts_at">2026年11月25日（周三）03:00</output>' in seen.html
        assert 'for="day-1">2026年11月26日（周四）</output>' in seen.html
        assert 'for="expected_end_at"></output>' in seen.html
        english = await browser.get(f"{path}?lang=en")
        assert 'for="starts_at">Wed, 25 Nov 2026 03:00</output>' in english.html


async def test_an_office_without_exercise_recipients_is_told_where_to_add_them(made: City) -> None:
    keeper = await person(made.process, "new-office", "drafter", "directory_keeper")
    async with await browsing(made.process, keeper) as browser:
        which = await browser.get(f"{NEW_EXERCISE}?plan=")
        assert f'href="{NEW_EXERCISE}?plan=xigang"' in which.html
        path = await begun(browser, NEW_EXERCISE, plan="xigang")
        seen = await browser.get(path)
        assert "还没有这一区域的演练单位" in beside(seen, "selection")
        assert 'href="/console/directory/new"' in seen.html


async def test_an_empty_draft_says_what_plan_and_law_ask_for(made: City) -> None:
    user = await person(made.process, "empty", "drafter")
    async with await browsing(made.process, user) as browser:
        seen = await browser.get(await begun(browser))
        for field in ("level", "starts_at", "document_number", "forecast-days", "expected_end_at"):
            assert "请填写" in beside(seen, field), field
        assert "三（" in beside(seen, "expected_end_at") or "第" in beside(seen, "expected_end_at")
        assert "还不能提交" in seen.text
        assert seen.html.count('class="needed"') >= 8


async def test_findings_stand_beside_the_field_that_they_concern(made: City) -> None:
    user = await person(made.process, "finding", "drafter")
    async with await browsing(made.process, user) as browser:
        late = document(level="yellow")
        late["starts_at"] = late["decided_at"][:11] + "23:00:00+08:00"
        seen = await pasted(browser, json.dumps(late, ensure_ascii=False))
        assert "48 小时" in beside(seen, "starts_at")
        assert "橙色" in beside(seen, "level")
        assert "按预报达到：橙色" in seen.text
        assert "仅供参考，由人决定" in seen.text
        assert '<option value="yellow" selected>' in seen.html  # advice sets nothing


async def test_the_forecast_is_a_picture_with_its_table(made: City) -> None:
    user = await person(made.process, "chart", "drafter")
    async with await browsing(made.process, user) as browser:
        seen = await browser.get(await filled(browser))
        assert seen.html.count('<rect class="range"') == 3
        assert seen.html.count('<line class="threshold') == 3  # above 150, 200 and 300
        assert "日 AQI＞200 持续 48 小时以上" in seen.text
        assert seen.html.count('name="day_date"') == 4


async def test_a_document_is_pasted_or_uploaded_and_need_not_be_whole(made: City) -> None:
    user = await person(made.process, "documents", "drafter")
    async with await browsing(made.process, user) as browser:
        part = "plan: zhengzhou\naction: issue\nlevel: red\narea: ['410105']\n"
        for seen in (await pasted(browser, part), await pasted(browser, part, file="稿.yaml")):
            assert '<option value="red" selected>' in seen.html
            assert re.search(r'value="410105" checked', seen.html)
            assert "请填写" in beside(seen, "starts_at")
        replaced = await pasted(browser, part.replace("red", "yellow"), seen.path)
        assert replaced.path == seen.path
        assert '<option value="yellow" selected>' in replaced.html


async def test_a_faulty_document_is_answered_with_its_line_and_field_and_stays_where_it_was_typed(
    made: City,
) -> None:
    user = await person(made.process, "faulty", "drafter")
    async with await browsing(made.process, user) as browser:
        for text, told in (
            ("plan: zhengzhou\naction: issue\nlevle: red\n", ("第 3 行", "levle")),
            (
                "plan: zhengzhou\naction: issue\nforecast: {aqi_mean: viel}\n",
                ("第 3 行", "forecast.aqi_mean"),
            ),
            ("plan: zhengzhou\n\tx", ("第 2 行",)),
            ("plan: zhengzhou\naction: issue\napprovals: [{role: 主任, name: 某}]\n", ("approvals",)),
            ("plan: nowhere\naction: issue\n", ("预案",)),
            ("", ("没有内容",)),
        ):
            seen = await pasted(browser, text)
            assert seen.status in (403, 422), text
            for word in told:
                assert word in seen.text, (text, word)
            assert text.strip() in seen.text
        for size, told_of in ((70_000, "64 KB"), (200_000, "100 KB")):  # of the larger one not all is read
            large = await pasted(browser, "plan: zhengzhou\n#" + "x" * size)
            assert large.status in (413, 422)
            assert told_of in large.text
        assert await made.read(drafts.of_user, user.id, False) == []


async def test_a_faulty_upload_names_its_line_and_leaves_the_draft_as_it_was(made: City) -> None:
    user = await person(made.process, "uploads", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser)
        before = await kept(made, path, user)
        for content, told in (
            ("plan: zhengzhou\naction: issue\nissuer: 某机关\n".encode("gb18030"), ("UTF-8", "第 3 行")),
            (b"plan: zhengzhou\naction: issue\nlevle: red\n", ("第 3 行", "levle")),
            (b'{"plan": "zhengzhou",\n"action" "issue"}', ("第 2 行",)),
            (b"plan: kashgar\naction: issue\n", ("预案与这份草稿不同",)),
            (b"plan: zhengzhou\naction: issue\n#" + b"x" * 65_000, ("64 KB",)),
            (b" \n", ("没有内容",)),
        ):
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("form_token", await browser.form_token(path))
            form.add_field("document", "")
            form.add_field("file", content, filename="决定.yaml", content_type="application/yaml")
            async with browser.session.post(f"{path}/document", data=form) as answer:
                seen = Seen(answer, await answer.text())
            fault = seen.text.partition('id="fault"')[2].partition("</div>")[0]
            assert seen.status == 422, content
            for words in ("决定.yaml", "草稿没有改动", *told):
                assert words in fault, (content, words)
            assert f'value="{before["document_number"]}"' in seen.html
            assert await kept(made, path, user) == before


async def test_an_exercise_is_begun_elsewhere_and_stays_one(made: City) -> None:
    user = await person(made.process, "exercising", "duty_officer")
    async with await browsing(made.process, user) as browser:
        path = await begun(browser, NEW_EXERCISE)
        seen = await browser.send(path, path, level="orange")
        assert 'class="of-exercise"' in seen.html
        assert (await kept(made, path, user))["exercise"] is True
        assert path in (await browser.get("/console/exercises")).html
        real = await browser.get("/console/drafts")
        assert path not in real.html
        assert 'class="of-exercise"' not in real.html
        for page, exercise in ((NEW, "true"), (NEW_EXERCISE, "false")):
            text = f"plan: zhengzhou\naction: issue\nexercise: {exercise}\n"
            assert "演练" in (await pasted(browser, text, page)).text
        assert len(await made.read(drafts.of_user, user.id, False)) == 0
        assert len(await made.read(drafts.of_user, user.id, True)) == 1


async def test_a_form_sets_nothing_that_it_does_not_show(made: City) -> None:
    user = await person(made.process, "masses", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await begun(browser, NEW_EXERCISE)
        before = await kept(made, path, user)
        for name in (
            "exercise",
            "plan",
            "action",
            "approvals",
            "previous",
            "context",
            "user_id",
            "decision_id",
        ):
            seen = await browser.send(path, path, (name, "false"), level="red")
            assert seen.status == 422, name
        assert (await browser.send(path, path, ("level", "red"), level="orange")).status == 422
        assert await kept(made, path, user) == before


async def test_who_is_limited_to_a_county_drafts_for_it_alone(made: City) -> None:
    user = await person(made.process, "county", "drafter", areas=["410105"])
    async with await browsing(made.process, user) as browser:
        path = await begun(browser)
        seen = await browser.get(path)
        assert re.findall(r'name="area" value="(\d+)"( checked)?', seen.html) == [("410105", " checked")]
        for code in ("410100", "410104"):
            assert (await browser.send(path, path, ("area", code))).status == 403
            assert (
                await pasted(browser, f"plan: zhengzhou\naction: issue\narea: ['{code}']\n")
            ).status == 403
        assert (await kept(made, path, user))["area"] == ["410105"]
        assert 'value="kashgar"' not in (await browser.get(NEW)).html
        elsewhere = await browser.send(NEW, f"{NEW}", ("action", "issue"), plan="kashgar")
        assert elsewhere.status == 422


async def test_a_draft_is_its_writers_alone(made: City) -> None:
    writer = await person(made.process, "writer", "drafter")
    other = await person(made.process, "other", "drafter")
    viewer = await person(made.process, "looker", "viewer")
    async with await browsing(made.process, writer) as browser:
        path = await filled(browser)
    async with await browsing(made.process, other) as browser:
        token = await browser.form_token()
        for place in (path, f"{path}/preview", f"{path}/preview/schools", f"{path}/preview/schools/email"):
            assert (await browser.get(place)).status == 404
        for place in (path, f"{path}/submit", f"{path}/discard", f"{path}/copy"):
            assert (await browser.post(place, {"form_token": token})).status == 404
    async with await browsing(made.process, viewer) as browser:
        token = await browser.form_token()
        for place in (path, NEW, NEW_EXERCISE, "/console/drafts", "/console/exercises", f"{path}/preview"):
            assert (await browser.get(place)).status == 403
        for place in (path, NEW, f"{NEW}/document", f"{path}/submit"):
            assert (await browser.post(place, {"form_token": token})).status == 403
    assert (await kept(made, path, writer))["level"] == "orange"


async def test_forms_of_another_sign_in_are_refused(made: City) -> None:
    user = await person(made.process, "forged", "drafter")
    async with await browsing(made.process, user) as browser, await browsing(made.process, user) as other:
        path, foreign = await filled(browser), await other.form_token()
        for place in (path, NEW, f"{path}/submit", f"{path}/discard", f"{path}/copy", f"{path}/document"):
            assert (await browser.post(place, {"form_token": foreign})).status == 403, place
        form = aiohttp.FormData({"document": "plan: zhengzhou\naction: tip\n", "form_token": foreign})
        form.add_field("file", b"", filename="")
        async with browser.session.post(f"{NEW}/document", data=form) as answer:
            assert answer.status == 403


async def test_scripts_typed_into_every_field_are_shown_as_text(made: City) -> None:
    user = await person(made.process, "scripts", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await begun(browser)
        names = set(
            re.findall(r'<(?:input|select|textarea)[^>]* name="([a-z0-9_]+)"', (await browser.get(path)).html)
        )
        typed = [(name, SCRIPT) for name in sorted(names - {"form_token", "document", "file"})]
        assert len(typed) > 25
        assert (await browser.send(path, path, *typed)).status == 200
        stated = await filled(browser, document_number=SCRIPT, special_reason=SCRIPT)
        pages = [path, f"{path}/preview", "/console/drafts", f"{stated}", f"{stated}/preview"]
        pages += [f"{stated}/preview/schools", f"{stated}/preview/operators", f"{NEW}?plan={SCRIPT}"]
        for page in pages:
            seen = await browser.get(page)
            assert seen.status in (200, 422), page
            assert inline(seen.html) == [], page
        reflected = await pasted(browser, f"{SCRIPT}: 1")
        assert SCRIPT in reflected.text
        assert inline(reflected.html) == []


async def test_a_change_begins_with_what_is_in_force(made: City) -> None:
    process = made.process
    stated = kashgar()
    stated["approvals"] = [
        {"role": role, "name": "某领导", "at": stated["decided_at"]} for role in (HEAD, DEPUTY)
    ]
    frozen = await submit_aside(process.ledger, process.desk, decision(stated), process.clock(), LOCAL)
    recorded = frozen.recorded
    await made.write(launch, process.desk, recorded.id, recorded.manifest, process.clock(), LOCAL)
    user = await person(process, "changing", "duty_officer")
    async with await browsing(process, user) as browser:
        shown = await browser.get(f"{NEW}?plan=kashgar")
        assert "橙色预警" in shown.text
        assert stated["document_number"] in shown.text
        assert stated["document_number"] not in (await browser.get(f"{NEW_EXERCISE}?plan=kashgar")).text
        assert "Kashgar Prefecture" in (await browser.get(f"{NEW}?plan=kashgar&lang=en")).text
        await browser.get(f"{NEW}?lang=zh")
        for page in (NEW, NEW_EXERCISE):  # the plan of most of the directory, whoever takes part in exercises
            assert re.search(r'value="zhengzhou"\s+selected', (await browser.get(page)).html)
        change = {"plan": "kashgar", "previous": recorded.id}
        raised = await kept(made, path := await begun(browser, NEW, "raise", **change), user)
        assert (raised["level"], raised["area"], raised["previous"]) == ("red", ["653100"], recorded.id)
        assert raised["forecast"]["primary_pollutant"] == "PM10"
        assert "document_number" not in raised
        lifted = await kept(made, await begun(browser, NEW, "lift", **change), user)
        assert lifted["area"] == ["653100"]
        assert "level" not in lifted
        mended = await kept(made, await begun(browser, NEW, "correct", **change), user)
        assert (mended["level"], mended["starts_at"][:16]) == ("orange", stated["starts_at"][:16])
        whole = await fill(browser, f"/console/decisions/{recorded.id}/correct", "/console/drafts/new")
        assert (await kept(made, whole.path, user))["previous"] == recorded.id
        for field in ("area", "day_high", "aqi_mean", "basis_kind", "issuer", "contiguous_counties", "wrong"):
            assert f'name="{field}"' in whole.html, field  # all but the level may be mended
        assert 'name="level"' not in whole.html
        gone = await browser.send(
            f"{NEW}?plan=kashgar", NEW, ("action", "lift"), plan="kashgar", previous="x"
        )
        assert gone.status == 409

        doubled = {**kashgar(document_number="另一份"), "approvals": []}
        again = await pasted(browser, json.dumps(doubled, ensure_ascii=False))
        for shown_there in (again, await browser.get(f"{again.path}/preview")):
            assert "同一区域已有预警" in shown_there.text
            ways = shown_there.html.partition('id="way-on"')[2].partition("</section>")[0]
            assert re.findall(r'name="action" value="(\w+)"', ways) == ["raise", "lower", "extend"]
            assert f'href="/console/decisions/{recorded.id}/lift"' in ways
        on = await kept(made, (await fill(browser, again.path, NEW)).path, user)
        assert (on["action"], on["previous"]) == ("raise", recorded.id)
        refused = await browser.session.post(
            "/api/v1/decisions", json=doubled, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        told = await refused.json()
        assert (refused.status, told["error"]["code"]) == (409, "WARNING_IN_FORCE")
        actions = ["raise", "lower", "extend", "lift", "correct", "retract"]
        assert told["next"] == {"previous": recorded.id, "actions": actions}

        form = [("area", "653100"), ("document_number", "喀污防〔2024〕2号"), ("issuer", stated["issuer"])]
        form += [("decided_at", stated["decided_at"][:16]), ("starts_at", stated["starts_at"][:16])]
        form += [("level", "red"), ("special_reason", "省里会商要求"), ("open_ended", "yes")]
        form += [("basis_kind", "own_forecast"), ("contiguous_counties", "3"), ("aqi_mean", "200")]
        form += [("range_low", "150"), ("range_high", "240"), ("primary_pollutant", "PM10")]
        for day in stated["forecast"]["days"]:
            form += [(f"day_{part}", str(day[part])) for part in ("date", "low", "high", "mean")]
        await browser.send(path, path, *form)
        wall = await browser.get(f"{path}/preview")
        assert wall.status == 200, wall.text
        assert "级别：橙色预警 → 红色预警" in wall.text
        plant = await browser.get(f"{path}/preview/enterprises-industry")
        kinds = set(re.findall(r'<mark class="mark-(\w+)">', plant.html))
        assert {"new", "changed"} & kinds
        assert "新增" in plant.text or "调整" in plant.text


async def test_a_draft_can_be_copied_and_discarded(made: City) -> None:
    user = await person(made.process, "copying", "drafter")
    async with await browsing(made.process, user) as browser:
        path, token = await filled(browser), await browser.form_token()
        copy = await browser.post(f"{path}/copy", {"form_token": token})
        assert copy.path != path
        assert "document_number" not in await kept(made, copy.path, user)
        assert (await browser.send(path, f"{path}/discard")).path == "/console/drafts"
        assert (await browser.get(path)).status == 404


async def test_what_was_typed_in_another_window_is_neither_overwritten_nor_lost(made: City) -> None:
    user = await person(made.process, "windows", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser)
        seen = re.findall(r'name="seen" value="(\d+)"', (await browser.get(path)).html)
        assert (await browser.send(path, path, issuer="甲窗口", seen=seen[0])).status == 200
        late = await browser.send(path, path, issuer="乙窗口", seen=seen[0])
        assert (late.status, (await kept(made, path, user))["issuer"]) == (409, "甲窗口")
        assert "在别处改过" in late.text
        again = await browser.send(path, path, issuer="甲窗口", seen=seen[0])
        assert again.status == 200  # the same form, twice
        assert 'value="乙窗口"' in late.html
        now = re.findall(r'name="seen" value="(\d+)"', late.html)
        assert (await browser.send(path, path, issuer="乙窗口", seen=now[0])).status == 200
        assert (await kept(made, path, user))["issuer"] == "乙窗口"


async def test_every_page_is_in_english_too(made: City) -> None:
    user = await person(made.process, "english", "drafter")
    async with await browsing(made.process, user) as browser:
        path = await filled(browser)
        for page, words in (
            (path, "for information only: people decide"),
            (f"{path}/preview", "Submit for approval"),
            (f"{NEW}", "Which plan"),
            ("/console/drafts", "Only you see your drafts"),
            (f"{path}/preview/schools?in=en", "Orange"),
        ):
            separator = "&" if "?" in page else "?"
            assert words in (await browser.get(f"{page}{separator}lang=en")).text, page
        assert await made.read(decisions.page, "", 1) is not None


def ordered(now: int) -> NewOrder:
    """The province's order to start orange, which waits."""
    return NewOrder(
        sender="province",
        plan="xigang",
        relation="upper",
        meaning="order",
        exercise=False,
        identifier="P-1",
        event="P-1",
        earlier=(),
        format="json",
        sha256="0" * 64,
        content=b"{}",
        content_type="application/json",
        proof="signed",
        sent_at=now,
        received_at=now,
        kind="warning",
        message_type="alert",
        level="orange",
        until_then=None,
        starts_at=now + 86_400_000,
        area=("210203",),
        document_number="大污防指〔2026〕3号",
        facts={"issuer": "市指挥部", "headline": "启动橙色预警"},
        verdict="draft",
        refusal=None,
        in_force=True,
        state="received",
    )


async def test_an_order_of_the_level_above_is_offered_and_fills_in_a_draft(made: City) -> None:
    number = await made.write(orders.add, ordered(made.process.clock()))
    user = await person(made.process, "ordered", "drafter")
    async with await browsing(made.process, user) as browser:
        offered = await browser.get(f"{NEW}?plan=xigang")
        assert "等待处理的上级指令" in offered.text
        assert "启动橙色预警" in offered.text
        assert "等待处理的上级指令" not in (await browser.get(f"{NEW_EXERCISE}?plan=xigang")).text
        fields = {"plan": "xigang", "order": str(number)}
        seen = await browser.send(f"{NEW}?plan=xigang", NEW, **fields)
        stated = await kept(made, seen.path, user)
        assert (stated["action"], stated["level"], stated["area"]) == ("issue", "orange", ["210203"])
        assert stated["basis"]["document"] == "大污防指〔2026〕3号"
        assert stated["exercise"] is False
        assert "已按上级指令填入" in seen.text
        assert 'value="大污防指〔2026〕3号"' in seen.html
        elsewhere = await browser.send(f"{NEW_EXERCISE}?plan=xigang", NEW_EXERCISE, **fields)
        assert elsewhere.status == 422
        assert (await browser.send(f"{NEW}?plan=xigang", NEW, plan="xigang", order="x")).status == 404
