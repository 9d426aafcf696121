"""Who was exposed to an episode's messages (DESIGN section 2, rule 7)."""

from dataclasses import dataclass, field

from sqlalchemy import (
    Connection,
    and_,
    bindparam,
    exists,
    or_,
    select,
)

from gateway.ledger.follow_up.unsigned import REACHED_BY_CALL
from gateway.ledger.schema import (
    acknowledgements,
    addresses,
    attempts,
    broadcasts,
    calls,
    deliveries,
    delivery_groups,
    organisations,
    recipients,
)


@dataclass(frozen=True, slots=True)
class Exposed:
    """An organisation's address that a warning of the episode has, or may have, reached."""

    organisation_id: int
    address_id: int
    organisation_code: str
    audience: str
    sector: str | None
    area: str
    channel: str
    value: str = field(repr=False)


_may_have_arrived = attempts.c.state.not_in(("deferred", "refused"))
_told_by_telephone = exists().where(
    calls.c.acknowledgement_id == acknowledgements.c.id,
    acknowledgements.c.broadcast_id == deliveries.c.broadcast_id,
    acknowledgements.c.organisation_id == deliveries.c.organisation_id,
    calls.c.result.in_(REACHED_BY_CALL),
)
_exposed = (
    select(
        deliveries.c.organisation_id,
        deliveries.c.address_id,
        organisations.c.code,
        delivery_groups.c.audience,
        organisations.c.sector,
        delivery_groups.c.area,
        delivery_groups.c.channel,
        addresses.c.value,
    )
    .distinct()
    .select_from(broadcasts)
    .join(deliveries, deliveries.c.broadcast_id == broadcasts.c.id)
    .join(delivery_groups, delivery_groups.c.id == deliveries.c.group_id)
    .join(organisations, organisations.c.id == deliveries.c.organisation_id)
    .join(addresses, addresses.c.id == deliveries.c.address_id)
    .where(
        broadcasts.c.episode_id == bindparam("episode"),
        or_(
            and_(
                deliveries.c.claimed_at.is_not(None),
                exists().where(attempts.c.delivery_id == deliveries.c.id, _may_have_arrived),
            ),
            and_(delivery_groups.c.channel == "phone", _told_by_telephone),
        ),
    )
    .order_by(deliveries.c.organisation_id, deliveries.c.address_id)
)
_on_list = exists().where(
    recipients.c.broadcast_id == bindparam("list"),
    recipients.c.organisation_id == deliveries.c.organisation_id,
    recipients.c.address_id == deliveries.c.address_id,
)


def of_episode(connection: Connection, episode_id: str, unlisted_in: int | None = None) -> list[Exposed]:
    """Whom the episode's messages have reached or may have: claimed for sending, not certainly refused; or
    who was told by telephone, having nothing but a fixed line. Whoever stands on the frozen list of the
    broadcast `unlisted_in` is left out: of a million nearly all do."""
    query = _exposed
    if unlisted_in is not None:
        query = query.where(~_on_list)
    found = connection.execute(query, {"episode": episode_id, "list": unlisted_in})
    return [Exposed(*row) for row in found]
