"""`backup` and `resume`: a copy of the ledger, and letting a restored copy send."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from gateway.cli.output import Json, SettingsFile, decided, leave, minute, note, print_json, say, table
from gateway.errors import InputError

if TYPE_CHECKING:
    from gateway.settings import Settings

GUARD_WORDS = {
    "backup": ("台账是 {copied_at} 的备份", "the ledger is a backup made at {copied_at}"),
    "copy": ("台账是副本，或换了位置", "the ledger is a copy, or lies elsewhere"),
}


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="新文件，不覆盖 · a new file")],
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """备份台账，服务可照常运行 · Copy the ledger while the server runs; overwrites nothing."""
    from gateway import settings as settings_module
    from gateway.ledger.backends.copying import copy
    from gateway.ledger.database import system_clock

    configured = settings_module.load(settings)
    folder = configured.data_folder
    if configured.database_url is not None:
        raise InputError(
            "BACKUP_BY_POSTGRESQL",
            "台账在 PostgreSQL 中：请用 pg_dump -Fc 或 pg_basebackup 加归档备份，见 docs/operations.md",
            "the ledger is in PostgreSQL: back it up with pg_dump -Fc, or with pg_basebackup and an archive"
            " of its log; see docs/operations.md",
            field="database_url",
        )
    note("正在备份并核对… · copying and checking …")
    size = copy(folder, file, system_clock())
    if as_json:
        print_json({"file": str(file), "bytes": size})
        return
    say(f"已备份到 {file}（{size / 1e6:.1f} MB），含单位、号码和姓名，请妥善保管")
    say(f"{file} is whole and checked; it holds numbers and names. What is restored from it sends nothing")
    say("恢复后须运行 airwarn resume 才会发送 · before airwarn resume")


class _Restored(NamedTuple):
    """The way to a restored ledger: how it stands, and letting it send but for what is dropped."""

    state: Callable[[], dict[str, Any]]
    resume: Callable[[str, Sequence[int]], dict[str, Any]]


def resume(
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 · do not ask")] = False,
    drop: Annotated[
        list[int] | None,
        typer.Option("--drop", metavar="BROADCAST", help="此任务待发的不再发出，可重复 · send no more of it"),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", metavar="WHO", help="谁决定的 · who says so")] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """恢复的台账：先看会发出什么、多久以前的，再放行 · What a restored ledger would send; then let it."""
    from gateway import settings as settings_module
    from gateway.cli.client import person

    dropped = drop or []
    with _restored(settings_module.load(settings)) as restored:
        state = restored.state()
        if state["guard"] is None:
            if as_json:
                print_json({"resumed": False, **state})
            else:
                say("台账不是恢复的副本，发送未受限制，无需放行 · nothing is held back")
            return
        if not as_json:
            _show(state, dropped)
        if not yes and not _confirmed(as_json):
            if as_json:
                print_json({"resumed": False, **state})
            note("未放行：加 --yes 放行 · nothing was sent: add --yes to let it")
            leave(1)
        after = restored.resume(by or person(), dropped)
    if as_json:
        print_json({"resumed": True, **after})
    else:
        say("已放行 · resumed")


@contextmanager
def _restored(configured: "Settings") -> Iterator[_Restored]:
    from gateway.cli import client
    from gateway.follow_up.upkeep import restored
    from gateway.ledger.backends import incarnation
    from gateway.ledger.database import Ledger

    socket = client.server_socket(configured)
    if socket is not None:

        def ask(method: str, target: str, body: bytes = b"") -> dict[str, Any]:
            _status, answer = asyncio.run(client.ask(socket, method, target, body))
            return dict(answer)

        yield _Restored(
            lambda: ask("GET", "/api/v1/restored"),
            lambda by, drop: ask(
                "POST", "/api/v1/restored/resume", json.dumps({"by": by, "drop": list(drop)}).encode()
            ),
        )
        return
    Ledger(
        configured.data_folder, configured.database_url, write=False
    ).close()  # where there is none, none is made
    with client.alone(configured, "airwarn resume") as ledger:
        folder = configured.data_folder
        incarnation.begin(ledger, folder, ledger.now())

        def state() -> dict[str, Any]:
            return ledger.read_now(restored.state, ledger.now())

        def resume_alone(by: str, drop: Sequence[int]) -> dict[str, Any]:
            now = ledger.now()
            ledger.write_now(restored.drop, drop, now, by)
            ledger.write_now(incarnation.resume, by, now)
            return state()

        yield _Restored(state, resume_alone)
        incarnation.end(ledger, folder)


def _confirmed(as_json: bool) -> bool:
    if as_json or not sys.stdin.isatty():
        return False
    return typer.confirm("放行并发送以上内容？· Send this?", err=True)


def _show(state: dict[str, Any], dropped: Sequence[int]) -> None:
    words, words_en = GUARD_WORDS[state["guard"]["because"]]
    say(f"{words.format(**state['guard'])}，所有通道已停")
    say(f"{words_en.format(**state['guard'])}; all lanes are parked")
    for each in state["campaigns"]:
        say(
            f"{'【演练】' if each['exercise'] else ''}号码核实 {each['campaign']}"
            f"（{minute(each['at'])} 开始，{each['questions']} 问，{each['open']} 未答）"
            "：放行即结束，可另行发起 · a campaign that asks about numbers: it ends with resuming"
        )
    if not state["waiting"]:
        say("没有待发的内容 · nothing is waiting")
        return
    table(
        "放行后会发出 · what would leave",
        ["任务", "内容", "发布于", "距今", "有效至", "待发", "结果不明", "未展开"],
        [
            [
                each["broadcast"],
                f"{decided(each)} {each['document_number'] or '无文号'}",
                minute(each["launched_at"]),
                _age(each["age_minutes"]),
                minute(each["valid_until"]),
                "不再发 · dropped" if each["broadcast"] in dropped else each["queued"],
                each["unknown"],
                each["unexpanded"],
            ]
            for each in state["waiting"]
        ],
    )
    say("备份之后可能已发过，放行会再发一次；不想发的用 --drop 任务号")
    say("some of it may have left after the copy was made; --drop a broadcast to send no more of it")


def _age(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return (
        "".join(f"{n}{word}" for n, word in ((days, "天"), (hours, "小时"), (rest, "分")) if n) or "不到1分"
    )
