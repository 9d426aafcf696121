"""A decision that fits Zhengzhou's plan in every respect, and ways to change it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import yaml

from gateway.decisions.checks import Check, check
from gateway.decisions.model import Decision
from gateway.decisions.reading import read
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan

DECIDED = datetime.fromisoformat("2024-01-08T08:00:00+08:00")
FIRST_DAY = date(2024, 1, 10)

ORANGE = (215, 260, 160)  # >200 for 48 h


@cache
def zhengzhou() -> Plan:
    return Catalogue().load("zhengzhou").plan


def days(*highs: int | None, first: date = FIRST_DAY) -> list[dict[str, Any]]:
    """Consecutive forecast days; None leaves a date out."""
    return [
        {"date": (first + timedelta(days=n)).isoformat(), "low": min(100, high), "high": high}
        for n, high in enumerate(highs)
        if high is not None
    ]


def document(highs: Sequence[int | None] = ORANGE, **changes: Any) -> dict[str, Any]:
    """The document as plain data; a change replaces a key, or a part's keys where it is a mapping."""
    base: dict[str, Any] = {
        "plan": "zhengzhou",
        "action": "issue",
        "level": "orange",
        "decided_at": DECIDED.isoformat(),
        "starts_at": "2024-01-10T12:00:00+08:00",
        "expected_end_at": "2024-01-13T12:00:00+08:00",
        "area": ["410100"],
        "forecast": {
            "days": days(*highs),
            "aqi_range": {"low": 0, "high": 1000},
            "aqi_mean": 200,
            "primary_pollutant": "PM2.5",
        },
        "approvals": [{"role": "主任", "name": "张三", "at": "2024-01-08T07:30:00+08:00"}],
        "issuer": "郑州市生态环境保护委员会污染防治攻坚办公室",
        "document_number": "郑攻坚办〔2024〕1号",
    }
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(base.get(key), dict):
            base[key] = {**base[key], **value}
        else:
            base[key] = value
    if base["action"] in ("lift", "tip"):
        base["level"] = None
    return base


def decision(highs: Sequence[int | None] = ORANGE, **changes: Any) -> Decision:
    """The document, read as a file would be."""
    return read(yaml.safe_dump(document(highs, **changes), allow_unicode=True))


def checked(highs: Sequence[int | None] = ORANGE, plan: Plan | None = None, **changes: Any) -> Check:
    """The check of the decision at the moment that it was decided."""
    return check(plan or zhengzhou(), decision(highs, **changes), DECIDED)


def severities(result: Check) -> dict[str, str]:
    """Each finding's severity by its code; the gravest where a code stands twice."""
    return {finding.code: finding.severity for finding in reversed(result.findings)}


def changed(**parts: Any) -> Plan:
    """Zhengzhou's plan with some rules of another kind, given as a plan file would write them."""
    return Plan.model_validate({**zhengzhou().model_dump(), **parts})
