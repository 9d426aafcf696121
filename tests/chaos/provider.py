"""A provider that remembers the callbacks it makes, so that they can be forged and made again."""

import random
from collections.abc import Mapping
from typing import Any

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.receipts import ReceiptSender
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, TwilioStandIn

Form = Mapping[str, str]


class _Remembering(ReceiptSender):
    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.told: list[tuple[str, Form]] = []

    def schedule(self, behaviour: Behaviour, url: str, form: Form, statuses: list[str]) -> None:
        self.told.append((url, form))
        super().schedule(behaviour, url, form, statuses)


class Provider(TwilioStandIn):
    """`told`: the address of each message's callbacks, and what they say but for the status."""

    def __init__(self, chance: random.Random) -> None:
        super().__init__(random_source=chance)
        self._chance = chance
        self._receipts: _Remembering = _Remembering(ACCOUNT_SID, AUTH_TOKEN, chance)

    @property
    def told(self) -> list[tuple[str, Form]]:
        return self._receipts.told

    async def again(self, url: str, form: Form, status: str) -> int:
        """A callback with our own signature; gives the answer's status."""
        async with ReceiptSender(ACCOUNT_SID, AUTH_TOKEN, self._chance) as sender:
            return await sender.tell(url, {**form, "MessageStatus": status, "SmsStatus": status})

    async def forge(self, url: str, form: Form, status: str) -> int:
        """The same by somebody who does not know the token."""
        async with ReceiptSender(ACCOUNT_SID, "guessed", self._chance) as forger:
            return await forger.tell(url, {**form, "MessageStatus": status, "SmsStatus": status})
