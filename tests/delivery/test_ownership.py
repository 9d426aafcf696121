"""Which accounts a process works: the parts of workers, and leases in a ledger."""

from pathlib import Path

import pytest

from gateway.delivery.lease import Lease
from gateway.delivery.ownership import part
from gateway.errors import InputError
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import ownership
from tests.delivery.world import Door, prepared, running, settings_of, twilio

NOW = 1_800_000_000_000
LEASE = 30_000
FOUR = ["a", "b", "c", "d"]


@pytest.fixture
async def accounts(tmp_path: Path, ledger: Ledger) -> Ledger:
    await prepared(ledger, settings_of(tmp_path, **{name: twilio("http://127.0.0.1:9") for name in FOUR}))
    return ledger


@pytest.mark.parametrize(
    ("accounts", "workers", "parts"),
    [
        (4, 1, [4]),
        (4, 2, [2, 2]),
        (4, 3, [2, 1, 1]),
        (1, 3, [1, 0, 0]),
        (0, 2, [0, 0]),
        (7, 4, [2, 2, 2, 1]),
    ],
)
def test_every_account_is_somebodys_part_and_none_has_two_more_than_another(
    accounts: int, workers: int, parts: list[int]
) -> None:
    assert [part(accounts, place, workers) for place in range(workers)] == parts


async def test_an_account_is_taken_once_and_again_when_its_lease_has_ended(accounts: Ledger) -> None:
    first = accounts.write_now(ownership.take, FOUR, "one", NOW, NOW + LEASE, 3)
    assert len(first) == 3
    second = accounts.write_now(ownership.take, FOUR, "two", NOW + 1, NOW + 1 + LEASE, 4)
    assert first.keys() | second.keys() == set(FOUR)
    assert len(second) == 1
    assert accounts.write_now(ownership.take, FOUR, "two", NOW + LEASE - 1, NOW + 2 * LEASE, 4) == {}
    lapsed = accounts.write_now(ownership.take, list(first), "two", NOW + LEASE, NOW + 2 * LEASE, 4)
    assert lapsed == {name: epoch + 1 for name, epoch in first.items()}
    assert accounts.write_now(ownership.renew, first, NOW + 9 * LEASE) == set()
    assert accounts.write_now(ownership.renew, lapsed, NOW + 3 * LEASE) == set(lapsed)


async def test_what_is_given_back_is_free_at_once_but_not_when_another_has_it(accounts: Ledger) -> None:
    old = accounts.write_now(ownership.take, ["a"], "one", NOW, NOW + LEASE, 1)
    accounts.write_now(ownership.release, old)
    new = accounts.write_now(ownership.take, ["a"], "two", NOW, NOW + LEASE, 1)
    accounts.write_now(ownership.release, old)
    assert accounts.write_now(ownership.renew, new, NOW + LEASE) == {"a"}
    tenure = accounts.read_now(ownership.tenures, NOW + 1)["a"]
    assert (tenure.owner, tenure.since, tenure.lease_until) == ("two", NOW, NOW + LEASE)
    assert accounts.read_now(ownership.tenures, NOW + LEASE)["a"].owner is None


async def test_a_lease_given_before_the_clock_was_set_back_by_hours_holds_nobody_up(accounts: Ledger) -> None:
    accounts.write_now(ownership.take, ["a"], "one", NOW, NOW + LEASE, 1)
    accounts.write_now(ownership.present, "one", NOW, LEASE)
    back = NOW - 7_200_000
    assert accounts.write_now(ownership.present, "two", back, LEASE) == ["two"]
    assert list(accounts.write_now(ownership.take, ["a"], "two", back, back + LEASE, 1)) == ["a"]


async def test_workers_are_listed_while_they_are_seen_the_longest_there_first(accounts: Ledger) -> None:
    accounts.write_now(ownership.present, "z", NOW, LEASE)
    assert accounts.write_now(ownership.present, "a", NOW + 5, LEASE) == ["z", "a"]
    assert accounts.write_now(ownership.present, "a", NOW + LEASE, LEASE) == ["a"]
    assert accounts.write_now(ownership.present, "z", NOW + LEASE, LEASE) == ["z", "a"]
    accounts.write_now(ownership.leave, "z")
    assert accounts.read_now(ownership.alive, NOW + LEASE, LEASE) == ["a"]


def test_a_request_that_another_machine_might_outrun_does_not_fit_into_a_lease() -> None:
    lease = Lease(NOW + 1000)
    assert lease.outlives(NOW + 700)
    assert not lease.outlives(NOW + 1000 - 100)  # clocks of two machines differ by as much
    lease.lose()
    assert not lease.outlives(NOW)


async def test_a_lease_into_which_no_request_fits_is_refused_before_anything_is_changed(
    tmp_path: Path, ledger: Ledger, door: Door
) -> None:
    configured = settings_of(tmp_path, sms=twilio("http://127.0.0.1:9", timeout=10.0))
    short = configured.model_copy(update={"lease": 20.0})
    with pytest.raises(InputError) as refused:
        async with running(ledger, short, door):
            pass
    assert (refused.value.code, refused.value.field) == ("LEASE_SHORT", "lease")
    assert "21" in refused.value.message
    assert ledger.read_now(ownership.tenures, NOW) == {}
    async with running(ledger, configured.model_copy(update={"lease": 21.0}), door):
        pass
