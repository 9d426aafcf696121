"""`lane list`, `lane park`, `lane open`: the numbers, bots and senders that messages leave through."""

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.output import Json, SettingsFile, print_json, say, table
from gateway.cli.reasons import By, who_says, words_of
from gateway.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.settings import Settings

Lanes = Annotated[
    list[str],
    typer.Argument(
        metavar="LANE...",
        help="通道编号，或账号名（其全部通道）· numbers, or an account for all of its lanes",
    ),
]


def list_(settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出通道：是否在发、为何暂停、有多少待发 · List the lanes."""
    from gateway import settings as settings_module

    found = _states(settings_module.load(settings))
    _print(found, as_json)


def park(
    lanes: Lanes,
    reason: Annotated[str, typer.Option("--reason", metavar="WHY", help="为什么暂停 · why")],
    by: By = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """暂停通道，直到有人恢复；待发的改走下一路线 · Park lanes; what is queued takes the next route."""
    from gateway.ledger.delivery import lanes as ledger_lanes

    words, who = words_of("--reason", reason), who_says(by)

    def alone(connection: "Connection", lane_id: int, now: int) -> None:
        ledger_lanes.park_by_hand(connection, lane_id, who, words, now)

    _act(settings, as_json, lanes, "park", {"reason": words, "by": who}, alone)


def open_(lanes: Lanes, by: By = None, settings: SettingsFile = None, as_json: Json = False) -> None:
    """恢复通道，不论是谁、为何暂停的 · Open lanes, whoever parked them."""
    from gateway.ledger.delivery import lanes as ledger_lanes

    who = who_says(by)

    def alone(connection: "Connection", lane_id: int, now: int) -> None:
        ledger_lanes.open_by_hand(connection, lane_id, who, now)

    _act(settings, as_json, lanes, "open", {"by": who}, alone)


def _act(
    settings: Path | None,
    as_json: bool,
    named: Sequence[str],
    act: str,
    body: dict[str, str],
    alone: "Callable[[Connection, int, int], None]",
) -> None:
    """Through the server that runs, else in the ledger itself; nothing is done where a name is unknown."""
    from gateway import settings as settings_module
    from gateway.cli import client

    configured = settings_module.load(settings)
    chosen = _chosen(_states(configured), named)
    socket = client.server_socket(configured)
    if socket is not None:

        async def through_server(path: Path) -> None:
            for lane_id in chosen:
                await client.ask(path, "POST", f"/api/v1/lanes/{lane_id}/{act}", json.dumps(body).encode())

        asyncio.run(through_server(socket))
    else:
        with client.alone(configured, f"airwarn lane {act}") as ledger:
            for lane_id in chosen:
                ledger.write_now(alone, lane_id, ledger.now())
    found = [each for each in _states(configured) if each["id"] in chosen]
    _print(found, as_json)
    if act == "park" and not as_json:
        for lane in found:
            say(_whereto(lane))


def _states(configured: "Settings") -> list[dict[str, Any]]:
    from gateway.cli.client import reader
    from gateway.follow_up.upkeep.lanes import states

    with reader(configured) as ledger:
        return ledger.read_now(states, ledger.now())


def _chosen(known: Sequence[dict[str, Any]], named: Sequence[str]) -> list[int]:
    found: dict[int, None] = {}
    for name in named:
        lanes = [each["id"] for each in known if name in (str(each["id"]), each["account"])]
        if not lanes:
            raise InputError(
                "LANE_UNKNOWN",
                f"没有编号或账号为“{name}”的通道；见 airwarn lane list",
                f"no lane or account is called {name!r}; see airwarn lane list",
                field="lane",
            )
        found |= dict.fromkeys(lanes)
    return list(found)


def _print(found: Sequence[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json({"lanes": found})
        return
    from gateway.delivery.words import CHANNEL_WORDS

    shared = any(each["worker"] for each in found)
    table(
        "通道 · lanes",
        ["编号", "账号", "通道", "渠道", "路线", "状态", "待发", "原因", "由谁暂停"]
        + (["工作进程（起）"] if shared else []),
        [
            [
                each["id"],
                each["account"],
                each["name"],
                f"{'【演练】' if each['exercise'] else ''}{CHANNEL_WORDS[each['channel']].zh}",
                each["route"] + 1,
                _state(each),
                each["queued"],
                _why(each),
                each["parked_by"] or "",
                *([_worker(each)] if shared else []),
            ]
            for each in found
        ],
    )


def _worker(lane: dict[str, Any]) -> str:
    if lane["worker"] is None:
        return "无" if lane["enabled"] else ""
    return f"{lane['worker']}（{lane['worker_since'][11:19]}）"


def _state(lane: dict[str, Any]) -> str:
    if not lane["enabled"]:
        return "已不在设置中"
    if lane["again_at"] is not None and lane["parked_reason"] is None:
        return f"程序出错，{lane['again_at'][11:19]} 重试"
    if lane["open"]:
        return "试发" if lane["breaker"] == "half_open" else "在发"
    if lane["parked_until"] is None:
        return "暂停，待人恢复"
    return f"暂停至 {lane['parked_until'][11:19]}"


def _why(lane: dict[str, Any]) -> str:
    from gateway.delivery.words import reason_words

    reason = lane["parked_reason"] or (lane["breaker_reason"] if lane["breaker"] != "closed" else None)
    return reason_words(reason).zh if reason else ""


def waits_for(lane: dict[str, Any]) -> str:
    """Two lines about a lane that rests while messages wait on it: until when, why, what to do."""
    number, account, queued, why = lane["id"], lane["account"], lane["queued"], _why(lane)
    return (
        f"账号 {account} 的通道 {number} {_state(lane)}{f'：{why}' if why else ''}；{queued} 条等它恢复，"
        f"都在台账里。可按 Ctrl-C 停止等待；排除原因后 airwarn lane open {number}\n"
        f"  lane {number} of {account} rests, {queued} messages wait for it in the ledger; "
        "Ctrl-C ends the waiting, not the broadcast"
    )


def _whereto(lane: dict[str, Any]) -> str:
    if lane["moves_to"] is None:
        return (
            f"通道 {lane['id']} 没有别的路线可走，待发的等它恢复"
            f" · no other route is open: what is queued on lane {lane['id']} waits for it"
        )
    return (
        f"通道 {lane['id']} 待发的改由账号 {lane['moves_to']} 发出"
        f" · what is queued on lane {lane['id']} leaves by {lane['moves_to']}"
    )
