"""A plant and a site for boards; names and numbers are invented."""

from dataclasses import replace
from datetime import UTC, date, datetime

from gateway.directory.inventory import InventoryLine
from gateway.directory.model import Address, Contact, ContactAddress, ContactRole, Organisation
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan

PRINTED = datetime(2024, 1, 8, 1, tzinfo=UTC)
ADDRESS = "https://air.example.gov.cn/level"
OFFICE = ("值班电话 0371-00000000",)


def plan(name: str = "zhengzhou") -> Plan:
    return Catalogue(None).load(name).plan


def person(name: str, role: ContactRole, *numbers: str) -> Contact:
    return Contact(name, role, tuple(ContactAddress(Address("sms", number)) for number in numbers))


PLANT = Organisation(
    code="E1",
    name="示例耐火材料有限公司",
    audience="enterprises",
    sector="industry",
    area="410104",
    contact=None,
    addresses=(),
    industry="耐火材料",
    grade="B",
    grade_valid_from=date(2023, 10, 1),
    location="示例路1号",
    contacts=(
        person("罗示例", "head", "+8619900000103"),
        person("何示例", "responsible", "+8619900000104", "+8619900000105"),
        person("林示例", "supervisor", "+8619900000106"),
    ),
)
SITE = replace(
    PLANT,
    code="E2",
    name="示例路综合管廊工程",
    sector="construction",
    industry="市政工程",
    grade=None,
    grade_valid_from=None,
)
LINES = (
    InventoryLine("industrial", "yellow", "1号隧道窑", "limit", "限产30%", True, percent=30, batch=1),
    InventoryLine("industrial", "yellow", None, "trucks", "停止国四及以下柴油货车运输", True),
    InventoryLine(
        "industrial",
        "orange",
        "1号隧道窑",
        "limit",
        "限产50%",
        True,
        percent=50,
        indicator="天然气用量",
        indicator_value="≤1200立方米/日",
        preparation_minutes=90,
        person="何示例",
    ),
    InventoryLine("industrial", "orange", None, "trucks", "停止国四及以下柴油货车运输", True),
    InventoryLine("industrial", "red", "1号隧道窑", "stop", "停产（保温）", True),
    InventoryLine("industrial", "red", "破碎工序", "own_words", "夜间22时后视情停，须报备", False),
    InventoryLine("industrial", "red", None, "trucks", "停止国四及以下柴油货车运输", True),
)
