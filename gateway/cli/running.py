"""`serve`, `work` and `demo`: processes that run until they are stopped."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.loop import run
from gateway.cli.output import Json, SettingsFile, note, print_json
from gateway.cli.sending import follow
from gateway.cli.status import show_overview

if TYPE_CHECKING:
    from gateway.ledger.database import Ledger
    from gateway.settings import Settings


def serve(settings: SettingsFile = None, as_json: Json = False) -> None:
    """启动服务：回调、接口、投递 · Run callbacks, API and delivery in one process."""
    from gateway import logs
    from gateway import settings as settings_module

    configured = settings_module.load(settings)
    logs.configure(configured.log_level, configured)
    run(_serve(configured, as_json))


async def _serve(configured: "Settings", as_json: bool) -> None:
    from gateway.web.serving.running import SERVE, running

    with stop_signals() as asked:
        async with running(configured, SERVE) as process:
            if as_json:
                print_json(
                    {
                        "url": process.url,
                        "metrics_url": process.metrics_url,
                        "data_folder": str(configured.data_folder),
                    }
                )
            elif sys.stderr.isatty():  # elsewhere stderr holds log lines only
                note(f"airwarn 已启动：{process.url}（Ctrl-C 结束）· listening")
                await _tell_guard(process.ledger)
                if configured.api_token is None:
                    note("未设置 api_token：接口只对本机命令开放 · no api_token: the API is closed to others")
            await asked.wait()
            if sys.stderr.isatty():
                note("正在结束：等待在途消息 · finishing what is in flight")


def work(settings: SettingsFile = None, as_json: Json = False) -> None:
    """在另一台机器上投递（须用 PostgreSQL）· Deliver on another machine (PostgreSQL only)."""
    from gateway import logs
    from gateway import settings as settings_module

    configured = settings_module.load(settings)
    logs.configure(configured.log_level, configured)
    run(_work(configured, as_json))


async def _work(configured: "Settings", as_json: bool) -> None:
    from gateway.web.serving.working import working

    with stop_signals() as asked:
        async with working(configured) as worker:
            if as_json:
                print_json({"metrics_url": worker.metrics_url, "data_folder": str(worker.folder)})
            elif sys.stderr.isatty():
                note("airwarn work 已启动（Ctrl-C 结束）· at work")
                await _tell_guard(worker.ledger)
            await asked.wait()
            if sys.stderr.isatty():
                note("正在结束：等待在途消息 · finishing what is in flight")


async def _tell_guard(ledger: "Ledger") -> None:
    from gateway.ledger.backends import incarnation

    if await ledger.read(incarnation.guard) is not None:
        note("台账是恢复的副本，所有通道已停：请运行 airwarn resume")
        note("the ledger is a restored copy and sends nothing: run airwarn resume")


@contextmanager
def stop_signals() -> Iterator[asyncio.Event]:
    """An event that Ctrl-C or SIGTERM sets, in place of ending the process."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, asked.set)
    try:
        yield asked
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(name)


def demo(
    once: Annotated[bool, typer.Option("--once", help="全部有结果后结束 · end when all is final")] = False,
    as_json: Json = False,
) -> None:
    """在本机演示全过程：发布、升级、解除 · The whole thing on this machine."""
    from gateway import logs

    logs.configure("error")
    asyncio.run(_demo(once, as_json))


async def _demo(once: bool, as_json: bool) -> None:
    from tempfile import TemporaryDirectory

    from gateway.accounts.passwords import Passwords
    from gateway.accounts.roles import ROLE_WORDS
    from gateway.demo.office import sample_city
    from gateway.demo.past import past
    from gateway.demo.people import visitors
    from gateway.demo.story import story, visitor_token

    with TemporaryDirectory(prefix="airwarn-demo-") as folder:
        if not once:
            note("正在准备三周前的一次预警，供日历、图表和报告查看 · a past warning is made, to look at")
            await past(Path(folder))
        async with sample_city(Path(folder)) as process:
            note("郑州市示例：单位、号码、服务商均为虚构，消息不离开本机")
            note("Zhengzhou, invented organisations and local stand-ins: nothing leaves this machine\n")
            if not once:
                token = await process.ledger.write(visitor_token, process.clock())
                note(f"打开 {process.url}/sign-in/token?next=/live 实时观看 · open it to watch")
                note(f"接口令牌 · token: {token}\n")
                note(f"控制台 · console: {process.url}/console （本次运行的密码 · passwords of this run）")
                for visitor in await visitors(process, Passwords()):
                    words = "、".join(ROLE_WORDS[role].zh for role in visitor.roles)
                    note(f"   {visitor.name} / {visitor.password} · {words} · {', '.join(visitor.roles)}")
                note("   试一试：wang 点“做一次演练”，li 批准、发布 · wang runs an exercise, li approves")
                note("   选喀什的预案，须 li、chen 依次批准 · under Kashgar's plan li and then chen approve")
                note("   改账户、角色要两位管理员：zhao 提出，sun 同意 · zhao proposes, sun agrees\n")
            overviews = sorted(await story(process, note, follow), key=lambda each: each["id"])
            if as_json:
                print_json({"broadcasts": overviews})
            else:
                for each in overviews:
                    show_overview(each)
            if not once:
                note(f"控制台 {process.url}/console，密码在最上面 · passwords stand at the top")
                note(f"服务仍在运行：{process.url}/live（Ctrl-C 结束）· still running")
                with stop_signals() as asked:
                    await asked.wait()
