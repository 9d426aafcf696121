"""A small plan that has no faults, and ways to spoil it. Its town, bodies and rules are invented."""

from gateway.plans.catalogue import LoadedPlan, read

SMALL = """\
id: small
version: "2024"
title: 小城市重污染天气应急预案
place: 小城市
source:
  file: small.txt
  title: 小城市重污染天气应急预案
  document_number: 小政办〔2024〕1号
issuing_body:
  name: 小城市重污染天气应急指挥部
  short_name: 市应急指挥部
  titles: [总指挥]
  clause: {path: 二、组织, lines: [10, 10]}
area: "990100"
areas:
  - {code: "990100", name: 小城市}
  - {code: "990102", name: 东区}
  - {code: "990100A", name: 高新区, own_code: true}
validity:
  valid_from: 2024-01-01
  clause: {path: 六、附则, lines: [90, 90]}
aqi_standard: HJ 633
exclusions:
  - {cause: sand_dust, text: 沙尘天气不适用, clause: {path: 一、总则, lines: [5, 5]}}
level_rules:
  - {level: yellow, any_of: [[{above: 150, hours: 48}]], clause: {path: 三、分级, lines: [20, 20]}}
  - {level: orange, any_of: [[{above: 200, hours: 48}], [{above: 150, hours: 72}]], clause: {path: 三、分级, lines: [21, 21]}}
  - {level: red, any_of: [[{above: 200, hours: 72}, {above: 300, hours: 24}]], clause: {path: 三、分级, lines: [22, 22]}}
grounds:
  - {basis: own_forecast, effect: forecast, clause: {path: 三、条件, lines: [25, 25]}}
  - {basis: upper_warning, effect: floor, by: [省应急指挥部], clause: {path: 三、条件, lines: [26, 26]}}
floor: {not_below_upper: true, red_stays: true, clause: {path: 四、响应, lines: [40, 40]}}
contiguous_scope: {counties: 2, clause: {path: 三、条件, lines: [27, 27]}}
lead_time: {hours: 24, minimum_hours: 6, not_for: [monitored], clause: {path: 三、发布, lines: [30, 30]}}
approvals:
  - {actions: [issue, raise], levels: [red], steps: [{titles: [总指挥]}], clause: {path: 三、发布, lines: [31, 31]}}
  - {actions: [lift], on_schedule: true, steps: [], clause: {path: 三、解除, lines: [35, 35]}}
  - {actions: [issue, raise, lower, extend, lift], steps: [{}]}
elements:
  - {element: level, name: 预警级别, actions: [issue, raise, lower], clause: {path: 三、发布, lines: [32, 32]}}
lower_or_lift: {below_threshold: true, forecast_hours: 36, text: 改善到标准以下并将持续36小时, clause: {path: 三、解除, lines: [34, 34]}}
monitored_raise: {above: 200, no_improvement_within_hours: 24, text: 已达重度污染且24小时内不会改善, clause: {path: 三、解除, lines: [36, 36]}}
merge: {text: 间隔不足按一次过程计算, clause: {path: 三、解除, lines: [37, 37]}}
responses: {yellow: Ⅲ级应急响应, orange: Ⅱ级应急响应, red: Ⅰ级应急响应}
reduction_targets:
  - {pollutants: [二氧化硫, 颗粒物], percent: {yellow: 10, orange: 20, red: 30}, clause: {path: 四、响应, lines: [41, 41]}}
reports:
  - code: filing
    what: 预警备案
    by_whom: 市应急指挥部
    to_whom: 省应急指挥部
    actions: [issue]
    contents: [发布时间]
    deadline: {event: decision, within_hours: 2, text: 发布后2小时内}
    clause: {path: 三、发布, lines: [33, 33]}
measures_carry_on: true
measures:
  - id: lessons
    level: yellow
    category: health
    clause: {path: 四、Ⅲ级, lines: [50, 50]}
    lead_units: [市教育局]
    texts:
      schools: {text: 停止室外课程和活动，打开空气净化装置, short: 停止户外活动}
      public: 儿童、老人留在室内
      media: 播发健康提示
      operators: 发送健康提示
      hospitals: 增设门诊
  - id: no-school
    level: red
    category: health
    clause: {path: 四、Ⅰ级, lines: [80, 80]}
    condition: {text: 日AQI达到500时, all_of: [{fact: daily_aqi, at_least: 500}]}
    replaces: [lessons]
    texts:
      schools: 停课
  - id: output
    level: yellow
    category: mandatory
    source: industrial
    clause: {path: 四、Ⅲ级, lines: [51, 52]}
    lead_units: [市生态环境局]
    responsible_units: [各区人民政府]
    exemptions: [民生保障企业]
    texts:
      enterprises: 按一厂一策停产限产
      enterprises.industry: 按一厂一策停产限产
      enterprises.power: 提高优质煤比例
      departments: 督促企业减排
      districts: 落实企业减排
  - id: trucks
    level: orange
    category: mandatory
    source: mobile
    clause: {path: 四、Ⅱ级, lines: [60, 60]}
    hours: 每日7时至21时
    texts:
      enterprises.transport: 国四柴油货车停驶
      enterprises.mining: 停用国四柴油货车
      enterprises.construction: 停用国四柴油货车
  - id: more-trucks
    level: red
    category: mandatory
    source: mobile
    clause: {path: 四、Ⅰ级, lines: [81, 81]}
    replaces: [trucks]
    texts:
      enterprises.transport: 柴油货车全部停驶
      enterprises.mining: 停用柴油货车
      enterprises.construction: 停用柴油货车
  - id: washing
    level: yellow
    category: mandatory
    source: dust
    clause: {path: 四、Ⅲ级, lines: [53, 53]}
    condition:
      text: 湿度小于50%且气温高于5℃时
      all_of: [{fact: humidity_percent, below: 50}, {fact: temperature_c, above: 5}]
    texts: {departments: 道路增加洒水2次}
  - id: no-washing
    level: yellow
    category: mandatory
    source: dust
    clause: {path: 四、Ⅲ级, lines: [53, 53]}
    condition:
      text: 湿度大于50%或气温低于5℃时
      any_of: [{fact: humidity_percent, above: 50}, {fact: temperature_c, below: 5}]
    texts: {departments: 停止道路洒水}
gaps:
  - between: [washing, no-washing]
    readers: [departments]
    text: 预案未规定此时是否洒水，由主管部门决定
    clause: {path: 四、Ⅲ级, lines: [53, 53]}
nothing:
  - {reader: enterprises.catering, levels: [yellow, orange, red], why: 预案没有针对餐饮单位的措施}
  - {reader: enterprises.transport, levels: [yellow], why: 黄色预警没有针对运输单位的措施}
  - {reader: enterprises.mining, levels: [yellow], why: 黄色预警没有针对矿山的措施}
  - {reader: enterprises.construction, levels: [yellow], why: 黄色预警没有针对工地的措施}
"""


def small_plan(*changes: tuple[str, str]) -> LoadedPlan:
    """The small plan with each change's first text, which must stand in it, replaced by its second."""
    text = SMALL
    for old, new in changes:
        assert old in text, f"the small plan has no {old!r}"
        text = text.replace(old, new, 1)
    return read(text.encode(), "small.yaml")


def line_with(text: str) -> int:
    """The line (1-based) of the small plan in which `text` stands first."""
    return SMALL[: SMALL.index(text)].count("\n") + 1
