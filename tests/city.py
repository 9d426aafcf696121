"""A small gateway for tests: real ledger, real server, local stand-ins of the providers."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER, TwilioStandIn
from channels.stand_ins.wecom import WecomStandIn
from gateway.decisions.model import Decision
from gateway.settings import Settings, TwilioSettings, WecomSettings
from gateway.web.importing.organisations import read_rows, store_rows
from gateway.web.serving.running import Running, running
from tests import backends

TOKEN = "invented-token"
HEADER = "编码,名称,受众,行业,区域代码,联系人,手机,企业微信群,邮箱,演练"
DIRECTORY = "\n".join(
    [
        HEADER,
        "S1,晴川小学,学校,,410105,林老师,19900000101,教育群,,否",
        "H1,晴川医院,医疗机构,,410102,何医生,19900000102,,,否",
        "E1,示例机械厂,企业,工业企业,410104,罗厂长,19900000103,,,否",
        "P1,晴川社区,公众,,410105,,19900000104,,,否",
        "D1,市教育局,部门,,410100,周科长,19900000105,,,否",
        "X1,演练小学,学校,,410105,演练员,19900000901,,,是",
    ]
)


class City:
    """A running gateway and its stand-ins."""

    def __init__(self, process: Running, twilio: TwilioStandIn, wecom: WecomStandIn) -> None:
        self.process = process
        self.twilio = twilio
        self.wecom = wecom

    async def write(self, function: Callable[..., Any], *arguments: Any) -> Any:
        return await self.process.ledger.write(function, *arguments)

    async def read(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return await self.process.ledger.read(function, *arguments, **named)

    async def register(self, csv: str) -> dict[str, Any]:
        reading = read_rows(csv.encode(), "directory.csv", self.process.desk.catalogue)
        report: dict[str, Any] = await self.write(store_rows, reading, self.process.clock())
        return report


def settings(folder: Path, **changes: Any) -> Settings:
    """Settings for a test's folder and database; the port is any free one."""
    usual = {
        "data_folder": folder / "data",
        "database_url": backends.url,
        "port": 0,
        "api_token": SecretStr(TOKEN),
    }
    return Settings(**{**usual, **changes})


@asynccontextmanager
async def city(
    folder: Path,
    behaviour: Behaviour | None = None,
    *,
    server: Mapping[str, Any] | None = None,
    beside: Mapping[str, Any] | None = None,
    **changes: Any,
) -> AsyncIterator[City]:
    """The gateway with `DIRECTORY` imported; `changes` are settings of the SMS account, `beside` further
    accounts."""
    async with TwilioStandIn(behaviour) as twilio, WecomStandIn() as wecom:
        accounts = {
            "sms": TwilioSettings(
                provider="twilio",
                account_sid=ACCOUNT_SID,
                auth_token=SecretStr(AUTH_TOKEN),
                senders=[SENDER],
                base_url=twilio.url,
                **changes,
            ),
            "wecom": WecomSettings(
                provider="wecom", base_url=wecom.url, groups={"教育群": SecretStr("key-1")}
            ),
        }
        configured = settings(folder, accounts={**accounts, **(beside or {})}, **(server or {}))
        backends.prepare(configured.data_folder)
        async with running(configured, "airwarn serve") as process:
            made = City(process, twilio, wecom)
            await made.register(DIRECTORY)
            yield made


def soon(document: dict[str, Any]) -> dict[str, Any]:
    """The document with all its moments and dates moved so that it is decided now."""
    shift = datetime.now(UTC) - datetime.fromisoformat(document["decided_at"])
    days = timedelta(days=round(shift / timedelta(days=1)))
    moved = {**document, "decided_at": _now(document["decided_at"], days)}
    for key in ("starts_at", "expected_end_at"):
        if key in document:
            moved[key] = _now(document[key], days + timedelta(days=1))
    if "forecast" in document:
        forecast = document["forecast"]
        moved["forecast"] = {
            **forecast,
            "days": [
                {**day, "date": str((datetime.fromisoformat(day["date"]) + days + timedelta(days=1)).date())}
                for day in forecast["days"]
            ],
        }
    return moved


def _now(moment: str, shift: timedelta) -> str:
    return (datetime.fromisoformat(moment) + shift).isoformat()


def decision(document: dict[str, Any]) -> Decision:
    """The model of a document."""
    return Decision.model_validate(document)
