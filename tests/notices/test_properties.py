"""What holds for every plan of the catalogue, every action, and whatever a decision states."""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.decisions.model import Correction, Decision
from gateway.errors import InputError
from gateway.notices.compose import render
from gateway.notices.fit import utf16_units
from gateway.notices.model import Notice
from gateway.notices.papers.compose import compose_papers
from gateway.notices.stated import Stated
from gateway.notices.stated import stated as states
from gateway.plans.measures import resolve
from gateway.plans.model import Plan, reader
from gateway.vocabulary import AUDIENCES, ENGLISH_AUDIENCES, LEVELS, SECTORS, Audience, Sector
from tests.notices.plans import PLANS, STEPS, office_of, packaged, stated

READERS: tuple[tuple[Audience, Sector | None], ...] = (
    *((audience, None) for audience in AUDIENCES),
    *(("enterprises", sector) for sector in SECTORS),
)
RELATIVE = re.compile("今[日天]|明[日天]|昨[日天]|(?i:\\b(?:today|tonight|tomorrow|yesterday)\\b)")
HOLES = re.compile(r"None|\{\{|\{%|Undefined|。。|；。|，。|：。|，，|、。|（）|\(\)|\n\n\n")
FIGURE = re.compile(r"\d+(?:\.\d+)?")

aqi = st.integers(0, 500)
days = st.lists(st.tuples(aqi, aqi), max_size=5).map(
    lambda values: [
        {"date": f"2024-01-{10 + number}", "low": min(pair), "high": max(pair)}
        for number, pair in enumerate(values)
    ]
)
weather = st.fixed_dictionaries(
    {},
    optional={"humidity_percent": st.integers(0, 100), "temperature_c": st.integers(-30, 40)},
)
forecasts = st.fixed_dictionaries(
    {"days": days},
    optional={
        "primary_pollutant": st.sampled_from(["PM2.5", "PM10", "O3"]),
        "cause": st.sampled_from(["ordinary", "sand_dust", "typhoon", "wildfire"]),
    },
)


