"""The names that offices give to the columns of their lists, and the field that each of them is.

From the lists of the plans (总表、工业源、扬尘源、移动源、协同供暖、保障类清单), the columns of the national
inventory form as published, and what offices type. Names are compared without blanks, stars, colons and
what stands in brackets. A name that is not here is never guessed: it is listed as not read.
"""

import re
import unicodedata
from typing import Literal

from gateway.directory import roster_cells, roster_words
from gateway.directory.model import CONTACT_ROLES, ContactRole

Kind = Literal["organisations", "contacts", "inventory", "rosters", "liaison", "duties"]
KINDS: dict[Kind, str] = {
    "organisations": "单位",
    "contacts": "联系人",
    "inventory": "应急减排清单",
    "rosters": "值班",
    "liaison": "联络员",
    "duties": "责任分工",
}
IGNORED = "-"  # a column that is known and not wanted

_ORGANISATION: dict[str, tuple[str, ...]] = {
    "code": (
        *("编码", "code", "机构编码", "单位编码", "企业编码", "学校编码", "学校标识码", "工地编码"),
        *("学校代码", "机构代码", "单位代码", "企业代码", "医院编码", "医疗机构编码", "项目编码"),
    ),
    "name": (
        *("名称", "name", "机构名称", "单位名称", "企业名称", "工厂名称", "公司名称", "学校名称", "医院名称"),
        *(
            "医疗机构名称",
            "工地名称",
            "项目名称",
            "工程名称",
            "施工工地名称",
            "扬尘源名称",
            "场所名称",
            "部门名称",
        ),
        *("矿山名称", "车队名称", "用车大户名称", "运输企业名称", "用车企业名称", "企业", "单位", "用车单位"),
    ),
    "credit_code": (
        "统一社会信用代码",
        "信用代码",
        "社会信用代码",
        "统一信用代码",
        "组织机构代码",
        "credit_code",
    ),
    "audience": ("受众", "audience", "机构类别", "单位类别"),
    "sector": ("行业", "sector"),
    "area": (
        *(
            "区域代码",
            "区域",
            "area",
            "行政区划代码",
            "区划代码",
            "区",
            "区县",
            "县区",
            "县",
            "区市县",
            "县市区",
            "所属区",
        ),
        *("所属区县", "所在区县", "所在区", "行政区", "行政区划", "所属区域", "所在县区", "所属县区", "属地"),
        *("区/县", "县/区", "县/市/区", "市/县/区", "区县/开发区", "开发区/区县"),
        *("开发区区县", "区县市", "所在县市区", "所属县市区", "辖区"),
    ),
    "street": (
        *(
            "街乡镇",
            "街道",
            "乡镇",
            "乡镇街道",
            "镇街",
            "街镇",
            "街道乡镇",
            "所属街道",
            "所在街道",
            "所属乡镇",
        ),
        *("街道/乡镇", "乡镇/街道", "镇/街道", "街道/镇", "乡/镇/街道"),
        *("乡镇办", "所属镇街", "street", "街道办事处", "办事处"),
        *("街道办", "乡镇街道办", "乡街道", "乡、街道", "乡镇、街道", "镇、街道"),
    ),
    "location": (
        *("详细地址", "地址", "企业地址", "单位地址", "生产地址", "项目地址", "工程地址", "工地地址", "厂址"),
        *("location", "生产经营场所地址", "所在地址", "学校地址", "建设地点", "项目地点"),
    ),
    "contact": ("联系人", "contact", "联系人姓名", "企业联系人", "单位联系人", "联络人"),
    "sms": ("手机", "sms"),
    "phone": (
        *("手机号", "手机号码", "联系方式", "联系电话", "电话", "联系人电话", "联系人手机", "联系人联系方式"),
        *("联系人手机号", "联系人手机号码", "联系人联系电话", "电话号码", "企业联系电话", "phone"),
    ),
    "wecom": ("企业微信群", "wecom", "企微群", "企业微信"),
    "wecom_user": ("企业微信账号", "wecom_user", "企微账号", "企业微信userid", "企微userid"),
    "push": ("推送接收方", "push", "接收方", "推送", "数据推送接收方"),
    "email": ("邮箱", "email", "电子邮箱", "电子邮件", "e-mail", "联系人邮箱"),
    "exercise": ("演练", "exercise"),
    "industry": (
        *("行业类型", "行业类别", "所属行业", "重点行业类型", "行业名称", "国民经济行业", "industry"),
        *("重点行业类别", "类型", "工地类型", "扬尘源类型", "工程类型"),
    ),
    "meter_number": (
        *(
            "电力局总表编号",
            "总表编号",
            "电表编号",
            "用电户号",
            "电力户号",
            "用户编号",
            "电表户号",
            "meter_number",
        ),
        *("电力总表编号", "总电表编号"),
    ),
    "grade": (
        *("绩效等级", "绩效分级", "绩效分级等级", "绩效评级", "绩效级别", "环保绩效等级", "绩效", "grade"),
        *("企业绩效等级", "等级", "绩效分级结果"),
    ),
    "grade_valid_from": ("绩效等级生效日期", "等级生效日期", "评定日期", "绩效评定日期", "grade_valid_from"),
    "own_plan_filed_on": (
        "一厂一策备案日期",
        "一厂一策备案时间",
        "操作方案备案日期",
        "备案日期",
        "own_plan_filed_on",
    ),
    "groups": ("分组", "标签", "groups", "群组", "所属工业园区", "工业园区"),
}
_PEOPLE: dict[ContactRole, tuple[str, ...]] = {
    "head": ("法人", "法定代表人", "法人代表", "项目负责人", "企业法人", "项目经理"),
    "responsible": (
        *("负责人", "责任人", "减排责任人", "环保负责人", "企业负责人", "减排负责人", "应急减排责任人"),
        *("现场责任人", "现场负责人", "环保专员", "主要负责人", "第一联系人"),
        *("应急负责人", "应急责任人", "应急管控责任人", "校长", "园长", "院长", "厂长"),
    ),
    "deputy": (
        *("备用联系人", "副职", "第二联系人", "副联系人", "副负责人", "联系人2", "其他联系人"),
        *("副校长", "分管校长", "分管副校长", "副园长", "副院长", "分管院长", "副厂长", "分管负责人"),
    ),
    "night_duty": (
        "夜间值班",
        "夜间值班人",
        "夜间值班人员",
        "夜间联系人",
        "夜班联系人",
        "值班人员",
        "值班人",
        "夜间值班员",
    ),
    "supervisor": (
        "监督人",
        "监管人",
        "监管责任人",
        "监督责任人",
        "监督员",
        "监管人员",
        "包保责任人",
        "监督负责人",
    ),
    "grid_member": ("网格员", "网格长", "网格责任人", "网格监督员"),
    "liaison": ("联络员", "信息联络员", "信息员", "单位联络员"),
}
_PHONE_WORDS = ("电话", "手机", "联系电话", "联系方式", "手机号", "手机号码", "电话号码")
_CONTACTS: dict[str, tuple[str, ...]] = {
    "person": ("姓名", "联系人", "联系人姓名", "person", "人员姓名"),
    "role": ("角色", "身份", "职责", "联系人类型", "role", "人员类别"),
    "person_phone": ("手机", *_ORGANISATION["phone"], "sms"),
    "person_wecom_user": _ORGANISATION["wecom_user"],
    "person_email": _ORGANISATION["email"],
    "language": ("语言", "language"),
    "quiet_hours": ("免打扰时段", "免打扰", "免打扰时间", "quiet_hours"),
    "verified_on": ("核实日期", "核对日期", "确认日期", "verified_on"),
}
_INVENTORY: dict[str, tuple[str, ...]] = {
    "line": (
        *(
            "生产线",
            "生产线名称",
            "生产线描述",
            "生产工序",
            "工序",
            "生产设施",
            "生产线及设施",
            "涉气工序",
            "产线",
        ),
        *(
            "主要生产工序",
            "生产线编号",
            "生产工序及设施",
            "line",
            "车牌号",
            "车牌号码",
            "号牌号码",
            "作业内容",
            "生产环节",
        ),
    ),
    "preparation": ("准备时间", "停限产准备时间", "停产准备时间", "响应准备时间", "preparation"),
    "in_charge": ("措施责任人", "落实责任人", "执行责任人", "产线责任人", "in_charge"),
    "indicator": ("核查指标", "可核查指标", "监测指标", "核查方式", "indicator"),
    "exemption": ("豁免理由", "豁免依据", "豁免原因", "豁免", "exemption"),
    "batch": ("轮停批次", "轮流停产批次", "批次", "batch"),
}
_IGNORED = ("序号", "no", "no.", "#")
_LEVELS = {
    "yellow": ("黄色", "iii级", "三级"),
    "orange": ("橙色", "ii级", "二级"),
    "red": ("红色", "i级", "一级"),
}
_MEASURE = re.compile(
    r"(?:(?:重污染天气)?(?:黄色|橙色|红色)(?:预警)?(?:i{1,3}级)?|(?:i{1,3}|[一二三])级)"
    r"(?:预警|响应|应急响应|应急)*(?:期间|时|下|级别)?(?:的|应急)?(?:减排|停限产|响应|管控|应急|限产|停产)*(?:措施|要求|内容)"
)
# 应急减排措施 over 黄色预警, 橙色预警, 红色预警: the group says what, its columns say when
_LEVEL_ALONE = re.compile(
    r"(?:(?:重污染天气)?(?:黄色|橙色|红色)(?:i{1,3}级)?|(?:i{1,3}|[一二三])级)(?:预警|响应|应急响应|应急)*(?:期间|时|下|级别)?"
)
_MEASURES_ALONE = re.compile(r"[\u4e00-\u9fff]*(?:减排|停限产|管控|应急|限产|停产|响应)(?:措施|要求|内容)")
POLLUTANTS = {
    "SO2": "SO2|二氧化硫",
    "NOx": "NOx|氮氧化物",
    "PM": "PM|颗粒物|烟粉尘",
    "VOCs": "VOCs?|挥发性有机物",
}
# 黄色预警减排量（吨/天）SO2: figures count only where their column says that they are tonnes a day
_TONNES = re.compile(
    r"(?:(?P<level>黄|橙|红)色预警(?:期间)?)?(?P<before>[A-Z0-9\u4e00-\u9fff]*?)(?P<what>减排量|排放量)"
    r"[(（]?(?:吨/天|吨/日|t/d)[)）]?/?(?P<after>[A-Z0-9\u4e00-\u9fff]*)",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"[(（\[【〔][^)）\]】〕]*[)）\]】〕]")
