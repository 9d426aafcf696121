"""`send`: check, render, target, launch and deliver a decision, and follow how far it is."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.decisions import File, show_check, show_findings
from gateway.cli.lanes import waits_for
from gateway.cli.loop import run
from gateway.cli.output import Json, SettingsFile, leave, print_json, read_file, say, table
from gateway.cli.selecting import SKIP_WORDS, Only, in_query, selected, show_selection
from gateway.cli.status import headline, show_overview
from gateway.vocabulary import AUDIENCE_WORDS, SECTOR_WORDS

if TYPE_CHECKING:
    from gateway.directory.selection import Selection
    from gateway.settings import Settings

POLL_SECONDS = 0.25
WAITING_STATES = ("queued", "sending")
_LOOKS_BETWEEN = 8  # at a broadcast, between two at the lanes
Overview = dict[str, Any]
Lanes = list[dict[str, Any]]
Read = Callable[[], Awaitable[Overview]]


def send(
    file: File,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看会发给谁，不发送 · send nothing")] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="等到全部有结果 · until every delivery is final")
    ] = False,
    only: Only = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """发布一份决定：检查、生成、选定对象、发送 · Launch a decision and deliver it."""
    from gateway import logs
    from gateway import settings as settings_module
    from gateway.broadcasts.preparing.groundwork import Refused
    from gateway.cli.client import server_socket

    configured = settings_module.load(settings)
    logs.configure("warning", configured)
    content, name = read_file(file)
    meant = selected(only)
    socket = server_socket(configured)
    try:
        if dry_run:
            result = asyncio.run(_preview(configured, content, name, meant, socket))
        elif socket is not None:
            result = asyncio.run(_through_server(socket, content, meant, wait))
        else:
            result = run(_alone(configured, content, name, meant, wait))
    except Refused as refused:
        result = {"check": refused.check.as_json()}
        if not as_json:
            show_check(refused.check)
            leave(1)
    refused_by_checks = "manifest" not in result
    if refused_by_checks:
        result = {"check": result["check"]}  # of a server's problem document, what the command says alone
    if as_json:
        print_json(result)
    elif refused_by_checks:
        _show_refused(result["check"])
    elif dry_run:
        _show_preview(result)
    else:
        _show_sent(result)
    leave(1 if refused_by_checks else 0)


async def _preview(
    configured: "Settings", content: bytes, name: str, meant: "Selection", socket: Path | None
) -> Any:
    from gateway.broadcasts.approving.present import prepared_json
    from gateway.broadcasts.preparing.prepare import prepare
    from gateway.cli.client import ask, desk, reader
    from gateway.decisions.reading import read
    from gateway.documents import decode

    if socket is not None:
        target = f"/api/v1/decisions?dry_run=true&approved=true{in_query(meant)}"
        _status, answer = await ask(socket, "POST", target, content)
        return answer
    decision = read(decode(content, name), name)
    with reader(configured) as ledger:
        case = partial(prepare, approved=True, selection=meant)
        return prepared_json(ledger.read_now(case, desk(configured), decision, ledger.now()))


async def _through_server(socket: Path, content: bytes, meant: "Selection", wait: bool) -> Any:
    from gateway.cli.client import ask

    target = f"/api/v1/decisions?approved=true{in_query(meant)}"
    _status, submitted = await ask(socket, "POST", target, content)
    if "manifest" not in submitted:
        return submitted
    target = f"/api/v1/decisions/{quote(submitted['id'])}/launch"
    body = f'{{"manifest": "{submitted["manifest"]}"}}'.encode()
    _status, overview = await ask(socket, "POST", target, body)
    if "manifest" not in overview and "check" in overview:
        return overview

    async def read() -> Overview:
        _status, current = await ask(socket, "GET", f"/api/v1/broadcasts/{submitted['broadcast']}")
        return dict(current)

    if wait:
        overview = await follow(read, complete, partial(asked_lanes, socket))
    return {**submitted, "overview": overview}


async def _alone(configured: "Settings", content: bytes, name: str, meant: "Selection", wait: bool) -> Any:
    from gateway.broadcasts.actor import LOCAL
    from gateway.broadcasts.approving.present import submitted_json
    from gateway.broadcasts.beside_ledger import launch_aside, submit_aside
    from gateway.broadcasts.launching.overview import overview
    from gateway.decisions.reading import read as read_decision
    from gateway.documents import decode
    from gateway.follow_up.upkeep.lanes import states as lane_states
    from gateway.web.serving.running import running

    decision = read_decision(decode(content, name), name)
    async with running(configured, "airwarn send", guest=True) as process:
        ledger, clock = process.ledger, process.clock
        submitted = await submit_aside(
            ledger, process.desk, decision, clock(), LOCAL, approved=True, selection=meant
        )
        recorded = submitted.recorded
        await launch_aside(ledger, process.desk, recorded.id, recorded.manifest, clock(), LOCAL)
        process.wake()

        async def read() -> Overview:
            return await ledger.read(overview, recorded.broadcast_id, clock())

        async def lanes() -> Lanes:
            return await ledger.read(lane_states, clock())

        seen = await follow(read, complete if wait else left, lanes)
    return {**submitted_json(submitted), "overview": seen}


def complete(overview: Overview) -> bool:
    """Every delivery is final."""
    return bool(overview["complete"])


def left(overview: Overview) -> bool:
    """Everything has left or never will; receipts may still come."""
    waiting = sum(overview["totals"].get(state, 0) for state in WAITING_STATES)
    return bool(overview["complete"]) or (overview["deliveries"] >= overview["recipients"] and not waiting)


async def asked_lanes(socket: Path) -> Lanes:
    """The lanes, as the server that runs tells them."""
    from gateway.cli.client import ask

    _status, answer = await ask(socket, "GET", "/api/v1/lanes")
    return list(answer["lanes"])


async def follow(
    read: Read, until: Callable[[Overview], bool], lanes: Callable[[], Awaitable[Lanes]] | None = None
) -> Overview:
    """Read until a broadcast has got so far; a progress bar on a terminal. Of `lanes`, one whose rest it
    waits for is told on stderr, once for each rest."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not sys.stderr.isatty(),
    ) as progress:
        task = progress.add_task("发送", total=None)
        told: set[tuple[int, str | None]] = set()
        for looks in count():
            overview = await read()
            waiting = sum(overview["totals"].get(state, 0) for state in WAITING_STATES)
            progress.update(
                task,
                description=headline(overview),
                total=overview["deliveries"] or None,
                completed=overview["deliveries"] - waiting,
            )
            if until(overview):
                break
            if lanes is not None and waiting and looks % _LOOKS_BETWEEN == 0:
                for lane in await lanes():
                    rest = (lane["id"], lane["parked_until"])
                    if lane["queued"] and not lane["open"] and rest not in told:
                        told.add(rest)
                        console.print(waits_for(lane), highlight=False, markup=False, soft_wrap=True)
            await asyncio.sleep(POLL_SECONDS)
    return overview


