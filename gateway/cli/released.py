"""`payload released BROADCAST`: the alerts that a broadcast released, exactly as they left."""

from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from gateway.cli.output import Json, SettingsFile, print_bytes, print_json
from gateway.cli.payload import FORMATS
from gateway.errors import InputError

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.broadcasts.launching.stored_alerts import Form


def released(
    broadcast: Annotated[int, typer.Argument(metavar="BROADCAST", help="发布任务编号 · its number")],
    format_: Annotated[
        str,
        typer.Option(
            "--format", metavar="F", help="cap（CAP 1.2）、national（12379）、json、cell（小区广播）"
        ),
    ] = "cap",
    identifier: Annotated[
        str | None,
        typer.Option(
            "--identifier", metavar="ID", help="续期或 AllClear 形式 · of a renewal or an AllClear form"
        ),
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """已发布的消息原文，一字节不改 · The released payload as it left, byte for byte; --json: all of them."""
    from gateway.broadcasts.launching.stored_alerts import alerts_json, payload
    from gateway.cli.organisations import read

    if format_ not in FORMATS:
        raise typer.BadParameter(f"{format_}: {', '.join(FORMATS)}", param_hint="--format")

    def listed(connection: "Connection") -> list[dict[str, Any]]:
        return alerts_json(connection, broadcast)

    known = read(settings, listed)
    if as_json:
        print_json({"alerts": known})
        return
    wanted = next((each for each in known if identifier in (None, each["identifier"])), None)
    if wanted is None:
        raise InputError(
            "ALERT_UNKNOWN",
            f"发布任务 {broadcast} 没有发布过{'这条消息' if identifier else '消息'}",
            f"broadcast {broadcast} released no {'such ' if identifier else ''}message",
            field="identifier" if identifier else "broadcast",
        )
    name, form = wanted["identifier"], cast("Form", format_)
    print_bytes(read(settings, lambda connection: payload(connection, name, form)))