_DECORATION = re.compile(r"[\s*:_]")


def bare(printed: str) -> str:
    """A column's name as it is compared."""
    text = unicodedata.normalize("NFKC", _BRACKETS.sub("", printed)).casefold()
    if not text.strip():  # all of it stood in brackets
        text = unicodedata.normalize("NFKC", printed).casefold()
    return _DECORATION.sub("", text).replace("-", "") if text.isascii() else _DECORATION.sub("", text)


def fields(kind: Kind) -> tuple[str, ...]:
    """Every field that a column of this kind of list can be."""
    people = tuple(f"{role}.{part}" for role in CONTACT_ROLES for part in ("name", "phone"))
    levels = tuple(f"measure.{level}" for level in _LEVELS)
    tonnes = tuple(
        f"tonnes.{level}{each}" for level in ("", *(f"{one}." for one in _LEVELS)) for each in POLLUTANTS
    )
    return {
        "organisations": (*_ORGANISATION, *people),
        "contacts": ("code", "name", "credit_code", *_CONTACTS),
        "inventory": (*_ORGANISATION, *people, *_INVENTORY, *levels, *tonnes),
        "rosters": tuple(roster_words.ROSTER),
        "liaison": tuple(roster_words.LIAISON),
        "duties": tuple(roster_words.DUTIES),
    }[kind]


