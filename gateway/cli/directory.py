"""`directory`: import a list into the ledger, show what was imported and which mappings are saved."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.output import (
    Json,
    SettingsFile,
    leave,
    note,
    print_json,
    read_file,
    say,
    table,
    write_file,
)

OUTCOME_WORDS = {"added": "新增", "changed": "更新", "unchanged": "未变", "refused": "未导入"}
_SHOWN = 20  # of what the file does not name


def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV 或 .xlsx，- 为标准输入 · CSV or .xlsx")],
    kind: Annotated[
        str,
        typer.Option(
            "--kind",
            metavar="K",
            help="organisations 单位 · contacts 联系人 · inventory 应急减排清单 · rosters 值班表"
            " · liaison 联络员名单 · duties 责任分工表",
        ),
    ] = "organisations",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不保存 · store nothing")] = False,
    inventory: Annotated[
        str | None,
        typer.Option(
            "--list",
            metavar="L",
            help="清单：industrial 工业源 dust 扬尘源 mobile 移动源 white_list 白名单"
            " co_heating 协同供暖 guaranteed 保障类",
            show_default=False,
        ),
    ] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", help="工作表名 · the sheet", show_default=False)
    ] = None,
    audience: Annotated[
        str | None,
        typer.Option("--audience", metavar="A", help="全表单位的受众 · of every row", show_default=False),
    ] = None,
    sector: Annotated[
        str | None,
        typer.Option("--sector", metavar="S", help="全表企业的行业 · of every row", show_default=False),
    ] = None,
    unit: Annotated[
        str | None,
        typer.Option("--unit", metavar="CODE", help="值班表是哪个单位的 · of a roster", show_default=False),
    ] = None,
    plan: Annotated[
        str | None,
        typer.Option("--plan", metavar="P", help="责任分工表的预案 · of duties", show_default=False),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="列名=字段",
            help="可多次；字段为 - 时不读 · what a column is; - leaves it out",
            show_default=False,
        ),
    ] = None,
    mapping: Annotated[
        str | None,
        typer.Option(
            "--mapping", metavar="NAME", help="使用保存的列对应 · a saved mapping", show_default=False
        ),
    ] = None,
    save_mapping: Annotated[
        str | None,
        typer.Option(
            "--save-mapping", metavar="NAME", help="保存列对应 · keep the columns", show_default=False
        ),
    ] = None,
    remove_missing: Annotated[
        bool,
        typer.Option("--remove-missing", help="移除文件中没有的 · take away what the file does not name"),
    ] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """导入单位、联系人或清单，逐行给出结果 · Import a list; exit 1 when a row was refused."""
    import asyncio
    import json
    from urllib.parse import urlencode

    from gateway import settings as settings_module
    from gateway.cli.client import ask, server_socket

    columns = _columns(column or [])
    asked: dict[str, str | None] = {
        "kind": _one_of("--kind", kind, _kinds()),
        "inventory": _one_of("--list", inventory, _lists()),
        "sheet": sheet,
        "audience": _one_of("--audience", audience, _audiences()),
        "sector": _one_of("--sector", sector, _sectors()),
        "unit": unit,
        "plan": plan,
        "mapping": mapping,
        "save_mapping": save_mapping,
        "columns": json.dumps(columns, ensure_ascii=False) if columns else None,
        "dry_run": "true" if dry_run else None,
        "remove_missing": "true" if remove_missing else None,
    }
    configured = settings_module.load(settings)
    content, name = read_file(file)
    socket = server_socket(configured)
    if socket is not None:
        query = urlencode({key: value for key, value in {"file": name, **asked}.items() if value is not None})
        _status, report = asyncio.run(ask(socket, "POST", f"/api/v1/directory?{query}", content))
    else:
        report = _alone(configured, content, name, asked, columns)
    if as_json:
        print_json(report)
    else:
        _show(report)
    leave(1 if report["counts"]["refused"] else 0)


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

    ledger = _reader(settings)
    try:
        if identifier is not None:
            report = ledger.read_now(ledger_imports.report, identifier)
            if report is None:
                raise InputError(
                    "IMPORT_UNKNOWN", f"没有导入 {identifier}", f"there is no import {identifier}", field="id"
                )
            if as_json:
                print_json({**report, "id": identifier})
            else:
                _show({**report, "id": identifier})
            return
        found = ledger.read_now(ledger_imports.page)
    finally:
        ledger.close()
    from gateway.moments import iso

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
            [each.id, iso(each.at), each.kind, each.file_name, each.actor]
            + [each.counts[key] for key in OUTCOME_WORDS]
            for each in found
        ],
    )


def mappings(settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出保存的列对应 · The mappings of columns that are saved."""
    from gateway.ledger.directory import imports as ledger_imports

    ledger = _reader(settings)
    try:
        found = ledger.read_now(ledger_imports.mappings)
    finally:
        ledger.close()
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


