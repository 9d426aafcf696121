"""People who read English are told in English where there is some; everything of it is frozen."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from gateway.broadcasts.approving.present import prepared_json
from gateway.broadcasts.launching.follow import Wish
from gateway.directory.inventory import InventoryLine
from gateway.directory.model import Address, Contact, ContactAddress, ContactRole, Organisation
from gateway.follow_up.signatures.sign_page import sign_page
from gateway.ledger.decisions import personal
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.decisions.recipients import Listed, page
from gateway.ledger.directory import inventory, organisations
from gateway.ledger.schema import addresses, deliveries, notices
from gateway.vocabulary import Language
from tests.broadcasts.bureau import TOKENS
from tests.follow_up.asking import PLANT, Asking


def person(
    name: str, number: str, language: Language = "zh-CN", role: ContactRole = "responsible"
) -> Contact:
    return Contact(name, role, (ContactAddress(Address("sms", f"+86199{number}")),), language)


SCHOOL = Organisation(
    *("S9", "国际示例学校", "schools", None, "410105", None, ()),
    contacts=(person("Ann Example", "00009001", "en"),),
)
FACTORY = replace(
    PLANT,
    code="E9",
    contacts=(person("Bob Example", "00001011", "en"), person("周八", "00001012", "zh-CN", "deputy")),
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Asking]:
    made = Asking(tmp_path)
    yield made
    made.close()


def listed(office: Asking, recorded: Recorded) -> dict[str, Listed]:
    found = office.ledger.read_now(page, recorded.broadcast_id, limit=None)
    return {each.address[-8:]: each for each in found}


def words_at(connection: Connection, broadcast_id: int, number: str) -> list[str]:
    query = (
        select(notices.c.messages)
        .join(deliveries, deliveries.c.notice_id == notices.c.id)
        .join(addresses, addresses.c.id == deliveries.c.address_id)
        .where(deliveries.c.broadcast_id == broadcast_id, addresses.c.value.endswith(number))
    )
    return [text for messages in connection.execute(query).scalars() for text in json.loads(messages)]


def own_lines(office: Asking, code: str) -> None:
    line = InventoryLine(
        "industrial", "orange", "1#窑", "stop", "1#窑停产", certain=True, preparation_minutes=90
    )
    office.ledger.write_now(inventory.apply, "industrial", {code: [line]}, office.now, "test")


def test_nothing_is_written_in_english_as_long_as_nobody_reads_it(office: Asking) -> None:
    submitted = office.submit(office.document())
    assert submitted.prepared is not None
    assert {each.language for notices in submitted.prepared.texts.values() for each in notices} == {"zh-CN"}


def test_who_reads_english_is_told_in_english_and_the_preview_says_so(office: Asking) -> None:
    office.add(
        SCHOOL,
        replace(
            SCHOOL,
            code="D9",
            audience="departments",
            area="410100",
            contacts=(person("Cid", "00009002", "en"),),
        ),
    )
    submitted = office.submit(office.document())
    assert submitted.prepared is not None
    preview: dict[str, Any] = prepared_json(submitted.prepared)["recipients"]
    assert preview["languages"]["en"] == 1
    assert preview["untranslated"] == 1  # departments have no English
    told = listed(office, submitted.recorded)
    assert (told["00009001"].language, told["00009001"].english) == ("en", True)
    assert (told["00009002"].language, told["00009002"].english) == ("zh-CN", True)
    launched = office.act(office.document())
    office.expand()
    (text,) = office.ledger.read_now(words_at, launched.broadcast_id, "00009001")
    assert "Orange air pollution warning" in text


def test_another_language_is_another_manifest(office: Asking) -> None:
    office.add(replace(SCHOOL, contacts=(person("Ann Example", "00009001"),)))
    before = office.submit(office.document()).recorded.manifest
    office.add(SCHOOL)
    assert office.submit(office.document()).recorded.manifest != before


def test_an_enterprise_reads_its_own_lines_in_the_language_of_each_of_its_people(office: Asking) -> None:
    office.add(FACTORY)
    own_lines(office, "E9")
    recorded = office.submit(office.document()).recorded
    factory = office.ledger.read_now(organisations.by_codes, ["E9"])["E9"].id
    chinese = office.ledger.read_now(personal.of_organisation, recorded.id, factory)
    english = office.ledger.read_now(personal.of_organisation, recorded.id, factory, "en")
    assert "1#窑：停产" in chinese["notice"]
    assert (
        "1. 1#窑: stop. Preparation takes 1 h 30 min: begin by 10 January, 10:30, be done by"
        in english["notice"]
    )
    assert "Your measures: 1#窑: stop" in english["sms"]
    assert "?lang=en" in english["sms"]
    told = listed(office, recorded)
    assert (told["00001000"].language, told["00001011"].language) == ("zh-CN", "en")


def test_an_escalation_tells_the_next_contact_in_their_language(office: Asking) -> None:
    office.add(
        replace(
            FACTORY, contacts=(person("周八", "00001012"), person("Bob Example", "00001011", "en", "deputy"))
        )
    )
    own_lines(office, "E9")
    recorded = office.start()
    office.minutes(10)
    office.minutes(10)
    (text,) = office.ledger.read_now(words_at, recorded.broadcast_id, "00001011")
    assert text.isascii() or "Orange air pollution warning" in text


def test_the_sign_page_shows_the_english_order_to_who_follows_an_english_link(office: Asking) -> None:
    office.add(FACTORY)
    own_lines(office, "E9")
    recorded = office.start()
    asked = office.asked(recorded, "E9")
    english = office.ledger.read_now(sign_page, office.desk, TOKENS, asked, "en")
    assert (english.language, english.own_language) == ("en", "en")
    assert "1#窑: stop" in " ".join(english.own)
    chinese = office.ledger.read_now(sign_page, office.desk, TOKENS, asked)
    assert (chinese.language, chinese.own_language) == ("zh-CN", "zh-CN")


def test_the_sign_page_shows_what_was_told_to_whoever_is_listed_otherwise_by_now(office: Asking) -> None:
    office.add(FACTORY)
    own_lines(office, "E9")
    asked = office.asked(office.start(), "E9")
    told = office.ledger.read_now(sign_page, office.desk, TOKENS, asked)
    office.add(replace(FACTORY, audience="hospitals", sector=None))
    now = office.ledger.read_now(sign_page, office.desk, TOKENS, asked)
    assert told.lines
    assert (now.title, now.lines) == (told.title, told.lines)


def test_a_lift_whose_english_was_prepared_needs_no_new_approval_of_words(office: Asking) -> None:
    office.add(SCHOOL)
    recorded = office.start()
    office.later(hours=1)
    wish = Wish("郑重污染〔2024〕9号", changes={"special_reason": "空气质量已经改善"})
    office.moment = office.moment.replace(day=13, hour=12)
    lift = office.follow(recorded, "lift", replace(wish, at="schedule"))
    assert lift.prepared is not None
    assert lift.prepared.prepared_by == recorded.id
    assert listed(office, lift.recorded)["00009001"].language == "en"
