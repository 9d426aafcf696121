"""Verifications through the API."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from gateway.ledger.trail import audit
from tests.asking_numbers import AskingCity, asking_city, number, plants, register
from tests.city import TOKEN


class Keeper:
    """Somebody with a token."""

    def __init__(self, made: AskingCity, session: aiohttp.ClientSession) -> None:
        self.made = made
        self.session = session

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        url = f"{self.made.process.url}/api/v1{path}"
        async with self.session.request(method, url, json=body) as response:
            json = response.content_type.endswith("json")
            return response.status, await response.json() if json else await response.read()


@pytest.fixture
async def keeper(tmp_path: Path) -> AsyncIterator[Keeper]:
    async with (
        asking_city(tmp_path) as made,
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session,
    ):
        await register(made, plants([1, 2, 3]))
        yield Keeper(made, session)


async def test_a_campaign_is_shown_first_then_started_watched_and_ended(keeper: Keeper) -> None:
    wish = {"selection": {"groups": ["核实"]}, "never": True}
    status, preview = await keeper.call("POST", "/verifications", {**wish, "dry_run": True})
    assert (status, preview["campaign"], preview["addresses"]) == (200, None, {"sms": 3})
    assert preview["asked"][0]["address"] == "+86199****0001"
    assert preview["asked"][0]["contact"] == "联*"
    assert (await keeper.call("GET", "/verifications"))[1] == {"campaigns": []}

    status, started = await keeper.call("POST", "/verifications", wish)
    assert status == 201
    campaign = started["campaign"]
    await keeper.made.process.engine.idle()
    status, again = await keeper.call("POST", "/verifications", wish)
    assert (status, again["error"]["code"]) == (409, "ASKED_LATELY")

    heard = {"organisation": "Q1", "address": number(1), "answer": "confirmed", "via": "phone"}
    status, answered = await keeper.call("POST", "/verifications/answers", heard)
    assert (status, answered["answer"], answered["via"]) == (201, "confirmed", "phone")
    status, page = await keeper.call("GET", f"/verifications/{campaign['id']}?answer=open&limit=1")
    assert (status, page["campaign"]["confirmed"], page["campaign"]["open"]) == (200, 1, 2)
    assert [each["organisation"]["code"] for each in page["questions"]] == ["Q2"]
    assert page["next"] == page["questions"][0]["id"]

    assert (await keeper.call("POST", f"/verifications/{campaign['id']}/end"))[1]["ended"] is True
    assert (await keeper.call("POST", f"/verifications/{campaign['id']}/end"))[1]["ended"] is False
    assert (await keeper.call("GET", "/verifications/99"))[0] == 404
    (entry,) = await keeper.made.read(audit.page, kind="campaign_started")
    assert (entry.detail["addresses"], entry.actor) == (3, "(init)")


async def test_proposals_are_shown_in_full_and_that_is_written_down(keeper: Keeper) -> None:
    heard = {
        "organisation": "Q1",
        "address": number(1),
        "answer": "changed",
        "name": "王新",
        "number": "13800138000",
    }
    assert (await keeper.call("POST", "/verifications/answers", heard))[0] == 201
    status, found = await keeper.call("GET", "/verifications/proposals")
    assert (status, found["proposals"][0]["number"]) == (200, "+8613800138000")
    (entry,) = await keeper.made.read(audit.page, kind="exported")
    assert entry.subject == "verifications:proposals"


async def test_what_is_to_be_mended_is_exported_with_what_to_do(keeper: Keeper) -> None:
    assert (await keeper.call("GET", "/directory/check"))[1]["counts"]["denied_address"] == 0
    heard = {"organisation": "Q1", "address": number(1), "answer": "denied"}
    await keeper.call("POST", "/verifications/answers", heard)
    status, content = await keeper.call("GET", "/directory/check/export?problem=denied_address")
    head, row = content.decode("utf-8-sig").splitlines()
    assert status == 200
    assert head.endswith("说明,怎么办")
    assert "Q1" in row
    assert "'+86199****0001" in row  # no formula
    assert "问清新号码" in row
    status, content = await keeper.call("GET", "/directory/check/export?format=xlsx")
    assert (status, content[:2]) == (200, b"PK")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"selection": {"groups": []}}, "SELECTION_EMPTY"),
        ({"selection": {"audiences": ["media"]}}, "SELECTION_EMPTY"),
        ({"selection": {"unknown": ["x"]}}, "FIELD_UNKNOWN"),
        ({"days": 0}, "FIELD_INVALID"),
        ({"since": "yesterday"}, "FIELD_INVALID"),
    ],
)
async def test_a_campaign_that_means_nobody_is_refused(keeper: Keeper, body: Any, code: str) -> None:
    status, answer = await keeper.call("POST", "/verifications", body)
    assert (status, answer["error"]["code"]) == (422, code)
