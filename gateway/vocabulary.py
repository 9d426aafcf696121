"""The words that plans, decisions, notices and the ledger share, with their printed Chinese forms."""

from typing import Literal, NamedTuple, get_args

Level = Literal["yellow", "orange", "red"]
Response = Literal["III", "II", "I"]
Action = Literal["hint", "issue", "raise", "lower", "extend", "lift", "correct", "retract", "tip"]
Category = Literal["health", "suggested", "mandatory", "procedure"]
Source = Literal["industrial", "dust", "mobile", "area", "other"]
Audience = Literal[
    "schools", "hospitals", "enterprises", "public", "media", "operators", "departments", "districts"
]
Sector = Literal["industry", "construction", "mining", "transport", "power", "catering"]
Medium = Literal["notice", "sms", "webhook", "email", "spoken", "push"]
Language = Literal["zh-CN", "en"]
Pollutant = Literal["PM2.5", "PM10", "O3", "NO2", "SO2", "CO"]
Cause = Literal["ordinary", "sand_dust", "typhoon", "wildfire"]
Basis = Literal[
    "own_forecast", "upper_order", "upper_warning", "upper_prompt", "regional_linkage", "monitored"
]

LEVELS: tuple[Level, ...] = get_args(Level)  # rising
RESPONSES: dict[Level, Response] = {"yellow": "III", "orange": "II", "red": "I"}
ACTIONS: tuple[Action, ...] = get_args(Action)
CATEGORIES: tuple[Category, ...] = get_args(Category)
AUDIENCES: tuple[Audience, ...] = get_args(Audience)
SECTORS: tuple[Sector, ...] = get_args(Sector)
ENGLISH_AUDIENCES: tuple[Audience, ...] = ("schools", "hospitals", "enterprises", "public")
MEDIA: tuple[Medium, ...] = ("notice", "sms", "webhook", "email", "spoken")  # what is read; push: by a system
LANGUAGES: tuple[Language, ...] = get_args(Language)


class Words(NamedTuple):
    """One thing in both languages of the pages: Chinese, and English."""

    zh: str
    en: str


LEVEL_WORDS: dict[Level, str] = {"yellow": "黄色", "orange": "橙色", "red": "红色"}
RESPONSE_WORDS: dict[Level, str] = {"yellow": "Ⅲ级", "orange": "Ⅱ级", "red": "Ⅰ级"}
WARNING_ACTIONS: tuple[Action, ...] = ("issue", "raise", "lower", "extend")  # a level is in force after it
ACTION_WORDS: dict[Action, str] = {
    "hint": "提示",
    "issue": "发布",
    "raise": "升级",
    "lower": "降级",
    "extend": "延长",
    "lift": "解除",
    "correct": "更正",
    "retract": "撤回",
    "tip": "健康提示",
}
CATEGORY_WORDS: dict[Category, str] = {
    "health": "健康防护",
    "suggested": "建议性措施",
    "mandatory": "强制性措施",
    "procedure": "工作要求",
}
SOURCE_WORDS: dict[Source, str] = {
    "industrial": "工业源",
    "dust": "扬尘源",
    "mobile": "移动源",
    "area": "面源",
    "other": "其他",
}
AUDIENCE_WORDS: dict[Audience, str] = {
    "schools": "学校",
    "hospitals": "医疗机构",
    "enterprises": "企业",
    "public": "公众",
    "media": "媒体",
    "operators": "电信运营企业",
    "departments": "部门",
    "districts": "区县",
}
SECTOR_WORDS: dict[Sector, str] = {
    "industry": "工业企业",
    "construction": "施工工地",
    "mining": "矿山和砂石场",
    "transport": "运输单位",
    "power": "发电企业",
    "catering": "餐饮单位",
}


def rank(level: Level | None) -> int:
    """0 for no level, then rising: yellow 1, orange 2, red 3."""
    return 0 if level is None else LEVELS.index(level) + 1
