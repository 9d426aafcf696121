"""`payload FILE`: what operators, platforms and neighbouring systems take, made of a decision."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from typer.core import TyperGroup

from gateway.cli.caching import keep_templates
from gateway.cli.decisions import File, load, moment
from gateway.cli.output import Json, SettingsFile, note, print_bytes, print_json, read_file

if TYPE_CHECKING:
    from typer._click import Context

    from gateway.decisions.model import Decision
    from gateway.exchange.model import Alert, Authority
    from gateway.plans.model import Plan

FORMATS = ("cap", "national", "json", "cell")
_MAKE = "make"  # the command that `airwarn payload FILE` means
_PLACEHOLDER = 99  # the number in the identifier of an earlier message that nobody has given


class Payloads(TyperGroup):
    """`airwarn payload FILE` beside its subcommands."""

    def parse_args(self, ctx: "Context", args: list[str]) -> list[str]:
        """What does not begin with a subcommand is about a file."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [_MAKE, *args]
        return super().parse_args(ctx, args)


def make(
    file: File,
    format_: Annotated[
        str,
        typer.Option(
            "--format", metavar="F", help="cap（CAP 1.2）、national（12379）、json、cell（小区广播）"
        ),
    ] = "cap",
    now: Annotated[
        str | None,
        typer.Option("--now", metavar="T", help="发送时间，须带时区，默认 decided_at · when it is sent"),
    ] = None,
    earlier: Annotated[
        list[str] | None,
        typer.Option(
            "--earlier",
            metavar="CAP",
            help="此前的 CAP 消息，由早到晚，可多次 · an earlier message of the event, oldest first",
        ),
    ] = None,
    test: Annotated[
        bool, typer.Option("--test", help="演练改为系统测试 · an exercise as a test of the connection")
    ] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """由决定生成消息，也可写作 payload FILE · A decision as a payload; `payload FILE` means the same."""
    from gateway import settings as settings_module
    from gateway.decisions.facts import facts
    from gateway.exchange.build import build, identifier
    from gateway.exchange.cap import read
    from gateway.exchange.model import Identity
    from gateway.notices.model import InForce

    if format_ not in FORMATS:
        raise typer.BadParameter(f"{format_}: {', '.join(FORMATS)}", param_hint="--format")
    at = None if now is None else moment(now)
    plan, decision = load(file, settings)
    sent = at or decision.decided_at
    configured = settings_module.load(settings)
    authority = configured.exchange.authority()
    context = decision.context
    active = context.active_level if context else None
    keep_templates()
    known = [read(content, name) for content, name in map(read_file, earlier or [])]
    if not known and decision.action not in ("issue", "hint", "tip"):
        known = [_placeholder(plan, decision, authority, sent, test=test)]
        note("提示：没有用 --earlier 给出此前的消息，references 为占位，不能发出")
        note("note: no --earlier message is given: the references are placeholders, not to be sent")
    alert = build(
        plan,
        decision,
        authority,
        configured.for_renderer(),
        Identity(identifier(plan, authority, sent), sent),
        before=InForce(active, facts(decision), context.active_since) if context and active else None,
        earlier=known,
        test=test,
    )
    if format_ == "national" and authority.organisation is None:
        note("提示：没有设置 exchange.organisation，单位编码中为 000，平台不会接受")
        note("note: exchange.organisation is not set: the unit's code has 000, which the platform refuses")
    content = rendered(alert, format_, authority, known)
    if as_json:
        payload = json.loads(content) if format_ in ("json", "cell") else content.decode()
        print_json({"format": format_, "identifier": alert.identifier, "payload": payload})
    else:
        print_bytes(content)


def rendered(alert: "Alert", format_: str, authority: "Authority", earlier: Sequence["Alert"]) -> bytes:
    """The payload. Raises `InputError` where the alert has none of this kind."""
    from gateway.exchange import cap, cell, national, payload_json

    if format_ == "cap":
        return cap.write(alert)
    if format_ == "national":
        return national.write(alert, authority)
    if format_ == "json":
        return payload_json.write(alert)
    serial = cell.Serial(0, len(earlier) % 16)
    return cell.broadcast(alert, serial, public_safety=authority.public_safety).write()


def _placeholder(
    plan: "Plan", decision: "Decision", authority: "Authority", sent: datetime, *, test: bool
) -> "Alert":
    """Stands for the earlier message that a preview does not know."""
    from gateway.exchange.build import identifier, sender, status_of
    from gateway.exchange.model import Alert, written

    since = decision.context.active_since if decision.context else None
    at = since if since is not None and since < sent else sent - timedelta(seconds=1)
    return Alert(
        identifier(plan, authority, at, _PLACEHOLDER),
        sender(plan, authority),
        written(at),
        status_of(decision, test=test),
        "Alert",
        "Public",
    )
