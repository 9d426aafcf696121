"""An office that asks its plants to sign; time passes and messages leave by command."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from gateway.broadcasts.desk import Desk
from gateway.directory.model import Address, Contact, ContactAddress, ContactRole, Organisation
from gateway.escalation_policy import DEFAULT, Policies
from gateway.follow_up.signatures.escalation import take
from gateway.identifiers import uuid7
from gateway.ledger import timers
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.directory import directory, organisations
from gateway.ledger.follow_up import acknowledgements
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.ledger.schema import addresses, deliveries, escalation_steps
from gateway.notices.model import Office
from tests.broadcasts.bureau import CATALOGUE, Bureau


def person(name: str, role: ContactRole, number: str) -> Contact:
    return Contact(name, role, (ContactAddress(Address("sms", f"+86199{number}")),))


PLANT = Organisation(
    "E1",
    "示例机械厂",
    "enterprises",
    "industry",
    "410104",
    None,
    (Address("sms", "+8619900001000"),),
    contacts=(
        person("赵一", "responsible", "00001001"),
        person("钱二", "deputy", "00001002"),
        person("孙三", "night_duty", "00001003"),
        person("李四", "grid_member", "00001009"),
    ),
)


class Asking(Bureau):
    """An office that asks its plants to sign within half an hour; one plant is in its directory."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        office = Office(reply_by_minutes=(("enterprises", 30),), sign_at="http://127.0.0.1/s/")
        self.desk = Desk(CATALOGUE, office, uuid7)
        self.add(PLANT)

    def add(self, *organisations: Organisation) -> None:
        self.ledger.write_now(directory.apply, organisations, self.now)

    def plant(self) -> int:
        """The plant's id."""
        return self.ledger.read_now(organisations.by_codes, ["E1"])["E1"].id

    def start(self, **changes: Any) -> Recorded:
        recorded = self.act(self.document(**changes))
        self.expand()
        self.deliver()
        return recorded

    def minutes(self, number: float, policies: Policies = DEFAULT) -> dict[str, int]:
        """Time passes, and what is due then is tried."""
        self.moment += timedelta(minutes=number)
        due = self.ledger.read_now(timers.due, "escalation", self.now, 1000)
        return self.ledger.write_now(take, due, policies, self.now)

    def until_called(self) -> None:
        """Every step of the policy for orange."""
        for _ in range(4):
            self.minutes(20)

    def asked(self, recorded: Recorded, code: str = "E1") -> Acknowledgement:
        found = self.ledger.read_now(acknowledgements.of_organisation, recorded.broadcast_id, code)
        assert found is not None
        return found

    def reached(self, recorded: Recorded, state: str | None = None) -> set[str]:
        """The ends of the plant's numbers that have a message, in a state or any."""
        return self.ledger.read_now(_reached, recorded.broadcast_id, state)

    def steps(self) -> list[tuple[str, str | None]]:
        """Every step: its kind, and why it ended."""
        return self.ledger.read_now(_steps)


def _reached(connection: Connection, broadcast_id: int, state: str | None) -> set[str]:
    query = (
        select(addresses.c.value)
        .join(deliveries, deliveries.c.address_id == addresses.c.id)
        .where(deliveries.c.broadcast_id == broadcast_id, addresses.c.value.startswith("+861990000100"))
    )
    if state is not None:
        query = query.where(deliveries.c.state == state)
    return {value[-4:] for value in connection.execute(query).scalars()}


def _steps(connection: Connection) -> list[tuple[str, str | None]]:
    rows = connection.execute(
        select(escalation_steps.c.kind, escalation_steps.c.ended_because).order_by(escalation_steps.c.id)
    )
    return [(kind, because) for kind, because in rows]
