"""Looking at names and numbers in full is written into the audit trail: who, which page, in which hour.

One row an hour says that somebody worked with the numbers of a page; a row for each time that a board loads
itself anew would bury the acts of people.
"""

from aiohttp import web

from gateway.ledger.trail import audit
from gateway.web.keys import CLOCK, LEDGER
from gateway.web.people import Person

_HOUR = 3_600_000  # ms


class Looks:
    """What this process has written into the trail of the present hour."""

    def __init__(self) -> None:
        self._hour = 0
        self._written: set[tuple[str, str, str]] = set()

    async def numbers_seen(
        self, app: web.Application, who: str, page: str, subject: str = "directory"
    ) -> None:
        """Somebody is shown numbers in full on a kind of page, of a subject (`broadcast:1`, the directory):
        it is in the trail before the page leaves, once an hour. `who` as the trail names them."""
        now, look = app[CLOCK](), (who, page, subject)
        if now // _HOUR != self._hour:
            self._hour = now // _HOUR
            self._written.clear()
        if look in self._written:
            return
        self._written.add(look)
        try:
            await app[LEDGER].write(audit.append, now, who, "numbers_seen", subject, {"page": page})
        except BaseException:
            self._written.discard(look)
            raise


LOOKS = web.AppKey("looks", Looks)


async def shown_numbers(person: Person, page: str) -> bool:
    """Whether a page shows them numbers in full; the audit trail then tells that it did."""
    if person.sees_numbers:
        app = person.request.app
        await app[LOOKS].numbers_seen(app, person.caller.name, page)
    return person.sees_numbers
