"""Orders of other levels, as people of different roles and areas meet them."""

import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection

from gateway.ledger.exchange import orders
from gateway.ledger.exchange.orders import NewOrder
from gateway.orders.dismissing import known
from gateway.web.serving.running import Running, running
from tests.city import settings
from tests.orders.world import SECRET
from tests.people import person, quick
from tests.web.console.browsing import Browsing, Seen, browsing

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATH = "/console/orders"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
_NUMBERS = re.compile(r'role=rowheader[^>]*><a href="/console/orders/(\d+)">')


def order(process: Running, identifier: str, **more: Any) -> NewOrder:
    """An upper level's orange start for a plan's whole area."""
    now = process.clock()
    facts: Mapping[str, Any] = {"headline": SCRIPT, "remarks": [{"message": SCRIPT, "message_en": "x"}]}
    values = {
        "sender": "province",
        "plan": "zhengzhou",
        "relation": "upper",
        "meaning": "order",
        "exercise": False,
        "identifier": identifier,
        "event": identifier,
        "earlier": (),
        "format": "json",
        "sha256": f"{hash(identifier) & 0xFFFF:064x}",
        "content": b"{}",
        "content_type": "application/json",
        "proof": "webhook",
        "sent_at": now,
        "received_at": now,
        "kind": "warning",
        "message_type": "Alert",
        "level": "orange",
        "until_then": None,
        "starts_at": now + 24 * 3_600_000,
        "area": ("410100",),
        "document_number": "豫环〔2026〕9号",
        "facts": facts,
        "verdict": "draft",
        "refusal": None,
        "in_force": True,
        "state": "received",
    }
    return NewOrder(**{**values, **more})


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    province = {
        "identity": "410000",
        "level_name": "河南省",
        "telephone": "0371-0000 0000",
        "plan": "zhengzhou",
        "secrets": [SECRET],
    }
    configured = settings(tmp_path_factory.mktemp("orders"), senders={"province": province})
    async with running(configured, "airwarn serve", passwords=quick()) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def kept(process: Running) -> dict[str, int]:
    def add(connection: Connection) -> dict[str, int]:
        return {
            "city": orders.add(connection, order(process, "city")),
            "district": orders.add(connection, order(process, "district", area=("410105",), level="red")),
            "drill": orders.add(connection, order(process, "drill", exercise=True)),
            "other": orders.add(connection, order(process, "other", plan="xigang", area=("210203",))),
        }

    return await process.ledger.write(add)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def officer(process: Running, kept: dict[str, int]) -> AsyncIterator[Browsing]:
    async with await browsing(process, await person(process, "officer", "duty_officer")) as browser:
        yield browser


def numbers(page: Seen) -> list[int]:
    return [int(each) for each in _NUMBERS.findall(page.html)]


async def test_orders_are_listed_the_newest_first_and_filtered(
    officer: Browsing, kept: dict[str, int]
) -> None:
    page = await officer.get(PATH)
    assert numbers(page) == sorted(kept.values(), reverse=True)
    assert SCRIPT in page.text
    assert "河南省（province）" in page.text
    assert "河南省（province）" in (await officer.get(f"{PATH}/{kept['city']}")).text
    assert "河南省（province）" in (await officer.get("/console/drafts/new?plan=zhengzhou")).text
    assert "<script>" not in page.html
    assert numbers(await officer.get(f"{PATH}?sort=received")) == sorted(kept.values())
    assert numbers(await officer.get(f"{PATH}?kind=exercise")) == [kept["drill"]]
    assert numbers(await officer.get(f"{PATH}?plan=xigang&search=豫环")) == [kept["other"]]
    assert numbers(await officer.get(f"{PATH}?state=taken")) == []
    assert (await officer.get(f"{PATH}?state=lost")).status == 422


async def test_an_order_that_cannot_be_read_says_whom_to_call_and_that_it_stays_owed(
    process: Running, officer: Browsing
) -> None:
    refusal = {"code": "ALERT_MALFORMED", "message": "读不出", "message_en": "not readable"}
    odd = order(process, "odd", verdict="refused", refusal=refusal, in_force=False, kind=None, level=None)
    number = await process.ledger.write(orders.add, odd)
    page = await officer.get(f"{PATH}/{number}")
    assert "读不出" in page.text
    assert 'href="tel:037100000000"' in page.html
    assert "一直列在待办里" in page.text
    english = await officer.get(f"{PATH}/{number}?lang=en")
    assert "Call its sender to verify it: " in english.text
    await officer.send(f"{PATH}/{number}?lang=zh", f"{PATH}/{number}/dismiss", reason="问过省里，误发")
    assert "一直列在待办里" not in (await officer.get(f"{PATH}/{number}")).text


async def test_somebody_sees_the_orders_of_their_areas_alone(process: Running, kept: dict[str, int]) -> None:
    user = await person(process, "own", "duty_officer", areas=("410105",))
    async with await browsing(process, user) as browser:
        assert numbers(await browser.get(PATH)) == [kept["district"]]
        assert (await browser.get(f"{PATH}/{kept['district']}")).status == 200
        outside = f"{PATH}/{kept['city']}"
        assert (await browser.get(outside)).status == 404
        form = {"form_token": await browser.form_token(), "reason": "不用"}
        assert (await browser.post(f"{outside}/dismiss", form)).status == 404
        assert (await browser.get(f"{PATH}?plan=xigang")).status == 422


async def test_an_order_is_taken_into_a_draft(officer: Browsing, kept: dict[str, int]) -> None:
    page = f"{PATH}/{kept['city']}"
    shown = await officer.get(page)
    assert (SCRIPT in shown.text, "<script>" in shown.html) == (True, False)
    taken = await officer.send(page, "/console/drafts/new", plan="zhengzhou", order=str(kept["city"]))
    assert (taken.status, taken.path.startswith("/console/drafts/")) == (200, True)
    drill = await officer.get(f"{PATH}/{kept['drill']}")
    assert 'class="of-exercise"' in drill.html
    assert 'action="/console/exercises/new"' in drill.html


async def test_dismissing_needs_a_reason_and_a_role(
    process: Running, officer: Browsing, kept: dict[str, int]
) -> None:
    page = f"{PATH}/{kept['other']}"
    bare = await officer.send(page, f"{page}/dismiss", reason=" ")
    assert (bare.status, "请写明原因" in bare.text) == (422, True)
    done = await officer.send(page, f"{page}/dismiss", reason=SCRIPT)
    assert ("不采用" in done.text, "<script>" in done.html) == (True, False)
    assert (await process.ledger.read(known, kept["other"])).state == "dismissed"
    async with await browsing(process, await person(process, "sees", "viewer", "approver")) as browser:
        page = f"{PATH}/{kept['city']}"
        assert f"{page}/dismiss" not in (await browser.get(page)).html
        form = {"form_token": await browser.form_token(), "reason": "不用"}
        assert (await browser.post(f"{page}/dismiss", form)).status == 403
