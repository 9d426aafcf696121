"""`unsigned`, `calls`, `call`: who has not signed, who is to be called, and what was heard."""

from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

import typer

from gateway.cli.output import Json, SettingsFile, minute, print_json, say, table

if TYPE_CHECKING:
    from sqlalchemy import Connection

Area = Annotated[
    str | None, typer.Option("--area", metavar="CODE", help="只要这个区县、街道 · only of this area")
]
STANDING_WORDS = {
    "unreachable": "未送达",
    "pending": "待回执",
    "delivered": "已送达",
    "opened": "已打开",
    "signed": "已签收",
    "done": "已完成",
    "objected": "有异议",
}
_COUNTED = {"asked": "应签收", **STANDING_WORDS}


def unsigned(
    broadcast: Annotated[int, typer.Argument(metavar="BROADCAST", help="任务号 · its number")],
    standing: Annotated[
        str, typer.Option("--standing", metavar="S", help="默认 unsigned（未签收）· whom to list")
    ] = "unsigned",
    area: Area = None,
    audience: Annotated[
        str | None, typer.Option("--audience", metavar="A", help="受众 · an audience")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="最多列出 · at most")] = 50,
    full: Annotated[bool, typer.Option("--full-numbers", help="号码不打码 · numbers in full")] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """签收情况：按区县、受众统计，列出未签收的 · Who has signed, by district, and who has not."""
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.cli.exporting import record
    from gateway.follow_up.signatures.unsigned import board_json
    from gateway.ledger.follow_up.unsigned import Wanted
    from gateway.plans.catalogue import Catalogue
    from gateway.vocabulary import AUDIENCES

    for option, value, known in (
        ("--standing", standing, get_args(Wanted)),
        ("--audience", audience, (*AUDIENCES, None)),
    ):
        if value not in known:
            words = ", ".join(each for each in known if each)
            raise typer.BadParameter(f"{value}: {words}", param_hint=option)
    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        found = ledger.read_now(
            board_json,
            Catalogue(configured.plans_folder),
            broadcast,
            ledger.now(),
            wanted=cast(Wanted, standing),
            area=area,
            audience=audience,
            limit=limit,
            full=full,
        )
    if full:
        record(configured, f"broadcast:{broadcast}", {"format": "unsigned", "area": area})
    if as_json:
        print_json(found)
    else:
        _show_board(found)


def calls(
    broadcast: Annotated[
        int | None, typer.Option("--broadcast", metavar="B", help="任务号，默认全部 · all by default")
    ] = None,
    area: Area = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="最多列出 · at most")] = 50,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """电话名单：逾期未签收和有异议的，附念稿 · Whom to call, and what to read out."""
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.cli.exporting import record
    from gateway.follow_up.signatures.calling import calls_json
    from gateway.plans.catalogue import Catalogue

    configured = settings_module.load(settings)
    record(configured, "calls", {"broadcast": broadcast, "area": area})
    with reader(configured) as ledger:
        found = ledger.read_now(
            calls_json,
            Catalogue(configured.plans_folder),
            ledger.now(),
            broadcast_id=broadcast,
            area=area,
            limit=limit,
        )
    if as_json:
        print_json(found)
    else:
        _show_calls(found["calls"])


def call(
    number: Annotated[int, typer.Argument(metavar="ID", min=1, help="编号，见 airwarn calls · its number")],
    result: Annotated[
        str,
        typer.Option(
            "--result",
            metavar="R",
            help="told 已口头通知、signed 代为签收、objected 有异议、no_answer、wrong_number、absent",
        ),
    ],
    contact: Annotated[
        int | None, typer.Option("--contact", metavar="C", min=1, help="联系人编号 · who was called")
    ] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="NAME", help="签收人姓名 · who signs")] = None,
    role: Annotated[str, typer.Option("--role", metavar="ROLE", help="签收人职务 · their role")] = "",
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="记录；有异议时写原因")] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="WHO", help="谁打的电话，默认系统用户 · who called")
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """记录一次电话的结果 · Record what was heard in a call."""
    from gateway import settings as settings_module
    from gateway.cli.client import person, written
    from gateway.follow_up.signatures.calling import record
    from gateway.ledger.follow_up.calls import RESULTS
    from gateway.web.access import LOCAL

    if result not in RESULTS:
        raise typer.BadParameter(f"{result}: {', '.join(RESULTS)}", param_hint="--result")
    who = by or person()
    heard = {"result": result, "contact": contact, "name": name, "role": role, "note": note, "by": who}

    def case(connection: "Connection", now: int) -> dict[str, Any]:
        return record(
            connection,
            number,
            result,
            now,
            caller=LOCAL.name,
            by=who,
            contact_id=contact,
            name=name,
            role=role,
            note=note,
        )

    answer = written(settings_module.load(settings), "airwarn call", f"/api/v1/calls/{number}", heard, case)
    if as_json:
        print_json(answer)
        return
    say(f"已记录：{answer['organisation']['name']} · recorded, call {len(answer['calls'])}")
    if answer["signed_at"]:
        say(f"已签收 {minute(answer['signed_at'])} · signed")


def _show_board(board: dict[str, Any]) -> None:
    from gateway.vocabulary import AUDIENCE_WORDS

    if not board["counts"]:
        say("这个任务不要求签收，或没有符合的单位 · nobody is asked to sign")
        return
    table(
        f"任务 {board['broadcast']} 签收情况 · signatures",
        ["区县", "受众", *_COUNTED.values()],
        [
            [
                count["district"],
                AUDIENCE_WORDS[count["audience"]],
                *(count[each] for each in _COUNTED),
            ]
            for count in board["counts"]
        ],
    )
    for each in board["organisations"]:
        late = "（逾期）" if each["late"] else ""
        say(
            f"{each['organisation']['code']} {each['organisation']['name']} · {each['district']} · "
            f"{STANDING_WORDS[each['standing']]}{late}"
        )
        for who in each["people"]:
            say(f"    {_person(who)}")
    if board["next"] is not None:
        say("…后面还有，见 --limit、--area · more follow")


def _show_calls(entries: list[dict[str, Any]]) -> None:
    from gateway.follow_up.signatures.calling import RESULT_WORDS

    if not entries:
        say("没有要打的电话 · nobody is to be called")
    scripts: dict[str, int] = {}
    for each in entries:
        exercise = "【演练】" if each["exercise"] else ""
        why = f"有异议：{each['objection']}" if each["objection"] else STANDING_WORDS[each["standing"]]
        tried = f"，已打 {each['tries']} 次（{RESULT_WORDS[each['last']]}）" if each["tries"] else ""
        say(
            f"{each['id']}  {exercise}{each['organisation']['name']}（{each['organisation']['code']}）· "
            f"{each['district']} · {why}{tried}"
        )
        for who in each["people"]:
            say(f"    {_person(who)}")
        if each["script"]:
            say(f"    念稿 {scripts.setdefault(each['script'], len(scripts) + 1)}")
        for line in each["own"]:
            say(f"    {line}")
    for script, place in scripts.items():
        say(f"\n念稿 {place} · what to read out:\n{script}")


def _person(who: dict[str, Any]) -> str:
    numbers = "、".join(number["text"] for number in who["numbers"])
    contact = f"（联系人 {who['contact']}）" if who["contact"] else ""
    return f"{who['role']} {who['name']} {numbers}{contact}"
