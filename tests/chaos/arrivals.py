"""What providers took, in the judge's terms. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from channels.stand_ins.behaviour import Seen
from tests.chaos.judge import Arrival, Row, Try

_APART = 50  # ms by which the database's clock and a provider's may be read differently


def named(seen: Sequence[Seen]) -> list[Arrival]:
    """Of a provider whose requests name delivery and attempt."""
    return [
        Arrival(
            _moment(each),
            each.to,
            each.text,
            -1 if each.message_id is None else int(each.message_id.split("-")[0]),
            -1 if each.attempt is None else each.attempt,
        )
        for each in seen
    ]


def recognised(
    seen: Sequence[Seen], rows: Sequence[Row], tries: Sequence[Try], account_of: Mapping[int, str]
) -> list[Arrival]:
    """Of bots, whose requests name neither, and whose key is `account/group`: the delivery is that of the
    text to the group, and the attempt the last one through the account that had begun when it came.

    `account_of` are the lanes' accounts. No two deliveries may have the same text to the same group.
    """
    wanted = {(row.to, row.text): row.id for row in rows}
    made: dict[tuple[int, str], list[Try]] = defaultdict(list)
    for one in sorted(tries, key=lambda one: one.started_at):
        made[one.delivery, account_of[one.lane]].append(one)
    found = []
    for each in seen:
        account, _, group = each.to.partition("/")
        at = _moment(each)
        delivery = wanted.get((group, each.text), -1)
        begun = [one.number for one in made[delivery, account] if one.started_at <= at + _APART]
        found.append(Arrival(at, group, each.text, delivery, begun[-1] if begun else -1))
    return found


def _moment(seen: Seen) -> int:
    return int(seen.at.timestamp() * 1000)
