"""The episodes of a span of time."""

from sqlalchemy import Connection, update

from gateway.ledger.database import Ledger
from gateway.ledger.decisions import seasons
from gateway.ledger.schema import episodes
from tests.delivery.world import launch

DAY = 86_400_000  # ms


def dated(connection: Connection, episode: str, opened_at: int, closed_at: int | None) -> None:
    connection.execute(
        update(episodes).where(episodes.c.id == episode).values(opened_at=opened_at, closed_at=closed_at)
    )


def test_episodes_are_found_whose_time_touches_the_span(ledger: Ledger) -> None:
    for name, opened, closed in (
        ("long before", 0, 10),
        ("before", 60, 80),
        ("open", 90, None),
        ("within", 110, 120),
        ("after", 200, 210),
    ):
        ledger.write_now(launch, name, episode=name)
        ledger.write_now(dated, name, opened * DAY, None if closed is None else closed * DAY)

    def found(plan: str) -> list[str]:
        return [each.id for each in ledger.read_now(seasons.between, plan, 100 * DAY, 200 * DAY)]

    assert found("zhengzhou") == ["before", "open", "within"]  # the lift of the first may take effect later
    assert found("kashgar") == []
    assert ledger.read_now(seasons.plans) == ["zhengzhou"]
