"""Decision documents for tests: Zhengzhou's orange start, and changes of it."""

from typing import Any

import yaml

ISSUER = "市生态环境保护委员会污染防治攻坚办公室"


def orange_start(**changes: Any) -> dict[str, Any]:
    """An orange start for the whole city that `check` finds ready; keys given replace or add parts."""
    return {
        "plan": "zhengzhou",
        "action": "issue",
        "level": "orange",
        "decided_at": "2024-01-08T08:00:00+08:00",
        "starts_at": "2024-01-10T12:00:00+08:00",
        "expected_end_at": "2024-01-13T12:00:00+08:00",
        "area": ["410100"],
        "forecast": {
            "days": [
                {"date": "2024-01-10", "low": 180, "high": 215, "mean": 200},
                {"date": "2024-01-11", "low": 190, "high": 240, "mean": 220},
                {"date": "2024-01-12", "low": 200, "high": 260, "mean": 230},
            ],
            "aqi_range": {"low": 180, "high": 260},
            "aqi_mean": 225,
            "primary_pollutant": "PM2.5",
        },
        "weather": {"humidity_percent": 40, "temperature_c": 10},
        "approvals": [{"role": "主任", "name": "张明", "at": "2024-01-08T07:50:00+08:00"}],
        "issuer": ISSUER,
        "document_number": "郑环攻坚办〔2024〕1号",
        **changes,
    }


def red_raise(**changes: Any) -> dict[str, Any]:
    """A raise of it to red, on a worse forecast."""
    return orange_start(
        **{
            "action": "raise",
            "level": "red",
            "document_number": "郑环攻坚办〔2024〕2号",
            "forecast": {
                "days": [
                    {"date": "2024-01-10", "low": 220, "high": 280, "mean": 250},
                    {"date": "2024-01-11", "low": 260, "high": 340, "mean": 310},
                    {"date": "2024-01-12", "low": 230, "high": 300, "mean": 265},
                ],
                "aqi_range": {"low": 220, "high": 340},
                "aqi_mean": 275,
                "primary_pollutant": "PM2.5",
            },
            **changes,
        }
    )


def lift(**changes: Any) -> dict[str, Any]:
    """A lift after improvement; it takes effect at the hour of the decision."""
    return {
        "plan": "zhengzhou",
        "action": "lift",
        "decided_at": "2024-01-08T08:00:00+08:00",
        "starts_at": "2024-01-08T20:00:00+08:00",
        "area": ["410100"],
        "observed": {"daily_aqi": [128, 96], "below_threshold": True, "improvement_hours": 48},
        "approvals": [{"role": "主任", "name": "张明", "at": "2024-01-08T07:50:00+08:00"}],
        "issuer": ISSUER,
        "document_number": "郑环攻坚办〔2024〕3号",
        **changes,
    }


def as_yaml(document: dict[str, Any]) -> str:
    """The document as a person would write it."""
    return yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