def _show_refused(check: dict[str, Any]) -> None:
    say("不能发布 · refused")
    show_findings(check["findings"])


def _show_preview(prepared: dict[str, Any]) -> None:
    from gateway.delivery.words import CHANNEL_WORDS

    recipients = prepared["recipients"]
    table(
        f"将发给 {recipients['organisations']} 个单位，{recipients['total']} 个地址（试运行，未发送）",
        ["受众", "渠道", "地址"],
        [
            [AUDIENCE_WORDS[each["audience"]], CHANNEL_WORDS[each["channel"]].zh, each["recipients"]]
            for each in recipients["counts"]
        ],
    )
    show_selection(prepared["selection"], recipients["unselected"])
    if recipients["languages"].get("en"):
        say(f"其中读英文的 {recipients['languages']['en']} 个地址 · in English")
    if recipients["untranslated"]:
        say(f"应读英文、但只有中文的 {recipients['untranslated']} 个地址 · no English: told in Chinese")
    if called := sum(each["recipients"] for each in recipients["counts"] if each["channel"] == "phone"):
        say(f"只有固定电话、须由人拨打的单位 {called} 个 · fixed lines only: to be called")
    for each in recipients["skipped"]:
        say(f"不能送达：{each['code']} {each['name']}（{SKIP_WORDS[each['reason']]}）")
    if (formless := recipients["formless"]) is not None:
        named = ", ".join(formless["receivers"])
        say(f"收不到预警的接收方：{named}：没有 12379 格式：{formless['message']}")
        say(f"  receivers that would get nothing: no 12379 form: {formless['message_en']}")
    for each in prepared["notices"]:
        if each["medium"] == "sms":
            sector = f"·{SECTOR_WORDS[each['sector']]}" if each["sector"] else ""
            language = "（英文）" if each["language"] == "en" else ""
            say(f"短信 {AUDIENCE_WORDS[each['audience']]}{sector}{language}：按 {each['segments']} 条计费")
    say(f"清单 {prepared['manifest']}")


def _show_sent(result: dict[str, Any]) -> None:
    if result["launched"]:
        say("同一份决定此前已发布，未重复发送 · launched before, nothing was sent again")
    show_overview(result["overview"])
