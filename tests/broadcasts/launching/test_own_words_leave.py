"""Over real stand-ins: each enterprise gets its own lines, and no slot ever leaves the house."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.smtp import SmtpStandIn
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER, TwilioStandIn
from channels.stand_ins.wecom import WecomStandIn
from gateway.broadcasts.launching.overview import overview
from gateway.directory.inventory import InventoryLine
from gateway.ledger.directory import inventory
from gateway.settings import Settings, SmtpSettings, TwilioSettings, WecomSettings
from gateway.sign_tokens import SIGN_SLOT
from gateway.slots import OWN_SLOT
from gateway.web.serving.running import running
from tests.broadcasts.launching.test_life import launched
from tests.city import HEADER, City, settings, soon
from tests.documents import lift, orange_start

PLANTS = "\n".join(
    [
        HEADER,
        "E1,示例机械厂,企业,工业企业,410104,罗厂长,19900000103,一厂群,e1@example.com,否",
        "E2,示例水泥厂,企业,工业企业,410105,钱厂长,19900000203,二厂群,e2@example.com,否",
        "E3,示例无清单厂,企业,工业企业,410105,孙厂长,19900000303,三厂群,e3@example.com,否",
        "S1,晴川小学,学校,,410105,林老师,19900000101,教育群,s1@example.com,否",
    ]
)
GROUPS = {"教育群": "key-s1", "一厂群": "key-e1", "二厂群": "key-e2", "三厂群": "key-e3"}
OWN = {"e1": "甲窑", "e2": "乙窑"}


class House:
    """A gateway with SMS, chat and mail; what left, by the end of the reader's address."""

    def __init__(self, city: City, smtp: SmtpStandIn) -> None:
        self.city = city
        self.smtp = smtp

    def sent(self) -> dict[str, list[str]]:
        """Every text that left, by organisation."""
        numbers = {"0103": "e1", "0203": "e2", "0303": "e3", "0101": "s1"}
        found: dict[str, list[str]] = {name: [] for name in numbers.values()}
        for message in self.city.twilio.seen:
            found[numbers[message.to[-4:]]].append(message.text)
        for message in self.city.wecom.seen:
            found[message.to.removeprefix("key-")].append(message.text)
        for mail in self.smtp.mails:
            read = message_from_bytes(mail, policy=default)
            parts = [part.get_content() for part in read.walk() if part.get_content_maintype() == "text"]
            found[str(read["To"])[:2]] += parts
        return found


def configured(folder: Path, twilio: TwilioStandIn, wecom: WecomStandIn, smtp: SmtpStandIn) -> Settings:
    return settings(
        folder,
        public_url="https://warn.example",
        office={
            "reply_by_minutes": {"enterprises": 60, "schools": 30},
            "contacts": ["值班电话 0371-00000000"],
        },
        accounts={
            "sms": TwilioSettings(
                provider="twilio",
                account_sid=ACCOUNT_SID,
                auth_token=SecretStr(AUTH_TOKEN),
                senders=[SENDER],
                base_url=twilio.url,
                per_second=1000,
            ),
            "wecom": WecomSettings(
                provider="wecom",
                base_url=wecom.url,
                groups={name: SecretStr(key) for name, key in GROUPS.items()},
                per_second=100,
            ),
            "mail": SmtpSettings(
                provider="smtp",
                host="127.0.0.1",
                port=smtp.port,
                security="none",
                sender="office@example.com",
                per_second=1000,
            ),
        },
    )


def stop(name: str) -> InventoryLine:
    return InventoryLine("industrial", "orange", name, "stop", f"{name}停产", certain=True)


def list_lines(connection: Connection) -> None:
    lines = {code.upper(): [stop(name)] for code, name in OWN.items()}
    inventory.apply(connection, "industrial", lines, 0, "(local)")


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[House]:
    behaviour = Behaviour(receipt_delay=(0.0, 0.01))
    async with (
        TwilioStandIn(behaviour) as twilio,
        WecomStandIn() as wecom,
        SmtpStandIn() as smtp,
        running(configured(folder, twilio, wecom, smtp), "airwarn serve") as process,
    ):
        made = City(process, twilio, wecom)
        await made.register(PLANTS)
        yield House(made, smtp)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with opened(tmp_path) as made:
        yield made


def about(texts: Iterable[str], word: str) -> list[bool]:
    return [word in text for text in texts]


def no_slot(sent: dict[str, list[str]]) -> None:
    for texts in sent.values():
        assert texts
        for text in texts:
            assert OWN_SLOT not in text
            assert SIGN_SLOT not in text
            assert 'class="own"' not in text or "本单位" in text


async def warned(house: House, document: dict[str, Any]) -> dict[str, list[str]]:
    """Everything has left; receipts go to an address that nobody answers."""
    broadcast = await launched(house.city, document)
    totals: dict[str, int] = {}
    while not totals or set(totals) & {"queued", "sending"}:
        await asyncio.sleep(0.05)
        totals = (await house.city.read(overview, broadcast, house.city.process.clock()))["totals"]
    assert set(totals) == {"accepted"}
    return house.sent()


async def test_each_enterprise_gets_its_own_lines_and_no_slot_leaves(house: House) -> None:
    await house.city.write(list_lines)
    sent = await warned(house, soon(orange_start()))
    no_slot(sent)
    for name, mine in OWN.items():
        (others,) = set(OWN.values()) - {mine}
        # an SMS, a mail in two forms, and a chat message in at least one part
        assert sum(about(sent[name], mine)) == 4
        assert not any(about(sent[name], others))
    for name in ("e3", "s1"):
        assert not any(about(sent[name], "本单位措施"))
        assert not any(about(sent[name], "窑停产"))


async def test_who_has_no_lines_reads_the_very_same_as_without_any_list(house: House, tmp_path: Path) -> None:
    document = soon(orange_start())
    await house.city.write(list_lines)
    sent = await warned(house, document)
    async with opened(tmp_path / "without") as without:
        plain = await warned(without, document)
    for name in ("e3", "s1"):
        assert sorted(map(_unsigned, sent[name])) == sorted(map(_unsigned, plain[name]))
    assert sorted(map(_unsigned, sent["e1"])) != sorted(map(_unsigned, plain["e1"]))


def _unsigned(text: str) -> str:
    """The text without the tokens of its sign links."""
    return re.sub(r"(https://warn\.example/s/)\w{26}", r"\1", text)


async def test_a_lift_names_the_lines_that_end(house: House) -> None:
    await house.city.write(list_lines)
    before = {name: len(texts) for name, texts in (await warned(house, soon(orange_start()))).items()}
    sent = await warned(house, soon(lift()))
    no_slot(sent)
    ended = {name: texts[before[name] :] for name, texts in sent.items()}
    assert any("本单位不再执行：甲窑停产" in text for text in sent["e1"])
    assert not any("不再执行：" in text for text in ended["e3"])
