"""The page of a question: opening it answers nothing, and only whoever has the link can answer."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.directory.campaign import Wish
from gateway.directory.model import Address, Contact, ContactAddress
from gateway.directory.selection import of_words
from gateway.follow_up.campaigns import campaigns
from gateway.ledger.directory.campaigns import Campaign, Tally
from tests.asking_numbers import AskingCity, ask, asking_city, plants, register, tally
from tests.signing import somebody

MAILBOXES = ("one@example.com", "two@example.com")


class Asked:
    """Two mailboxes that were asked."""

    def __init__(self, made: AskingCity, campaign: Campaign) -> None:
        self.made = made
        self.campaign = campaign
        self.links = [made.link(each) for each in MAILBOXES]

    async def tally(self) -> Tally:
        return await tally(self.made, self.campaign)


@pytest.fixture
async def asked(tmp_path: Path) -> AsyncIterator[Asked]:
    async with asking_city(tmp_path) as made:
        people = [
            Contact(f"联系人{mailbox}", "deputy", (ContactAddress(Address("email", mailbox)),))
            for mailbox in MAILBOXES
        ]
        await register(
            made,
            [replace(each, contacts=(one,)) for each, one in zip(plants([1, 2]), people, strict=True)],
        )
        campaign = await ask(made, Wish(of_words(["group=核实"])))
        await made.process.engine.idle(campaign.broadcast_id)
        yield Asked(made, campaign)


async def test_opening_says_who_asks_why_and_for_whom_and_answers_nothing(asked: Asked) -> None:
    async with somebody(asked.made) as person:
        status, page = await person.open(asked.links[0])
        assert status == 200
        for words in ("重污染天气预警", "核实机械1厂", "o***@example.com", "这不是预警", "0371-00000000"):
            assert words in page
        for kept in ("one@example.com", "联系人", "核实机械2厂", "<script"):
            assert kept not in page.replace("预警联系人", "").replace("换了联系人", "").replace(
                "新联系人", ""
            )
        status, page = await person.open(asked.links[0] + "?lang=en")
        assert "This is no warning" in page
        assert (await person.open(asked.links[0], "HEAD"))[0] == 200
    assert (await asked.tally()).open == 2


async def test_an_answer_counts_and_can_be_changed(asked: Asked) -> None:
    async with somebody(asked.made) as person:
        status, page = await person.send(asked.links[0], {"answer": "denied"})
        assert (status, "不再发到这里" in page) == (200, True)
        assert (await asked.tally()).denied == 1
        status, page = await person.send(asked.links[0], {"answer": "confirmed"})
        assert (status, "已答复：是" in page) == (200, True)
    found = await asked.tally()
    assert (found.confirmed, found.denied) == (1, 0)


async def test_another_contact_needs_a_name_and_a_number(asked: Asked) -> None:
    async with somebody(asked.made) as person:
        for form, told in (
            ({"answer": "changed", "name": "", "number": "13800138000"}, "请填写姓名"),
            ({"answer": "changed", "name": "<b>王新", "number": "138"}, "号码不对"),
            ({"answer": "maybe"}, "请选择一个答复"),
            ({}, "请选择一个答复"),
        ):
            status, page = await person.send(asked.links[0], form)
            assert (status, told in page) == (422, True), form
            assert "<b>" not in page
        form = {"answer": "changed", "name": "王新", "number": "138 0013 8000"}
        status, page = await person.send(asked.links[0], form)
        assert (status, "王新" in page) == (200, True)
        assert "13800138000" not in page
    assert (await asked.tally()).changed == 1


async def test_only_the_right_token_of_a_running_campaign_opens(asked: Asked) -> None:
    made = asked.made
    token = asked.links[0].removeprefix("/v/")
    other = "b" if token[0] == "a" else "a"
    async with somebody(made) as person:
        wrong = [f"/v/{other}{token[1:]}", f"/v/{token[:-1]}", "/v/%00", f"/v/{'1' * 26}"]
        for path in wrong:
            assert (await person.open(path))[0] == 404, path
            assert (await person.send(path, {"answer": "denied"}))[0] == 404, path
        assert (await person.open(f"/s/{token}"))[0] == 404  # it signs nothing either
        assert (await asked.tally()).open == 2
        await person.send(asked.links[1], {"answer": "confirmed"})
        assert (await asked.tally()).confirmed == 1  # the other's question is still open
        await made.write(campaigns.end, asked.campaign, made.process.clock(), "(local)")
        for link in asked.links:
            assert (await person.open(link))[0] == 404
            assert (await person.send(link, {"answer": "denied"}))[0] == 404
    found = await asked.tally()
    assert (found.confirmed, found.denied) == (1, 0)


async def test_guessing_is_slowed_down_and_never_holds_up_a_right_link(asked: Asked) -> None:
    async with somebody(asked.made) as person:
        statuses = [(await person.open(f"/v/{'a' * 25}{each}"))[0] for each in "abcdefghijklmnopqrstuvwxyz"]
        assert 429 in statuses
        assert (await person.open(asked.links[0]))[0] == 200


async def test_a_post_from_another_site_and_a_large_form_are_refused(asked: Asked) -> None:
    async with somebody(asked.made) as person:
        for headers in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
            assert (await person.send(asked.links[0], {"answer": "denied"}, **headers))[0] == 403
        form = {"answer": "changed", "name": "甲" * 5000, "number": "13800138000"}
        assert (await person.send(asked.links[0], form))[0] == 422
    assert (await asked.tally()).open == 2
