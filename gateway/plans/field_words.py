"""The fields of a plan file in Chinese, and their values as they read."""

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.plans.model import ApprovalStep, Clause, Condition, Deadline, Part, Threshold, Wording
from gateway.plans.printed import (
    BASIS_WORDS,
    CAUSE_WORDS,
    EFFECT_WORDS,
    OWED_WORDS,
    deadline_words,
    fact_words,
    readers_words,
)
from gateway.vocabulary import ACTION_WORDS, CATEGORY_WORDS, LEVEL_WORDS, SOURCE_WORDS

FIELD_WORDS = {
    "above": "高于",
    "actions": "动作",
    "advance_guidance": "提前指导",
    "all_of": "须全部成立",
    "also_known_as": "其他名称",
    "any_of": "标准",
    "approvals": "批准",
    "aqi_standard": "AQI 依据",
    "area": "区域代码",
    "areas": "区域",
    "at_least": "不低于",
    "at_most": "不高于",
    "basis": "依据",
    "batches": "批数",
    "batches_at_most": "最多批数",
    "before": "每年不晚于",
    "begins": "从何时起",
    "below": "低于",
    "below_threshold": "须在标准以下",
    "between": "措施之间",
    "by": "由谁",
    "by_whom": "由谁",
    "category": "类别",
    "cause": "成因",
    "clause": "出处",
    "code": "代码",
    "condition": "条件",
    "contents": "内容",
    "contiguous_scope": "连片区县",
    "counties": "区县数",
    "county_decisions_only": "只在区县自行决定时",
    "covers": "报哪一天",
    "daily": "每日",
    "daily_at": "每日时刻",
    "deadline": "期限",
    "dialling_code": "电话区号",
    "disclosure": "信息公开",
    "document_number": "文号",
    "duty": "职责",
    "effect": "作用",
    "element": "要素",
    "elements": "发布要素",
    "en": "英文",
    "en_short": "英文短句",
    "enterprise": "企业公示牌",
    "equals": "等于",
    "event": "起算",
    "exclusions": "不适用范围",
    "exemptions": "例外",
    "exercises_only": "只在演练后",
    "fact": "事实",
    "file": "来源文件",
    "floor": "级别下限",
    "forecast_hours": "预测小时数",
    "forms": "形式",
    "gaps": "条件空档",
    "grounds": "启动依据",
    "hours": "小时或时段",
    "how": "方式",
    "id": "编号",
    "industries": "行业",
    "informed": "另行告知",
    "issuing_body": "发布机关",
    "lead_time": "提前量",
    "lead_units": "牵头单位",
    "level": "级别",
    "level_rules": "预警分级",
    "levels": "级别",
    "lines": "行号",
    "lower_or_lift": "降级或解除",
    "measures": "措施",
    "measures_carry_on": "高级别包含低级别措施",
    "category_names": "措施类别的名称",
    "merge": "两次过程合并",
    "minimum_hours": "最短小时数",
    "monitored_raise": "按监测调整",
    "name": "名称",
    "name_en": "英文名称",
    "no_improvement_within_hours": "几小时内无改善",
    "not_below_upper": "不低于上级级别",
    "not_for": "不适用于",
    "notes": "原文的问题与读法",
    "nothing": "没有内容的读者",
    "of": "占谁的排放",
    "on_schedule": "是否按期",
    "once_begun": "响应没有启动就解除的除外",
    "only_higher": "只能升级",
    "owed_by": "由谁逐一报",
    "own_code": "自编代码",
    "own_decisions_only": "区县自行发布时除外",
    "path": "标题",
    "percent": "比例（%）",
    "place": "地方",
    "place_en": "地方（英文）",
    "pollutants": "污染物",
    "reader": "读者",
    "readers": "读者",
    "red_stays": "红色保持",
    "reduction_targets": "减排比例",
    "repeals": "废止",
    "replaces": "代替",
    "reports": "报告",
    "responses": "响应级别",
    "responsible_units": "责任单位",
    "rotation": "轮流停产",
    "safety": "安全前提",
    "sign_boards": "公示牌",
    "site": "工地公示牌",
    "short": "短句",
    "short_name": "简称",
    "short_name_en": "英文简称",
    "source": "来源",
    "steps": "批准步骤",
    "text": "文字",
    "text_en": "英文",
    "texts": "文字",
    "title": "名称",
    "title_en": "英文名称",
    "titles": "职务",
    "to_whom": "报给谁",
    "together": "合计",
    "turn": "轮换",
    "units": "单位",
    "valid_from": "生效",
    "valid_until": "失效",
    "validity": "有效期",
    "verb": "动词",
    "version": "版本",
    "what": "事项",
    "when": "何时",
    "whom": "告知谁",
    "why": "原因",
    "why_en": "原因（英文）",
    "within": "日期范围",
    "within_days": "天数",
    "within_hours": "小时数",
}
_COVERS = {"same_day": "当日", "previous_day": "前一日"}
_CODED: dict[str, Mapping[Any, str]] = {
    "actions": ACTION_WORDS,
    "basis": BASIS_WORDS,
    "category": CATEGORY_WORDS,
    "cause": CAUSE_WORDS,
    "covers": _COVERS,
    "effect": EFFECT_WORDS,
    "level": LEVEL_WORDS,
    "levels": LEVEL_WORDS,
    "not_for": BASIS_WORDS,
    "owed_by": OWED_WORDS,
    "source": SOURCE_WORDS,
}


def value_words(field: str | None, value: Any) -> str:
    """A field's value in one line: codes in their printed words, nothing as 无."""
    if value is None or value in ([], {}):
        return "无"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Part):
        return _part(value)
    if isinstance(value, Mapping):
        return "、".join(f"{LEVEL_WORDS.get(key, key)} {each}" for key, each in value.items())
    if field in ("reader", "readers"):
        return readers_words([value] if isinstance(value, str) else value)
    if isinstance(value, str):
        return _CODED.get(field or "", {}).get(value, value)
    if isinstance(value, Sequence):
        if field == "any_of" and isinstance(value[0], list):
            return "，或 ".join(" 且 ".join(value_words(None, each) for each in entry) for entry in value)
        between = " → " if field == "steps" else "；" if field in ("notes", "exemptions") else "、"
        return between.join(value_words(field, each) for each in value)
    return str(value)


def _part(part: Part) -> str:
    match part:
        case Clause():
            return str(part)
        case Deadline():
            return deadline_words(part)
        case Threshold():
            return f"日 AQI＞{part.above} 持续 {part.hours} 小时"
        case ApprovalStep():
            return f"{'或'.join(part.titles) or '发布机关另一人'}{part.verb}"
        case Condition():
            facts = (" 且 " if part.all_of else " 或 ").join(map(fact_words, part.all_of or part.any_of))
            return f"{part.text}［{facts}］{f' {part.text_en}' if part.text_en else ''}"
        case Wording():
            short = f"（短：{part.short}）" if part.short else ""
            english = f" {part.en}" if part.en else ""
            en_short = f" (short: {part.en_short})" if part.en_short else ""
            return f"{part.text}{short}{english}{en_short}"
    return "；".join(
        f"{FIELD_WORDS[field]} {value_words(field, getattr(part, field))}"
        for field, info in type(part).model_fields.items()
        if field != "clause" and getattr(part, field) != info.get_default(call_default_factory=True)
    )
