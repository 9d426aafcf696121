"""What came in from the level above, as far as the checks ask for it."""

from dataclasses import dataclass
from datetime import datetime

from gateway.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Upstream:
    """Orders and warnings of upper levels that the ledger received for a decision's area.

    `level`: the highest that is in force when the decision starts. `expected`: orders come in this way, so
    that one which did not is worth a word. `lifted_at`: when the newest that ended something was sent.
    """

    level: Level | None = None
    expected: bool = False
    lifted_at: datetime | None = None


NOTHING = Upstream()
