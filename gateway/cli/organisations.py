"""`directory list`, `show`, `check`, `totals`, `groups`, `off`: the directory for those who keep it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from gateway.cli.output import Json, SettingsFile, leave, minute, print_json, say, table, write_file
from gateway.vocabulary import AUDIENCE_WORDS, LEVEL_WORDS, SECTOR_WORDS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from gateway.ledger.database import Ledger
    from gateway.settings import Settings

Code = Annotated[str, typer.Argument(metavar="CODE", help="单位编码 · its code")]
Exercise = Annotated[bool, typer.Option("--exercise", help="演练单位 · those of exercises")]
_SHOWN = 200  # rows of a table for a person; --json has all


def list_(
    audience: Annotated[str | None, typer.Option("--audience", metavar="A", help="受众")] = None,
    sector: Annotated[str | None, typer.Option("--sector", metavar="S", help="行业")] = None,
    area: Annotated[str | None, typer.Option("--area", metavar="CODE", help="区域及其街道、乡镇")] = None,
    grade: Annotated[str | None, typer.Option("--grade", metavar="G", help="绩效等级")] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="NAME", help="分组")] = None,
    search: Annotated[str | None, typer.Option("--search", metavar="TEXT", help="名称或编码")] = None,
    exercise: Exercise = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """列出单位，号码和姓名隐去 · List organisations; numbers and names are masked."""
    from gateway.ledger.directory import organisations
    from gateway.web.organisations import head_json

    def case(connection: "Connection") -> list[dict[str, Any]]:
        found = organisations.page(
            connection,
            audience=audience,
            sector=sector,
            area=area,
            grade=grade,
            group=group,
            query=search,
            exercise=exercise,
            limit=None if as_json else _SHOWN + 1,
        )
        return [head_json(each) for each in found]

    found = read(settings, case)
    if as_json:
        print_json({"organisations": found})
        return
    table(
        "单位 · organisations",
        ["编码", "名称", "受众", "区域", "等级", "联系人", "分组", "在用"],
        [
            [
                each["code"],
                each["name"],
                _audience(each),
                each["area"],
                _grade(each["grade"]),
                each["contacts"],
                "、".join(each["groups"]),
                "是" if each["active"] else "否",
            ]
            for each in found[:_SHOWN]
        ],
    )
    _more(len(found))


def show(code: Code, settings: SettingsFile = None, as_json: Json = False) -> None:
    """查看一个单位：联系人、清单、变更 · One organisation with its contacts, inventory and history."""
    from gateway.delivery.words import CHANNEL_WORDS
    from gateway.directory.inventory import INVENTORY_LIST_WORDS
    from gateway.directory.model import CONTACT_ROLE_WORDS
    from gateway.web.console.directory.directory_words import FIELDS
    from gateway.web.organisations import detail_json, history_json

    def case(connection: "Connection") -> dict[str, Any]:
        return {**detail_json(connection, code), "changes": history_json(connection, code, 0, 1000)}

    found = read(settings, case)
    if as_json:
        print_json(found)
        return
    state = "" if found["active"] else "（已停用）"
    say(f"{found['code']}　{found['name']}{state}　{_audience(found)}　{found['area']}")
    if found["grade"]:
        say(f"绩效等级 {_grade(found['grade'])}，自 {found['grade_valid_from'] or '（未注明）'}")
    if found["audience"] == "enterprises":
        say(f"一厂一策备案 {found['own_plan_filed_on'] or '未备案'}")
    for each in found["addresses"]:
        say(f"本单位 {CHANNEL_WORDS[each['kind']].zh} {each['address']}")
    for person in found["people"]:
        reached = "，".join(
            f"{CHANNEL_WORDS[each['kind']].zh} {each['address']}（{each['verified_on'] or '未核实'}）"
            for each in person["addresses"]
        )
        say(f"{CONTACT_ROLE_WORDS[person['role']]} {person['name']}：{reached or '没有号码'}")
    for line in found["inventory"]:
        where = f"{INVENTORY_LIST_WORDS[line['list']]}·{LEVEL_WORDS[line['level']]}"
        own = "" if line["certain"] else "（没有完全看懂，按原文发送）"
        say(f"{where} {line['line'] or ''}：{line['words']}{own}")
    for change in found["changes"]:
        say(f"{minute(change['at'])} {change['by']}：")
        for field, values in change["changes"].items():
            shown = FIELDS[field].zh if field in FIELDS else field
            say(f"  {shown}：{_value(values['before'])} → {_value(values['after'])}")


def check(
    problem: Annotated[
        str | None, typer.Option("--problem", metavar="P", help="只看一类 · of one kind, as in --json")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="另存为 .csv 或 .xlsx · save as well")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="可覆盖 FILE · may overwrite")] = False,
    exercise: Exercise = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """检查通讯录：联系人、死号、核实日期、重复、备案 · What to mend; exit 1 when there is something."""
    from gateway.directory.care import PROBLEM_WORDS, PROBLEMS
    from gateway.follow_up.campaigns.care_table import detail_words, to_table
    from gateway.web.organisations import check_json

    if problem is not None and problem not in PROBLEMS:
        raise typer.BadParameter(f"{problem}: {', '.join(PROBLEMS)}", param_hint="--problem")
    found = read_at(
        settings, lambda connection, now: check_json(connection, now, exercise=exercise, problem=problem)
    )
    if output is not None:
        form = output.suffix.lower().removeprefix(".")
        if form not in ("csv", "xlsx"):
            raise typer.BadParameter(f"{output.name}: .csv, .xlsx", param_hint="--output")
        content = to_table(found["findings"], "csv" if form == "csv" else "xlsx")
        write_file(output, force, lambda file: file.write(content))
    if as_json:
        print_json(found)
    else:
        table(
            f"检查了 {found['organisations']} 个单位 · checked",
            ["", "问题", "处"],
            [[name, PROBLEM_WORDS[name], number] for name, number in found["counts"].items() if number],
        )
        if found["findings"]:
            table(
                "待处理 · to mend",
                ["编码", "名称", "问题", "联系人", "号码或地址", "说明", "怎么办"],
                [
                    [
                        each["code"],
                        each["name"],
                        PROBLEM_WORDS[each["problem"]],
                        each["contact"] or "",
                        each["address"] or "",
                        detail_words(each),
                        each["to_do"],
                    ]
                    for each in found["findings"][:_SHOWN]
                ],
            )
        _more(len(found["findings"]))
    leave(1 if found["findings"] else 0)


def totals(
    plan: Annotated[str, typer.Option("--plan", metavar="P", help="预案 · the plan")],
    society: Annotated[
        list[str] | None,
        typer.Option(
            "--society",
            metavar="POLLUTANT=TONNES",
            help="全社会每日排放吨数，可多次 · what all of society emits in a day",
        ),
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """清单减排量合计，对照预案的减排比例 · Planned reductions against the plan's targets."""
    from gateway.plans.catalogue import Catalogue
    from gateway.web.api.organisations import read_society
    from gateway.web.organisations import totals_json

    named = dict(each.partition("=")[::2] for each in society or [])
    known = read_society(json.dumps(named)) if named else None
    loaded = Catalogue(_configured(settings).plans_folder).load(plan)
    found = read(settings, lambda connection: totals_json(connection, loaded.plan, known))
    if as_json:
        print_json(found)
        return
    words = {True: "达到", False: "未达到", None: "无法判断"}
    table(
        f"{loaded.plan.title}：清单内 {found['listed']} 家，有数据 {found['with_figures']} 家",
        ["级别", "污染物", "应减 %", "排放 吨/日", "减排 吨/日", "减 %", "", "缺数据"],
        [
            [
                LEVEL_WORDS[each["level"]],
                "＋".join(each["pollutants"]) or "（预案未写明）",
                each["required"],
                each["emitted"],
                each["reduced"],
                "" if each["percent"] is None else each["percent"],
                words[each["met"]],
                each["lacking"],
            ]
            for each in found["totals"]
        ],
    )
    if any(each["of_society"] for each in found["totals"]):
        say("预案的比例以全社会排放为准，清单只有企业的排放；可用 --society 给出全社会排放量")
        say("the plan's ratio is of all society's emissions; state them with --society")
    if any(each["lacking"] for each in found["totals"]):
        say("清单缺少部分企业的排放量或减排量，合计不全 · some organisations state no figures")


