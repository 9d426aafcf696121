"""`decision submit`, `withdraw`, `opinion`: what a drafter does with a decision."""

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.decisions import File, show_check, show_findings
from gateway.cli.output import Json, SettingsFile, leave, print_json, read_file, say
from gateway.cli.selecting import Only, in_query, selected, show_selection
from gateway.cli.standing import Id, say_steps, tell, write

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.broadcasts.desk import Desk
    from gateway.ledger.database import Ledger


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
    from gateway import settings as settings_module
    from gateway.broadcasts.actor import Actor
    from gateway.broadcasts.approving.present import submitted_json
    from gateway.broadcasts.beside_ledger import submit_aside
    from gateway.broadcasts.preparing.groundwork import Refused
    from gateway.cli.client import desk, person, through
    from gateway.decisions.reading import read
    from gateway.documents import decode

    content, name = read_file(file)
    who = drafter or person()
    decision = read(decode(content, name), name)
    meant = selected(only)

    configured = settings_module.load(settings)

    def here(ledger: "Ledger") -> Any:
        actor = Actor("(local)", who)
        case = submit_aside(ledger, desk(configured), decision, ledger.now(), actor, selection=meant)
        return submitted_json(asyncio.run(case))

    target = f"/api/v1/decisions?drafter={quote(who)}{in_query(meant)}"
    try:
        answer = through(configured, "airwarn decision", target, content, here)
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
    say_steps(answer, answer.get("steps", []))


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
    tell(write(settings, f"/api/v1/decisions/{quote(identifier)}/withdraw", body, case), as_json)


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
