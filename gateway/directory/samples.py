"""A list of each kind to begin with: columns to fill in, one invented row, and what each column is.

Imported unchanged it warns nobody: the example is an exercise recipient, or belongs to it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.directory.header_words import KINDS, Kind
from gateway.directory.inventory import INVENTORY_LIST_WORDS
from gateway.plans.model import Plan
from gateway.spreadsheets import Sheet, TableForm, table_file, workbook

EXAMPLE_CODE = "SAMPLE-1"
_EXAMPLE_NAME = "示例学校（请删去本行）"
_EXAMPLE_PLANT = "示例水泥厂（请删去本行）"
_PHONE = "19900000001"  # invented
_EXPLAINED = ("列 Column", "必填 Needed", "怎么填", "How to fill it in")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sample: its printed name, the example's cell, and what it holds."""

    name: str
    example: str
    needed: bool
    zh: str
    en: str


def columns(kind: Kind, plan: Plan) -> Sequence[Column]:
    """The columns of a list of this kind, with an example that fits `plan`."""
    return {
        "organisations": _organisations,
        "contacts": _contacts,
        "inventory": _inventory,
        "rosters": _rosters,
        "liaison": _liaison,
        "duties": _duties,
    }[kind](plan)


def sample(kind: Kind, plan: Plan, form: TableForm) -> bytes:
    """The file: header and example, and below them, or in a workbook on a sheet of its own, what each column
    is. It can be imported as it stands."""
    found = columns(kind, plan)
    header, example = [each.name for each in found], [each.example for each in found]
    title = INVENTORY_LIST_WORDS["industrial"] if kind == "inventory" else KINDS[kind]
    if form == "xlsx":
        explained = [(f"“{each.name}”", "是 yes" if each.needed else "", each.zh, each.en) for each in found]
        return workbook([Sheet(title, header, [example]), Sheet("填写说明", _EXPLAINED, explained)])
    notes = [[f"说明：{each.name}{'（必填）' if each.needed else ''}，{each.zh}"] for each in found]
    if kind == "inventory":
        return table_file(title, [title], [header, example, *notes], form)
    return table_file(title, header, [example, *notes], form)


def _organisations(plan: Plan) -> Sequence[Column]:
    return (
        Column(
            "编码", EXAMPLE_CODE, True, "字母、数字和 . _ -，最多 40 位，一个单位一个编码", "its own for ever"
        ),
        Column("名称", _EXAMPLE_NAME, True, "单位全称", "its whole name"),
        Column(
            "受众",
            "学校",
            True,
            "学校、医疗机构、企业、公众、媒体、电信运营企业、部门、区县 之一",
            "one of the eight audiences",
        ),
        Column(
            "行业",
            "",
            False,
            "只有企业填：工业企业、施工工地、矿山和砂石场、运输单位、发电企业、餐饮单位",
            "of enterprises alone",
        ),
        _area(plan),
        Column("联系人", "王老师", False, "收消息的人", "who reads it"),
        Column(
            "手机",
            _PHONE,
            False,
            "手机、邮箱、企业微信群至少填一种；几个号码用顿号分开",
            "one of three at least",
        ),
        Column("企业微信群", "", False, "设置里写的群名称", "the group's name in the settings"),
        Column("邮箱", "school@example.com", False, "电子邮箱", "an address"),
        Column("分组", "", False, "自定的名称，几个用顿号分开", "names of your own"),
        Column(
            "演练",
            "是",
            False,
            "是：只收演练；否或空：只收正式预警。示例为“是”",
            "whether for exercises alone",
        ),
    )


def _contacts(_plan: Plan) -> Sequence[Column]:
    return (
        Column("编码", EXAMPLE_CODE, True, "单位编码，通讯录里已有的", "of an organisation that is known"),
        Column(
            "姓名", "李老师", True, "一行一个人；一个单位的人按联系的先后排列", "a person a row, in order"
        ),
        Column(
            "角色", "负责人", False, "负责人、备用联系人、夜间值班、监督人、网格员、联络员", "what they are"
        ),
        Column("手机", _PHONE, False, "手机或座机", "mobile or landline"),
        Column("企业微信账号", "", False, "企业微信的成员账号", "a member's id"),
        Column("邮箱", "", False, "电子邮箱", "an address"),
        Column("语言", "中文", False, "中文或英文", "Chinese or English"),
        Column(
            "免打扰时段",
            "22:00-06:30",
            False,
            "只推迟提示和健康提示，预警照发",
            "holds back hints and tips only",
        ),
        Column(
            "核实日期", "", False, "本人确认号码的日期，如 2026-01-05", "when they said that it is theirs"
        ),
    )


