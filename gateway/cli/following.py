"""`decision launch`, `lift`, `retract`, `correct`: what leaves in one step once its approvals are given."""

import asyncio
import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.decisions import show_findings
from gateway.cli.output import Json, SettingsFile, leave, print_json, read_file, say
from gateway.cli.standing import Id, Manifest, full_manifest, show_decision
from gateway.cli.status import show_overview
from gateway.errors import InputError

if TYPE_CHECKING:
    from gateway.settings import Settings

Number = Annotated[str, typer.Option("--number", metavar="N", help="文号 · the new document's number")]
Wrong = Annotated[str, typer.Option("--wrong", metavar="TEXT", help="有误的内容 · what was wrong")]
Right = Annotated[str, typer.Option("--right", metavar="TEXT", help="实际情况 · what is true")]
Changes = Annotated[
    str | None,
    typer.Option(
        "--changes",
        metavar="FILE",
        help="YAML：替换原决定的部分，如 observed · parts that replace the earlier",
    ),
]
Reason = Annotated[
    str | None,
    typer.Option(
        "--reason",
        metavar="TEXT",
        help="特殊理由（检查要求时）· special_reason, where the checks ask for one",
    ),
]
Person = Annotated[str | None, typer.Option("--name", metavar="NAME", help="起草人姓名 · who drafts it")]
Wait = Annotated[bool, typer.Option("--wait", help="等到全部有结果 · until every delivery is final")]


def launch(
    identifier: Id,
    manifest: Manifest,
    wait: Wait = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """发布批准齐备的决定 · Launch what was approved."""
    seen = full_manifest(settings, identifier, manifest)
    target = f"/api/v1/decisions/{quote(identifier)}/launch"
    _leave(_run(settings, target, {"manifest": seen}, wait), as_json)


def lift(
    identifier: Id,
    number: Number,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="T", help="生效时间，或 schedule（预计解除时间）；默认现在 · or schedule"
        ),
    ] = None,
    changes: Changes = None,
    reason: Reason = None,
    name: Person = None,
    wait: Wait = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """解除：由原决定一步生成，批准齐备即发 · Lift a warning in one step."""
    given = {"document_number": number, "at": at}
    stated = _stated(changes, reason)
    _follow(settings, identifier, "lift", given, stated, name, wait, as_json)


def retract(
    identifier: Id,
    number: Number,
    wrong: Annotated[
        str | None, typer.Option("--wrong", metavar="TEXT", help="有误的内容 · what was wrong")
    ] = None,
    right: Annotated[
        str | None, typer.Option("--right", metavar="TEXT", help="实际情况 · what is true")
    ] = None,
    reason: Reason = None,
    name: Person = None,
    wait: Wait = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """撤回误发的消息：不写理由即用预先批准的文字 · Retract what was sent in error."""
    given: dict[str, Any] = {"document_number": number, "corrects": _corrects(wrong, right)}
    _follow(settings, identifier, "retract", given, _stated(None, reason), name, wait, as_json)


def correct(
    identifier: Id,
    number: Number,
    wrong: Wrong,
    right: Right,
    changes: Changes = None,
    reason: Reason = None,
    name: Person = None,
    wait: Wait = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """更正：写明误处和实情，其余沿用原文 · Correct what was sent."""
    given = {"document_number": number, "corrects": _corrects(wrong, right)}
    _follow(settings, identifier, "correct", given, _stated(changes, reason), name, wait, as_json)


def _corrects(wrong: str | None, right: str | None) -> dict[str, str] | None:
    stated = {key: value for key, value in (("wrong", wrong), ("right", right)) if value}
    return stated or None


def _follow(
    settings: Path | None,
    identifier: str,
    action: str,
    given: dict[str, Any],
    changes: dict[str, Any],
    name: str | None,
    wait: bool,
    as_json: bool,
) -> None:
    from gateway.cli.client import person

    body = {key: value for key, value in given.items() if value is not None}
    if changes:
        body["changes"] = changes
    body["name"] = name or person()
    _leave(_run(settings, f"/api/v1/decisions/{quote(identifier)}/{action}", body, wait), as_json)


def _stated(file: str | None, reason: str | None) -> dict[str, Any]:
    """What the follow-up states otherwise than the earlier decision, whose reason never counts for it."""
    changes = {} if file is None else _changes(file)
    return changes if reason is None else {**changes, "special_reason": reason}


def _changes(file: str) -> dict[str, Any]:
    from gateway.documents import decode, parse

    content, name = read_file(file)
    data = parse(decode(content, name), name).data
    if not isinstance(data, dict):
        raise InputError(
            "DOCUMENT_MALFORMED",
            "文件应写明要替换的部分（键与值）",
            "the file must hold the parts that replace the earlier ones (keys and values)",
            name,
        )
    return dict(data)


def _run(settings: Path | None, target: str, body: dict[str, Any], wait: bool) -> dict[str, Any]:
    from gateway import logs
    from gateway import settings as settings_module
    from gateway.cli.loop import run

    configured = settings_module.load(settings)
    logs.configure("warning", configured)
    answer: dict[str, Any] = run(_ask(configured, target, json.dumps(body).encode(), wait))
    return answer


async def _ask(configured: "Settings", target: str, body: bytes, wait: bool) -> dict[str, Any]:
    """Ask the running server; where none runs, be it until what was launched has left."""
    from gateway.cli.client import server_socket
    from gateway.settings import SOCKET

    socket = await asyncio.to_thread(server_socket, configured)
    if socket is not None:
        return await _through(socket, target, body, wait=wait, stay=False)
    from gateway.web.serving.running import running

    async with running(configured, "airwarn decision", guest=True):
        return await _through(configured.data_folder / SOCKET, target, body, wait=wait, stay=True)


async def _through(socket: Path, target: str, body: bytes, *, wait: bool, stay: bool) -> dict[str, Any]:
    from gateway.cli.client import ask
    from gateway.cli.sending import asked_lanes, complete, follow, left

    _status, answer = await ask(socket, "POST", target, body, "application/json")
    if "check" in answer:
        return {"check": answer["check"]}
    broadcast = answer["id"] if "deliveries" in answer else answer["broadcast"]

    async def read() -> dict[str, Any]:
        _status, current = await ask(socket, "GET", f"/api/v1/broadcasts/{broadcast}")
        return dict(current)

    if answer["launched_at"] is None:
        return {"decision": answer, "overview": None}
    if wait or stay:
        overview = await follow(read, complete if wait else left, partial(asked_lanes, socket))
    else:
        overview = await read()
    decision = None if "deliveries" in answer else answer
    return {"decision": decision, "overview": overview}


def _leave(answer: dict[str, Any], as_json: bool) -> None:
    """Tell what came of it; exit 1 where the checks refuse."""
    if as_json:
        print_json(answer)
    elif "check" in answer:
        say("不能发布 · refused")
        show_findings(answer["check"]["findings"])
        if answer["check"]["outcome"] == "needs_reason":
            say("用 --reason 写明特殊理由后可以发出；原决定的理由不沿用")
            say("state with --reason why it is to go out all the same; the earlier reason is not kept")
    else:
        if answer["decision"] is not None:
            show_decision(answer["decision"])
        if answer["overview"] is None:
            say("尚未发布：批准齐备后用 airwarn decision launch 发布 · not launched: approvals are to come")
        else:
            show_overview(answer["overview"])
    leave(1 if "check" in answer else 0)