def sample(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="organisations contacts inventory rosters liaison duties")
    ],
    plan: Annotated[
        str, typer.Option("--plan", metavar="P", help="区域和措施按哪个预案 · whose areas and measures")
    ],
    output: Annotated[
        Path, typer.Option("--output", metavar="FILE", help="写到 .csv 或 .xlsx 文件 · the file")
    ],
    force: Annotated[bool, typer.Option("--force", help="覆盖已有文件 · overwrite")] = False,
    settings: SettingsFile = None,
) -> None:
    """写出样表：列名、一行示例、填写说明 · A list to fill in: columns, an example, what each is."""
    from typing import cast

    from gateway import settings as settings_module
    from gateway.directory import samples
    from gateway.directory.header_words import Kind
    from gateway.plans.catalogue import Catalogue
    from gateway.spreadsheets import TABLE_TYPES

    form = output.suffix.removeprefix(".").lower()
    if form not in TABLE_TYPES:
        raise typer.BadParameter(f"{output}: .csv, .xlsx", param_hint="--output")
    _one_of("KIND", kind, _kinds())
    loaded = Catalogue(settings_module.load(settings).plans_folder).load(plan)
    content = samples.sample(cast(Kind, kind), loaded.plan, form)
    write_file(output, force, lambda opened: opened.write(content))
    note(f"已写出 {output} · written")


def _alone(
    configured: Any, content: bytes, name: str, asked: dict[str, Any], columns: dict[str, str]
) -> dict[str, Any]:
    from tempfile import TemporaryDirectory

    from gateway.directory.importing import Options
    from gateway.ledger.database import FILE, FolderLock, Ledger
    from gateway.ledger.directory import imports as ledger_imports
    from gateway.plans.catalogue import Catalogue
    from gateway.web.importing.lists import read_list, store_list
    from gateway.web.importing.organisations import Wishes

    dry_run = asked["dry_run"] is not None
    with TemporaryDirectory(prefix="airwarn-dry-run-") as spare:
        folder = configured.data_folder
        if dry_run and configured.database_url is None and not (folder / FILE).exists():
            folder = Path(spare)  # a dry run leaves no data folder behind
        lock = FolderLock(folder, "airwarn directory import")
        try:
            ledger = Ledger(folder, configured.database_url)
            try:
                saved = asked["mapping"] and ledger.read_now(
                    ledger_imports.mapping, asked["mapping"], asked["kind"]
                )
                options = Options(
                    asked["kind"],
                    asked["inventory"],
                    asked["sheet"],
                    asked["audience"],
                    asked["sector"],
                    saved or None,
                    columns or None,
                )
                reading = read_list(
                    content,
                    name,
                    Catalogue(configured.plans_folder),
                    options,
                    unit=asked["unit"],
                    plan=asked["plan"],
                )
                wishes = Wishes(dry_run, asked["remove_missing"] is not None, asked["save_mapping"])
                run = ledger.read_now if dry_run else ledger.write_now
                return run(store_list, reading, ledger.now(), wishes=wishes)
            finally:
                ledger.close()
        finally:
            lock.release()


def _show(report: dict[str, Any]) -> None:
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


def _columns(given: Sequence[str]) -> dict[str, str]:
    columns = {}
    for each in given:
        printed, mark, field = each.rpartition("=")
        if not mark or not printed or not field:
            raise typer.BadParameter(f"{each}: 列名=字段", param_hint="--column")
        columns[printed.strip()] = field.strip()
    return columns


def _one_of(option: str, value: str | None, words: Sequence[str]) -> str | None:
    if value is not None and value not in words:
        raise typer.BadParameter(f"{value}: {', '.join(words)}", param_hint=option)
    return value


def _kinds() -> Sequence[str]:
    from gateway.directory.header_words import KINDS

    return list(KINDS)


def _lists() -> Sequence[str]:
    from gateway.directory.inventory import INVENTORY_LISTS

    return INVENTORY_LISTS


def _audiences() -> Sequence[str]:
    from gateway.vocabulary import AUDIENCES

    return AUDIENCES


def _sectors() -> Sequence[str]:
    from gateway.vocabulary import SECTORS

    return SECTORS


def _reader(settings: Path | None) -> Any:
    from gateway import settings as settings_module
    from gateway.ledger.database import Ledger

    configured = settings_module.load(settings)
    return Ledger(configured.data_folder, configured.database_url, write=False)
