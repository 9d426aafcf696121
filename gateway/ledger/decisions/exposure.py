"""Who no longer holds the words of an episode: told the end for an area that a change dropped."""

from sqlalchemy import Connection, and_, bindparam, exists, func, select

from gateway.ledger.schema import broadcasts, deliveries, notice_readers

_of_episode = broadcasts.c.episode_id == bindparam("episode")
_reads_dropped = exists().where(
    notice_readers.c.notice_id == deliveries.c.notice_id, notice_readers.c.purpose == "dropped"
)
_reads_now = exists().where(
    notice_readers.c.notice_id == deliveries.c.notice_id, notice_readers.c.purpose == "now"
)
_told_the_end = and_(_reads_dropped, ~_reads_now, deliveries.c.state.in_(("delivered", "read")))
_ends = (
    select(deliveries.c.address_id, func.max(deliveries.c.broadcast_id).label("last"))
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .where(_of_episode, _told_the_end)
    .group_by(deliveries.c.address_id)
    .subquery()
)
_later = (
    select(deliveries.c.address_id)
    .join(broadcasts, broadcasts.c.id == deliveries.c.broadcast_id)
    .join(
        _ends,
        and_(_ends.c.address_id == deliveries.c.address_id, deliveries.c.broadcast_id >= _ends.c.last),
    )
    .where(_of_episode, deliveries.c.claimed_at.is_not(None), ~_told_the_end)
)
_released = select(_ends.c.address_id).where(_ends.c.address_id.not_in(_later))


def released(connection: Connection, episode_id: str) -> set[int]:
    """The addresses at which the end for a dropped area has certainly arrived, and nothing else of the
    episode with it or after it. Whoever may not have got it is not among them."""
    return set(connection.execute(_released, {"episode": episode_id}).scalars())
