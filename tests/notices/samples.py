"""Plans, an office and decisions to render."""

from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

from gateway.decisions.facts import facts
from gateway.decisions.model import Decision
from gateway.moments import BEIJING
from gateway.notices.compose import render
from gateway.notices.model import InForce, Notice, Office
from gateway.plans.catalogue import read
from gateway.plans.model import Plan
from gateway.vocabulary import AUDIENCES, Level
from tests.documents import orange_start
from tests.plans.small import SMALL

OFFICE = Office(
    signature="郑州市重污染天气预警",
    contacts=("值班电话 0371-00000000",),
    full_text_at="https://example.gov.cn/yj/3",
    season_serial="第3期",
    reply_by_minutes=(("schools", 30), ("enterprises", 60)),
)


@cache
def zhengzhou() -> Plan:
    """The packaged plan."""
    name = "zhengzhou.yaml"
    return read((files("message_templates") / "plans" / name).read_bytes(), name).plan


@cache
def small() -> Plan:
    """The small plan of the plans' tests."""
    return read(SMALL.encode(), "small.yaml").plan


def decision(**changes: Any) -> Decision:
    """Zhengzhou's orange start with changes."""
    return Decision.model_validate(orange_start(**changes))


def small_decision(**changes: Any) -> Decision:
    """An orange start of the small town."""
    return decision(**{"plan": "small", "area": ["990100"], **changes})


def in_force(level: Level, stated: Decision | None = None) -> InForce:
    """A warning of that level, in force since 9 January at noon."""
    since = datetime(2024, 1, 9, 12, tzinfo=BEIJING)
    return InForce(level, facts(stated or decision()), since, "郑环攻坚办〔2024〕0号")


def lift(**changes: Any) -> Decision:
    """A lift at the end of 12 January."""
    return decision(
        **{
            "action": "lift",
            "level": None,
            "starts_at": "2024-01-13T00:00:00+08:00",
            "expected_end_at": None,
            **changes,
        }
    )


def one(plan: Plan, stated: Decision, audience: str, medium: str, **options: Any) -> Notice:
    """The only notice of an audience (`enterprises.mining` names a sector) and medium."""
    name, _, sector = audience.partition(".")
    office = options.pop("office", OFFICE)
    chosen: dict[str, Any] = {"audiences": [name], "media": [medium], **options}
    if name == "enterprises":
        chosen["sectors"] = [sector or None]
    found = render(plan, stated, office, **chosen)
    assert len(found) == 1
    return found[0]


EVERY_READER = (
    *AUDIENCES,
    "enterprises.industry",
    "enterprises.construction",
    "enterprises.mining",
    "enterprises.transport",
    "enterprises.power",
    "enterprises.catering",
)
