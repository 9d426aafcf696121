"""`stop`, `unknown list`, `unknown resend`, `unknown leave`: what a person decides while a broadcast runs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from gateway.cli.output import Json, SettingsFile, print_json, say, table
from gateway.cli.reasons import By, Reason, who_says, words_of
from gateway.cli.status import show_overview

if TYPE_CHECKING:
    from sqlalchemy import Connection

Broadcast = Annotated[int, typer.Argument(metavar="BROADCAST", help="任务号 · the broadcast's number")]
Deliveries = Annotated[
    list[int] | None,
    typer.Argument(metavar="[MESSAGE]...", help="消息编号，默认全部 · the messages' numbers; all by default"),
]

_SHOWN = 1000


def stop(
    broadcast: Broadcast, reason: Reason, by: By = None, settings: SettingsFile = None, as_json: Json = False
) -> None:
    """停发：不再发出任何消息；预警本身仍然有效 · Let nothing more leave; what was said stays."""
    from gateway import settings as settings_module
    from gateway.broadcasts.actor import LOCAL
    from gateway.broadcasts.launching.overview import overview
    from gateway.broadcasts.launching.stop import stop as stop_broadcast
    from gateway.cli.client import written

    words, who = words_of("--reason", reason), who_says(by)

    def alone(connection: "Connection", now: int) -> dict[str, Any]:
        stop_broadcast(connection, broadcast, who, words, now, LOCAL)
        return overview(connection, broadcast, now)

    target = f"/api/v1/broadcasts/{broadcast}/stop"
    said = {"reason": words, "by": who}
    stopped = written(settings_module.load(settings), "airwarn stop", target, said, alone)
    if as_json:
        print_json(stopped)
        return
    show_overview(stopped)
    say("已停发。已发出的不能收回；要说明情况请发布更正、撤回或解除")
    say("  stopped; what has left cannot be called back: correct, retract or lift it to tell people")


def list_(broadcast: Broadcast, settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出结果不明、待人决定的消息 · What may have arrived and waits for a person."""
    from gateway import settings as settings_module
    from gateway.broadcasts.launching.overview import overview
    from gateway.cli.client import reader
    from gateway.follow_up.upkeep.undecided import listed

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        now = ledger.now()
        ledger.read_now(overview, broadcast, now)  # an error where there is none
        found = ledger.read_now(listed, broadcast, now, 0, _SHOWN)
    if as_json:
        print_json({"deliveries": found})
        return
    if not found:
        say("没有待人处理的 · nothing waits for a person")
        return
    from gateway.delivery.words import CHANNEL_WORDS, reason_words

    table(
        "结果不明，待人决定 · unknown, for a person to decide",
        ["消息", "单位", "渠道", "地址", "次数", "发出", "原因"],
        [
            [
                each["id"],
                each["organisation"]["name"],
                CHANNEL_WORDS[each["channel"]].zh,
                each["address"],
                each["attempts"],
                each["claimed_at"][:19].replace("T", " "),
                reason_words(each["reason"]).zh if each["reason"] else "",
            ]
            for each in found
        ],
    )
    say("再发一次：airwarn unknown resend；不再处理：airwarn unknown leave · send once more, or leave")


def resend(
    broadcast: Broadcast,
    reason: Reason,
    messages: Deliveries = None,
    by: By = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """再发一次；先前一条若已送到，对方会收到两条 · Send once more; who got the first reads it twice."""
    _decide("resend", broadcast, messages, reason, by, settings, as_json)


def leave(
    broadcast: Broadcast,
    reason: Reason,
    messages: Deliveries = None,
    by: By = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """不再补发，留作结果不明 · Leave them unknown; they wait for nobody any more."""
    _decide("leave", broadcast, messages, reason, by, settings, as_json)


def _decide(
    act: Literal["resend", "leave"],
    broadcast: int,
    messages: list[int] | None,
    reason: str,
    by: str | None,
    settings: Path | None,
    as_json: bool,
) -> None:
    from gateway import settings as settings_module
    from gateway.broadcasts.launching.overview import overview
    from gateway.cli.client import written
    from gateway.follow_up.upkeep.undecided import decide

    words, who = words_of("--reason", reason), who_says(by)

    def alone(connection: "Connection", now: int) -> dict[str, Any]:
        overview(connection, broadcast, now)  # an error where there is none
        return {"decided": decide(connection, broadcast, act, messages or None, who, words, now)}

    body = {"reason": words, "by": who, **({"deliveries": messages} if messages else {})}
    target = f"/api/v1/broadcasts/{broadcast}/undecided/{act}"
    decided = written(settings_module.load(settings), f"airwarn unknown {act}", target, body, alone)
    if as_json:
        print_json(decided)
        return
    number = decided["decided"]
    if act == "resend":
        say(f"{number} 条将再发一次 · {number} messages leave once more")
    else:
        say(f"{number} 条不再处理 · {number} messages are left as they are")
