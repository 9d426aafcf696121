"""The printed words of what a plan file holds as codes: levels, readers, bases, deadlines, conditions."""

from collections.abc import Iterable, Sequence

from gateway.plans.model import Clause, Deadline, Fact, LevelRule, written_readers
from gateway.vocabulary import (
    ACTION_WORDS,
    AUDIENCE_WORDS,
    LEVEL_WORDS,
    SECTOR_WORDS,
    Action,
    Basis,
    Cause,
    Level,
)

BASIS_WORDS: dict[Basis, str] = {
    "own_forecast": "本级预测",
    "upper_order": "上级指令",
    "upper_warning": "上级启动预警",
    "upper_prompt": "上级预警提示",
    "regional_linkage": "区域应急联动",
    "monitored": "监测",
}
EFFECT_WORDS = {
    "forecast": "按预测结果定级",
    "monitored": "按监测结果定级",
    "floor": "级别不低于上级",
    "exact": "级别与上级一致",
    "judgement": "结合本地实际研判",
}
CAUSE_WORDS: dict[Cause, str] = {
    "ordinary": "一般污染",
    "sand_dust": "沙尘",
    "typhoon": "台风",
    "wildfire": "山火",
}
OWED_WORDS = {"body": "由该单位报一次", "units": "逐单位报", "districts": "逐区县报"}
_FACT_WORDS = {
    "daily_aqi": "日 AQI",
    "humidity_percent": "湿度（%）",
    "temperature_c": "气温（℃）",
    "pollutant": "首要污染物",
    "date": "日期",
}
_OPERATOR_WORDS = {"above": "＞", "below": "＜", "at_least": "≥", "at_most": "≤", "equals": "＝"}
_EVENT_WORDS = {"decision": "决定", "start": "启动", "end": "终止", "year": "每年"}
_READER_WORDS: dict[str, str] = {
    str(word): printed for word, printed in (*AUDIENCE_WORDS.items(), *SECTOR_WORDS.items())
}
_ENTERPRISES = written_readers("enterprises.*")


def cited(text: str, clause: Clause | None) -> str:
    """The text with its clause in brackets."""
    return f"{text} 〔{clause or '预案未规定，按通用规则'}〕"


def level_words(levels: Iterable[Level]) -> str:
    """黄色、橙色"""
    return "、".join(LEVEL_WORDS[level] for level in levels)


def action_words(actions: Iterable[Action]) -> str:
    """发布、升级"""
    return "、".join(ACTION_WORDS[action] for action in actions)


def reader_words(reader: str) -> str:
    """The printed name of a reader, such as 企业·施工工地."""
    return "·".join(_READER_WORDS[part] for part in reader.split("."))


def readers_words(readers: Sequence[str]) -> str:
    """The printed names of several readers; several of the enterprises share one 企业（…）."""
    businesses = [each for each in readers if each in _ENTERPRISES]
    if len(businesses) < 2:
        return "、".join(map(reader_words, readers))
    kinds = [_READER_WORDS[each.partition(".")[2]] if "." in each else "不分行业" for each in businesses]
    named = {businesses[0]: f"企业（{'、'.join(kinds) if len(kinds) < len(_ENTERPRISES) else '各行业'}）"}
    return "、".join(named.get(each) or reader_words(each) for each in readers if each not in businesses[1:])


def threshold_words(rule: LevelRule) -> str:
    """日 AQI＞200 持续 24 小时，或 …"""
    return "，或 ".join(
        " 且 ".join(f"日 AQI＞{threshold.above} 持续 {threshold.hours} 小时" for threshold in entry)
        for entry in rule.any_of
    )


def fact_words(fact: Fact) -> str:
    """湿度（%）＜50, 日期 03-15 至 11-15."""
    if fact.within is not None:
        return f"{_FACT_WORDS[fact.fact]} {fact.within[0]} 至 {fact.within[1]}"
    name = next(each for each in _OPERATOR_WORDS if getattr(fact, each) is not None)
    value = getattr(fact, name)
    shown = f"{value:g}" if isinstance(value, float) else value
    return f"{_FACT_WORDS[fact.fact]}{_OPERATOR_WORDS[name]}{shown}"


def deadline_words(deadline: Deadline) -> str:
    """The plan's own words, and how they are counted: 终止后5日内［从终止起 5 天］."""
    counted = [
        f"从{_EVENT_WORDS[deadline.event]}起" if deadline.event != "year" else "每年",
        f"{deadline.within_hours} 小时" if deadline.within_hours else "",
        f"{deadline.within_days} 天" if deadline.within_days else "",
        "当天" if deadline.within_days == 0 else "",
        "立即" if deadline.within_hours == 0 else "",
        f"{deadline.before} 前" if deadline.before else "",
        f"每日 {deadline.daily_at}" if deadline.daily_at else "每日" if deadline.daily else "",
        "报前一日情况" if deadline.covers == "previous_day" else "",
    ]
    return f"{deadline.text}［{' '.join(each for each in counted if each)}］"
