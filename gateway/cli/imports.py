"""`directory imports`, `directory mappings`: what was imported, the report of one, and which mappings are
saved."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from gateway.cli.organisations import read
from gateway.cli.output import Json, SettingsFile, minute, print_json, say, table

OUTCOME_WORDS = {"added": "新增", "changed": "更新", "unchanged": "未变", "refused": "未导入"}
_SHOWN = 20  # of what the file does not name


def imports(
    identifier: Annotated[
        int | None,
        typer.Argument(metavar="[ID]", help="一次导入的报告 · the report of one", show_default=False),
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """列出导入记录，或某次导入的报告 · What was imported, or the report of one import."""
    from gateway.errors import InputError
    from gateway.ledger.directory import imports as ledger_imports
    from gateway.moments import iso

    if identifier is not None:
        report = read(settings, lambda connection: ledger_imports.report(connection, identifier))
        if report is None:
            raise InputError(
                "IMPORT_UNKNOWN", f"没有导入 {identifier}", f"there is no import {identifier}", field="id"
            )
        if as_json:
            print_json({**report, "id": identifier})
        else:
            show_report({**report, "id": identifier})
        return
    found = read(settings, ledger_imports.page)
    if as_json:
        print_json(
            {
                "imports": [
                    {
                        "id": each.id,
                        "kind": each.kind,
                        "file_name": each.file_name,
                        "sha256": each.sha256,
                        "actor": each.actor,
                        "counts": dict(each.counts),
                        "at": iso(each.at),
                    }
                    for each in found
                ]
            }
        )
        return
    table(
        "导入记录",
        ["编号", "时间", "内容", "文件", "由", *OUTCOME_WORDS.values()],
        [
            [each.id, minute(iso(each.at)), each.kind, each.file_name, each.actor]
            + [each.counts[key] for key in OUTCOME_WORDS]
            for each in found
        ],
    )


def mappings(settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出保存的列对应 · The mappings of columns that are saved."""
    from gateway.ledger.directory import imports as ledger_imports

    found = read(settings, ledger_imports.mappings)
    if as_json:
        print_json(
            {
                "mappings": [
                    {"name": each.name, "kind": each.kind, "columns": dict(each.columns)} for each in found
                ]
            }
        )
        return
    for each in found:
        say(f"{each.name}（{each.kind}）")
        for printed, field in each.columns.items():
            say(f"  {printed} = {field}")


def show_report(report: dict[str, Any]) -> None:
    """What became of every row of a list, in words."""
    _show_understood(report["understood"])
    for row in report["rows"]:
        for fault in row["faults"]:
            field = f"［{fault['field']}］" if fault["field"] else ""
            say(f"第 {row['row']} 行 {row['code']} 未导入：{field}{fault['message']}")
            say(f"  row {row['row']} refused: {fault['message_en']}")
        for remark in row["remarks"]:
            say(f"第 {row['row']} 行 {row['code']} 注意：{remark['message']}")
            say(f"  row {row['row']}: {remark['message_en']}")
    for finding in report["findings"]:
        say(f"注意：{finding['message']}")
        say(f"  note: {finding['message_en']}")
    _show_missing(report["missing"], report["removed"])
    counts = "，".join(f"{word} {report['counts'][key]}" for key, word in OUTCOME_WORDS.items())
    number = f"（导入 {report['id']}）" if report["id"] is not None else ""
    say(f"{counts}{number if report['stored'] else '（试运行，未保存）'}")


def _show_understood(understood: dict[str, Any]) -> None:
    where = f"工作表“{understood['sheet']}”，" if understood["sheet"] else ""
    read = "，".join(
        f"{each['printed']}={each['field']}"
        for each in understood["columns"]
        if each["field"] not in (None, "-", each["printed"])
    )
    say(f"{where}表头在第 {understood['header_row']} 行；读作 · read as：{read}")
    if understood["unread"]:
        say(f"未读的列 · columns not read：{'、'.join(understood['unread'])}")
    for each in understood["notes"]:
        say(f"第 {each['row']} 行不是条目 · no entry：{each['text']}")


def _show_missing(missing: Sequence[dict[str, str]], removed: int) -> None:
    if not missing:
        return
    done = f"已移除 {removed} 个" if removed else "未移除，移除请加 --remove-missing"
    say(f"文件中没有、通讯录里有的 · not in the file：{len(missing)} 个（{done}）")
    for each in missing[:_SHOWN]:
        say(f"  {each['code']} {each['name']}")
    if len(missing) > _SHOWN:
        say(f"  …… 共 {len(missing)} 个，全部见 --json")
