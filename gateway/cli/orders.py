"""`order`: what other levels ordered, the draft of a decision on it, and dismissing it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.output import Json, SettingsFile, minute, print_json, say, table
from gateway.cli.reasons import By, Reason, who_says, words_of
from gateway.errors import InputError, system_words
from gateway.vocabulary import LEVEL_WORDS
from gateway.web.console.episodes.order_words import STATES, VERDICTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

    from gateway.plans.catalogue import Catalogue

Number = Annotated[
    int, typer.Argument(metavar="ID", min=1, help="指令号，见 airwarn order list · its number")
]

KIND_WORDS = {"warning": "", "end": "解除", "hint": "提示", "tip": "健康提示"}

app = typer.Typer(
    help="上级、下级、相邻地区发来的指令 · orders of other levels",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("list")
def list_(
    all_: Annotated[bool, typer.Option("--all", help="也看处理过的 · also what is settled")] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """列出指令，默认只看待处理的和生效的 · Orders that wait for people or are in force."""
    from gateway.ledger.exchange import orders
    from gateway.orders.present import order_json

    def listed(connection: "Connection", _catalogue: "Catalogue", _now: int) -> list[dict[str, Any]]:
        return [
            order_json(each)
            for each in orders.page(connection)
            if all_ or each.state == "received" or each.in_force
        ]

    found = _read(settings, listed)
    if as_json:
        print_json({"orders": found})
        return
    if not found:
        say("没有指令 · no order" if all_ else "没有待处理的指令 · no order waits for anybody")
        return
    table(
        "指令 · orders",
        ["编号", "收到", "来自", "", "内容", "文号", "状态"],
        [
            [
                each["id"],
                minute(each["received_at"]),
                each["sender"],
                "演练" if each["exercise"] else "",
                _what(each),
                each["document_number"] or each["identifier"] or "",
                STATES[each["state"]].zh + (f"，{_in_force(each['starts_at'])}" if each["in_force"] else ""),
            ]
            for each in found
        ],
    )


@app.command("show")
def show(number: Number, settings: SettingsFile = None, as_json: Json = False) -> None:
    """查看一条指令：如何证明、如何判断、怎样答复 · How it was proved and judged, and what was answered."""
    from gateway.orders.present import order_detail

    found = _read(settings, lambda connection, _catalogue, _now: order_detail(connection, number))
    if as_json:
        print_json(found)
    else:
        _show(found)


@app.command("draft")
def draft(
    number: Number,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="写成文件 · write it to a file")
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """按指令拟一份决定，由人补全后提交 · The draft of a decision, for people to complete and submit."""
    from gateway.orders.present import draft_json

    found = _read(settings, lambda connection, catalogue, now: draft_json(connection, catalogue, number, now))
    if output is not None:
        _write_new(output, found["text"])
    if as_json:
        print_json(found)
    elif output is not None:
        say(f"已写入 {output}：请补全后用 airwarn decision submit 提交 · complete it and submit it")
    else:
        typer.echo(found["text"], nl=False)


@app.command("dismiss")
def dismiss(
    number: Number,
    reason: Reason,
    by: By = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """不采用一条指令，或说明它已不再生效 · Nobody acts on it, or what it put in force is over."""
    from gateway import settings as settings_module
    from gateway.broadcasts.actor import LOCAL
    from gateway.cli.client import written
    from gateway.orders.dismissing import dismiss as run
    from gateway.orders.present import order_detail

    body = {"reason": words_of("--reason", reason), "by": who_says(by)}

    def case(connection: "Connection", now: int) -> Any:
        run(connection, number, body["by"], body["reason"], now, LOCAL)
        return order_detail(connection, number)

    configured = settings_module.load(settings)
    found = written(configured, "airwarn order", f"/api/v1/orders/{number}/dismiss", body, case)
    if as_json:
        print_json(found)
    else:
        _show(found)


def _show(found: dict[str, Any]) -> None:
    drill = "【演练】" if found["exercise"] else ""
    say(f"指令 {found['id']}　{drill}{_what(found)}　{STATES[found['state']].zh} · {found['state']}")
    say(f"来自 {found['sender']}（{found['issuer'] or ''}）　标识 {found['identifier'] or '无法读取'}")
    if found["headline"]:
        say(found["headline"])
    shown = (
        ("文号", found["document_number"]),
        ("区域", "、".join(found["area"])),
        ("启动时间", minute(found["starts_at"])),
        ("预计解除时间", minute(found["expected_end_at"])),
        ("消息有效期", minute(found["expires"])),
        ("收到时间", minute(found["received_at"])),
        ("证明", {"signature": "XML 签名", "webhook": "Standard Webhooks 签名"}[found["proof"]]),
        ("判断", VERDICTS[found["verdict"]].zh),
        ("采用它的决定", found["decision"]),
        ("处理", found["settled_because"]),
    )
    for name, value in shown:
        if value:
            say(f"{name}　{value}")
    if found["refusal"]:
        say(f"［{found['refusal']['code']}］{found['refusal']['message']}")
        say(f"  {found['refusal']['message_en']}")
    for each in found["remarks"]:
        say(f"注意：{each['message']}")
        say(f"  {each['message_en']}")
    for each in found["answers"]:
        left = "已送达" if each["sent_at"] else "未送达，不再重试" if each["given_up_at"] else "待发"
        say(f"答复　{minute(each['made_at'])}　{each['state']}：{each['message']}（{left}）")


def _what(each: dict[str, Any]) -> str:
    level = f"{LEVEL_WORDS[each['level']]}预警" if each["level"] else ""
    return (KIND_WORDS.get(each["kind"] or "", "") + level) or VERDICTS[each["verdict"]].zh


def _in_force(starts_at: str | None) -> str:
    return "正在生效" if starts_at is None else f"{starts_at[:16].replace('T', ' ')} 起生效"


def _write_new(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise InputError(
            "FILE_EXISTS",
            f"“{path}”已存在，未作任何改动",
            f"{str(path)!r} exists already; nothing was changed",
            str(path),
        ) from None
    except OSError as error:
        raise InputError(
            "FILE_UNWRITABLE",
            f"无法写入“{path}”：{system_words(error)}",
            f"cannot write {str(path)!r}: {error.strerror}",
            str(path),
        ) from None


def _read(settings: Path | None, case: "Callable[[Connection, Catalogue, int], Any]") -> Any:
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.plans.catalogue import Catalogue

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        return ledger.read_now(case, Catalogue(configured.plans_folder), ledger.now())
