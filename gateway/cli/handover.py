"""`handover`: whether operators and other systems have taken an alert, and how far they are with it."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from gateway.cli.output import Json, SettingsFile, decided, print_json, say, table
from gateway.errors import InputError


def handover(
    broadcast: Annotated[
        int | None,
        typer.Argument(metavar="[BROADCAST]", help="任务号，默认最近的一次 · the newest by default"),
    ] = None,
    full: Annotated[bool, typer.Option("--full-numbers", help="号码不打码 · numbers in full")] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """运营商等接收方的交接情况：谁已接收、发到多少人、用了几分钟 · How the alert was handed over."""
    from gateway import settings as settings_module
    from gateway.cli.client import reader
    from gateway.cli.exporting import record
    from gateway.follow_up.obligations.handover import handover as handed_over
    from gateway.ledger.exchange import progress

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        number = broadcast if broadcast is not None else ledger.read_now(progress.newest_handed)
        if number is None:
            raise InputError(
                "NOTHING_HANDED_OVER",
                "还没有交接给运营商等接收方的任务",
                "no broadcast was handed over to operators or other systems yet",
            )
        duty = configured.exchange.duty_minutes
        found = ledger.read_now(handed_over, number, duty, ledger.now(), full=full)
    if full:
        record(configured, f"broadcast:{number}", {"format": "handover"})
    if as_json:
        print_json(found)
    else:
        show(found)


def show(found: Mapping[str, Any]) -> None:
    """A table of receivers and their networks, then what is to be done."""
    title = f"任务 {found['broadcast']} · {decided(found)} · 交接情况 · handover"
    if not found["receivers"]:
        say(f"{title}：没有接收方 · nobody takes it")
        return
    table(
        title,
        ["接收方", "网络", "情况", "目标", "已发", "失败", "接收", "开始", "95%"],
        [row for each in found["receivers"] for row in _rows(each)],
    )
    begin = found["begin_minutes"]
    at_once = f"，{begin} 分钟内开始" if begin is not None else ""
    at_once_en = f", begun within {begin}" if begin is not None else ""
    say(
        f"时间为发布后的分钟数；要求 {found['duty_minutes']} 分钟内发到 95%{at_once}"
        f" · minutes since the release; due: 95 % within {found['duty_minutes']}{at_once_en}"
    )
    for each in found["receivers"]:
        if each["advice"]:
            say(f"→ {each['receiver']}（{each['organisation']['name']}）{_why(each)}：{each['advice']}")
            say(f"  {each['receiver']}: {each['words_en']}: {each['advice_en']}")
            for line in _people(each):
                say(line)


def _rows(receiver: Mapping[str, Any]) -> Iterator[list[Any]]:
    taken = _number(receiver["minutes_to_taken"])
    if not receiver["networks"]:
        yield [receiver["receiver"], "", _why(receiver), "", "", "", taken, "", ""]
    for place, each in enumerate(receiver["networks"]):
        yield [
            receiver["receiver"] if place == 0 else "",
            each["operator"] or "",
            each["words"] + ("（数字变小）" if each["fell"] else "") + _answer(receiver, each),
            _number(each["targeted"]),
            _number(each["sent"]),
            _number(each["failed"]),
            taken if place == 0 else "",
            _number(each["minutes_to_begun"]),
            _number(each["minutes_to_95_percent"]),
        ]


def _answer(receiver: Mapping[str, Any], network: Mapping[str, Any]) -> str:
    """What it said, unless the advice below the table repeats it."""
    said: str | None = network["message"]
    return f"：{said}" if said and not receiver["advice"] else ""


def _why(receiver: Mapping[str, Any]) -> str:
    said = [each["message"] for each in receiver["networks"] if each["message"]]
    reason = receiver["reason_words"] if not receiver["networks"] else None
    words: str = receiver["words"]
    because = "；".join([*([reason] if reason else []), *said])
    return f"{words}（{because}）" if because else words


def _people(receiver: Mapping[str, Any]) -> Iterator[str]:
    for person in receiver["people"]:
        numbers = "、".join(each["text"] for each in person["numbers"])
        yield f"  {person['role']} {person['name']} {numbers}"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
