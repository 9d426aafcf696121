"""`decision`: a decision's way through the office: submit, approve, return, refuse, withdraw, launch."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.decisions import File, show_check, show_findings
from gateway.cli.output import Json, SettingsFile, decided, leave, minute, print_json, read_file, say, table
from gateway.cli.selecting import Only, in_query, selected, show_selection

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.broadcasts.desk import Desk
    from gateway.ledger.database import Ledger
    from gateway.settings import Settings

Id = Annotated[str, typer.Argument(metavar="ID", help="决定编号，见 airwarn decision list · its id")]
Manifest = Annotated[
    str,
    typer.Option(
        "--manifest", metavar="HASH", help="所核对内容的清单哈希，至少前 12 位 · of what was looked at"
    ),
]
Role = Annotated[
    str, typer.Option("--role", metavar="TITLE", help="以何职务，如 主任 · the approver's title")
]
Name = Annotated[str, typer.Option("--name", metavar="NAME", help="姓名 · the person's name")]
Comment = Annotated[str, typer.Option("--comment", metavar="TEXT", help="意见 · why")]
_SHORTEST = 12  # characters of a hash that name a manifest

VERDICT_WORDS = {"approve": "批准", "return": "退回", "refuse": "否决"}


def list_(settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出决定 · Every decision that was submitted, oldest first."""
    from gateway.broadcasts.approving.present import entry_json
    from gateway.broadcasts.approving.recorded import STATE_WORDS
    from gateway.ledger.decisions import decisions

    found = _read(
        settings, lambda connection, _desk: [entry_json(each) for each in decisions.all_(connection)]
    )
    if as_json:
        print_json({"decisions": found})
        return
    table(
        "决定 · decisions",
        ["编号", "状态", "内容", "预案", "文号", "起草"],
        [
            [
                each["id"],
                STATE_WORDS[each["state"]],
                decided(each),
                each["plan"],
                each["document_number"] or "",
                each["drafter_name"] or each["drafter"],
            ]
            for each in found
        ],
    )


def show(identifier: Id, settings: SettingsFile = None, as_json: Json = False) -> None:
    """查看一份决定：状态、批准情况、清单 · How far a decision has come, and the manifest to approve."""
    from gateway.broadcasts.approving.present import decision_json

    found = _read(settings, lambda connection, desk: decision_json(connection, desk, identifier))
    _tell(found, as_json)


