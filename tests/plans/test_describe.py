"""A plan as people and programs read it."""

import json

import pytest

from gateway.plans.describe import as_json, describe, summary
from gateway.plans.model import Plan, written_readers
from gateway.plans.printed import readers_words
from tests.plans.small import SMALL, small_plan

TEXT = describe(small_plan())


def section(heading: str) -> str:
    return TEXT.split(f"\n{heading}\n")[1].split("\n\n")[0]


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        (
            "适用范围",
            "发布机关：小城市重污染天气应急指挥部（市应急指挥部）；职务：总指挥 〔二、组织（第10行）〕",
        ),
        ("适用范围", "有效期：2024-01-01 至 另行废止 〔六、附则（第90行）〕"),
        ("适用范围", "不适用（沙尘）：沙尘天气不适用 〔一、总则（第5行）〕"),
        (
            "预警分级",
            "橙色：日 AQI＞200 持续 48 小时，或 日 AQI＞150 持续 72 小时 〔三、分级（第21行）〕",
        ),
        (
            "预警分级",
            "红色：日 AQI＞200 持续 72 小时 且 日 AQI＞300 持续 24 小时 〔三、分级（第22行）〕",
        ),
        ("启动依据", "上级启动预警（省应急指挥部）：级别不低于上级 〔三、条件（第26行）〕"),
        ("启动依据", "至少 2 个相连的区县达到级别 〔三、条件（第27行）〕"),
        ("提前量", "提前 24 小时以上，有理由时也不少于 6 小时；不适用于：监测 〔三、发布（第30行）〕"),
        ("批准", "红色 发布、升级：总指挥批准 〔三、发布（第31行）〕"),
        ("批准", "各级 解除（按期）：无须批准 〔三、解除（第35行）〕"),
        ("批准", "各级 发布、升级、降级、延长、解除：发布机关另一人批准 〔预案未规定，按通用规则〕"),
        ("发布要素", "预警级别（发布、升级、降级） 〔三、发布（第32行）〕"),
        ("调整与解除", "降级或解除：改善到标准以下并将持续36小时 〔三、解除（第34行）〕"),
        (
            "响应与减排",
            "减排比例（二氧化硫、颗粒物）：黄色 10%、橙色 20%、红色 30% 〔四、响应（第41行）〕",
        ),
        (
            "报告",
            "市应急指挥部向省应急指挥部：预警备案，发布后2小时内［从决定起 2 小时］（各级 发布）"
            "；内容：发布时间 〔三、发布（第33行）〕",
        ),
        ("措施：黄色预警（Ⅲ级应急响应）", "强制性措施·工业源"),
        ("措施：黄色预警（Ⅲ级应急响应）", "output 〔四、Ⅲ级（第51—52行）〕"),
        ("措施：黄色预警（Ⅲ级应急响应）", "牵头单位：市生态环境局"),
        ("措施：黄色预警（Ⅲ级应急响应）", "责任单位：各区人民政府"),
        ("措施：黄色预警（Ⅲ级应急响应）", "例外：民生保障企业"),
        ("措施：黄色预警（Ⅲ级应急响应）", "条件：湿度小于50%且气温高于5℃时"),
        (
            "措施：黄色预警（Ⅲ级应急响应）",
            "学校：停止室外课程和活动，打开空气净化装置（短：停止户外活动）",
        ),
        ("措施：橙色预警（Ⅱ级应急响应）", "时段：每日7时至21时"),
        ("措施：红色预警（Ⅰ级应急响应）", "代替：trucks"),
        ("措施：红色预警（Ⅰ级应急响应）", "企业·运输单位：柴油货车全部停驶"),
        (
            "条件之间的空档",
            "washing、no-washing（部门）：预案未规定此时是否洒水，由主管部门决定 〔四、Ⅲ级（第53行）〕",
        ),
        ("没有内容的读者", "企业·运输单位（黄色）：黄色预警没有针对运输单位的措施"),
    ],
)
def test_every_rule_and_measure_stands_in_its_section_with_its_clause(heading: str, line: str) -> None:
    assert line in [text.strip() for text in section(heading).splitlines()]


def test_no_measure_and_no_clause_is_left_out() -> None:
    plan = small_plan().plan
    for measure in plan.measures:
        assert f"{measure.id} 〔{measure.clause}〕" in TEXT
        for wording in measure.texts.values():
            assert wording.text in TEXT


def test_a_part_that_the_plan_does_not_have_is_said_to_be_missing() -> None:
    start = SMALL.index("lead_time:")
    lead = SMALL[start : SMALL.index("\n", start) + 1]
    assert "提前量\n  预案没有规定\n" in describe(small_plan((lead, "")))


