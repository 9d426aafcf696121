"""`directory import`, `directory sample`: a list into the ledger, and one to be filled in."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.imports import show_report
from gateway.cli.output import (
    Json,
    SettingsFile,
    leave,
    note,
    print_json,
    read_file,
    write_file,
)
from gateway.vocabulary import AUDIENCES, SECTORS


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
        "audience": _one_of("--audience", audience, AUDIENCES),
        "sector": _one_of("--sector", sector, SECTORS),
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
        show_report(report)
    leave(1 if report["counts"]["refused"] else 0)


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
