"""Access tokens that a vendor gives for a while: how a channel asks for one, and who keeps it.

A vendor wants them fetched seldom and used by all: whoever runs the channels keeps them, for all machines.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class AccessToken:
    """A token as the vendor gave it; `seconds` is how long it lives from now."""

    value: str = field(repr=False)
    seconds: float


Fetch = Callable[[], Awaitable[AccessToken]]


class TokenStore(Protocol):
    """Keeps tokens by name. A name stands for one credential: another secret is another name."""

    async def get(self, name: str, fetch: Fetch) -> str:
        """The token of this name, from `fetch` where there is none; raises what `fetch` raises."""
        ...

    async def drop(self, name: str, value: str) -> None:
        """The vendor refused this token: it is not given out again."""
        ...
