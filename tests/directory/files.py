"""Directory files as an office would write them; every name and number is invented."""

import csv
import io

HEADER = ("编码", "名称", "受众", "行业", "区域代码", "联系人", "手机", "企业微信群", "邮箱", "演练")
ENGLISH_HEADER = (
    "code",
    "name",
    "audience",
    "sector",
    "area",
    "contact",
    "sms",
    "wecom",
    "email",
    "exercise",
)
AREAS = frozenset({"990100", "990102", "990100A"})

SCHOOL = {
    "编码": "S-01",
    "名称": "春风小学",
    "受众": "学校",
    "区域代码": "990102",
    "联系人": "赵老师",
    "手机": "19900000001",
    "企业微信群": "学校一群",
    "邮箱": "chunfeng@example.com",
    "演练": "否",
}


def row(**changes: str) -> list[str]:
    """The cells of a school's row, with some changed."""
    cells = SCHOOL | changes
    return [cells.get(column, "") for column in HEADER]


def table(*rows: list[str], header: tuple[str, ...] = HEADER) -> bytes:
    """A CSV file with these rows, as a spreadsheet writes it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *rows])
    return text.getvalue().encode()
