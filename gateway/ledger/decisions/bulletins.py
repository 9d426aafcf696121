"""Situation bulletins of an episode, as they were made out."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from gateway.ledger.schema import bulletins


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A bulletin; `content` is JSON, `sha256` its hash, `made_at` in milliseconds since 1970 UTC."""

    number: int
    content: str
    sha256: str
    caller: str
    made_at: int


def add(connection: Connection, episode_id: str, bulletin: Bulletin) -> None:
    """Keep a bulletin under its number."""
    connection.execute(
        insert(bulletins).values(
            episode_id=episode_id,
            number=bulletin.number,
            content=bulletin.content,
            sha256=bulletin.sha256,
            caller=bulletin.caller,
            made_at=bulletin.made_at,
        )
    )


def next_number(connection: Connection, episode_id: str) -> int:
    """The number of the episode's next bulletin."""
    last = connection.execute(
        select(func.max(bulletins.c.number)).where(bulletins.c.episode_id == episode_id)
    ).scalar()
    return int(last or 0) + 1


def of_episode(connection: Connection, episode_id: str) -> list[Bulletin]:
    """The episode's bulletins, oldest first."""
    rows = connection.execute(
        select(
            bulletins.c.number,
            bulletins.c.content,
            bulletins.c.sha256,
            bulletins.c.caller,
            bulletins.c.made_at,
        )
        .where(bulletins.c.episode_id == episode_id)
        .order_by(bulletins.c.number)
    )
    return [Bulletin(*row) for row in rows]
