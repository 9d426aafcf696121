"""Call sheets: whom to call, in which order, and what to read out."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from gateway.boards.calls import CallSheet, Reader, Script, call_sheets
from gateway.boards.calls_document import call_document
from gateway.boards.printing import to_pdf
from gateway.directory.model import Address, Organisation
from gateway.ledger.follow_up.unreached import Unreached, UnreachedState
from tests.boards.drawn import fonts, has_red, ink, pages
from tests.boards.samples import OFFICE, PLANT, PRINTED, SITE, plan

SINCE = int(datetime(2024, 1, 7, 14, 5, tzinfo=UTC).timestamp() * 1000)
SCRIPTS: dict[Reader, Script] = {
    ("enterprises", "industry"): Script("启动橙色预警的通知", "郑州市启动重污染天气橙色预警，二级应急响应。"),
}

OWN = {"E5": ("本单位（B级）自1月10日12时起：", "1号隧道窑：限产50%")}


def unreached(organisation: Organisation, state: UnreachedState = "unreached") -> Unreached:
    return Unreached(organisation, organisation.area, organisation.contacts, state, SINCE)


def sheets(left: Iterable[Unreached], *, exercise: bool = False) -> tuple[CallSheet, ...]:
    return call_sheets(plan(), left, SCRIPTS, "发布重污染天气橙色预警", OWN, exercise=exercise)


def test_every_district_and_reader_has_a_sheet_in_the_plan_s_order() -> None:
    plants = [replace(PLANT, code=code, area=area) for code, area in (("E7", "410105"), ("E8", "410104003"))]
    made = sheets(map(unreached, [*plants, SITE, replace(PLANT, code="E9", area="410104")]))
    assert [(each.area, each.readers, [call.code for call in each.calls]) for each in made] == [
        ("管城回族区", "施工工地", ["E2"]),
        ("管城回族区", "工业企业", ["E8", "E9"]),
        ("金水区", "工业企业", ["E7"]),
    ]


def test_people_stand_in_the_order_in_which_they_are_called_and_the_plant_s_own_number_last() -> None:
    plant = replace(PLANT, addresses=(Address("sms", "+8619900000777"), Address("email", "a@example.org")))
    (sheet,) = sheets([unreached(plant)])
    assert [(each.role, each.name, each.numbers) for each in sheet.calls[0].people] == [
        ("法定代表人", "罗示例", ("199 0000 0103",)),
        ("负责人", "何示例", ("199 0000 0104", "199 0000 0105")),
        ("监督人", "林示例", ("199 0000 0106",)),
        ("本单位", "", ("199 0000 0777",)),
    ]
    assert sheet.calls[0].state == "未送达（1月7日22:05起）"


def test_what_is_read_out_is_the_reader_s_own_spoken_text() -> None:
    site, plant = sheets([unreached(PLANT), unreached(SITE)])
    assert plant.script == "郑州市启动重污染天气橙色预警，二级应急响应。"
    assert plant.title == "启动橙色预警的通知"
    assert site.script is None
    assert site.title == "发布重污染天气橙色预警"


def test_states_are_told_apart() -> None:
    states: tuple[UnreachedState, ...] = ("unreached", "pending", "unsigned", "objected")
    (sheet,) = sheets([unreached(PLANT, state) for state in states])
    assert len({call.state for call in sheet.calls}) == 4


def test_the_mark_of_a_drill_stands_on_every_page() -> None:
    many = [unreached(replace(PLANT, code=f"E{number}")) for number in range(9)]
    drill = pages(call_document(sheets(many, exercise=True), OFFICE, PRINTED))
    real = pages(call_document(sheets(many), OFFICE, PRINTED))
    assert len(drill) == len(real) > 2
    assert all(has_red(page) for page in drill)
    assert not any(has_red(page) for page in real)
    assert all(ink(page) > 0.02 for page in drill)


def test_districts_begin_on_pages_of_their_own() -> None:
    two = [unreached(PLANT), unreached(replace(PLANT, area="410105"))]
    assert len(pages(call_document(sheets(two), OFFICE, PRINTED))) == 2


def test_someone_without_any_number_has_room_to_write_one() -> None:
    bare = replace(PLANT, contacts=(), contact=None)
    named = replace(PLANT, contacts=(), contact="罗示例")
    made = sheets([unreached(bare), unreached(named)])
    assert [len(call.people) for call in made[0].calls] == [0, 1]
    assert to_pdf(call_document(made, OFFICE, PRINTED), fonts()).startswith(b"%PDF-")


def test_a_plant_s_own_lines_are_read_to_it_alone() -> None:
    (sheet,) = sheets([unreached(PLANT), unreached(replace(PLANT, code="E5"))])
    assert [call.own for call in sheet.calls] == [(), OWN["E5"]]
    with_own = pages(call_document((sheet,), OFFICE, PRINTED))[0]
    without = replace(sheet, calls=tuple(replace(call, own=()) for call in sheet.calls))
    assert ink(with_own) > ink(pages(call_document((without,), OFFICE, PRINTED))[0])
