"""How findings name levels and spans of days."""

from gateway.decisions.forecast import Run
from gateway.vocabulary import LEVEL_WORDS, Level


def word(level: Level | None) -> str:
    """黄色, 橙色, 红色, or that there is none."""
    return LEVEL_WORDS[level] if level else "无预警级别"


def days(run: Run) -> str:
    """1月10日至13日."""
    first, last = run.first, run.last
    if first == last:
        return f"{first.month}月{first.day}日"
    same_month = (first.year, first.month) == (last.year, last.month)
    end = f"{last.day}日" if same_month else f"{last.month}月{last.day}日"
    return f"{first.month}月{first.day}日至{end}"


def span(run: Run) -> str:
    """The same in English: 2024-01-10 to 2024-01-13."""
    return str(run.first) if run.first == run.last else f"{run.first} to {run.last}"
