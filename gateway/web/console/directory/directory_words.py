"""The two languages of the directory's pages."""

from gateway.directory.inventory import INVENTORY_LIST_WORDS
from gateway.directory.model import CONTACT_ROLE_WORDS
from gateway.vocabulary import Words

ROLES: dict[str, Words] = {
    code: Words(words, code.replace("_", " ")) for code, words in CONTACT_ROLE_WORDS.items()
}
LISTS: dict[str, Words] = {
    code: Words(words, code.replace("_", " ")) for code, words in INVENTORY_LIST_WORDS.items()
}
ACTIVE: dict[str, Words] = {"on": Words("在用", "active"), "off": Words("停用", "switched off")}
KIND_OF_ADDRESS: dict[str, Words] = {
    "sms": Words("手机", "Mobile"),
    "phone": Words("固定电话", "Fixed line"),
    "email": Words("邮箱", "Email"),
    "wecom": Words("企业微信群", "WeCom group"),
    "wecom_user": Words("企业微信成员", "WeCom member"),
    "push": Words("推送接收方", "System"),
}
LANGUAGES: dict[str, Words] = {"zh-CN": Words("中文", "Chinese"), "en": Words("英文", "English")}
FIELDS: dict[str, Words] = {
    "name": Words("名称", "name"),
    "contact": Words("联系人", "contact"),
    "contacts": Words("人员", "people"),
    "addresses": Words("单位号码和地址", "its own addresses"),
    "area": Words("区域", "area"),
    "sector": Words("行业", "sector"),
    "grade": Words("绩效等级", "grade"),
    "groups": Words("分组", "groups"),
    "active": Words("在用", "active"),
    "audience": Words("受众", "audience"),
    "credit_code": Words("统一社会信用代码", "credit code"),
    "industry": Words("行业类别", "industry"),
    "location": Words("地址", "location"),
    "meter_number": Words("电力总表编号", "meter number"),
    "grade_valid_from": Words("等级起始日期", "grade counts from"),
    "own_plan_filed_on": Words("“一厂一策”备案日期", "own plan filed on"),
    "denied_address": Words("停用的号码", "number out of use"),
    "changed_contact": Words("提议换联系人", "other contact proposed"),
    "emissions": Words("排放量", "emissions"),
    **{f"inventory.{code}": words for code, words in LISTS.items()},
}
TEXTS: dict[str, Words] = {
    "new_organisation": Words("新增单位", "New organisation"),
    "directory": Words("通讯录", "Directory"),
    "import_some": Words(
        "从 Excel 或 CSV 文件导入单位和联系人", "Import organisations and their people from a spreadsheet"
    ),
    "about_directory": Words(
        "预警发给谁：学校、医院、企业、部门、区县等单位和它们的联系人。",
        "Whom warnings go to: schools, hospitals, enterprises, departments, districts and their people.",
    ),
    "search": Words("名称、人员或号码", "Name, person, number"),
    "search_masked": Words("名称或号码末四位", "Name, or last 4 digits"),
    "org_name": Words("名称", "Name"),
    "org_code": Words("编码", "Code"),
    "audience": Words("受众", "Audience"),
    "sector": Words("行业", "Sector"),
    "area": Words("区域", "Area"),
    "grade": Words("绩效等级", "Grade"),
    "people_number": Words("人员", "People"),
    "contact": Words("联系人", "Contact"),
    "addresses": Words("号码和地址", "Addresses"),
    "kind": Words("类别", "Kind"),
    "active": Words("状态", "State"),
    "updated": Words("更新时间", "Updated"),
    "groups": Words("分组", "Groups"),
    "credit_code": Words("统一社会信用代码", "Credit code"),
    "industry": Words("行业类别", "Industry"),
    "location": Words("地址", "Location"),
    "own_plan": Words("“一厂一策”备案", "Own plan filed"),
    "people": Words("人员", "People"),
    "people_help": Words(
        "按次序联系。号码打码显示；值班和通讯录人员看到全部。",
        "In the order in which they are tried. Numbers are masked but for duty officers and keepers.",
    ),
    "nobody": Words("没有登记人员。", "Nobody is registered."),
    "role": Words("身份", "Role"),
    "verified": Words("核实日期", "Verified on"),
    "quiet": Words("勿扰时段 {}—{}", "quiet {}-{}"),
    "change": Words("修改", "Change"),
    "record_answer": Words("记录电话核实", "Record a call"),
    "whole_inventory": Words("清单明细和减排量", "The inventory in full"),
    "unusable": Words("已停用：对方答复不是其号码", "out of use: denied"),
    "add_person": Words("增加人员", "Add a person"),
    "change_person": Words("修改人员", "Change a person"),
    "person_name": Words("姓名", "Name"),
    "language": Words("短信语言", "Language of texts"),
    "several_help": Words("多个用逗号或换行分开。", "Several are separated by commas or lines."),
    "verified_now": Words("刚与本人核实过", "I have just verified it with the person"),
    "remove": Words("移除此人", "Take the person away"),
    "remove_help": Words(
        "以后不再发给此人；已发的预警，其解除和更正仍会发到。",
        "They get no further warning; the lift of one that they got still reaches them.",
    ),
    "inventory": Words("应急减排清单", "Inventory"),
    "line": Words("工序或线", "Line"),
    "level": Words("级别", "Level"),
    "must": Words("措施", "What it does"),
    "emissions": Words("排放（吨/日）", "Emissions (tonnes a day)"),
    "pollutant": Words("污染物", "Pollutant"),
    "history": Words("变更记录", "Changes"),
    "no_changes": Words("没有变更记录。", "Nothing was changed."),
    "off_note": Words(
        "这个单位已停用，不会收到预警；要修改先重新启用。",
        "It is switched off and gets no warning; switch it on again to change it.",
    ),
}
