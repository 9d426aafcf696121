"""What the office tells the public beside its decisions: published, withdrawn, never of an exercise."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.broadcasts.actor import Actor
from gateway.errors import InputError
from gateway.follow_up.papers import publishing
from gateway.follow_up.papers.publishing import Measured, Progress, list_columns
from gateway.ledger.decisions import publications
from tests.broadcasts.bureau import Bureau

OFFICER = Actor("user:officer", "值班员")


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    yield made
    made.close()


def publish(bureau: Bureau, episode: str, **said: Any) -> int:
    progress = Progress(**{"text": "已派出12个检查组", **said})
    return bureau.ledger.write_now(publishing.publish_progress, OFFICER, episode, progress, bureau.now)


def test_what_is_published_is_on_show_until_it_is_withdrawn(bureau: Bureau) -> None:
    episode = bureau.act(bureau.document()).episode_id
    before = bureau.ledger.read_now(publications.version)
    first, second = publish(bureau, episode), publish(bureau, episode, text="已停工310处")
    assert publish(bureau, episode, text="已停工310处") == second  # said once, however often it is sent
    shown, _ = bureau.ledger.read_now(publications.on_show)
    assert [each.id for each in shown] == [second, first]
    between = bureau.ledger.read_now(publications.version)
    withdrawn = bureau.ledger.write_now(publishing.withdraw, OFFICER, second, "数字有误", bureau.now)
    shown, _ = bureau.ledger.read_now(publications.on_show)
    assert withdrawn.episode_id == episode
    assert [each.id for each in shown] == [first]
    assert len({before, between, bureau.ledger.read_now(publications.version)}) == 3
    kept = bureau.ledger.read_now(publications.of_episode, episode)
    assert [(each.withdrawn_by, each.withdrawn_because) for each in kept] == [
        ("值班员", "数字有误"),
        (None, None),
    ]
    with pytest.raises(InputError, match="已经撤下"):
        bureau.ledger.write_now(publishing.withdraw, OFFICER, second, "再撤", bureau.now)
    assert bureau.audit()[-3:] == [
        ("progress_published", "user:officer"),
        ("progress_published", "user:officer"),
        ("progress_withdrawn", "user:officer"),
    ]


def test_an_exercise_is_never_published_whoever_asks(tmp_path: Path) -> None:
    drill = Bureau(tmp_path, exercise_lanes=True)
    episode = drill.act(drill.document(exercise=True)).episode_id
    with pytest.raises(InputError, match="演练"):
        publish(drill, episode)
    with pytest.raises(IntegrityError):  # nor by a way around the use case
        drill.ledger.write_now(
            publications.add, "progress", "zhengzhou", episode, {"text": "x"}, "somebody", drill.now
        )
    drill.close()


def test_what_cannot_be_meant_is_refused_with_its_field(bureau: Bureau) -> None:
    episode = bureau.act(bureau.document()).episode_id
    later = bureau.moment + timedelta(hours=1)
    for field, said in (
        ("text", {"text": ""}),
        ("text", {"text": "字" * 1001}),
        ("text_en", {"text_en": "x" * 2001}),
        ("expected", {"expected": "字" * 201}),
        ("aqi", {"measured": Measured(9999, None, bureau.moment)}),
        ("measured_at", {"measured": Measured(200, "PM2.5", later)}),
        ("measured_at", {"measured": Measured(200, "PM2.5", bureau.moment - timedelta(days=4))}),
    ):
        with pytest.raises(InputError) as refused:
            publish(bureau, episode, **said)
        assert refused.value.field == field
    with pytest.raises(InputError, match="污染过程"):
        publish(bureau, "none")


def test_the_list_is_public_as_was_said_last_else_as_the_settings_say(bureau: Bureau) -> None:
    def columns(settings: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return list_columns(bureau.ledger.read_now(publications.newest, "control_list"), settings)

    assert columns(None) is None
    assert columns(("area",)) == ("area",)
    bureau.ledger.write_now(publishing.withdraw_list, OFFICER, "正在修订", bureau.now)
    assert columns(("area",)) is None
    number = bureau.ledger.write_now(
        publishing.publish_list, OFFICER, ["grade", "area"], "郑环〔2024〕8号", bureau.now
    )
    assert columns(None) == ("area", "grade")
    again = bureau.ledger.write_now(
        publishing.publish_list, OFFICER, ["area", "grade"], "郑环〔2024〕8号", bureau.now
    )
    assert again == number  # said once, however often it is sent
    bureau.ledger.write_now(publishing.withdraw, OFFICER, number, "正在修订", bureau.now)
    assert columns(("area",)) is None
    for basis, chosen in (("", ["area"]), ("文号", ["telephone"])):
        with pytest.raises(InputError):
            bureau.ledger.write_now(publishing.publish_list, OFFICER, chosen, basis, bureau.now)