def groups(settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出分组 · Every group and how many organisations are in it."""
    from gateway.ledger.directory import organisations

    found = read(settings, organisations.groups)
    if as_json:
        print_json({"groups": found})
        return
    table("分组 · groups", ["名称", "单位"], [[name, number] for name, number in found.items()])


def off(code: Code, settings: SettingsFile = None, as_json: Json = False) -> None:
    """停用一个单位：不再通知，已通知的仍会收到解除 · Tell it nothing more but what it is owed."""
    from gateway.ledger.directory import directory
    from gateway.web.organisations import stored

    def case(connection: "Connection", now: int) -> dict[str, Any]:
        stored(connection, code)
        return {"code": code, "switched_off": bool(directory.switch_off(connection, [code], now, "(local)"))}

    answer = write(settings, f"/api/v1/organisations/{quote(code)}/off", b"", case)
    if as_json:
        print_json(answer)
    else:
        say(f"{code} {'已停用' if answer['switched_off'] else '此前已停用'} · switched off")


def read(settings: Path | None, case: "Callable[[Connection], Any]") -> Any:
    """What a question to the ledger gives; a server may be running."""
    return read_at(settings, lambda connection, _now: case(connection))


def read_at(settings: Path | None, case: "Callable[[Connection, int], Any]") -> Any:
    """The same of a question that asks what time it is: by the ledger's clock, which all machines share."""
    from gateway.cli.client import reader

    configured = _configured(settings)
    with reader(configured) as ledger:
        return ledger.read_now(case, ledger.now())


def write(settings: Path | None, target: str, body: bytes, case: "Callable[[Connection, int], Any]") -> Any:
    """A change through the running server, or alone where none runs."""
    from gateway.cli.client import through

    def here(ledger: "Ledger") -> Any:
        return ledger.write_now(case, ledger.now())

    return through(_configured(settings), "airwarn directory", target, body, here)


def _configured(settings: Path | None) -> "Settings":
    from gateway import settings as settings_module

    return settings_module.load(settings)


def _audience(each: dict[str, Any]) -> str:
    sector = f"·{SECTOR_WORDS[each['sector']]}" if each["sector"] else ""
    return f"{'演练·' if each['exercise'] else ''}{AUDIENCE_WORDS[each['audience']]}{sector}"


def _value(value: Any) -> str:
    """What a change replaced, or put in its place, on a line."""
    match value:
        case None | "" | []:
            return "（无）"
        case bool():
            return "是" if value else "否"
        case list():
            return "；".join(_value(each) for each in value)
        case {"words": words, "level": level}:
            return f"{LEVEL_WORDS[level]} {value.get('line') or ''}“{words}”"
        case dict():
            return " ".join(_value(each) for each in value.values() if each not in (None, "", []))
        case _:
            return str(value)


def _grade(grade: str | None) -> str:
    from gateway.directory.model import GRADE_WORDS

    return "" if grade is None else {str(code): word for code, word in GRADE_WORDS.items()}[grade]


def _more(found: int) -> None:
    if found > _SHOWN:
        say(f"只列出前 {_SHOWN} 条，全部见 --json · the first {_SHOWN} only; --json has all")
