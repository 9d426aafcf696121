"""The whole thing on one machine: a start, a raise that stops its queued words, a lift to everyone.

Providers are local stand-ins on real sockets, which refuse some numbers, lose some answers and send
their receipts late, twice and out of order. Nothing leaves the machine.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from secrets import token_urlsafe
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Connection

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.receiver import SECRET, ReceiverStandIn
from channels.stand_ins.smtp import SmtpStandIn
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER, TwilioStandIn
from channels.stand_ins.wecom import WecomStandIn
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.approving.submit import submit
from gateway.broadcasts.launching.launch import launch
from gateway.broadcasts.launching.overview import overview
from gateway.decisions.model import Decision
from gateway.demo.city import MAPS, RECEIVERS, REFUSED_MAILBOXES, REFUSED_NUMBERS, directory
from gateway.demo.decisions import lift, raise_to_red, start
from gateway.directory.importing import read
from gateway.follow_up.obligations.handover import handover
from gateway.ledger.accounts import tokens
from gateway.ledger.follow_up import obligations
from gateway.ledger.trail.verifying import verify
from gateway.moments import iso, moment
from gateway.plans.catalogue import Catalogue
from gateway.settings import (
    OfficeSettings,
    ReceiverSettings,
    Settings,
    SmtpSettings,
    StandardWebhooksSettings,
    TwilioSettings,
    WecomSettings,
)
from gateway.web.importing.organisations import read_rows, store_rows
from gateway.web.serving.running import Running, running

DRILL_SENDER, DRILL_ROOM = "+15005550010", "演练群"  # exercises leave by accounts of their own
SMS_PER_SECOND = 40.0  # slow enough to see the raise stop what has not left
_HOUR = 3_600_000  # ms
_SHOWN = 4  # obligations
RAISE_AT = 0.4  # of the start's deliveries

SMS = Behaviour(
    delay=(0.02, 0.15),
    lose_answer=0.004,  # more would now and then open the breaker, and the story rest for a minute
    receipt_delay=(0.2, 1.5),
    receipt_twice=0.2,
    receipts_reversed=0.2,
    refused=REFUSED_NUMBERS,
)
WECOM = Behaviour(delay=(0.05, 0.2))
MAIL = Behaviour(delay=(0.0, 0.05), refused=REFUSED_MAILBOXES)
OPERATORS = Behaviour(delay=(0.02, 0.1), lose_answer=0.2, receipt_delay=(0.1, 0.5), undelivered=0.01)
_REPORTS = 10.0  # seconds that the operators' last reports are waited for

Overview = dict[str, Any]
Follow = Callable[[Callable[[], Awaitable[Overview]], Callable[[Overview], bool]], Awaitable[Overview]]


@asynccontextmanager
async def sample_city(folder: Path) -> AsyncIterator[Running]:
    """The sample city's gateway, with a stand-in for each provider."""
    async with (
        TwilioStandIn(SMS) as twilio,
        WecomStandIn(WECOM) as wecom,
        SmtpStandIn(MAIL) as smtp,
        AsyncExitStack() as stack,
    ):
        receivers: dict[str, ReceiverSettings] = {}
        for name, networks in RECEIVERS.items():
            platform = await stack.enter_async_context(ReceiverStandIn(OPERATORS, networks=networks))
            receivers[name] = ReceiverSettings(url=platform.url, secrets=[SecretStr(SECRET)])
        settings = Settings(
            data_folder=folder / "data",
            port=0,
            maps_folder=MAPS,
            office=OfficeSettings(
                signature="郑州重污染预警",
                contacts=["值班电话 0371-00000000"],
                reply_by_minutes={"schools": 30, "enterprises": 60, "hospitals": 60},
            ),
            accounts={
                "sms": TwilioSettings(
                    provider="twilio",
                    account_sid=ACCOUNT_SID,
                    auth_token=SecretStr(AUTH_TOKEN),
                    senders=[SENDER],
                    base_url=twilio.url,
                    per_second=SMS_PER_SECOND,
                    unknown_wait=3.0,
                    receipt_window=8.0,
                ),
                "wecom": WecomSettings(
                    provider="wecom",
                    base_url=wecom.url,
                    groups=_groups(),
                ),
                "mail": SmtpSettings(
                    provider="smtp",
                    host="127.0.0.1",
                    port=smtp.port,
                    security="none",
                    sender="warning@example.com",
                    sender_name="郑州市重污染天气预警",
                ),
                "drill_sms": TwilioSettings(
                    provider="twilio",
                    account_sid=ACCOUNT_SID,
                    auth_token=SecretStr(AUTH_TOKEN),
                    senders=[DRILL_SENDER],
                    base_url=twilio.url,
                    exercise=True,
                ),
                "drill_wecom": WecomSettings(
                    provider="wecom",
                    base_url=wecom.url,
                    groups={DRILL_ROOM: SecretStr("demo-key-drill")},
                    exercise=True,
                ),
                "operators": StandardWebhooksSettings(
                    provider="standard_webhooks",
                    receivers=receivers,
                    unknown_wait=0.5,
                    receipt_window=8.0,
                ),
            },
        )
        async with running(settings, "airwarn demo") as process:
            reading = read_rows(directory(), "directory.csv", process.desk.catalogue)
            report = await process.ledger.write(store_rows, reading, process.clock())
            if report["counts"]["refused"]:
                raise RuntimeError("the sample city holds a refused row")
            yield process


def visitor_token(connection: Connection, now: int) -> str:
    """A token that opens the live page for an hour; told once, kept nowhere but as its hash."""
    token = token_urlsafe(9)
    tokens.add(connection, "demo", token, ["read"], now, now + _HOUR)
    return token


def _groups() -> dict[str, SecretStr]:
    """A key for every WeCom group of the directory; here it is only a made-up word."""
    codes = {area.code for area in Catalogue().load("zhengzhou").plan.areas}
    names = dict.fromkeys(
        address.value
        for organisation in read(directory(), codes).organisations
        for address in organisation.addresses
        if address.kind == "wecom"
    )
    return {name: SecretStr(f"demo-key-{number}") for number, name in enumerate(names, 1)}


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
    announce("③ 解除：发给每一个收到过预警的人 · a lift reaches everyone who was told")
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
        announce(f"   {iso(each.due_at)} {each.by_whom}：{each.what}")
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