def submit(
    file: File,
    drafter: Annotated[
        str | None, typer.Option("--drafter", metavar="NAME", help="起草人姓名 · who drafted it")
    ] = None,
    only: Only = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """提交决定：冻结文本和对象，等待批准 · Freeze a decision for its approvers; nothing leaves yet."""
    from gateway.broadcasts.actor import Actor
    from gateway.broadcasts.approving.present import submitted_json
    from gateway.broadcasts.beside_ledger import submit_aside
    from gateway.broadcasts.preparing.groundwork import Refused
    from gateway.cli.client import person
    from gateway.decisions.reading import read
    from gateway.documents import decode

    content, name = read_file(file)
    who = drafter or person()
    decision = read(decode(content, name), name)
    meant = selected(only)

    def here(ledger: "Ledger", desk: "Desk") -> Any:
        actor = Actor("(local)", who)
        case = submit_aside(ledger, desk, decision, ledger.now(), actor, selection=meant)
        return submitted_json(asyncio.run(case))

    target = f"/api/v1/decisions?drafter={quote(who)}{in_query(meant)}"
    try:
        answer = _there_or_here(settings, target, content, "application/json", here)
    except Refused as refused:
        answer = {"check": refused.check.as_json()}
        if not as_json:
            show_check(refused.check)
            leave(1)
    if "manifest" not in answer:
        if as_json:
            print_json({"check": answer["check"]})
        else:
            say("不能提交 · refused")
            show_findings(answer["check"]["findings"])
        leave(1)
    if as_json:
        print_json(answer)
        return
    say(f"决定 {answer['id']} 已提交 · submitted")
    if "recipients" in answer:
        show_selection(answer["selection"], answer["recipients"]["unselected"])
    say(f"清单 {answer['manifest']}")
    _say_steps(answer, answer.get("steps", []))


def approve(
    identifier: Id,
    manifest: Manifest,
    role: Role,
    name: Name,
    comment: Annotated[str | None, typer.Option("--comment", metavar="TEXT", help="意见")] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """批准下一步 · Give the next step of the plan's chain to what the manifest names."""
    from gateway.broadcasts.approving.approve import approve as run

    _said(settings, identifier, manifest, role, name, comment, "approve", run, as_json)


def send_back(
    identifier: Id,
    manifest: Manifest,
    role: Role,
    name: Name,
    comment: Comment,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """退回起草人修改 · Return a decision to its drafter."""
    from gateway.broadcasts.approving.approve import send_back as run

    _said(settings, identifier, manifest, role, name, comment, "return", run, as_json)


def refuse(
    identifier: Id,
    manifest: Manifest,
    role: Role,
    name: Name,
    comment: Comment,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """否决 · Refuse a decision for good."""
    from gateway.broadcasts.approving.approve import refuse as run

    _said(settings, identifier, manifest, role, name, comment, "refuse", run, as_json)


def withdraw(
    identifier: Id,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="起草人姓名")] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """撤件：起草人收回未发布的决定 · The drafter takes back what was not launched."""
    from gateway.broadcasts.actor import Actor
    from gateway.broadcasts.approving.approve import withdraw as run
    from gateway.broadcasts.approving.present import decision_json
    from gateway.cli.client import person

    who = name or person()

    def case(connection: "Connection", desk: "Desk", now: int) -> Any:
        run(connection, identifier, now, Actor("(local)", who))
        return decision_json(connection, desk, identifier)

    body = json.dumps({"name": who}).encode()
    _tell(write(settings, f"/api/v1/decisions/{quote(identifier)}/withdraw", body, case), as_json)


def opinion(
    identifier: Id,
    file: Annotated[str, typer.Argument(metavar="FILE", help="会商意见：PDF、PNG、JPEG 或文本")],
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """附上会商意见 · Keep the consultation's opinion with a decision that was not launched yet."""
    import mimetypes

    from gateway.broadcasts.actor import LOCAL
    from gateway.broadcasts.approving.present import opinion_json
    from gateway.broadcasts.preparing.opinion import attach
    from gateway.ledger.decisions import opinions

    content, _shown = read_file(file)
    name = Path(file).name
    media_type = mimetypes.guess_type(name)[0] or "text/plain"

    def case(connection: "Connection", _desk: "Desk", now: int) -> Any:
        kept = attach(connection, identifier, name, media_type, content, now, LOCAL)
        return next(
            opinion_json(each) for each in opinions.of_decision(connection, identifier) if each.id == kept
        )

    target = f"/api/v1/decisions/{quote(identifier)}/opinions?name={quote(name)}"
    answer = write(settings, target, content, case, media_type)
    if as_json:
        print_json(answer)
    else:
        say(f"已附上 {answer['name']}（{answer['bytes']} 字节，SHA-256 {answer['sha256']}）· kept")


def write(
    settings: Path | None,
    target: str,
    body: bytes,
    case: "Callable[[Connection, Desk, int], Any]",
    media_type: str = "application/json",
) -> Any:
    """Through the running server, or in one transaction where none runs."""

    def here(ledger: "Ledger", desk: "Desk") -> Any:
        return ledger.write_now(case, desk, ledger.now())

    return _there_or_here(settings, target, body, media_type, here)


def _there_or_here(
    settings: Path | None, target: str, body: bytes, media_type: str, here: "Callable[[Ledger, Desk], Any]"
) -> Any:
    """Through the running server, or alone where none runs."""
    from gateway import settings as settings_module
    from gateway.cli.client import alone, ask, server_socket

    configured = settings_module.load(settings)
    socket = server_socket(configured)
    if socket is not None:
        _status, answer = asyncio.run(ask(socket, "POST", target, body, media_type))
        return answer
    with alone(configured, "airwarn decision") as ledger:
        return here(ledger, _desk(configured))


def full_manifest(settings: Path | None, identifier: str, manifest: str) -> str:
    """The decision's manifest, where it starts as the one that was looked at."""
    from gateway.broadcasts.approving.recorded import asked

    if len(manifest) < _SHORTEST:
        raise typer.BadParameter(
            f"至少 {_SHORTEST} 位 · at least {_SHORTEST} characters", param_hint="--manifest"
        )
    frozen: str = _read(settings, lambda connection, _desk: asked(connection, identifier).manifest)
    return frozen if frozen.startswith(manifest) else manifest


def _said(
    settings: Path | None,
    identifier: str,
    manifest: str,
    role: str,
    name: str,
    comment: str | None,
    verb: str,
    run: Callable[..., Any],
    as_json: bool,
) -> None:
    from gateway.broadcasts.actor import Actor
    from gateway.broadcasts.approving.present import decision_json

    seen = full_manifest(settings, identifier, manifest)

    def case(connection: "Connection", desk: "Desk", now: int) -> Any:
        actor = Actor("(local)", name, (role,))
        run(connection, desk, identifier, seen, now, actor, role=role, comment=comment)
        return decision_json(connection, desk, identifier)

    given = {"manifest": seen, "role": role, "name": name, "comment": comment}
    body = json.dumps({key: value for key, value in given.items() if value is not None}).encode()
    _tell(write(settings, f"/api/v1/decisions/{quote(identifier)}/{verb}", body, case), as_json)


def _tell(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
    else:
        show_decision(found)


def show_decision(found: dict[str, Any]) -> None:
    """A decision for a person."""
    from gateway.broadcasts.approving.recorded import STATE_WORDS

    say(
        f"{decided(found)}　{found['document_number'] or '（无文号）'}　"
        f"{STATE_WORDS[found['state']]} · {found['state']}"
    )
    say(f"编号 {found['id']}　起草 {found['drafter_name'] or found['drafter']}")
    say(f"清单 {found['manifest']}")
    show_selection(found["selection"])
    show_findings(found["findings"])
    for each in found["approvals"]:
        own = "（起草人本人）" if each["own_draft"] else ""
        old = "" if each["counts"] or each["verdict"] != "approve" else "（针对此前的版本）"
        say(f"{minute(each['at'])}　{each['role']} {each['name']}{own} {VERDICT_WORDS[each['verdict']]}{old}")
        if each["comment"]:
            say(f"  {each['comment']}")
    for each in found["opinions"]:
        say(f"会商意见 {each['id']}：{each['name']}（SHA-256 {each['sha256']}）")
    _say_steps(found, found["steps"])


def _say_steps(found: dict[str, Any], steps: list[dict[str, Any]]) -> None:
    named = f"{found['id']} --manifest {found['manifest'][:_SHORTEST]}"
    if found["state"] == "approved":
        say("批准齐备，可以发布 · approved, ready to be launched")
        say(f"  airwarn decision launch {named}")
    for number, step in enumerate(steps):
        who = "或".join(step["titles"]) or "起草人以外的一名负责人 · one person other than the drafter"
        say(f"{'现在应由' if number == 0 else '然后由'}{who}{step['verb']}")
    if steps:
        say(f"  airwarn decision approve {named} --role … --name …")


def _read(settings: Path | None, case: "Callable[[Connection, Desk], Any]") -> Any:
    from gateway import settings as settings_module
    from gateway.cli.client import reader

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        return ledger.read_now(case, _desk(configured))


def _desk(configured: "Settings") -> "Desk":
    from gateway.broadcasts.desk import configured as desk
    from gateway.identifiers import uuid7

    return desk(configured, uuid7)
