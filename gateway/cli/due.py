"""`due`: what is owed, by when and by whom; receiving a report, and waiving what need not be met."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.output import Json, SettingsFile, minute, print_json, read_file, say, table
from gateway.cli.reasons import By, who_says, words_of
from gateway.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

Number = Annotated[int, typer.Argument(metavar="ID", min=1, help="待办号，见 airwarn due · its number")]
STATE_WORDS = {"open": "待办", "overdue": "逾期", "met": "已完成", "ended": "已了结"}

app = typer.Typer(
    help="待办：应报、应备案、应解除的事项 · what is owed",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def due(
    context: typer.Context,
    overdue: Annotated[bool, typer.Option("--overdue", help="只看逾期的 · overdue only")] = False,
    all_: Annotated[bool, typer.Option("--all", help="也看已完成和已了结的 · also what is closed")] = False,
    episode: Annotated[str | None, typer.Option("--episode", metavar="E", help="一次污染过程")] = None,
    unit: Annotated[
        str | None, typer.Option("--unit", metavar="U", help="单位名称或其一部分 · part of a name")
    ] = None,
    exercise: Annotated[bool, typer.Option("--exercise", help="演练的待办 · of exercises")] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """列出待办，逾期的和先到期的在前 · What is owed, the overdue and the earliest first."""
    if context.invoked_subcommand is not None:
        return
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.follow_up.obligations.obligations import obligation_json
    from gateway.ledger.follow_up import obligations

    if overdue and all_:
        raise typer.BadParameter("与 --all 只能用一个 · not with --all", param_hint="--overdue")
    states = obligations.STATES if all_ else ("overdue",) if overdue else ("open", "overdue")
    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        rows = ledger.read_now(
            obligations.page,
            ledger.now(),
            states=states,
            exercise=exercise,
            episode=episode,
            unit=unit,
        )
    found = sorted(
        (obligation_json(row, state) for row, state in rows),
        key=lambda each: (each["due_at"] is None, each["due_at"] or "", each["by_whom"], each["id"]),
    )
    if as_json:
        print_json({"obligations": found})
    else:
        show(found)


@app.command("receive")
def receive(
    number: Number,
    from_whom: Annotated[str, typer.Option("--from", metavar="WHO", help="报送单位和报送人 · who reports")],
    report: Annotated[
        str | None, typer.Option("--report", metavar="FILE", help="YAML：各项标题和内容，- 为标准输入")
    ] = None,
    reached: Annotated[
        bool,
        typer.Option("--reached", help="代替 --report：按台账报全部通知到 · all were reached, by the ledger"),
    ] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """收一份报告，核对预案要求的内容 · Receive a report; exit 1 where something is missing."""
    from gateway import settings as settings_module
    from gateway.broadcasts.actor import LOCAL
    from gateway.cli.client import written
    from gateway.cli.output import leave
    from gateway.follow_up.obligations import obligations

    if (report is None) != reached:
        raise typer.BadParameter("须有一个 · one of the two is needed", param_hint="--report, --reached")
    contents = _contents(report) if report is not None else _reached(settings, number)
    who = words_of("--from", from_whom)
    answer = written(
        settings_module.load(settings),
        "airwarn due",
        f"/api/v1/obligations/{number}/reports",
        {"from_whom": who, "contents": contents},
        lambda connection, now: obligations.receive(connection, LOCAL, number, who, contents, now),
    )
    if as_json:
        print_json(answer)
    else:
        say(f"已收到待办 {number} 的报告{'（逾期）' if answer['report']['late'] else ''} · received")
        if answer["missing"]:
            say(f"缺少预案要求的内容：{'、'.join(answer['missing'])}")
            say("some of what the plan asks for is missing; the obligation stays open until it is reported")
    leave(1 if answer["missing"] else 0)


@app.command("waive")
def waive(
    number: Number,
    reason: Annotated[str, typer.Option("--reason", metavar="WHY", help="为什么不再需要 · why")],
    by: By = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """免除一项待办，写明理由 · Close an obligation that need not be met."""
    from gateway import settings as settings_module
    from gateway.broadcasts.actor import LOCAL
    from gateway.cli.client import written
    from gateway.follow_up.obligations import obligations

    body = {"reason": words_of("--reason", reason), "by": who_says(by)}
    answer = written(
        settings_module.load(settings),
        "airwarn due",
        f"/api/v1/obligations/{number}/waive",
        body,
        lambda connection, now: obligations.waive(connection, LOCAL, number, body["by"], body["reason"], now),
    )
    if as_json:
        print_json(answer)
    else:
        say(f"待办 {number} 已了结：{answer['ended_because']} · closed")


def show(found: Iterable[dict[str, Any]]) -> None:
    """Obligations grouped by their deadline, the overdue first; then who is overdue, unit by unit."""
    listed = list(found)
    if not listed:
        say("没有待办 · nothing is owed")
        return
    for each in listed:
        if each["code"] == "expected_end_passed" and each["state"] in ("open", "overdue"):
            say(f"注意：{each['what']}（待办 {each['id']}，预计 {minute(each['due_at'])} 结束）")
    for title, chosen in (
        ("逾期 · overdue", [each for each in listed if each["state"] == "overdue"]),
        ("待办 · owed", [each for each in listed if each["state"] == "open"]),
        ("已完成和已了结 · closed", [each for each in listed if each["state"] in ("met", "ended")]),
    ):
        if chosen:
            table(title, ["编号", "期限", "由谁", "事项", "报给", "状态"], [_line(each) for each in chosen])
    units: dict[str, int] = {}
    for each in listed:
        if each["state"] == "overdue":
            units[each["by_whom"]] = units.get(each["by_whom"], 0) + 1
    if units:
        say(
            "逾期单位 · overdue by unit："
            + "，".join(f"{name} {number} 项" for name, number in units.items())
        )


def _line(each: dict[str, Any]) -> list[Any]:
    covers = f"（{each['covers']} 的情况）" if each["covers"] else ""
    late = "（逾期）" if each["late"] else ""
    return [
        each["id"],
        "未定" if each["due_at"] is None else minute(each["due_at"]),
        each["by_whom"],
        f"{'【演练】' if each['exercise'] else ''}{each['what']}{covers}",
        each["to_whom"],
        f"{STATE_WORDS[each['state']]}{late}",
    ]


def _contents(name: str) -> dict[str, str]:
    from gateway.documents import decode, parse

    content, shown = read_file(name)
    document = parse(decode(content, shown), shown)
    read = document.data
    if not isinstance(read, dict) or not all(isinstance(text, str | int | float) for text in read.values()):
        raise InputError(
            "REPORT_MALFORMED",
            f"“{shown}”应是“标题: 内容”的 YAML，内容为文字",
            f"{shown!r} must be YAML of headings with texts",
            shown,
        )
    return {str(heading): str(text) for heading, text in read.items()}


def _reached(settings: "Path | None", number: int) -> dict[str, str]:
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.follow_up.papers.notified import notified
    from gateway.plans.catalogue import Catalogue

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        return notified(ledger, Catalogue(configured.plans_folder), number, ledger.now())
