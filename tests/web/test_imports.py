"""Lists from their bytes into a real ledger: what changes, what stays, what would disappear, what is kept."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession
from sqlalchemy import Connection, select

from gateway.directory.importing import Options
from gateway.directory.inventory import InventoryLine
from gateway.directory.model import Organisation
from gateway.errors import InputError
from gateway.ledger import schema
from gateway.ledger.database import Ledger
from gateway.ledger.directory import imports, inventory, organisations
from gateway.plans.catalogue import Catalogue
from gateway.web.importing.organisations import Wishes, read_rows, store_rows
from tests.backends import open_ledger
from tests.city import TOKEN, city
from tests.cli.command import airwarn
from tests.directory.workbooks import credit_code, workbook
from tests.web.api import described

CATALOGUE = Catalogue()
ONE, TWO, THREE = credit_code(1), credit_code(2), credit_code(3)
PLANTS = "编码,名称,统一社会信用代码,受众,行业,区,绩效等级,负责人,负责人电话"
LIST = "企业名称,统一社会信用代码,区,生产线,黄色预警减排措施,红色预警减排措施"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = open_ledger(tmp_path)
    yield opened
    opened.close()


def take(ledger: Ledger, *rows: str, options: Options | None = None, **wishes: Any) -> dict[str, Any]:
    """Import a CSV file of these rows; the report."""
    reading = read_rows("\n".join(rows).encode(), "名单.csv", CATALOGUE, options)
    run = ledger.read_now if wishes.get("dry_run") else ledger.write_now
    return run(store_rows, reading, 1000, caller="office", wishes=Wishes(**wishes))


def take_list(ledger: Ledger, *rows: str, **wishes: Any) -> dict[str, Any]:
    options = Options(kind="inventory", inventory_list="industrial")
    return take(ledger, LIST, *rows, options=options, **wishes)


def stored(ledger: Ledger, code: str) -> Organisation:
    return ledger.read_now(organisations.by_codes, [code])[code].organisation


def lines(ledger: Ledger, code: str) -> tuple[InventoryLine, ...]:
    found = ledger.read_now(organisations.by_codes, [code])[code]
    return ledger.read_now(inventory.of_organisations, [found.id]).get(found.id, ())


def outcomes(report: dict[str, Any]) -> list[str]:
    return [row["outcome"] for row in report["rows"]]


def reasons(report: dict[str, Any]) -> str:
    return " ".join(fault["message"] for row in report["rows"] for fault in row["faults"])


def test_a_list_adds_then_leaves_alone_then_changes(ledger: Ledger) -> None:
    rows = [f"启明水泥厂,{ONE},中原区,1#窑,限产30%,停产", f"晨光厂,{TWO},二七区,,/,停产"]
    assert outcomes(take_list(ledger, *rows)) == ["added", "added"]
    assert outcomes(take_list(ledger, *rows)) == ["unchanged", "unchanged"]
    assert outcomes(take_list(ledger, rows[0].replace("30%", "50%"), rows[1])) == ["changed", "unchanged"]
    assert [(line.level, line.percent) for line in lines(ledger, ONE)] == [("yellow", 50), ("red", None)]
    plant = stored(ledger, ONE)
    assert (plant.audience, plant.sector, plant.area) == ("enterprises", "industry", "410102")


def test_a_dry_run_tells_the_same_and_stores_nothing(ledger: Ledger) -> None:
    rows = [f"启明水泥厂,{ONE},中原区,1#窑,限产30%,停产", f"晨光厂,{TWO},天外区,,/,停产"]
    tried = take_list(ledger, *rows, dry_run=True)
    assert (tried["stored"], tried["id"]) == (False, None)
    assert ledger.read_now(organisations.by_codes, [ONE]) == {}
    assert ledger.read_now(imports.page) == []
    done = take_list(ledger, *rows)
    assert (done["counts"], done["rows"]) == (tried["counts"], tried["rows"])


def test_what_a_file_has_no_column_for_stays(ledger: Ledger) -> None:
    take(ledger, PLANTS, f"E-1,启明水泥厂,{ONE},企业,发电企业,中原区,B级,张三,19900000001")
    report = take(ledger, "编码,名称,企业微信群", "E-1,启明水泥公司,工业群")
    assert outcomes(report) == ["changed"]
    plant = stored(ledger, "E-1")
    assert (plant.name, plant.sector, plant.grade, plant.credit_code) == ("启明水泥公司", "power", "B", ONE)
    assert [each.value for each in plant.addresses] == ["工业群"]
    assert [each.name for each in plant.contacts] == ["张三"]
    take(ledger, "编码,名称,手机", "E-1,启明水泥公司,19900000009")
    assert {each.value for each in stored(ledger, "E-1").addresses} == {"+8619900000009", "工业群"}


def test_a_new_organisation_needs_what_a_known_one_does_not(ledger: Ledger) -> None:
    report = take(ledger, "编码,名称,企业微信群", "E-9,新厂,工业群")
    assert outcomes(report) == ["refused"]
    assert "缺少受众" in reasons(report)
    assert "缺少区域代码" in reasons(report)


def test_an_organisation_is_found_again_by_its_credit_code(ledger: Ledger) -> None:
    take(ledger, PLANTS, f"E-1,启明水泥厂,{ONE},企业,发电企业,中原区,B级,张三,19900000001")
    report = take_list(ledger, f"启明水泥厂,{ONE},中原区,1#窑,/,停产")
    assert [(row["code"], row["outcome"]) for row in report["rows"]] == [("E-1", "changed")]
    assert stored(ledger, "E-1").sector == "power"  # a list of industry makes no power plant an industry
    assert [line.action for line in lines(ledger, "E-1")] == ["stop"]


def test_of_two_plants_with_one_credit_code_the_name_decides(ledger: Ledger) -> None:
    take(
        ledger,
        PLANTS,
        f"E-1,启明一厂,{ONE},企业,,中原区,,,",
        f"E-2,启明二厂,{ONE},企业,,二七区,,,",
    )
    report = take_list(ledger, f"启明二厂,{ONE},二七区,,/,停产")
    assert [row["code"] for row in report["rows"]] == ["E-2"]
    assert outcomes(take_list(ledger, f"启明三厂,{ONE},二七区,,/,停产")) == ["refused"]


def test_two_rows_that_mean_one_organisation_are_not_both_taken(ledger: Ledger) -> None:
    take(ledger, PLANTS, f"E-1,启明一厂,{ONE},企业,,中原区,,,")
    report = take(ledger, "编码,名称,统一社会信用代码", "E-1,启明一厂,", f",启明一厂,{ONE}")
    assert outcomes(report) == ["unchanged", "refused"]
    assert "第 2 行" in reasons(report)


def test_contacts_replace_those_of_their_organisation_and_need_one(ledger: Ledger) -> None:
    take(ledger, PLANTS, f"E-1,启明水泥厂,{ONE},企业,,中原区,B级,张三,19900000001")
    people = Options(kind="contacts")
    report = take(
        ledger,
        "名称,姓名,角色,手机",
        "启明水泥厂,李四,负责人,19900000002",
        ",王五,夜间值班,19900000003",
        "没有的厂,赵六,负责人,19900000004",
        options=people,
    )
    assert outcomes(report) == ["changed", "changed", "refused"]
    assert [(each.name, each.role) for each in stored(ledger, "E-1").contacts] == [
        ("李四", "responsible"),
        ("王五", "night_duty"),
    ]


def test_what_a_file_no_longer_names_is_told_first_and_removed_only_when_asked(ledger: Ledger) -> None:
    schools = "编码,名称,受众,区域代码,手机"
    take(
        ledger,
        schools,
        "S-1,一小,学校,410102,19900000001",
        "S-2,二小,学校,410102,19900000002",
        "S-3,三小,学校,410103,19900000003",  # another district's
        "H-1,一院,医疗机构,410102,19900000004",
    )
    again = [schools, "S-1,一小,学校,410102,19900000001"]
    told = take(ledger, *again)
    assert told["missing"] == [{"code": "S-2", "name": "二小"}]
    assert told["removed"] == 0
    assert ledger.read_now(organisations.by_codes, ["S-2"])["S-2"].active
    done = take(ledger, *again, remove_missing=True)
    assert done["removed"] == 1
    known = ledger.read_now(organisations.by_codes, ["S-1", "S-2", "S-3", "H-1"])
    assert {code: each.active for code, each in known.items()} == {
        "S-1": True,
        "S-2": False,
        "S-3": True,
        "H-1": True,
    }


def test_nothing_is_removed_while_a_row_is_refused(ledger: Ledger) -> None:
    schools = "编码,名称,受众,区域代码,手机"
    take(ledger, schools, "S-1,一小,学校,410102,19900000001", "S-2,二小,学校,410102,19900000002")
    report = take(
        ledger, schools, "S-1,一小,学校,410102,19900000001", "S2,二小,学校,410102,1", remove_missing=True
    )
    assert report["removed"] == 0
    assert [finding["code"] for finding in report["findings"]] == ["NOTHING_REMOVED"]
    assert ledger.read_now(organisations.by_codes, ["S-2"])["S-2"].active


def test_lines_of_an_enterprise_that_left_the_list_go_only_when_asked(ledger: Ledger) -> None:
    take_list(
        ledger, f"启明,{ONE},中原区,,/,停产", f"晨光,{TWO},中原区,,/,停产", f"远方,{THREE},二七区,,/,停产"
    )
    left = [f"启明,{ONE},中原区,,/,停产"]
    assert take_list(ledger, *left)["missing"] == [{"code": TWO, "name": "晨光"}]
    assert len(lines(ledger, TWO)) == 1
    assert take_list(ledger, *left, remove_missing=True)["removed"] == 1
    assert (lines(ledger, TWO), len(lines(ledger, THREE))) == ((), 1)
    assert ledger.read_now(organisations.by_codes, [TWO])[TWO].active  # it left the list, not the city


def test_an_import_keeps_its_report_and_stands_in_the_audit_trail(ledger: Ledger) -> None:
    report = take_list(ledger, f"启明,{ONE},中原区,,/,停产", f"晨光,{TWO},天外区,,/,停产")
    (kept,) = ledger.read_now(imports.page)
    assert (kept.kind, kept.file_name, kept.actor) == ("inventory", "名单.csv", "office")
    assert kept.counts == {"added": 1, "changed": 0, "unchanged": 0, "refused": 1}
    found = ledger.read_now(imports.report, kept.id)
    assert found is not None
    assert found["rows"] == report["rows"]
    entries = ledger.read_now(lambda connection: list(connection.execute(select(schema.audit))))
    assert [(entry.kind, entry.subject) for entry in entries] == [
        ("directory_imported", "directory:inventory")
    ]


def test_a_report_gives_no_number_away(ledger: Ledger) -> None:
    take(
        ledger,
        "编码,名称,受众,区域代码,联系人,联系方式",
        "S-1,一小,学校,410102,林老师,19912345678",
        "S-2,二小,学校,410102,何老师,0371-61234567/19912345679a",
    )

    def texts(connection: Connection) -> str:
        return str(connection.execute(select(schema.imports.c.report)).scalar_one())

    kept = ledger.read_now(texts)
    assert "12345" not in kept
    assert "61234567" not in kept


def test_a_saved_mapping_reads_the_next_file(ledger: Ledger) -> None:
    columns = {"甲": "credit_code", "乙": "name", "丙": "area", "丁": "measure.red"}
    rows = ["甲,乙,丙,丁,戊", f"{ONE},启明,中原区,停产,x"]
    options = Options("inventory", "industrial", columns=columns)
    take(ledger, *rows, options=options, save_mapping="街道表")
    saved = ledger.read_now(imports.mapping, "街道表", "inventory")
    assert saved == {**columns, "戊": "-"}
    again = take(ledger, *rows, options=Options("inventory", "industrial", mapping=saved))
    assert outcomes(again) == ["unchanged"]
    assert again["understood"]["unread"] == []
    with pytest.raises(InputError) as caught:
        ledger.read_now(imports.mapping, "街道表", "contacts")
    assert caught.value.code == "MAPPING_UNKNOWN"


def test_more_batches_than_the_plan_allows_are_pointed_out(ledger: Ledger) -> None:
    header = "企业名称,统一社会信用代码,区,轮停批次,红色预警减排措施"
    options = Options("inventory", "industrial")
    fine = take(ledger, header, f"甲厂,{ONE},西岗区,第三批,停产", options=options)
    assert fine["findings"] == []
    assert lines(ledger, ONE)[0].batch == 3
    report = take(ledger, header, f"甲厂,{ONE},西岗区,4,停产", options=options)
    assert [(finding["code"], finding["clause"]) for finding in report["findings"]] == [
        ("TOO_MANY_BATCHES", "6.5")
    ]


def test_blanks_of_an_inventory_take_nothing_from_the_directory(ledger: Ledger) -> None:
    header = "统一社会信用代码,名称,受众,区,绩效等级,联系人,联系方式,负责人,负责人电话"
    take(ledger, header, f"{ONE},启明水泥厂,企业,中原区,B级,林老师,19900000001,张三,19900000002")
    before = stored(ledger, ONE)
    take(
        ledger,
        "企业名称,统一社会信用代码,区,绩效等级,联系人,联系方式,负责人,负责人电话,红色预警减排措施",
        f"启明水泥厂,{ONE},中原区,/,,,,,停产",
        options=Options("inventory", "industrial"),
    )
    assert stored(ledger, ONE) == before
    take(ledger, header, f"{ONE},启明水泥厂,企业,中原区,B级,林老师,0371-00000000,张三,19900000002")
    now = stored(ledger, ONE).addresses  # a fixed line replaces no mobile number
    assert set(before.addresses) < set(now)


def test_a_file_of_one_level_leaves_the_other_levels_alone(ledger: Ledger) -> None:
    take_list(ledger, f"启明水泥厂,{ONE},中原区,1#窑,限产30%,停产")
    header = "企业名称,统一社会信用代码,区,生产线,黄色预警减排措施"
    options = Options("inventory", "industrial")
    same = take(ledger, header, f"启明水泥厂,{ONE},中原区,1#窑,限产30%", options=options)
    assert outcomes(same) == ["unchanged"]
    take(ledger, header, f"启明水泥厂,{ONE},中原区,1#窑,限产50%", options=options)
    assert [(line.level, line.percent) for line in lines(ledger, ONE)] == [("yellow", 50), ("red", None)]


def test_tonnes_a_day_are_kept_where_the_column_says_so(ledger: Ledger) -> None:
    figures_of = "SO2日排放量（吨/天）,橙色预警SO2减排量(t/d),VOCs年排放量（吨）"
    header = f"企业名称,统一社会信用代码,区,红色预警减排措施,{figures_of}"
    options = Options("inventory", "industrial")
    report = take(ledger, header, f"甲厂,{ONE},中原区,停产,4.0,1.25,900", options=options)
    assert report["understood"]["unread"] == ["VOCs年排放量（吨）"]
    found = ledger.read_now(organisations.by_codes, [ONE])[ONE]
    figures = ledger.read_now(inventory.emissions, [found.id])[found.id]
    assert figures == {("", "SO2"): 4.0, ("orange", "SO2"): 1.25}
    again = take(ledger, header, f"甲厂,{ONE},中原区,停产,4.0,1.5,900", options=options, dry_run=True)
    assert outcomes(again) == ["changed"]
    assert outcomes(take(ledger, header, f"甲厂,{ONE},中原区,停产,很多,1,900", options=options)) == [
        "refused"
    ]


def test_own_words_are_named_for_the_office(ledger: Ledger) -> None:
    report = take_list(ledger, f"启明,{ONE},中原区,,自主减排,停产")
    (finding,) = report["findings"]
    assert finding["code"] == "OWN_WORDS"
    assert "1 条" in finding["message"]
    assert "“自主减排”" in finding["message"]


async def test_a_workbook_comes_in_over_the_api_as_described(tmp_path: Path) -> None:
    rows = [
        LIST.split(","),
        ["启明水泥厂", ONE, "中原区", "1#窑", "限产30%", "停产"],
        ["", "", "", "", "停产", ""],
    ]
    content = workbook({"工业源清单": rows})
    async with city(tmp_path) as made, ClientSession(headers={"Authorization": f"Bearer {TOKEN}"}) as session:
        address = f"{made.process.url}/api/v1/directory"
        asked = {
            "kind": "inventory",
            "file": "清单.xlsx",
            "save_mapping": "m",
            "columns": '{"生产线": "line"}',
        }
        async with session.post(address, params=asked, data=content) as response:
            report = await response.json()
            described("import_directory", response.status, report)
        assert report["counts"]["added"] == 2  # two rows of one enterprise
        for path, name in (
            ("imports", "list_imports"),
            (f"imports/{report['id']}", "show_import"),
            ("mappings", "list_mappings"),
        ):
            async with session.get(f"{address}/{path}") as response:
                described(name, response.status, await response.json())
        async with session.get(f"{address}/imports/999") as response:
            assert response.status == 404
        async with session.post(address, params={**asked, "columns": "[1]"}, data=content) as response:
            assert response.status == 422


def test_a_workbook_comes_in_over_the_command_line_and_is_listed(tmp_path: Path) -> None:
    rows = [LIST.split(","), ["启明水泥厂", ONE, "中原区", "1#窑", "限产30%", "停产"]]
    (tmp_path / "list.xlsx").write_bytes(workbook({"工业源清单": rows}))
    command = ["directory", "import", "list.xlsx", "--kind", "inventory"]
    ran = airwarn(tmp_path, *command, "--save-mapping", "m", "--json")
    assert (ran.code, ran.json["counts"]["added"]) == (0, 1)
    listed = airwarn(tmp_path, "directory", "imports", "--json").json["imports"]
    assert [(each["id"], each["file_name"], each["counts"]["added"]) for each in listed] == [
        (1, "list.xlsx", 1)
    ]
    assert airwarn(tmp_path, "directory", "imports", "1", "--json").json["rows"] == ran.json["rows"]
    assert airwarn(tmp_path, "directory", "mappings", "--json").json["mappings"][0]["name"] == "m"
    again = airwarn(tmp_path, *command, "--mapping", "m")
    assert "未变 1" in again.out
    assert airwarn(tmp_path, "directory", "imports", "9", "--json").json["error"]["code"] == "IMPORT_UNKNOWN"
    assert airwarn(tmp_path, *command, "--kind", "trucks").code == 2