NEW = (
    (
        "reports:\n",
        """units:
  - {name: 市气象局, duty: 参加会商, clause: {path: 二、组织, lines: [11, 11]}}
  - {name: 市商务局, clause: {path: 二、组织, lines: [12, 12]}}
informed:
  - {whom: 相邻城市, how: 电话, actions: [issue], levels: [red], clause: {path: 三、发布, lines: [13, 13]}}
disclosure:
  contents: [监测数据]
  forms: [专家访谈]
  by_whom: 市应急指挥部
  clause: {path: 四、公开, lines: [14, 14]}
advance_guidance:
  when: 将频繁预警时
  industries: [水泥]
  text: 可先调整生产
  by_whom: 工信部门
  clause: {path: 四、调控, lines: [15, 15]}
rotation: {batches_at_most: 2, clause: {path: 四、调控, lines: [16, 16]}}
sign_boards:
  enterprise: {name: 企业名称, measures: 应急措施}
  site: {name: 项目名称, location: 项目地址}
  clause: {path: 四、公示, lines: [19, 19]}
reports:
  - code: each-day
    what: 落实情况
    by_whom: 成员单位
    to_whom: 市应急指挥部
    owed_by: units
    units: [市气象局, 市商务局]
    actions: [issue]
    levels: [red]
    deadline: {event: start, daily_at: "09:00", covers: previous_day, text: 每日9时前}
    clause: {path: 五、报告, lines: [17, 17]}
  - code: after-drill
    what: 演练评估
    by_whom: 各区
    to_whom: 市应急指挥部
    owed_by: districts
    exercises_only: true
    actions: [lift]
    deadline: {event: end, within_days: 10, text: 演练后10日内}
    clause: {path: 五、报告, lines: [18, 18]}
""",
    ),
    ("{pollutants: [二氧化硫, 颗粒物],", "{pollutants: [二氧化硫, 颗粒物], together: true, of: 工业排放,"),
)


@pytest.mark.parametrize(
    ("heading", "line"),
    [
        ("单位与职责", "市气象局：参加会商 〔二、组织（第11行）〕"),
        ("单位与职责", "市商务局 〔二、组织（第12行）〕"),
        ("另行告知", "相邻城市：电话（红色 发布） 〔三、发布（第13行）〕"),
        ("信息公开", "市应急指挥部：监测数据；形式：专家访谈 〔四、公开（第14行）〕"),
        ("提前指导", "工信部门，将频繁预警时（水泥）：可先调整生产 〔四、调控（第15行）〕"),
        ("响应与减排", "轮流停产：最多分 2 批 〔四、调控（第16行）〕"),
        (
            "响应与减排",
            "公示牌：工业企业：企业名称、应急措施；施工工地：项目名称、项目地址 〔四、公示（第19行）〕",
        ),
        (
            "响应与减排",
            "减排比例（二氧化硫、颗粒物之和，占工业排放）：黄色 10%、橙色 20%、红色 30%"
            " 〔四、响应（第41行）〕",
        ),
        (
            "报告",
            "成员单位向市应急指挥部：落实情况，每日9时前［从启动起 每日 09:00 报前一日情况］（红色 发布）"
            "；逐单位报：市气象局、市商务局 〔五、报告（第17行）〕",
        ),
        (
            "报告",
            "各区向市应急指挥部：演练评估，演练后10日内［从终止起 10 天］（各级 解除，只在演练后）"
            "；逐区县报 〔五、报告（第18行）〕",
        ),
    ],
)
def test_units_disclosure_guidance_and_who_owes_a_report_are_shown(heading: str, line: str) -> None:
    text = describe(small_plan(*NEW))
    shown = text.split(f"\n{heading}\n")[1].split("\n\n")[0]
    assert line in [each.strip() for each in shown.splitlines()]


@pytest.mark.parametrize(
    ("readers", "words"),
    [
        (["schools", "enterprises.transport"], "学校、企业·运输单位"),
        (["schools", *written_readers("enterprises.*"), "public"], "学校、企业（各行业）、公众"),
        (["enterprises", "enterprises.power", "public"], "企业（不分行业、发电企业）、公众"),
    ],
)
def test_readers_of_the_same_words_are_named_together(readers: list[str], words: str) -> None:
    assert readers_words(readers) == words


def test_a_summary_counts_measures_by_level() -> None:
    loaded = small_plan()
    brief = summary(loaded)
    assert brief["id"] == "small"
    assert brief["version"] == f"2024+{loaded.digest[:12]}"
    assert (brief["place"], brief["area"]) == ("小城市", "990100")
    assert brief["measures"] == {"yellow": 5, "orange": 1, "red": 2}
    assert json.loads(json.dumps(brief)) == brief


def test_the_data_of_a_plan_are_the_plan() -> None:
    loaded = small_plan()
    data = json.loads(json.dumps(as_json(loaded)))
    assert data.pop("digest") == loaded.digest
    assert Plan.model_validate(data) == loaded.plan
