"""The two languages of the forms in which an organisation is made, changed and closed."""

from gateway.vocabulary import Words
from gateway.web.console.table_words import KINDS

LABELS: dict[str, Words] = {
    "code": Words("编码", "Code"),
    "exercise": Words("类别", "Kind"),
    "name": Words("名称", "Name"),
    "audience": Words("受众", "Audience"),
    "sector": Words("行业", "Sector"),
    "area": Words("区域", "Area"),
    "location": Words("地址", "Location"),
    "contact": Words("联系人（没有登记人员时）", "Contact (where no people are registered)"),
    "sms": Words("单位手机", "Mobile numbers"),
    "phone": Words("单位固定电话", "Fixed lines"),
    "email": Words("单位邮箱", "Mailboxes"),
    "wecom": Words("企业微信群", "WeCom groups"),
    "wecom_user": Words("企业微信成员", "WeCom members"),
    "push": Words("推送接收方", "Systems that take alerts"),
    "groups": Words("分组", "Groups"),
    "credit_code": Words("统一社会信用代码", "Credit code"),
    "industry": Words("行业类别", "Industry"),
    "meter_number": Words("电力总表编号", "Meter number"),
    "grade": Words("绩效等级", "Grade"),
    "grade_valid_from": Words("等级起始日期", "Grade counts from"),
    "own_plan_filed_on": Words("“一厂一策”备案日期", "Own plan filed on"),
}
HELP: dict[str, Words] = {
    "code": Words(
        "字母、数字和 . _ -，最长 40 位，以后不能改；不填就用信用代码。",
        "Letters, digits and . _ -, at most 40; it never changes. Left empty, the credit code is it.",
    ),
    "sector": Words("只有企业填写。", "Only for enterprises."),
    "area": Words(
        "区县名称或 6 位代码；街道、乡镇填 9 位或 12 位代码。",
        "A county by its name or code of 6 digits; a street or town by its code of 9 or 12.",
    ),
    "sms": Words("多个用逗号分开。", "Several are separated by commas."),
    "groups": Words("多个用逗号分开，如：重点,黄河路片区。", "Several are separated by commas."),
    "grade_valid_from": Words("如 2026-11-15。", "Such as 2026-11-15."),
    "own_plan_filed_on": Words("没有备案的不填。", "Leave empty where it was not filed."),
    "wecom": Words("群名，与系统设置里的名称一致。", "Names of groups as in the settings."),
    "push": Words("名称，与系统设置里的一致。", "Names as in the settings."),
}
EXERCISE: dict[str, Words] = {"no": KINDS["real"], "yes": KINDS["exercise"]}
TEXTS: dict[str, Words] = {
    "change_organisation": Words("修改单位", "Change the organisation"),
    "new_help": Words(
        "先登记单位，再在它的页面上增加人员。多个单位请用“导入”。",
        "Make it first, then add its people on its page. For many use “Imports”.",
    ),
    "choose": Words("请选择", "choose"),
    "part_of_whom": Words("单位", "The organisation"),
    "part_of_addresses": Words("单位自己的号码和地址", "Its own numbers and addresses"),
    "part_of_enterprise": Words("企业资料", "Of enterprises"),
    "wrong_fields": Words("有 {} 处要改，没有保存。", "{} fields are wrong. Nothing was kept."),
    "exercise_note": Words(
        "演练单位只收演练，正式单位只收正式预警；以后不能改。",
        "Those for exercises get exercises only, the others real warnings only; it never changes.",
    ),
    "meanwhile": Words(
        "您填写时，别人改了这个单位，还没有保存。您填的都在下面；不同之处写着现在的登记。核对后再保存。",
        "Somebody changed this organisation while you wrote. Nothing was kept yet. What you wrote stands "
        "below, with what is stored now where that differs. Look, then save.",
    ),
    "stored_now": Words("现在的登记：{}", "Stored now: {}"),
    "stored_empty": Words("空", "nothing"),
    "close_it": Words("停用这个单位", "Switch the organisation off"),
    "close_help": Words(
        "停用后不再收到预警；已经发给它的预警，解除和更正仍会送到。以后可以重新启用。",
        "It gets no further warning; the lift or correction of one that it got still reaches it. It can be "
        "switched on again.",
    ),
    "open_it": Words("重新启用", "Switch it on again"),
    "open_help": Words("启用后，它又会收到预警。", "It gets warnings again."),
}
