"""The sample city's gateway, with a stand-in for each provider. Nothing leaves the machine.

Stand-ins are local servers on real sockets, which refuse some numbers, lose some answers and send their
receipts late, twice and out of order.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.receiver import SECRET, ReceiverStandIn
from channels.stand_ins.smtp import SmtpStandIn
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER, TwilioStandIn
from channels.stand_ins.wecom import WecomStandIn
from gateway.demo.city import (
    MAPS,
    RECEIVERS,
    REFUSED_MAILBOXES,
    REFUSED_NUMBERS,
    directory,
    exercise_directory,
)
from gateway.directory.importing import read
from gateway.ledger.database import Clock
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
DRILL_RECEIVER = "operator-drill"


@dataclass(frozen=True)
class Pace:
    """How fast providers take messages and answer."""

    sms: Behaviour
    wecom: Behaviour
    mail: Behaviour
    operators: Behaviour
    sms_per_second: float
    receipt_window: float = 8.0  # seconds


LIVE = Pace(
    sms=Behaviour(
        delay=(0.02, 0.15),
        lose_answer=0.004,  # more would now and then open the breaker, and the story rest for a minute
        receipt_delay=(0.2, 1.5),
        receipt_twice=0.2,
        receipts_reversed=0.2,
        refused=REFUSED_NUMBERS,
    ),
    wecom=Behaviour(delay=(0.05, 0.2)),
    mail=Behaviour(delay=(0.0, 0.05), refused=REFUSED_MAILBOXES),
    operators=Behaviour(delay=(0.02, 0.1), lose_answer=0.2, receipt_delay=(0.1, 0.5), undelivered=0.01),
    sms_per_second=40.0,  # slow enough to see the raise stop what has not left
)
AT_ONCE = Pace(
    sms=Behaviour(receipt_delay=(0.0, 0.02), refused=REFUSED_NUMBERS),
    wecom=Behaviour(),
    mail=Behaviour(refused=REFUSED_MAILBOXES),
    operators=Behaviour(receipt_delay=(0.0, 0.02)),
    sms_per_second=1000.0,
    receipt_window=1.0,
)


@asynccontextmanager
async def sample_city(folder: Path, pace: Pace = LIVE, clock: Clock | None = None) -> AsyncIterator[Running]:
    """The sample city's gateway on a data folder; `clock`: whose time it is there, milliseconds since 1970
    UTC, unless it is now."""
    async with (
        TwilioStandIn(pace.sms) as twilio,
        WecomStandIn(pace.wecom) as wecom,
        SmtpStandIn(pace.mail) as smtp,
        AsyncExitStack() as stack,
    ):

        async def receiver(networks: Mapping[str, int]) -> ReceiverSettings:
            platform = await stack.enter_async_context(ReceiverStandIn(pace.operators, networks=networks))
            return ReceiverSettings(url=platform.url, secrets=[SecretStr(SECRET)])

        def texts(sender: str, *, exercise: bool = False) -> TwilioSettings:
            return TwilioSettings(
                provider="twilio",
                account_sid=ACCOUNT_SID,
                auth_token=SecretStr(AUTH_TOKEN),
                senders=[sender],
                base_url=twilio.url,
                per_second=pace.sms_per_second,
                unknown_wait=3.0,
                receipt_window=pace.receipt_window,
                exercise=exercise,
            )

        def mailbox(sender: str, name: str, *, exercise: bool = False) -> SmtpSettings:
            return SmtpSettings(
                provider="smtp",
                host="127.0.0.1",
                port=smtp.port,
                security="none",
                sender=sender,
                sender_name=name,
                exercise=exercise,
            )

        def rooms(groups: Mapping[str, SecretStr], *, exercise: bool = False) -> WecomSettings:
            return WecomSettings(provider="wecom", base_url=wecom.url, groups=dict(groups), exercise=exercise)

        def systems(
            receivers: dict[str, ReceiverSettings], *, exercise: bool = False
        ) -> StandardWebhooksSettings:
            return StandardWebhooksSettings(
                provider="standard_webhooks",
                receivers=receivers,
                unknown_wait=0.5,
                receipt_window=pace.receipt_window,
                exercise=exercise,
            )

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
                "sms": texts(SENDER),
                "wecom": rooms(_groups()),
                "mail": mailbox("warning@example.com", "郑州市重污染天气预警"),
                "operators": systems({name: await receiver(each) for name, each in RECEIVERS.items()}),
                "drill_sms": texts(DRILL_SENDER, exercise=True),
                "drill_wecom": rooms({DRILL_ROOM: SecretStr("demo-key-drill")}, exercise=True),
                "drill_mail": mailbox("drill@example.com", "重污染天气预警演练", exercise=True),
                "drill_operators": systems({DRILL_RECEIVER: await receiver({"": 100})}, exercise=True),
            },
        )
        async with running(settings, "airwarn demo", clock=clock) as process:
            for each in (directory(), exercise_directory()):
                reading = read_rows(each, "directory.csv", process.desk.catalogue)
                report = await process.ledger.write(store_rows, reading, process.clock())
                if report["counts"]["refused"]:
                    raise RuntimeError("the sample city holds a refused row")
            yield process


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
