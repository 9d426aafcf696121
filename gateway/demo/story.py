"""The whole thing on one machine: a start, a raise that stops its queued words, a lift to everyone."""

import asyncio
from collections.abc import Awaitable, Callable
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.approving.submit import submit
from gateway.broadcasts.launching.launch import launch
from gateway.broadcasts.launching.overview import overview
from gateway.decisions.model import Decision
from gateway.demo.decisions import lift, raise_to_red, start
from gateway.follow_up.obligations.handover import handover
from gateway.ledger.accounts import tokens
from gateway.ledger.follow_up import obligations
from gateway.ledger.trail.verifying import verify
from gateway.moments import local, moment
from gateway.web.serving.running import Running

_HOUR = 3_600_000  # ms
_SHOWN = 4  # obligations
RAISE_AT = 0.4  # of the start's deliveries

_REPORTS = 10.0  # seconds that the operators' last reports are waited for

Overview = dict[str, Any]
Follow = Callable[[Callable[[], Awaitable[Overview]], Callable[[Overview], bool]], Awaitable[Overview]]


def visitor_token(connection: Connection, now: int) -> str:
    """A token that opens the live page for an hour; told once, kept nowhere but as its hash."""
    token = token_urlsafe(9)
    tokens.add(connection, "demo", token, ["read"], now, now + _HOUR)
    return token


async def story(process: Running, announce: Callable[[str], None], follow: Follow) -> list[Overview]:
    """A start, a raise in the middle of it, a lift; `announce` says what comes, `follow` waits and shows."""
    now = moment(process.clock())

    async def launched(decision: Decision) -> Callable[[], Awaitable[Overview]]:
        submitted = await process.ledger.write(submit, process.desk, decision, process.clock(), LOCAL)
        recorded = submitted.recorded
        if submitted.prepared is not None:
            school = next(
                notice
                for notice in submitted.prepared.notices
                if (notice.audience, notice.medium) == ("schools", "sms")
            )
            announce(f"   学校收到 · schools read: {school.text}")
        await process.ledger.write(
            launch, process.desk, recorded.id, recorded.manifest, process.clock(), LOCAL
        )
        process.wake()

        async def read() -> Overview:
            return await process.ledger.read(overview, recorded.broadcast_id, process.clock())

        return read

    announce("① 发布橙色预警：投递开始，回执陆续到达 · an orange warning starts, receipts come in")
    first = await launched(start(now))
    await follow(first, lambda each: _left(each) >= RAISE_AT)
    announce("② 升级为红色：橙色中尚未发出的立即停发 · a raise stops the queued words of the start")
    second = await launched(raise_to_red(now))
    await follow(second, _complete)
    announce("③ 启动前解除：发给每一个收到过预警的人 · lifted before its start, to everyone who was told")
    third = await launched(lift(now))
    ended = [await follow(each, _complete) for each in (third, first, second)]
    await _show_handover(process, announce, sorted(each["id"] for each in ended))
    await _show_what_stays(process, announce)
    return ended


async def _show_handover(process: Running, announce: Callable[[str], None], broadcasts: list[int]) -> None:
    """How many minutes after each release the operators had told 95 % of their subscribers."""
    announce(
        "④ 交接：运营商接收预警、自己群发、报回进度 · operators take the alert, and tell how far they are"
    )
    for number in broadcasts:
        found = await _reported(process, number)
        for receiver in found["receivers"]:
            if not receiver["networks"]:
                announce(
                    f"   任务 {number} · {receiver['receiver']}：{receiver['words']} · {receiver['words_en']}"
                )
            for each in receiver["networks"]:
                who = each["operator"] or receiver["organisation"]["name"]
                minutes = _told(each["minutes_to_95_percent"])
                announce(
                    f"   任务 {number} · {who}：{each['words']}，已发 {each['sent'] or 0:,}／"
                    f"{each['targeted'] or 0:,} 人，95% 用了 {minutes} 分钟（要求 {found['duty_minutes']}）"
                    f" · 95 % in {minutes} of {found['duty_minutes']} minutes"
                )


async def _reported(process: Running, broadcast_id: int) -> dict[str, Any]:
    """The handing over, once all operators have finished, or after a while."""
    duty, ends = process.settings.exchange.duty_minutes, process.clock() + int(_REPORTS * 1000)
    while True:
        found = await process.ledger.read(handover, broadcast_id, duty, process.clock())
        under_way = {"under_way", "waiting", "unclear", "not_handed_over"} & found["counts"].keys()
        if not under_way or process.clock() > ends:
            return found
        await asyncio.sleep(0.1)


def _told(minutes: float | None) -> str:
    return "—" if minutes is None else f"{minutes:.1f}"


async def _show_what_stays(process: Running, announce: Callable[[str], None]) -> None:
    """What the plan now wants from whom by when, and that the record of it all is sound."""
    announce("⑤ 之后：预案要的报告到期待办，全过程有据可查 · what is owed now, and the record of it all")
    owed = await process.ledger.read(obligations.page, process.clock(), states=("open", "overdue"))
    dated = sorted((each for each, _ in owed if each.due_at is not None), key=lambda each: each.due_at or 0)
    for each in dated[:_SHOWN]:
        announce(f"   {local(moment(each.due_at or 0)):%m月%d日 %H:%M} {each.by_whom}：{each.what}")
    announce(f"   共 {len(owed)} 项待办 · {len(owed)} obligations")
    found = await asyncio.to_thread(verify, process.ledger, process.settings.data_folder)
    told = "完好 · sound" if found.sound else "不完好 · not as it was written"
    announce(f"   审计记录 {found.head.rows} 行，{told}\n")


def _complete(current: Overview) -> bool:
    return bool(current["complete"])


def _left(current: Overview) -> float:
    """The share of deliveries that have left the queue."""
    queued: int = current["totals"].get("queued", 0)
    return 1 - queued / current["deliveries"] if current["deliveries"] else 0.0
