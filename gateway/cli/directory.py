"""`directory import`: a list of organisations into the ledger."""

from pathlib import Path
from typing import Annotated, Any

import typer

from gateway.cli.output import Json, SettingsFile, leave, print_json, read_file, say

KINDS = ("organisations",)
OUTCOME_WORDS = {"added": "新增", "changed": "更新", "unchanged": "未变", "refused": "未导入"}


def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV（UTF-8），- 为标准输入")],
    kind: Annotated[
        str, typer.Option("--kind", metavar="K", help="内容：organisations（机构）")
    ] = "organisations",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看结果，不保存 · store nothing")] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """导入通讯录，逐行给出结果 · Import organisations; exit 1 when a row was refused."""
    import asyncio
    from urllib.parse import quote

    from gateway import settings as settings_module
    from gateway.cli.client import ask, server_socket

    if kind not in KINDS:
        raise typer.BadParameter(f"{kind}: {', '.join(KINDS)}", param_hint="--kind")
    configured = settings_module.load(settings)
    content, name = read_file(file)
    socket = server_socket(configured)
    if socket is not None:
        query = f"?file={quote(name)}" + ("&dry_run=true" if dry_run else "")
        _status, report = asyncio.run(ask(socket, "POST", f"/api/v1/directory{query}", content))
    else:
        report = _alone(configured, content, name, dry_run)
    if as_json:
        print_json(report)
    else:
        _show(report)
    leave(1 if report["counts"]["refused"] else 0)


def _alone(configured: Any, content: bytes, name: str, dry_run: bool) -> dict[str, Any]:
    from tempfile import TemporaryDirectory

    from gateway.ledger.database import FILE, FolderLock, Ledger, system_clock
    from gateway.plans.catalogue import Catalogue
    from gateway.web.directory import read_rows, store_rows

    reading = read_rows(content, name, Catalogue(configured.plans_folder))
    with TemporaryDirectory(prefix="airwarn-dry-run-") as spare:
        folder = configured.data_folder
        if dry_run and not (folder / FILE).exists():
            folder = Path(spare)  # a dry run leaves no data folder behind
        lock = FolderLock(folder, "airwarn directory import")
        try:
            ledger = Ledger(folder)
            try:
                run = ledger.read_now if dry_run else ledger.write_now
                return run(store_rows, reading, system_clock(), dry_run=dry_run)
            finally:
                ledger.close()
        finally:
            lock.release()


def _show(report: dict[str, Any]) -> None:
    for row in report["rows"]:
        if row["outcome"] != "refused":
            continue
        for fault in row["faults"]:
            field = f"［{fault['field']}］" if fault["field"] else ""
            say(f"第 {row['row']} 行 {row['code']} 未导入：{field}{fault['message']}")
            say(f"  row {row['row']} refused: {fault['message_en']}")
    counts = "，".join(f"{word} {report['counts'][key]}" for key, word in OUTCOME_WORDS.items())
    say(f"{counts}{'' if report['stored'] else '（试运行，未保存）'}")