def field_of(kind: Kind, printed: str) -> str | None:
    """The field of a column of this name, `IGNORED` for one that says nothing, None for an unknown one."""
    name = bare(printed)
    if not name:
        return None
    if kind == "inventory" and _MEASURE.fullmatch(name):
        return next(
            (f"measure.{level}" for level, words in _LEVELS.items() if any(word in name for word in words)),
            None,
        )
    if kind == "rosters" and name not in _NAMES[kind]:
        return "on." + printed if roster_cells.heading(printed) is not None else None
    return (_tonnes(printed) if kind == "inventory" else None) or _NAMES[kind].get(name)


def field_under(kind: Kind, group: str, printed: str) -> str | None:
    """The field of a column that only its group and its name together tell; else None."""
    if (
        kind == "inventory"
        and _LEVEL_ALONE.fullmatch(bare(printed))
        and _MEASURES_ALONE.fullmatch(bare(group))
    ):
        return field_of(kind, f"{bare(printed)}措施")
    return None


def _tonnes(printed: str) -> str | None:
    """The field of a figure in tonnes a day: `tonnes.SO2` is emitted, `tonnes.yellow.SO2` taken away."""
    found = _TONNES.fullmatch("".join(unicodedata.normalize("NFKC", printed).split()))
    if found is None or (found["level"] is None) != (found["what"] == "排放量"):
        return None
    said = (found["before"] or "").removesuffix("日") or found["after"]
    level = next(
        (f"{level}." for level, words in _LEVELS.items() if found["level"] and found["level"] in words[0]), ""
    )
    pollutant = next(
        (name for name, words in POLLUTANTS.items() if re.fullmatch(words, said, re.IGNORECASE)), None
    )
    return f"tonnes.{level}{pollutant}" if pollutant else None


def _names(kind: Kind) -> dict[str, str]:
    tables = {
        "organisations": (_ORGANISATION, _people()),
        "contacts": (_CONTACTS, {word: _ORGANISATION[word] for word in ("code", "name", "credit_code")}),
        "inventory": (_ORGANISATION, _people(), _INVENTORY),
        "rosters": (roster_words.ROSTER,),
        "liaison": (roster_words.LIAISON,),
        "duties": (roster_words.DUTIES,),
    }[kind]
    names = {bare(word): field for table in tables for field, words in table.items() for word in words}
    return (
        names
        | {bare(word): IGNORED for word in (*_IGNORED, *_also_ignored(kind)) if bare(word)}
        | {bare(each): each for each in fields(kind)}
    )


def _also_ignored(kind: Kind) -> tuple[str, ...]:
    return roster_words.IGNORED if kind in ("rosters", "liaison", "duties") else ()


def _people() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for role, words in _PEOPLE.items():
        found[f"{role}.name"] = (*words, *(f"{word}姓名" for word in words))
        found[f"{role}.phone"] = tuple(f"{word}{phone}" for word in words for phone in _PHONE_WORDS)
    found["night_duty.phone"] += ("值班电话", "夜间值班电话", "24小时值班电话", "夜间电话")
    return found


PEOPLE_WORDS: dict[str, ContactRole] = {word: role for role, words in _PEOPLE.items() for word in words}
_NAMES: dict[Kind, dict[str, str]] = {kind: _names(kind) for kind in KINDS}
