"""The two languages of the inventory's pages."""

from gateway.directory.inventory import LineAction
from gateway.vocabulary import Words

ACTIONS: dict[LineAction, Words] = {
    "stop": Words("停产", "stops"),
    "limit": Words("限产", "limits"),
    "off_peak": Words("错峰运输", "off-peak transport"),
    "trucks": Words("停用车辆", "trucks stop"),
    "own_words": Words("按原文", "in its own words"),
}
CERTAIN: dict[str, Words] = {
    "yes": Words("已看懂", "understood"),
    "no": Words("按原文发送", "sent in its own words"),
}
MET: dict[str, Words] = {
    "met": Words("达到", "reached"),
    "missed": Words("没有达到", "not reached"),
    "unknown": Words("还不能判断", "cannot be told"),
}
POLLUTANTS: dict[str, Words] = {  # as plans print them
    "二氧化硫": Words("二氧化硫", "sulphur dioxide"),
    "氮氧化物": Words("氮氧化物", "nitrogen oxides"),
    "颗粒物": Words("颗粒物", "particles"),
    "挥发性有机物": Words("挥发性有机物", "volatile organic compounds"),
}
TEXTS: dict[str, Words] = {
    "inventory": Words("应急减排清单", "Inventory"),
    "about_inventory": Words(
        "每家企业在黄、橙、红预警时各做什么（一厂一策），按清单导入。",
        "What each enterprise does at yellow, orange and red, as its lists were imported.",
    ),
    "enterprises": Words("按企业", "By enterprise"),
    "measures": Words("逐条措施", "Line by line"),
    "about_measures": Words(
        "清单里的每一条措施。“按原文发送”的，系统没有完全看懂，发的是单元格里的原话。",
        "Every measure of the lists. What was not understood for certain is sent in the cell's own words.",
    ),
    "totals": Words("减排比例", "Reduction targets"),
    "list": Words("清单", "List"),
    "lists": Words("清单和条数", "Lists and lines"),
    "uncertain": Words("按原文", "Own words"),
    "figures": Words("排放数据", "Figures"),
    "has_figures": Words("有", "stated"),
    "filed": Words("“一厂一策”备案", "Own plan filed"),
    "not_filed": Words("没有备案", "not filed"),
    "understood": Words("是否看懂", "Understood"),
    "what": Words("做什么", "Action"),
    "words": Words("措施", "Measure"),
    "preparation": Words("准备时间", "Preparation"),
    "minutes": Words("{} 分钟", "{} min"),
    "charge": Words("责任人", "In charge"),
    "indicator": Words("核查指标", "Checked by"),
    "exemption": Words("豁免理由", "Exemption"),
    "batch": Words("轮停批次", "Batch"),
    "batch_number": Words("第 {} 批", "batch {}"),
    "published": Words("清单的公布", "The published list"),
    "published_help": Words(
        "公众能看到它在清单上，看不到措施。", "The public sees that it is listed, not its measures."
    ),
    "not_published": Words("清单没有公布。", "The list is not published."),
    "emits": Words("正常排放", "Emits"),
    "takes_away": Words("{}减排", "{}: less by"),
    "no_lines": Words("没有登记措施。", "No measure is registered."),
    "no_figures": Words("没有登记排放数据。", "No figures are registered."),
    "change_by_import": Words("清单按文件导入修改。", "Inventories are changed by importing a list."),
    "about_totals": Words(
        "预案要求的减排比例，和清单里的数据加起来的结果。",
        "What the plan asks for, and what the inventory adds up to.",
    ),
    "plan": Words("预案", "Plan"),
    "show": Words("查看", "Show"),
    "society": Words(
        "全社会排放量（吨/日），一行一个", "Emitted by all of society, tonnes a day, one a line"
    ),
    "society_help": Words(
        "如 SO2=12.5。不填则只算清单内的企业。", "Such as SO2=12.5; else listed enterprises alone."
    ),
    "listed_number": Words(
        "清单内 {} 家，其中 {} 家有排放数据。", "{} are listed, {} of them state figures."
    ),
    "required": Words("预案要求", "Required"),
    "emitted": Words("排放（吨/日）", "Emitted (t/d)"),
    "reduced": Words("减排（吨/日）", "Reduced (t/d)"),
    "percent": Words("合计比例", "Adds up to"),
    "result": Words("结果", "Result"),
    "lacking": Words("缺数据的企业", "Without figures"),
    "of_society": Words("只含清单内企业", "listed enterprises only"),
    "clause": Words("条款", "Clause"),
    "any_pollutant": Words("各种污染物合计", "all pollutants"),
    "no_targets": Words("这个预案没有写减排比例。", "This plan states no reduction targets."),
    "no_plan": Words("没有您区域的预案。", "There is no plan of your areas."),
}
