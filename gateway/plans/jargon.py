"""Terms that the public and schools do not know: a text for them explains each, or says it otherwise.

The list holds terms of the trade and of offices that these readers act on and would have to look up.
Not on it: what every notice, forecast or weather app says (AQI, PM2.5, 首要污染物, 预警, 应急响应), names of
places and roads, and what a school uses itself (停课不停学).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.plans.faults import Fault
from gateway.plans.model import Plan

READERS = ("public", "schools")


@dataclass(frozen=True, slots=True)
class Term:
    """A term as a pattern; a text that also matches `explained` is understood.

    `why` says what goes wrong otherwise, `instead` what to write.
    """

    pattern: str
    why: str
    instead: str
    explained: str | None = None


TERMS = (
    Term("一厂一策", "工厂自己的方案，公众没有", "不写"),
    Term("应急减排清单|减排清单", "公众不在清单上，也查不到", "写明是谁、做什么"),
    Term("绩效(?:分级|等级|评级|水平)|[ABCD]级企业", "工业企业的评级，公众无从知道", "不写"),
    Term("停限产|限产", "只对企业", "不写"),
    Term("错峰(?:运输|生产)", "只对企业", "不写"),
    Term("以[热量]定产", "只对企业", "不写"),
    Term(
        "VOCs?(?![a-zA-Z])",
        "化学缩写",
        "写挥发性有机物，并举日常用品",
        "挥发性有机物|volatile organic compounds",
    ),
    Term(
        "挥发性有机物",
        "不举例就不知道是哪些东西",
        "举日常用品，如涂料、油漆、溶剂",
        "涂料|油漆|溶剂|胶粘剂|汽油",
    ),
    Term("国[一二三四五六]", "车辆排放标准，车主要查才知道", "写明是排放标准", "排放标准"),
    Term("[ⅠⅡⅢ123一二三]类限值", "检测限值，公众无从判断", "写明由谁判断，或不写"),
    Term("非道路移动机械", "机械类别名", "举例，如挖掘机、叉车、装载机", "挖掘机|叉车|装载机|推土机|如"),
    Term("涉气", "行业简称", "写向大气排放污染物的"),
    Term("土石方", "工程用语", "写挖土、运土"),
    Term("苫盖", "工程用语", "写盖好、遮盖"),
    Term("湿[扫保]", "环卫用语", "写洒水清扫"),
    Term("复烧", "公文用语", "写重新烧散煤"),
    Term("燃煤散烧", "公文用语", "写烧散煤"),
    Term("易感人群|敏感人群", "不列就不知道有没有自己", "列出是谁", "儿童|老年人|老人|孕妇|病人|患者"),
    Term("国控|省控", "监测站点的简称", "不写"),
    Term("属地|包联|网格化?", "管理用语", "写由谁做"),
    Term("白名单", "不说明就不知道有没有自己", "写明是哪些车或单位", "即|指|包括|（"),
)


def jargon(plan: Plan) -> Iterator[Fault]:
    """Terms that a text for the public or schools uses without an explanation."""
    for i, measure in enumerate(plan.measures):
        for reader in READERS:
            wording = measure.texts.get(reader)
            if wording is None:
                continue
            for field in ("text", "short", "en"):
                text = getattr(wording, field)
                # A short text stands for the full one and need not explain again.
                known = f"{text} {wording.text}" if field == "short" else text
                for term, word in _undefined(text or "", known or ""):
                    yield Fault(
                        ("measures", i, "texts", reader, field),
                        "PLAN_JARGON",
                        f"“{word}”读者看不懂（{term.why}）：{term.instead}",
                        f"{word!r} means nothing to this reader; explain it or say it otherwise",
                        "warning",
                    )


def _undefined(text: str, known: str) -> Iterator[tuple[Term, str]]:
    for term in TERMS:
        match = re.search(term.pattern, text)
        if match and not (term.explained and re.search(term.explained, known)):
            yield term, match.group()
