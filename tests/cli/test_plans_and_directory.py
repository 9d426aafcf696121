"""`plan lint` of a file that is being written, and `directory import --dry-run` before there is a ledger."""

from importlib.resources import files
from pathlib import Path

from tests.cli.command import airwarn

ROWS = """编码,名称,受众,行业,区域代码,联系人,手机,企业微信群,邮箱
s1,甲小学,学校,,410102,张三,13800001111,,
s1,甲小学,学校,,410102,张三,13800001111,,
s2,乙小学,学校,,410102,李四,1390066661111,,
"""


def test_a_plan_file_is_checked_where_it_lies(tmp_path: Path) -> None:
    text = (files("message_templates") / "plans" / "zhengzhou.yaml").read_text(encoding="utf-8")
    (tmp_path / "zhengzhou.yaml").write_text(text, encoding="utf-8")
    assert airwarn(tmp_path, "plan", "lint", "zhengzhou.yaml").code == 0
    (tmp_path / "zhengzhou.yaml").write_text(text.replace("texts:", "textz:", 1), encoding="utf-8")
    ran = airwarn(tmp_path, "plan", "lint", "zhengzhou.yaml", "--json")
    assert ran.code == 1
    assert {problem["file"] for problem in ran.json["problems"]} == {"zhengzhou.yaml"}
    assert airwarn(tmp_path, "plan", "lint", "none.yaml", "--json").json["error"]["code"] == "FILE_UNREADABLE"


def test_two_plans_or_two_versions_are_compared_and_a_difference_is_no_failure(tmp_path: Path) -> None:
    ran = airwarn(tmp_path, "plan", "diff", "zhengzhou", "zhengzhou-2018")
    assert ran.code == 0
    assert "只在 A 的措施" in ran.out
    assert "in both but different" in ran.out
    text = (files("message_templates") / "plans" / "zhengzhou.yaml").read_text(encoding="utf-8")
    (tmp_path / "old.yaml").write_text(text.replace("hours: 48\n", "hours: 24\n", 1), encoding="utf-8")
    ran = airwarn(tmp_path, "plan", "diff", "old.yaml", "zhengzhou", "--json")
    assert ran.code == 0
    assert [(each["section"], each["field"], each["a"], each["b"]) for each in ran.json["rules"]] == [
        ("lead_time", "hours", 24, 48)
    ]
    assert ran.json["measures"] == {"only_a": [], "only_b": [], "changed": []}
    assert (
        airwarn(tmp_path, "plan", "diff", "zhengzhou", "no", "--json").json["error"]["code"] == "PLAN_UNKNOWN"
    )


def test_a_dry_run_tells_every_row_and_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(ROWS, encoding="utf-8")
    ran = airwarn(tmp_path, "directory", "import", "rows.csv", "--dry-run", "--json")
    assert ran.code == 1
    assert ran.json["stored"] is False
    assert [(row["row"], row["outcome"]) for row in ran.json["rows"]] == [
        (2, "added"),
        (3, "refused"),
        (4, "refused"),
    ]
    assert all("66661111" not in fault["message"] for row in ran.json["rows"] for fault in row["faults"])
    assert [entry.name for entry in tmp_path.iterdir()] == ["rows.csv"]
