"""A small gateway whose contacts are asked whether their numbers are still right."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.smtp import SmtpStandIn
from gateway.directory.campaign import Wish
from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.follow_up.campaigns import campaigns
from gateway.ledger.directory import campaigns as ledger_campaigns
from gateway.ledger.directory import directory
from gateway.ledger.directory.campaigns import Campaign, Tally
from gateway.plans.model import Plan
from gateway.settings import SmtpSettings
from tests.city import City, city
from tests.ports import free_port
from tests.signing import OFFICE

ANY_HOUR = OFFICE.model_copy(update={"asking_hours": ("00:00", "00:00")})


_LINK = re.compile(r"/v/[a-z2-7]{26}")


def number(place: int) -> str:
    """The mobile number of the contact in that place."""
    return f"+861990001{place:04d}"


def person(place: int, **how: Any) -> Contact:
    """A contact of that place."""
    return Contact(f"联系人{place}", "responsible", (ContactAddress(Address("sms", number(place))),), **how)


def plants(places: Sequence[int]) -> list[Organisation]:
    """A plant for each place, with one contact."""
    return [
        Organisation(
            f"Q{place}",
            f"核实机械{place}厂",
            "enterprises",
            "industry",
            "410104",
            None,
            (),
            groups=("核实",),
            contacts=(person(place),),
        )
        for place in places
    ]


@asynccontextmanager
async def asking_city(
    folder: Path, behaviour: Behaviour | None = None, **account: Any
) -> AsyncIterator["AskingCity"]:
    """The city with a mail server; questions leave at any hour, and its links name it."""
    port = free_port()
    server = {"port": port, "public_url": f"http://127.0.0.1:{port}", "office": ANY_HOUR}
    taken = behaviour or Behaviour(receipt_delay=(0.0, 0.01))
    async with SmtpStandIn() as smtp:
        mail = SmtpSettings(
            provider="smtp",
            host="127.0.0.1",
            port=smtp.port,
            security="none",
            sender="office@example.com",
            per_second=1000,
        )
        beside = {"mail": mail}
        async with city(folder, taken, server=server, beside=beside, per_second=1000, **account) as made:
            yield AskingCity(made, smtp)


class AskingCity(City):
    """The city, and its mail server."""

    def __init__(self, made: City, smtp: SmtpStandIn) -> None:
        super().__init__(made.process, made.twilio, made.wecom)
        self.smtp = smtp

    def link(self, mailbox: str) -> str:
        """The path of the link that a mailbox was sent."""
        (text,) = [each.text for each in self.smtp.seen if each.to == mailbox]
        found = _LINK.search(text)
        assert found is not None
        return found[0]


async def register(made: City, organisations: Sequence[Organisation]) -> None:
    """Put these into the directory."""
    await made.write(directory.apply, organisations, made.process.clock())


def plans(made: City) -> list[Plan]:
    """Every plan."""
    catalogue = made.process.desk.catalogue
    return [catalogue.load(each).plan for each in catalogue.identifiers()]


async def ask(made: City, wish: Wish, *, exercise: bool = False) -> Campaign:
    """Start a campaign and let it leave."""
    process = made.process
    now = process.clock()
    prepared = await made.read(campaigns.prepare, process.desk.office, plans(made), wish, exercise, now)
    campaign = await process.ledger.write(campaigns.start, prepared, wish, exercise, now, caller="(local)")
    process.wake()
    return campaign


async def tally(made: City, campaign: Campaign) -> Tally:
    """How far it is."""
    found: Tally = await made.read(ledger_campaigns.tally, campaign)
    return found


async def reply(made: City, who: str, text: str, **how: Any) -> int:
    """Somebody writes back."""
    return await made.twilio.reply(f"{made.process.url}/callbacks/sms/replies", who, text, **how)
