"""Previews worked out once for all who ask, while no page waits long for them."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from gateway.broadcasts.preparing import standing
from gateway.broadcasts.preparing.prepare import Prepared
from gateway.decisions.model import Decision
from gateway.directory.selection import EVERYONE, build
from gateway.errors import InputError
from gateway.web.console.drafts.walls import Asked, Walls
from gateway.web.heavy import Heavy
from tests.broadcasts.bureau import PEOPLE, Bureau

LONG = 60.0  # seconds: until it is there


def asked(bureau: Bureau, **changes: Any) -> Asked:
    """A start that is ready but for its approvals."""
    decision = Decision.model_validate(bureau.document(**changes))
    return Asked("one", decision, EVERYONE, bureau.now)


@pytest.fixture
async def heavy() -> AsyncIterator[Heavy]:
    made = Heavy()
    yield made
    await made.aclose()


@pytest.fixture
def bureau(tmp_path: Path) -> Iterator[Bureau]:
    made = Bureau(tmp_path)
    yield made
    made.close()


async def test_a_page_never_waits_for_what_is_still_worked_out(bureau: Bureau, heavy: Heavy) -> None:
    may, ran = Event(), []

    def work_out(prepared: Prepared) -> dict[str, Any]:
        ran.append(prepared)
        may.wait()
        return {"recipients": len(prepared.targeted.targets)}

    walls, wanted = Walls(work_out, heavy), asked(bureau)
    assert await walls.known(bureau.ledger, bureau.desk, wanted) is None
    assert ran == []  # a first look begins nothing
    several = await asyncio.gather(*(walls.figures(bureau.ledger, bureau.desk, wanted) for _ in range(3)))
    assert several == [None, None, None]
    assert await walls.known(bureau.ledger, bureau.desk, wanted) is None
    may.set()
    await walls.aclose()
    assert await walls.known(bureau.ledger, bureau.desk, wanted) == {"recipients": 7}
    assert await walls.figures(bureau.ledger, bureau.desk, wanted) == {"recipients": 7}
    assert len(ran) == 1  # for all who asked


async def test_what_a_preview_is_made_of_is_worked_out_anew_when_it_changes(
    bureau: Bureau, heavy: Heavy
) -> None:
    ran: list[int] = []

    def work_out(prepared: Prepared) -> dict[str, Any]:
        ran.append(len(prepared.targeted.targets))
        return {}

    walls, wanted = Walls(work_out, heavy, LONG), asked(bureau)

    schools = Asked("one", wanted.decision, build({"audiences": ["schools"]}), wanted.now)
    for each in (wanted, asked(bureau, document_number="另一号"), schools, schools):
        await walls.figures(bureau.ledger, bureau.desk, each)
    bureau.register(PEOPLE + "\nN1,新学校,学校,,410105,,19900000777,,,否")
    await walls.figures(bureau.ledger, bureau.desk, schools)
    assert ran == [7, 7, 3, 4]


async def test_what_failed_by_accident_is_tried_again_and_what_does_not_fit_is_told(
    bureau: Bureau, heavy: Heavy
) -> None:
    ran: list[Prepared] = []

    def work_out(prepared: Prepared) -> dict[str, Any]:
        ran.append(prepared)
        raise RuntimeError("the disk is full")

    walls, wanted = Walls(work_out, heavy, LONG), asked(bureau)
    for tries in (1, 2):
        with pytest.raises(RuntimeError):
            await walls.figures(bureau.ledger, bureau.desk, wanted)
        assert len(ran) == tries
    nobody = Asked("two", wanted.decision, build({"audiences": ["media"]}), wanted.now)
    with pytest.raises(InputError) as error:
        await walls.figures(bureau.ledger, bureau.desk, nobody)
    assert error.value.code == "SELECTION_EMPTY"


async def test_the_words_of_a_decision_are_written_once(bureau: Bureau, heavy: Heavy) -> None:
    walls, wanted = Walls(lambda _prepared: {}, heavy), asked(bureau)
    loaded = bureau.desk.catalogue.load("zhengzhou")
    link = bureau.ledger.read_now(standing.find, loaded.plan, wanted.decision)
    first = await walls.texts(bureau.desk, loaded, wanted.decision, link, media=("sms",))
    assert {each.medium for each in first["now"]} == {"sms"}
    assert await walls.texts(bureau.desk, loaded, wanted.decision, link, media=("sms",)) is first
    other = asked(bureau, document_number="另一号").decision
    assert await walls.texts(bureau.desk, loaded, other, link, media=("sms",)) is not first
    assert {
        each.medium for each in (await walls.texts(bureau.desk, loaded, wanted.decision, link))["now"]
    } > {"sms"}
