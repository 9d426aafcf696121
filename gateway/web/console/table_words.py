"""The two languages of a table's frame."""

from gateway.vocabulary import Words

TEXTS: dict[str, Words] = {
    "filter": Words("筛选", "Filter"),
    "any": Words("不限", "any"),
    "show_all": Words("取消筛选", "Show all"),
    "no_rows": Words("没有符合的记录。", "Nothing fits."),
    "none_here": Words("还没有记录。", "Nothing yet."),
    "filter_and_sort": Words("筛选和排序", "Filter and sort"),
    "whole": Words("原始记录", "As it is stored"),
    "narrowed": Words("已筛选", "narrowed"),
    "sorted_by": Words("排序", "Order"),
    "downwards": Words("（倒序）", " (downwards)"),
    "own_order": Words("默认", "as usual"),
    "sort_by": Words("按“{}”排序", "Sort by {}"),
    "ascending": Words("从小到大", "ascending"),
    "descending": Words("从大到小", "descending"),
    "first_page": Words("第一页", "First page"),
    "next_page": Words("下一页", "Next page"),
    "pages": Words("翻页", "Pages"),
    "as_file": Words("导出", "Export"),
    "table_yes": Words("是", "yes"),
    "table_no": Words("否", "no"),
}
KINDS: dict[str, Words] = {"real": Words("正式", "real"), "exercise": Words("演练", "exercise")}
