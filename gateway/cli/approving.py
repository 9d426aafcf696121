"""`decision approve`, `return`, `refuse`: what approvers do with a decision that was submitted."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.output import Json, SettingsFile
from gateway.cli.standing import Id, Manifest, full_manifest, tell, write

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.broadcasts.desk import Desk

Role = Annotated[
    str, typer.Option("--role", metavar="TITLE", help="以何职务，如 主任 · the approver's title")
]
Name = Annotated[str, typer.Option("--name", metavar="NAME", help="姓名 · the person's name")]
Comment = Annotated[str, typer.Option("--comment", metavar="TEXT", help="意见 · why")]


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
    tell(write(settings, f"/api/v1/decisions/{quote(identifier)}/{verb}", body, case), as_json)
