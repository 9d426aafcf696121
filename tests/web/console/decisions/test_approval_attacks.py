"""What an attacker tries on the pages of decisions, and that none of it does anything."""

from collections.abc import AsyncIterator
from functools import partial
from itertools import product

import pytest
import pytest_asyncio

from gateway.broadcasts.actor import LOCAL, Actor
from gateway.broadcasts.approving.approve import approve
from gateway.broadcasts.preparing.opinion import attach
from gateway.ledger.accounts.users import Role
from gateway.ledger.decisions import approvals
from gateway.ledger.decisions.decisions import Entry
from gateway.ledger.trail import audit
from tests.city import City, soon
from tests.documents import orange_start
from tests.web.console.browsing import OTHER_SITE, Browsing, inline
from tests.web.console.office import DEPUTY, HEAD, at_desk, fill, hidden, kashgar, office, stored, submitted

pytestmark = pytest.mark.asyncio(loop_scope="module")
DECISIONS = "/console/decisions"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7777 * 7777 }}"
ACTS = {
    "approve": {"approver"},
    "approve/return": {"approver"},
    "approve/refuse": {"approver"},
    "launch": {"duty_officer"},
    "withdraw": {"drafter", "duty_officer"},
    "lift": {"drafter", "duty_officer"},
    "correct": {"drafter", "duty_officer"},
    "retract": {"drafter", "duty_officer"},
}
STEERING = ("stop", "undecided/resend", "undecided/leave")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[City]:
    async with office(tmp_path_factory.mktemp("office")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def entry(made: City) -> Entry:
    return await submitted(made, kashgar())


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running(made: City) -> Entry:
    """A launched decision."""
    launched = await submitted(made, soon(orange_start(document_number="发布")))
    async with await at_desk(made, "starter", "duty_officer") as officer:
        page = f"{DECISIONS}/{launched.id}/launch"
        assert (await fill(officer, page, page, word="橙色", number="6")).path.startswith("/live/")
    return launched


def posts(entry: Entry, running: Entry) -> list[str]:
    return [
        *(f"{DECISIONS}/{entry.id}/{act}" for act in ACTS),
        *(f"/console/broadcasts/{running.broadcast_id}/{act}" for act in STEERING),
        *("/console/lanes/1/park", "/console/lanes/1/open"),
    ]


async def rows(made: City) -> int:
    return len(await made.read(audit.page, limit=100_000))


async def test_forms_of_other_sites_and_without_their_token_do_nothing(
    made: City, entry: Entry, running: Entry
) -> None:
    async with await at_desk(made, "all", "approver", "duty_officer", titles=[HEAD]) as browser:
        token, before = await browser.form_token(), await rows(made)
        for path, headers in product(posts(entry, running), OTHER_SITE):
            answer = await browser.post(path, {"form_token": token}, headers=headers, follow=False)
            assert answer.status == 403, path
        for path, wrong in product(posts(entry, running), ("", "0" * 64)):
            answer = await browser.post(path, {"form_token": wrong}, follow=False)
            assert answer.status == 403, path
        for path in posts(entry, running):
            fields = {"form_token": token, "state": "approved"}
            assert (await browser.post(path, fields, follow=False)).status == 422, path
        assert await rows(made) == before


async def test_strangers_are_asked_to_sign_in(made: City, entry: Entry, running: Entry) -> None:
    async with Browsing(made.process) as nobody:
        for path in posts(entry, running):
            answer = await nobody.post(path, {"form_token": "0" * 64}, follow=False)
            assert (answer.status, answer.headers["Location"][:9]) == (303, "/sign-in?"), path


@pytest.mark.parametrize(
    "role", ["viewer", "drafter", "approver", "duty_officer", "directory_keeper", "auditor", "administrator"]
)
async def test_each_role_does_only_what_is_its_own(
    made: City, entry: Entry, running: Entry, role: Role
) -> None:
    async with await at_desk(made, f"only-{role.replace('_', '-')}", role, titles=[HEAD]) as browser:
        form = {"form_token": await browser.form_token(), "unknown": "field"}
        allowed = {f"{DECISIONS}/{entry.id}/{act}" for act, roles in ACTS.items() if role in roles}
        if role in ("duty_officer", "administrator"):
            allowed |= set(posts(entry, running)[len(ACTS) :])
        for path in posts(entry, running):
            answer = await browser.post(path, form, follow=False)
            # whoever may is told of the field that no form of ours has: nothing is done
            assert answer.status == (422 if path in allowed else 403), path
        page = await browser.get(f"{DECISIONS}/{entry.id}")
        assert page.status == 200
        assert ("/launch" in page.html) == (role == "duty_officer")
        assert ("/approve" in page.html) == (role == "approver")


async def test_nobody_sees_or_acts_outside_of_their_areas(made: City, entry: Entry, running: Entry) -> None:
    where = {"areas": ["653101"], "titles": [HEAD]}
    async with (
        await at_desk(made, "leader", "approver", titles=[HEAD]) as leader,
        await at_desk(made, "county", "approver", "duty_officer", "drafter", **where) as county,
        await at_desk(made, "city", "viewer", areas=["653100"]) as city,
    ):
        assert entry.id in (await city.get(DECISIONS)).html
        assert entry.id not in (await county.get(DECISIONS)).html
        assert running.id not in (await city.get(DECISIONS)).html
        page = await leader.get(f"{DECISIONS}/{entry.id}/approve")
        fields = {**hidden(page, "/approve"), "form_token": await county.form_token()}
        for path in ("", "/approve", "/launch", "/texts", "/lift", "/papers/order", "/opinions/1"):
            unseen = await county.get(f"{DECISIONS}/{entry.id}{path}")
            assert unseen.status == 404, path
            assert "喀污防" not in unseen.text
        typed = {"word": "橙色", "number": "3", "comment": ""}
        assert (await county.post(f"{DECISIONS}/{entry.id}/approve", fields | typed)).status == 404
        steer = f"/console/broadcasts/{running.broadcast_id}"
        assert (await county.get(steer)).status == 404
        stop = {"form_token": fields["form_token"], "word": "停发", "number": "6", "reason": "x"}
        assert (await county.post(f"{steer}/stop", stop)).status == 404
        park = {"form_token": fields["form_token"], "reason": "x"}
        assert (await county.post("/console/lanes/1/park", park)).status == 403
        assert "/console/lanes/1/park" not in (await county.get("/console/lanes")).html
    assert await made.read(approvals.of_decision, entry.id) == []


async def test_a_title_that_is_not_theirs_gives_no_step(made: City, entry: Entry) -> None:
    async with (
        await at_desk(made, "leader2", "approver", titles=[HEAD]) as leader,
        await at_desk(made, "clerk", "approver", titles=["科员"]) as clerk,
        await at_desk(made, "untitled", "approver") as untitled,
        await at_desk(made, "second", "approver", titles=[DEPUTY]) as second,
    ):
        page = await leader.get(f"{DECISIONS}/{entry.id}/approve")
        for browser, status in ((clerk, 409), (untitled, 403), (second, 409)):
            fields = {**hidden(page, "/approve"), "form_token": await browser.form_token()}
            answer = await browser.post(
                f"{DECISIONS}/{entry.id}/approve", {**fields, "word": "橙色", "number": "3", "comment": ""}
            )
            assert answer.status == status
        down = {"manifest": entry.manifest, "comment": "不行", "form_token": await clerk.form_token()}
        assert (await clerk.post(f"{DECISIONS}/{entry.id}/approve/return", down)).status == 403
        role = {**hidden(page, "/approve"), "form_token": await clerk.form_token(), "role": HEAD}
        assert (await clerk.post(f"{DECISIONS}/{entry.id}/approve", role)).status == 422  # no such field
    assert await made.read(approvals.of_decision, entry.id) == []


async def test_what_is_launched_is_not_launched_or_approved_again(made: City, running: Entry) -> None:
    async with await at_desk(made, "again", "approver", "duty_officer", titles=["主任"]) as browser:
        form = {"form_token": await browser.form_token(), "manifest": running.manifest}
        typed = {"word": "橙色", "number": "6"}
        before = await rows(made)
        again = await browser.post(f"{DECISIONS}/{running.id}/launch", form | typed, follow=False)
        assert (again.status, again.headers["Location"]) == (303, f"/live/{running.broadcast_id}")
        late = {**form, **typed, "place": "0", "comment": ""}
        assert (await browser.post(f"{DECISIONS}/{running.id}/approve", late)).status == 409
        other = form | {"manifest": "0" * 64}
        assert (await browser.post(f"{DECISIONS}/{running.id}/launch", other | typed)).status == 409
        assert await rows(made) == before


async def test_nothing_is_launched_before_its_approvals(made: City, entry: Entry) -> None:
    async with await at_desk(made, "hasty", "duty_officer") as browser:
        form = {"form_token": await browser.form_token(), "manifest": entry.manifest}
        answer = await browser.post(f"{DECISIONS}/{entry.id}/launch", form | {"word": "橙色", "number": "3"})
        assert answer.status == 409
        assert HEAD in answer.text
        lift = {
            "form_token": form["form_token"],
            "document_number": "x",
            "at": "now",
            "time": "",
            "hours": "",
        }
        lift |= {"special_reason": "", "word": "解除", "number": "3"}
        assert (await browser.post(f"{DECISIONS}/{entry.id}/lift", lift)).status == 409
    assert (await stored(made, entry.id)).state == "submitted"


async def test_a_drafter_starts_a_follow_up_and_does_not_launch_it(made: City, running: Entry) -> None:
    async with await at_desk(made, "drafts", "drafter") as browser:
        page = f"{DECISIONS}/{running.id}/retract"
        fields = {"document_number": "起草的撤回", "wrong": "", "right": "", "special_reason": ""}
        answer = await fill(browser, page, page, **fields, word="撤回", number="6")
        assert answer.path.startswith(DECISIONS)
        made_of_it = await stored(made, answer.path.removeprefix(f"{DECISIONS}/"))
        assert (made_of_it.action, made_of_it.state) == ("retract", "approved")


async def test_scripts_in_every_field_are_words(made: City, running: Entry) -> None:
    draft = await submitted(made, kashgar(document_number=SCRIPT[:60], special_reason=SCRIPT))
    now = made.process.clock()
    await made.write(attach, draft.id, "<img src=x onerror=alert(1)>.txt", "text/plain", b"x", now, LOCAL)
    head = Actor("user:x", SCRIPT, (HEAD,))
    said = partial(approve, comment=SCRIPT)
    await made.write(said, made.process.desk, draft.id, draft.manifest, now, head)
    async with await at_desk(
        made, "victim", "approver", "duty_officer", "drafter", titles=[DEPUTY, SCRIPT]
    ) as browser:
        path, steer = f"{DECISIONS}/{draft.id}", f"/console/broadcasts/{running.broadcast_id}"
        typed = {"word": SCRIPT[:40], "number": SCRIPT[:15], "comment": SCRIPT}
        reflected = [
            await fill(browser, f"{path}/approve", f"{path}/approve", **typed),
            await fill(browser, f"{path}/approve", f"{path}/approve/return", comment=SCRIPT + "x" * 2000),
            await fill(browser, steer, f"{steer}/stop", word=SCRIPT[:40], number="6", reason=SCRIPT),
            await fill(browser, "/console/lanes", "/console/lanes/1/park", reason=SCRIPT * 9),
        ]
        for action, more in (
            ("lift", {"at": SCRIPT, "time": SCRIPT, "hours": SCRIPT, "special_reason": SCRIPT}),
            ("retract", {"wrong": SCRIPT, "right": SCRIPT, "special_reason": SCRIPT}),
            ("correct", {"wrong": SCRIPT, "right": SCRIPT, "starts": SCRIPT, "ends": SCRIPT}),
        ):
            page = f"{DECISIONS}/{running.id}/{action}"
            fields = {"document_number": SCRIPT, "word": SCRIPT, "number": SCRIPT}
            reflected.append(await fill(browser, page, page, **fields, **more))
        stored_in = [
            await browser.get(page)
            for page in (DECISIONS, path, f"{path}/texts", f"{path}/approve", f"{path}/launch", steer)
        ]
        for seen in (*reflected, *stored_in):
            assert inline(seen.html) == [], seen.path
            assert seen.status in (200, 422), (seen.path, seen.text)
            assert "60481729" not in seen.text, seen.path
            assert "script-src 'self'" in seen.headers["Content-Security-Policy"]
        assert sum(SCRIPT in seen.text for seen in (*reflected, *stored_in)) >= 8
        for query in ("?done=<script>", "?before=<script>", "?lang=<script>"):
            assert inline((await browser.get(f"{DECISIONS}{query}")).html) == []
            assert (await browser.get(f"{path}{query}")).status == 200


async def test_ids_that_are_none_are_not_found(made: City) -> None:
    async with await at_desk(made, "prober", "duty_officer", "approver") as browser:
        unknown = "0" * 8 + "-0000-0000-0000-" + "0" * 12
        for path in (f"{DECISIONS}/{unknown}", f"{DECISIONS}/..%2f..%2fetc", "/console/broadcasts/999999"):
            assert (await browser.get(path)).status == 404
        form = {"form_token": await browser.form_token(), "reason": "x"}
        assert (await browser.post("/console/lanes/999999/park", form)).status == 404
        chosen = form | {"chosen": "9" * 18}
        assert (await browser.post("/console/broadcasts/999999/undecided/leave", chosen)).status == 404
