"""The two languages of the pages on which a list is looked at and imported."""

from gateway.directory.header_words import KINDS as LIST_KINDS
from gateway.directory.header_words import Kind
from gateway.vocabulary import Words

_KINDS_EN: dict[Kind, str] = {
    "organisations": "organisations",
    "contacts": "people",
    "inventory": "inventory",
    "rosters": "rosters",
    "liaison": "liaison officers",
    "duties": "duties",
}
KINDS: dict[str, Words] = {code: Words(words, _KINDS_EN[code]) for code, words in LIST_KINDS.items()}
OPTIONS: dict[str, Words] = {  # what the form calls the options of the command
    "--list": Words("哪一类减排清单", "Which inventory"),
    "--sheet": Words("工作表", "Sheet"),
    "--column": Words("列对应", "Columns"),
    "--unit": Words("值班表是哪个单位的", "Whose roster it is"),
    "--plan": Words("责任分工属于哪个预案", "The plan of the duties"),
}
OUTCOMES: dict[str, Words] = {
    "refused": Words("未导入", "refused"),
    "added": Words("新增", "added"),
    "changed": Words("修改", "changed"),
    "unchanged": Words("不变", "unchanged"),
}
WOULD: dict[str, Words] = {
    "refused": Words("不能导入", "refused"),
    "added": Words("将新增", "would be added"),
    "changed": Words("将修改", "would be changed"),
    "unchanged": Words("不变", "unchanged"),
}
TEXTS: dict[str, Words] = {
    "imports": Words("导入", "Imports"),
    "about_imports": Words(
        "选一个文件，先看它会改什么，确认后才导入。CSV 或 .xlsx，最大 {} MB。",
        "Choose a file. You first see what it would change; nothing is stored until you confirm. "
        "CSV or .xlsx, {} MB at most.",
    ),
    "samples": Words("下载样表，照着填", "Samples to fill in"),
    "samples_help": Words(
        "样表有列名、一行示例和每一列的填法；填好后删去示例。列名和顺序不用完全一样，上传后先看每一列读成了什么。",
        "A sample has the columns, one example and how to fill each in; delete the example. Other names and "
        "orders are understood: you see first how each column is read.",
    ),
    "needed_are": Words("必须有：{}", "needed: {}"),
    "file": Words("文件", "File"),
    "kind": Words("是什么清单", "What it is"),
    "inventory_list": Words("哪一类减排清单", "Which inventory"),
    "inventory_list_help": Words("文件标题里写明的不用选。", "Not needed where the file's title says it."),
    "by_file": Words("按文件所写", "as the file says"),
    "audience_help": Words("文件里没有“受众”一列时选。", "Where the file has no such column."),
    "more_options": Words("列名不同、值班表、责任分工等其他选项", "Other columns, rosters, duties and more"),
    "sheet": Words("工作表", "Sheet"),
    "sheet_help": Words("有几张表都像时写名字。", "Its name, where several would fit."),
    "mapping": Words("已保存的列对应", "Saved columns"),
    "columns": Words("列对应，一行一个：列名=字段", "Columns, one a line: printed=field"),
    "columns_help": Words(
        "如 代码=credit_code；不要的列写 备注=-", "Such as “代码=credit_code”; “备注=-” leaves it out"
    ),
    "save_mapping": Words("把列对应保存为", "Keep the columns under this name"),
    "unit": Words("值班表是哪个单位的（编码）", "Whose roster it is (code)"),
    "plan": Words("责任分工属于哪个预案", "The plan of the duties"),
    "remove_missing": Words(
        "文件里没有的，停用（减排清单则去掉）。不选就保留。",
        "Switch off (or take off the list) what the file does not name",
    ),
    "look": Words("先看看会改什么", "See what it would change"),
    "waiting": Words("有一个文件还没有确认：{}", "A file waits for you: {}"),
    "past_imports": Words("导入记录", "What was imported"),
    "own_only": Words("只列出您自己的导入。", "Only your own are listed."),
    "at": Words("时间", "When"),
    "by": Words("由谁", "By"),
    "sha256": Words("文件校验值 SHA-256", "SHA-256 of the file"),
    "import_of": Words("导入：{}", "Import of {}"),
    "preview_of": Words("还没有导入：{}", "Not imported yet: {}"),
    "preview_none": Words(
        "这个文件没有一行可以导入，通讯录不会改变。原因见下面的逐行结果。",
        "No row of this file can be imported; the directory stays as it is. See why below, row by row.",
    ),
    "preview_unchanged": Words(
        "这个文件和通讯录一致，不用导入。",
        "The file says what the directory has: there is nothing to import.",
    ),
    "preview_help": Words(
        "下面是这个文件会改的全部内容。核对后，按最下面的“确认导入”。",
        "This is all that the file would change. Look at it, then confirm below.",
    ),
    "row": Words("行", "Row"),
    "code": Words("编码", "Code"),
    "outcome": Words("结果", "Outcome"),
    "changes": Words("改什么", "What changes"),
    "which_column": Words("哪一列", "Column"),
    "why": Words("原因", "Why"),
    "remarks": Words("提醒", "Remarks"),
    "rows": Words("逐行结果", "Row by row"),
    "columns_read": Words("每一列读成什么", "How each column was read"),
    "printed": Words("列名", "Printed"),
    "field": Words("字段", "Field"),
    "unread": Words("没有读的列：{}", "Columns not read: {}"),
    "not_read": Words("没有读", "not read"),
    "left_out": Words("不要", "left out"),
    "findings": Words("请留意", "To look at"),
    "missing": Words("通讯录里有、文件里没有的 {} 个", "{} that the file does not name"),
    "which_ones": Words("看是哪些", "Which ones"),
    "row_number": Words("第 {} 行", "row {}"),
    "missing_stay": Words("它们保留不变。", "They stay as they are."),
    "missing_go": Words(
        "确认后，它们会被停用（减排清单则去掉）。", "They are switched off (or taken off the list) with it."
    ),
    "missing_gone": Words(
        "它们已停用（减排清单则已去掉）。", "They were switched off (or taken off the list)."
    ),
    "and_more": Words("……共 {} 个", "… {} in all"),
    "notes": Words("没有当作数据的行", "Rows that are no entries"),
    "confirm_import": Words("确认导入", "Confirm the import"),
    "confirm_some": Words(
        "{} 行不能导入，其余 {} 行会导入。要全部导入，先改文件，再重新上传。",
        "{} rows are refused, the other {} are imported. To have all, mend the file and send it again.",
    ),
    "confirm_all": Words("{} 行都会导入。", "All {} rows are imported."),
    "nothing_to_store": Words("请改正文件，再重新上传。", "Mend the file, and send it again."),
    "discard": Words("不导入，删除文件", "Do not import; delete the file"),
    "differs": Words(
        "您看过之后，通讯录变了，结果和您看到的不同，所以没有导入。下面是新的结果，请再核对一次。",
        "The directory has changed since you looked, and the outcome with it: nothing was imported. This is "
        "the new outcome; look again.",
    ),
    "kept_an_hour": Words("文件保留 1 小时，之后自动删除。", "The file is kept for an hour."),
}
