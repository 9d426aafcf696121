"""Quiet hours hold back what orders nothing, and nothing else."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.ledger.directory import directory
from gateway.ledger.schema import addresses, deliveries
from gateway.moments import BEIJING
from tests.broadcasts.bureau import Bureau

QUIET = ContactAddress(Address("sms", "+8619900008001"), None, "22:00", "06:00")
AWAKE = ContactAddress(Address("sms", "+8619900008002"))
SCHOOL = Organisation(
    "S-Q",
    "夜静小学",
    "schools",
    None,
    "410105",
    None,
    (),
    contacts=(Contact("甲", "responsible", (QUIET, AWAKE)),),
)


def due(bureau: Bureau) -> dict[str, int]:
    """When each delivery may leave, in minutes from now, by the number's end."""
    bureau.expand()

    def read(connection: Connection) -> dict[str, int]:
        rows = connection.execute(
            select(addresses.c.value, deliveries.c.due_at)
            .join(deliveries, deliveries.c.address_id == addresses.c.id)
            .where(deliveries.c.due_at.is_not(None))
        )
        return {row.value[-4:]: (row.due_at - bureau.now) // 60_000 for row in rows}

    return bureau.ledger.read_now(read)


def tip(bureau: Bureau) -> dict[str, Any]:
    return {
        "plan": "zhengzhou",
        "action": "tip",
        "decided_at": bureau.moment.isoformat(),
        "starts_at": bureau.moment.isoformat(),
        "area": ["410100"],
        "issuer": "市环委会办公室",
        "document_number": "提示一号",
        "forecast": {"primary_pollutant": "O3"},
    }


@pytest.fixture
def evening(bureau: Bureau) -> Bureau:
    bureau.moment = datetime(2024, 1, 7, 23, tzinfo=BEIJING)
    bureau.case(directory.apply, [SCHOOL], bureau.now)
    return bureau


def test_a_health_tip_waits_for_the_end_of_quiet_hours(evening: Bureau) -> None:
    evening.act(tip(evening))
    left = due(evening)
    assert (left["8001"], left["8002"], left["1051"]) == (7 * 60, 0, 0)


def test_a_warning_waits_for_nobody(evening: Bureau) -> None:
    evening.act(evening.document())
    assert set(due(evening).values()) == {0}


def test_a_number_that_is_also_the_organisations_own_has_no_quiet_hours(evening: Bureau) -> None:
    evening.case(directory.apply, [replace(SCHOOL, addresses=(QUIET.address,))], evening.now)
    evening.act(tip(evening))
    assert due(evening)["8001"] == 0
