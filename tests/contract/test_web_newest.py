# ruff: noqa: F401, F811
"""The public data of several machines at one database, and without it."""

import asyncio

from pydantic import SecretStr

from gateway.ledger.database import Ledger
from tests.backends import tell
from tests.web.test_newest import (
    Outlet,
    World,
    elsewhere,
    outlet,
    test_a_launch_elsewhere_shows_within_a_second_or_so,
    test_a_message_that_came_late_into_its_place_is_found,
    test_a_restored_copy_tells_nothing_until_somebody_has_looked,
    test_the_bytes_of_a_message_are_those_that_were_stored,
    test_two_machines_tell_the_same_bytes,
    world,
)


async def test_while_the_database_is_away_what_was_known_is_told_with_its_age(
    world: World, outlet: Outlet, server: str, database: SecretStr
) -> None:
    world.warn()
    known = await outlet.state()
    name = database.get_secret_value().partition("?")[0].rpartition("/")[2]
    gone = f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
    await asyncio.to_thread(tell, server, f"alter database {name} allow_connections false", gone)
    world.later(seconds=60)
    state = await outlet.state()
    assert (known["stale"], state["stale"], state["as_of"]) == (False, True, known["as_of"])
    assert state["plans"] == known["plans"]
    await asyncio.to_thread(tell, server, f"alter database {name} allow_connections true")
    async with asyncio.timeout(60):
        while (await outlet.state())["stale"]:
            await asyncio.sleep(0.02)