def _inventory(plan: Plan) -> Sequence[Column]:
    return (
        Column("编码", "SAMPLE-2", False, "没有编码的填统一社会信用代码", "or its credit code"),
        Column("企业名称", _EXAMPLE_PLANT, True, "企业全称", "its whole name"),
        _area(plan),
        Column("绩效等级", "C级", False, "A级、B级、C级、D级、引领性、非引领性、保障类", "its grade"),
        Column("生产线", "1#回转窑", False, "一行一条生产线或设施", "a line a row"),
        Column(
            "黄色预警减排措施",
            "限产30%",
            False,
            "写清停、限和比例；没有写 /",
            "stop, or limit by a percentage",
        ),
        Column("橙色预警减排措施", "限产50%", False, "同黄色的写“同黄色预警措施”", "the same at orange"),
        Column("红色预警减排措施", "停产", False, "同上", "the same at red"),
        Column("准备时间", "4小时", False, "停下来要多久", "how long it takes"),
        Column("措施责任人", "罗厂长", False, "谁落实", "who carries it out"),
        Column("联系人", "罗厂长", False, "收消息的人", "who reads it"),
        Column("联系方式", _PHONE, False, "手机或座机", "mobile or landline"),
        Column("演练", "是", False, "示例为“是”，正式的填否或留空", "yes for the example alone"),
    )


def _rosters(_plan: Plan) -> Sequence[Column]:
    return (
        Column("编码", EXAMPLE_CODE, True, "值班单位的编码，通讯录里已有的", "of a unit that is known"),
        Column("日期", "2026-01-05", True, "一行一个班次", "a shift a row"),
        Column("班次", "夜班", False, "白班、夜班等", "what it is called"),
        Column("时段", "18:00-次日8:00", True, "起止钟点", "from when till when"),
        Column("值班人员", "李老师", True, "几个人用顿号分开", "several are separated by 、"),
        Column("电话", _PHONE, False, "通讯录里没有的人须填", "of whoever is not known yet"),
        Column("带班领导", "", False, "没有可不填", "may be left empty"),
    )


def _liaison(_plan: Plan) -> Sequence[Column]:
    return (
        Column("编码", EXAMPLE_CODE, True, "单位编码，通讯录里已有的", "of an organisation that is known"),
        Column("联络员", "张联络", True, "代替该单位原有的联络员", "takes the place of those before"),
        Column("联系电话", _PHONE, True, "手机或座机", "mobile or landline"),
    )


def _duties(plan: Plan) -> Sequence[Column]:
    measure, unit = _led(plan)
    return (
        Column(
            "措施编号", measure, True, "预案页面上的编号；也可写条款或措施原文", "its id, clause or words"
        ),
        Column("责任单位", unit, True, "照预案所写", "as the plan prints it"),
        Column("责任科室", "（示例）应急科", False, "谁来办", "which office of it"),
        Column("分管领导", "", False, "姓名", "a name"),
        Column("责任人", "（示例）周科长", False, "姓名", "a name"),
        Column("监督人", "", False, "姓名", "a name"),
    )


def _area(plan: Plan) -> Column:
    district = next((each.name for each in plan.areas if each.code != plan.area), plan.place)
    return Column(
        "区域", district, True, "预案里的区县名称或代码；全市的单位写市的代码", "a district, or the city"
    )


def _led(plan: Plan) -> tuple[str, str]:
    """A measure of the plan and a unit that it names."""
    found = (
        (each.id, unit) for each in plan.measures for unit in (*each.lead_units, *each.responsible_units)
    )
    return next(found, ("", ""))
