"""`duty show`, `measures`, `name`, `shifts`: who answers for measures, and who is on duty (值班表)."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.decisions import File
from gateway.cli.exporting import record
from gateway.cli.organisations import read, read_at, write
from gateway.cli.output import Json, SettingsFile, leave, minute, print_json, read_file, say, table

if TYPE_CHECKING:
    from sqlalchemy import Connection

app = typer.Typer(help="责任分工和值班 · duties and rosters", no_args_is_help=True, rich_markup_mode=None)
Plan = Annotated[str, typer.Option("--plan", metavar="P", help="预案 · the plan")]


@app.command("show")
def show(settings: SettingsFile = None, as_json: Json = False) -> None:
    """现在谁值班，今后 14 天哪里空缺 · Who is on duty now, and gaps of the next 14 days."""
    from gateway.web.rosters import roster_json

    found = read_at(settings, roster_json)
    if as_json:
        print_json(found)
        return
    table(
        "现在值班 · on duty",
        ["单位", "值班人", "到"],
        [[each["organisation"], each["contact"], minute(each["ends_at"])] for each in found["now"]],
    )
    for each in found["gaps"]:
        gap = f"{minute(each['starts_at'])} — {minute(each['ends_at'])}"
        say(f"无人值班：{each['organisation']} {gap} · nobody on duty")


@app.command("now")
def now(
    full_numbers: Annotated[
        bool, typer.Option("--full-numbers", help="姓名和号码不打码 · names and numbers in full")
    ] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """各单位现在由谁接听：值班表、夜间值班、联络员 · Who answers now; exit 1 where nobody does."""
    from gateway import settings as settings_module
    from gateway.directory.rosters import ANSWERING_WORDS
    from gateway.web.answering import answering_json

    if full_numbers:
        record(settings_module.load(settings), "duty", {"what": "answering"})
    found = read_at(settings, partial(answering_json, full=full_numbers))
    if as_json:
        print_json(found)
    else:
        table(
            "现在接听 · who answers now",
            ["编码", "单位", "依据", "谁", "号码", "到", "下一空档"],
            [
                [
                    unit["code"],
                    unit["organisation"],
                    ANSWERING_WORDS[unit["by"]],
                    "、".join(each["contact"] or "" for each in unit["people"]),
                    "、".join(number for each in unit["people"] for number in each["numbers"]),
                    "、".join(
                        dict.fromkeys(minute(each["until"]) for each in unit["people"] if each["until"])
                    ),
                    f"{minute(unit['next_gap']['starts_at'])} — {minute(unit['next_gap']['ends_at'])}"
                    if unit["next_gap"]
                    else "",
                ]
                for unit in found["units"]
            ],
        )
    leave(1 if any(unit["by"] == "nobody" for unit in found["units"]) else 0)


@app.command("measures")
def measures(plan: Plan, settings: SettingsFile = None, as_json: Json = False) -> None:
    """各项措施由谁负责，哪些还没有落实到人 · Who answers for each measure, and where nobody does."""
    from gateway import settings as settings_module
    from gateway.plans.catalogue import Catalogue
    from gateway.web.api.duties import duties_json

    loaded = Catalogue(settings_module.load(settings).plans_folder).load(plan)
    _show(read(settings, lambda connection: duties_json(connection, loaded.plan)), as_json)


@app.command("name")
def name(file: File, plan: Plan, settings: SettingsFile = None, as_json: Json = False) -> None:
    """登记措施责任人（YAML 或 JSON，见 docs/directory.md）· Name who answers for measures, from a file."""
    from gateway import settings as settings_module
    from gateway.plans.catalogue import Catalogue
    from gateway.plans.duties import MeasureDuty
    from gateway.web.api.duties import DutiesIn, put_duties

    stated = _stated(file, DutiesIn)
    named = [MeasureDuty(**each.model_dump()) for each in stated.duties]
    loaded = Catalogue(settings_module.load(settings).plans_folder).load(plan)

    def case(connection: "Connection", now: int) -> Any:
        return put_duties(connection, loaded.plan, named, now, "(local)")

    body = stated.model_dump_json().encode()
    _show(write(settings, f"/api/v1/plans/{quote(plan)}/duties", body, case), as_json)


@app.command("shifts")
def shifts(file: File, settings: SettingsFile = None, as_json: Json = False) -> None:
    """登记值班表（YAML 或 JSON，见 docs/directory.md）· Add shifts from a file."""
    from gateway.ledger.directory import duties
    from gateway.web.api.duties import ShiftsIn, new_shifts

    stated = _stated(file, ShiftsIn)

    def case(connection: "Connection", now: int) -> Any:
        return {"added": duties.add_shifts(connection, new_shifts(stated), now, "(local)")}

    answer = write(settings, "/api/v1/duty/shifts", stated.model_dump_json().encode(), case)
    if as_json:
        print_json(answer)
    else:
        say(f"新增 {answer['added']} 个班次 · added")


def _stated(file: str, model: Any) -> Any:
    from gateway.documents import decode, parse, read_model

    content, shown = read_file(file)
    return read_model(parse(decode(content, shown), shown), model)


def _show(found: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(found)
        return
    table(
        f"{found['plan']}：措施责任人 · who answers",
        ["措施", "单位", "责任单位", "牵头领导", "责任人", "监督人"],
        [
            [
                each[key] or ""
                for key in ("measure_id", "unit", "responsible_unit", "leader", "person", "supervisor")
            ]
            for each in found["duties"]
        ],
    )
    if found["nobody"]:
        say(f"还有 {len(found['nobody'])} 处没有落实到人（--json 可查看）· without anybody named")
