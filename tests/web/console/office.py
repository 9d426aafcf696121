"""An office with two leaders: Kashgar's plan asks for both at orange. Its people, and what they send."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from channels.stand_ins.behaviour import Behaviour
from gateway.accounts.users import actor_of
from gateway.broadcasts.actor import Actor
from gateway.broadcasts.beside_ledger import submit_aside
from gateway.ledger.accounts.users import User
from gateway.ledger.decisions import decisions
from gateway.ledger.decisions.decisions import Entry
from gateway.settings import WecomSettings
from tests.city import HEADER, City, city, decision, soon
from tests.documents import orange_start
from tests.people import person, signed_in
from tests.web.console.browsing import Browsing, Seen

KASHGAR = "\n".join(
    [
        HEADER,
        "KS1,示例小学,学校,,653101,林老师,19900000201,,,否",
        "KH1,示例医院,医疗机构,,653121,何医生,19900000202,,,否",
        "KE1,示例水泥厂,企业,工业企业,653122,罗厂长,19900000203,,,否",
        "KX1,演练学校,学校,,653101,演练员,,演练群,,是",
    ]
)
HEAD, DEPUTY = "指挥部办公室主任", "指挥部副指挥长"
NOBODY = Actor("(local)", "小李")
_HIDDEN = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')


@asynccontextmanager
async def office(folder: Path) -> AsyncIterator[City]:
    """A gateway with recipients in Kashgar too; nothing takes what an exercise sends."""
    drill = WecomSettings(
        provider="wecom",
        base_url="http://127.0.0.1:9",
        groups={"演练群": SecretStr("key-2")},
        exercise=True,
    )
    async with city(folder, Behaviour(receipt_delay=(0.0, 0.01)), beside={"drill": drill}) as made:
        await made.register(KASHGAR)
        yield made


def kashgar(**changes: Any) -> dict[str, Any]:
    """An orange start there, decided now, which two leaders have to approve."""
    stated = orange_start(
        **{
            "plan": "kashgar",
            "area": ["653100"],
            "issuer": "喀什地区重污染天气应急指挥部办公室",
            "document_number": "喀污防〔2024〕1号",
            "scope": {"contiguous_counties": 3},
            "approvals": [],
            "forecast": {
                "days": [
                    {"date": "2024-01-10", "low": 180, "high": 215, "mean": 200},
                    {"date": "2024-01-11", "low": 190, "high": 240, "mean": 220},
                    {"date": "2024-01-12", "low": 150, "high": 190, "mean": 170},
                ],
                "aqi_range": {"low": 150, "high": 240},
                "aqi_mean": 200,
                "primary_pollutant": "PM10",
            },
            **changes,
        }
    )
    return soon(stated)


async def submitted(made: City, document: dict[str, Any], by: User | None = None) -> Entry:
    """The frozen decision."""
    process = made.process
    actor = NOBODY if by is None else Actor(actor_of(by), by.person, by.titles)
    frozen = await submit_aside(process.ledger, process.desk, decision(document), process.clock(), actor)
    return await stored(made, frozen.recorded.id)


async def stored(made: City, identifier: str) -> Entry:
    """The decision as the ledger has it."""
    found = await made.read(decisions.entry, identifier)
    assert isinstance(found, Entry)
    return found


async def at_desk(made: City, name: str, *roles: Any, **where: Any) -> Browsing:
    """Somebody with an account, and their browser."""
    return Browsing(
        made.process, await signed_in(made.process, await person(made.process, name, *roles, **where))
    )


async def fill(browser: Browsing, page: str, action: str, *more: tuple[str, str], **fields: str) -> Seen:
    """Fill in the form of a page that sends to `action`, with what its hidden fields hold."""
    shown = await browser.get(page)
    return await browser.post(action, [*hidden(shown, action).items(), *fields.items(), *more])


def hidden(page: Seen, action: str) -> dict[str, str]:
    """The hidden fields of the form whose address ends so."""
    sends = rf'<form method="post" action="[^"]*{re.escape(action)}".*?</form>'
    form = re.search(sends, page.html, re.DOTALL)
    assert form is not None, (page.status, action, page.text)
    return dict(_HIDDEN.findall(form[0]))
