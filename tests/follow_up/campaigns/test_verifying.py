"""Campaigns with real stand-ins: who is asked, what they answer, and what follows from it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.stand_ins.behaviour import Behaviour
from gateway.directory.campaign import Wish, day_of
from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.directory.selection import of_words
from gateway.follow_up.campaigns import campaigns, present
from gateway.ledger.delivery import live
from gateway.ledger.directory import organisations
from gateway.ledger.follow_up import acknowledgements
from gateway.ledger.trail import audit
from gateway.web.organisations import check_json
from tests.asking_numbers import AskingCity, ask, asking_city, number, plants, register, reply, tally
from tests.city import TOKEN
from tests.directory.everyone import everyone
from tests.signing import read_by_all, somebody, start

ONLY = Wish(of_words(["group=核实"]))
DEAD = [number(place) for place in range(26, 31)]


def with_mailbox(place: int) -> Organisation:
    (one,) = plants([place])
    mailbox = ContactAddress(Address("email", f"e{place}@example.com"))
    return Organisation(
        one.code,
        one.name,
        one.audience,
        one.sector,
        one.area,
        None,
        (),
        groups=one.groups,
        contacts=(Contact(f"联系人{place}", "responsible", (mailbox,)),),
    )


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[AskingCity]:
    behaviour = Behaviour(receipt_delay=(0.0, 0.01), refused=frozenset(DEAD))
    async with asking_city(tmp_path, behaviour) as running_city:
        yield running_city


async def verified(made: AskingCity, code: str) -> str | None:
    found = (await made.read(organisations.by_codes, [code]))[code]
    on = found.organisation.contacts[0].addresses[0].verified_on
    return None if on is None else on.isoformat()


async def reached(made: AskingCity, code: str) -> int:
    """At how many addresses an organisation would be told a decision."""
    found = await made.read(everyone, False)
    return len(next(each for each in found if each.code == code).addresses)


async def problems(made: AskingCity, code: str) -> dict[str, str | None]:
    found = await made.read(check_json, made.process.clock())
    return {each["problem"]: each["detail"] for each in found["findings"] if each["code"] == code}


async def test_a_campaign_to_thirty_contacts(made: AskingCity) -> None:
    sms = [*range(1, 24), *range(26, 31)]
    await register(made, [*plants(sms), with_mailbox(24), with_mailbox(25)])
    campaign = await ask(made, ONLY)
    await made.process.engine.idle(campaign.broadcast_id)
    assert len(made.twilio.seen) == 23
    assert len(made.smtp.seen) == 2
    words = ["1", "是", "收到", " １ ", "是的。"]
    for place in range(1, 21):
        assert await reply(made, number(place), words[place % len(words)]) == 200
    for place, text in zip((21, 22, 23), ("2", "不是", "打错了"), strict=True):
        assert await reply(made, number(place), text) == 200
    async with somebody(made) as person:
        status, _page = await person.send(made.link("e24@example.com"), {"answer": "confirmed"})
        assert status == 200
        answer = {"answer": "changed", "name": "王新", "number": "13800138000"}
        status, _page = await person.send(made.link("e25@example.com"), answer)
        assert status == 200

    found = await tally(made, campaign)
    assert (found.questions, found.confirmed, found.denied, found.changed, found.open) == (30, 21, 3, 1, 5)
    today = day_of(made.process.clock()).isoformat()
    assert [await verified(made, f"Q{place}") for place in (1, 20, 24)] == [today] * 3
    assert [await verified(made, f"Q{place}") for place in (21, 25, 26)] == [None] * 3
    assert [await reached(made, f"Q{place}") for place in (1, 21, 25)] == [1, 0, 1]
    assert (await problems(made, "Q21"))["denied_address"] == today
    assert (await problems(made, "Q25"))["changed_contact"] == today
    assert (await problems(made, "Q26"))["dead_address"] == "invalid_address"
    assert "dead_address" not in await problems(made, "Q1")
    (proposal,) = (await made.read(present.proposals_json, False))["proposals"]
    assert (proposal["name"], proposal["number"]) == ("王新", "+8613800138000")
    shown = await made.read(present.campaign_json, campaign)
    assert shown["undelivered"] == {"invalid_address": 5}

    assert await made.write(campaigns.end, campaign, made.process.clock(), "(local)")
    (ended,) = await made.read(audit.page, kind="campaign_ended")
    assert (ended.detail["confirmed"], ended.detail["denied"], ended.detail["open"]) == (21, 3, 5)
    async with somebody(made) as person:
        assert (await person.open(made.link("e24@example.com")))[0] == 404


async def test_a_reply_counts_for_the_warning_or_the_question_whichever_came_last(made: AskingCity) -> None:
    await register(made, plants([1]))
    broadcast = await start(made)
    await read_by_all(made)
    campaign = await ask(made, ONLY)
    await made.process.engine.idle(campaign.broadcast_id)
    await read_by_all(made)
    await reply(made, number(1), "1")
    asked = await made.read(acknowledgements.of_organisation, broadcast, "Q1")
    assert asked.signed_at is None
    assert (await tally(made, campaign)).confirmed == 1


async def test_a_reply_after_a_warning_never_answers_the_question_before_it(made: AskingCity) -> None:
    await register(made, plants([1]))
    campaign = await ask(made, ONLY)
    await made.process.engine.idle(campaign.broadcast_id)
    await read_by_all(made)
    broadcast = await start(made)
    await read_by_all(made)
    await reply(made, number(1), "1")
    signed = await made.read(acknowledgements.of_organisation, broadcast, "Q1")
    assert signed.signed_at is not None
    await reply(made, number(1), "1")
    await reply(made, number(1), "2")  # "cannot", too late
    assert (await tally(made, campaign)).open == 1
    assert await reached(made, "Q1") == 1
    await reply(made, number(1), "不是")
    assert (await tally(made, campaign)).denied == 1
    signed = await made.read(acknowledgements.of_organisation, broadcast, "Q1")
    assert signed.objected_at is None


async def test_a_campaign_is_not_seen_among_warnings(made: AskingCity) -> None:
    await register(made, plants([1]))
    campaign = await ask(made, ONLY)
    await made.process.engine.idle(campaign.broadcast_id)
    assert await made.read(live.newest, 10) == []
    async with somebody(made, Authorization=f"Bearer {TOKEN}") as office:
        for path in ("/api/v1/broadcasts", "/api/v1/episodes"):
            status, body = await office.open(path)
            assert status == 200
            assert "[]" in body, path
        status, _body = await office.open(f"/api/v1/broadcasts/{campaign.broadcast_id}")
        assert status == 404
