"""Whether anything sends what a decision tells: a launch that nothing would take is refused, at the end."""

from collections.abc import Iterable

from gateway.directory.model import AddressKind
from gateway.ledger.delivery import lanes
from gateway.web.keys import LEDGER
from gateway.web.people import Person


async def unserved(person: Person, channels: Iterable[AddressKind], *, exercise: bool) -> dict[str, object]:
    """What `console/_unserved.html` says: the channels, of those by which people are told, that no lane
    serves, and whether that is all of them."""
    told = tuple(dict.fromkeys(channels))
    served = await person.request.app[LEDGER].read(lanes.serving, exercise)
    silent = [each for each in told if each not in served]
    whole = len(silent) == len(told)
    # fixed lines are called by people, who have their own list
    return {"unserved": silent if whole else [each for each in silent if each != "phone"], "of_all": whole}
