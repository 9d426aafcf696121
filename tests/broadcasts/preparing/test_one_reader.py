"""The preview of what one organisation would read is what it then reads."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.broadcasts.preparing.one_reader import reads
from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.ledger.decisions import notices, personal
from gateway.ledger.directory import organisations
from gateway.slots import filled
from tests.broadcasts.preparing.test_languages import FACTORY, SCHOOL, own_lines
from tests.follow_up.asking import Asking


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asking]:
    made = Asking(tmp_path_factory.mktemp("office"))
    made.add(FACTORY, SCHOOL)
    own_lines(made, "E9")
    yield made
    made.close()


def preview(office: Asking, code: str, **changes: Any) -> dict[str, Any]:
    decision = Decision.model_validate(office.document(**changes))
    found: dict[str, Any] = office.ledger.read_now(reads, office.desk, decision, code, office.now)
    return found


def test_the_preview_holds_the_words_that_are_then_frozen(office: Asking) -> None:
    shown = {
        (each["medium"], each["language"]): each["messages"] for each in preview(office, "E9")["notices"]
    }
    recorded = office.submit(office.document()).recorded
    factory = office.ledger.read_now(organisations.by_codes, ["E9"])["E9"].id
    wanted = {"purpose": "now", "audience": "enterprises", "sector": "industry"}
    frozen = office.ledger.read_now(notices.texts, recorded.id, wanted)
    for language in ("zh-CN", "en"):
        own = office.ledger.read_now(personal.of_organisation, recorded.id, factory, language)
        (document,) = [each for each in frozen if (each.medium, each.language) == ("notice", language)]
        messages, _html = filled("notice", json.loads(document.messages), None, own["notice"])
        assert shown["notice", language] == list(messages)
        assert shown["sms", language] == [own["sms"]]


def test_the_preview_says_where_it_is_told_and_in_which_language(office: Asking) -> None:
    told = preview(office, "E9")["told"]
    assert [(each["kind"], each["language"]) for each in told] == [("sms", "zh-CN"), ("sms", "en")]
    assert all("****" in each["address"] for each in told)


def test_a_school_has_no_own_lines_and_reads_both_languages(office: Asking) -> None:
    found = preview(office, "S9")["notices"]
    assert {each["language"] for each in found} == {"zh-CN", "en"}
    assert not any(each["own"] for each in found)
    assert not any("本单位措施" in text for each in found for text in each["messages"])


def test_who_is_called_hears_the_own_lines_after_the_text(office: Asking) -> None:
    (spoken,) = [
        each
        for each in preview(office, "E9")["notices"]
        if (each["medium"], each["language"]) == ("spoken", "zh-CN")
    ]
    assert any("1#窑：停产" in text for text in spoken["messages"])


def test_an_organisation_elsewhere_is_told_that_it_is_not_concerned(office: Asking) -> None:
    assert preview(office, "S9")["concerned"]
    assert not preview(office, "S9", area=["410102"])["concerned"]


def test_an_unknown_code_is_one_error(office: Asking) -> None:
    with pytest.raises(InputError) as caught:
        preview(office, "nobody")
    assert caught.value.code == "ORGANISATION_UNKNOWN"
