"""`decision list`, `decision show`: how far a decision has come; for those who bring it further, too."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.decisions import show_findings
from gateway.cli.output import Json, SettingsFile, decided, minute, print_json, say, table
from gateway.cli.selecting import show_selection

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.broadcasts.desk import Desk
    from gateway.ledger.database import Ledger

Id = Annotated[str, typer.Argument(metavar="ID", help="决定编号，见 airwarn decision list · its id")]
Manifest = Annotated[
    str,
    typer.Option(
        "--manifest", metavar="HASH", help="所核对内容的清单哈希，至少前 12 位 · of what was looked at"
    ),
]
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
    tell(found, as_json)


def write(
    settings: Path | None,
    target: str,
    body: bytes,
    case: "Callable[[Connection, Desk, int], Any]",
    media_type: str = "application/json",
) -> Any:
    """Through the running server, or in one transaction where none runs."""
    from gateway import settings as settings_module
    from gateway.cli.client import desk, through

    configured = settings_module.load(settings)

    def here(ledger: "Ledger") -> Any:
        return ledger.write_now(case, desk(configured), ledger.now())

    return through(configured, "airwarn decision", target, body, here, media_type)


def full_manifest(settings: Path | None, identifier: str, manifest: str) -> str:
    """The decision's manifest, where it starts as the one that was looked at."""
    from gateway.broadcasts.approving.recorded import asked

    if len(manifest) < _SHORTEST:
        raise typer.BadParameter(
            f"至少 {_SHORTEST} 位 · at least {_SHORTEST} characters", param_hint="--manifest"
        )
    frozen: str = _read(settings, lambda connection, _desk: asked(connection, identifier).manifest)
    return frozen if frozen.startswith(manifest) else manifest


def tell(found: dict[str, Any], as_json: bool) -> None:
    """A decision as JSON or for a person."""
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
    say_steps(found, found["steps"])


def say_steps(found: dict[str, Any], steps: list[dict[str, Any]]) -> None:
    """Who acts next on a decision, and by which command."""
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
    from gateway.cli.client import desk, reader

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        return ledger.read_now(case, desk(configured))