@dataclass(frozen=True)
class Case:
    """A step under a plan for one reader, with what its decision states."""

    plan_id: str
    name: str
    changes: dict[str, Any]
    audience: Audience
    sector: Sector | None

    @property
    def plan(self) -> Plan:
        return packaged(self.plan_id)

    @property
    def decision(self) -> Decision:
        return STEPS[self.name].decision(self.plan, **self.changes)

    @property
    def holds(self) -> Stated:
        told = STEPS[self.name].told(self.plan)
        return states(self.decision, told["before"], told["after"])

    def notices(self, decision: Decision | None = None, **options: Any) -> list[Notice]:
        """The reader's notices in all media, in English too where there is English."""
        plan, told = self.plan, STEPS[self.name].told(self.plan)
        chosen: dict[str, Any] = {"audiences": [self.audience], **told, **options}
        if self.audience == "enterprises":
            chosen["sectors"] = [self.sector]
        found = list(render(plan, decision or self.decision, office_of(plan), **chosen))
        if plan.title_en and self.audience in ENGLISH_AUDIENCES:
            found += render(plan, decision or self.decision, office_of(plan), language="en", **chosen)
        return found


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Any plan, step and reader; any forecast and weather, the whole area or a part."""
    plan_id = draw(st.sampled_from(PLANS))
    plan = packaged(plan_id)
    counties = [area.code for area in plan.areas if area.code != plan.area]
    part: list[str] = draw(st.lists(st.sampled_from(counties or [plan.area]), max_size=4, unique=True))
    changes = {
        "area": part or [plan.area],
        "forecast": draw(forecasts),
        "weather": draw(weather),
        "exercise": draw(st.booleans()),
        "document_number": draw(st.sampled_from([None, "某环攻坚办〔2024〕12号"])),
    }
    audience, sector = draw(st.sampled_from(READERS))
    return Case(plan_id, draw(st.sampled_from(sorted(STEPS))), changes, audience, sector)


examples = settings(max_examples=100, deadline=None)


@examples
@given(cases())
def test_every_measure_in_force_reaches_its_readers_and_no_other_is_cited(case: Case) -> None:
    key = reader(case.audience, case.sector)
    in_force = resolve(case.plan, case.holds.level, case.holds.facts)
    expected = sorted(each.measure.id for each in in_force if key in each.measure.texts)
    for notice in case.notices():
        cited = sorted(measure.id for measure in notice.measures)
        if notice.medium in ("sms", "spoken"):
            assert set(cited) <= set(expected)
        else:
            assert cited == expected
        if notice.medium != "webhook":  # which replaces what markdown would read as markup
            assert all(measure.text in notice.text for measure in notice.measures)


@examples
@given(cases())
def test_texts_have_no_holes_name_no_relative_day_and_are_the_same_again(case: Case) -> None:
    notices = case.notices()
    assert notices == case.notices()
    for notice in notices:
        for text in (notice.title, notice.text, notice.html or ""):
            assert not RELATIVE.search(text)
            assert not HOLES.search(text)
        notice.text.encode("gbk")


@examples
@given(cases())
def test_a_drill_is_marked_first_in_every_text_and_nothing_else_is(case: Case) -> None:
    exercise = case.changes["exercise"]
    for notice in case.notices():
        chinese = notice.language == "zh-CN"
        mark, short = ("【演练】", "演练：") if chinese else ("【演练 EXERCISE】", "EXERCISE: ")
        spoken = "演练，演练。" if chinese else "Exercise, exercise."
        first = {"sms": f"【{office_of(case.plan).signature}】{short}", "spoken": spoken}.get(
            notice.medium, mark
        )
        for message in notice.messages:
            assert message.startswith(first) == exercise
        assert notice.title.startswith(mark) == exercise
        assert (f"<strong>{mark}</strong>" in (notice.html or "")) == (exercise and notice.html is not None)


@examples
@given(cases(), st.text(alphabet="重污染天气预警市办〔〕0123456789", min_size=1, max_size=200))
def test_an_sms_keeps_its_length_or_is_refused_by_name(case: Case, value: str) -> None:
    long = {"wrong": value, "right": value} if case.decision.corrects else None
    decision = case.decision.model_copy(
        update={"document_number": value, "issuer": value, "corrects": Correction(**long) if long else None}
    )
    try:
        notices = case.notices(decision, media=["sms"])
    except InputError as error:
        if error.code != "NOTICE_TOO_LONG":
            raise
        return
    for notice in notices:
        if notice.language == "en":
            most = 500
        elif decision.action == "correct":
            most = 201
        elif decision.action in ("lift", "retract", "hint", "tip") or notice.audience == "public":
            most = 134
        else:
            most = 500
        assert utf16_units(notice.text) <= most
        assert not set(notice.text.removeprefix(f"【{office_of(case.plan).signature}】")) & set("【】")


@pytest.mark.parametrize("identifier", PLANS)
def test_a_lift_of_the_whole_area_is_one_segment(identifier: str) -> None:
    plan = packaged(identifier)
    for name, step in STEPS.items():
        if name.startswith("lift"):
            notices = render(plan, step.decision(plan), office_of(plan), media=["sms"], **step.told(plan))
            assert {notice.segments for notice in notices} == {1}


@pytest.mark.parametrize("identifier", PLANS)
def test_every_figure_of_an_item_stands_in_its_measure(identifier: str) -> None:
    """Its text, condition, hours, exceptions and units, that is; only the numbers of items are ours."""
    plan = packaged(identifier)
    for level in LEVELS:
        decision = stated(plan, "issue", level, forecast={}, expected_end_at=None, open_ended=True)
        for notice in render(plan, decision, office_of(plan), media=["notice"]):
            key = reader(notice.audience, notice.sector)
            for item in re.finditer(r"^(\d+)\. (.*)$", notice.text, re.MULTILINE):
                measure = plan.measure(notice.measures[int(item[1]) - 1].id)
                printed = " ".join(
                    (
                        *(measure.texts[key].text, measure.hours or "", *measure.exemptions),
                        *(measure.condition.text if measure.condition else "", *measure.lead_units),
                        *measure.responsible_units,
                    )
                )
                said = re.sub(r"代替第[\d、—]+项", "", item[2])
                assert set(FIGURE.findall(said)) <= set(FIGURE.findall(printed))


@pytest.mark.parametrize("identifier", PLANS)
def test_no_plan_speaks_of_another_plans_place_or_body(identifier: str) -> None:
    plan = packaged(identifier)
    others = [packaged(other) for other in PLANS if packaged(other).place != plan.place]
    foreign = {name for other in others for name in (other.place, other.issuing_body.name)}
    for step in STEPS.values():
        notices = render(
            plan, step.decision(plan), office_of(plan), media=["notice", "sms"], **step.told(plan)
        )
        for notice in notices:
            assert not [name for name in foreign if name in f"{notice.title}{notice.text}"]


@pytest.mark.parametrize("identifier", [each for each in PLANS if not packaged(each).responses])
@pytest.mark.parametrize("name", [name for name in STEPS if not name.startswith(("lift", "correct a lift"))])
def test_a_plan_without_responses_starts_none(identifier: str, name: str) -> None:
    plan, step = packaged(identifier), STEPS[name]
    for notice in render(plan, step.decision(plan), office_of(plan), audiences=["public"], **step.told(plan)):
        assert not re.search("[ⅠⅡⅢ一二三]级|应急响应", f"{notice.title}{notice.text}")


@pytest.mark.parametrize("identifier", PLANS)
@pytest.mark.parametrize("name", [name for name in STEPS if name.startswith(("correct", "retract"))])
def test_papers_say_what_is_mended_and_have_no_holes(identifier: str, name: str) -> None:
    plan, step = packaged(identifier), STEPS[name]
    for paper in compose_papers(plan, step.decision(plan), office_of(plan), **step.told(plan)):
        if paper.kind != "guidance":
            assert "某办〔2024〕1号，2024年1月7日12时起" in paper.text
            assert "启动时间误写为1月10日20时" in paper.text
        assert not re.search("None|（）|。。", paper.text)
