"""A machine whose own clock is not the ledger's."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from channels.stand_ins import Behaviour, TwilioStandIn
from gateway.ledger.database import Ledger, system_clock
from tests.delivery.world import (
    HOUR,
    Door,
    expand,
    launch,
    number,
    prepared,
    running,
    settings_of,
    states,
    twilio,
)


class Attentive(TwilioStandIn):
    """Remembers for how many seconds each message is valid."""

    def __init__(self) -> None:
        super().__init__()
        self.validities: list[int] = []

    def _accept(self, behaviour: Behaviour, form: Mapping[str, str]) -> bytes:
        self.validities.append(int(form["ValidityPeriod"]))
        return super()._accept(behaviour, form)


@pytest.mark.parametrize("hours", [-5, 5])
async def test_a_message_is_valid_as_long_as_the_ledger_says(
    tmp_path: Path, ledger: Ledger, door: Door, hours: int
) -> None:
    provider = Attentive()
    async with provider:
        settings = settings_of(tmp_path, sms=twilio(provider.url))
        await prepared(ledger, settings)
        broadcast = await ledger.write(launch, valid_for=hours * HOUR + HOUR // 2)
        await ledger.write(expand, broadcast, [number(1)], due_at=0)
        async with running(ledger, settings, door, clock=lambda: system_clock() + hours * HOUR) as engine:
            await engine.idle(broadcast.id)
    assert await ledger.read(states, broadcast) == {"delivered": 1}
    (validity,) = provider.validities
    assert 1700 <= validity <= 1800
