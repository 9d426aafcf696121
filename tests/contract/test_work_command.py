"""`airwarn work` as its users run it: processes on one PostgreSQL ledger, stopped, killed, suspended."""

import asyncio
import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import SecretStr

from channels.stand_ins import Behaviour, TwilioStandIn
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from gateway.ledger.database import FolderLock, Ledger
from gateway.ledger.delivery import lanes
from tests.city import DIRECTORY, soon
from tests.cli.command import airwarn
from tests.cli.nursery import Child
from tests.contract.test_workers import FOUR, shares, tenures, until
from tests.delivery.conftest import ledger
from tests.delivery.world import Broadcast, attempts_of, expand, launch, number, states
from tests.documents import as_yaml, orange_start
from tests.end_to_end.office import process
from tests.processes import json_lines

__all__ = ["ledger"]

_SECONDS_TO_END = 60.0
_ACCOUNT = """[accounts.{name}]
provider = "twilio"
account_sid = "{sid}"
auth_token = "{token}"
senders = ["{sender}"]
base_url = "{url}"
per_second = 40
in_flight = 8
timeout = 2.0
unknown_wait = 0.3
"""


def configure(folder: Path, url: str, receipt_wait: float) -> None:
    """A machine's settings."""
    folder.mkdir(exist_ok=True)
    accounts = [
        _ACCOUNT.format(name=name, sid=ACCOUNT_SID, token=AUTH_TOKEN, sender=SENDER, url=url)
        + f"receipt_wait = {receipt_wait}\n"
        for name in FOUR
    ]
    head = 'port = 0\nlease = 5.0\npublic_url = "https://warning.example.cn"\n'
    (folder / "airwarn.toml").write_text(head + "".join(accounts))


@contextmanager
def worker(folder: Path, database: SecretStr, url: str, *, receipt_wait: float = 600.0) -> Iterator[Child]:
    """A machine that works; it is at work when the block begins, and killed when it ends."""
    configure(folder, url, receipt_wait)
    log = folder / "log"
    try:
        with (
            log.open("a") as errors,
            process(
                folder,
                "gateway",
                "work",
                "--json",
                errors=errors,
                end=signal.SIGKILL,  # where it is suspended too
                AIRWARN_DATABASE_URL=database.get_secret_value(),
            ) as (started, _),
        ):
            yield started
    except BaseException:
        print(log.read_text())
        raise


async def queued(ledger: Ledger, count: int) -> Broadcast:
    """A broadcast with so many messages, the same number on each account."""
    broadcast = await ledger.write(launch)
    numbers = [number(place) for place in range(count)]
    for place, lane in enumerate(await ledger.read(lanes.all_lanes)):
        await ledger.write(expand, broadcast, numbers[place::4], lane_id=lane.id)
    return broadcast


def events_of(folder: Path) -> list[str]:
    return [line["event"] for line in json_lines(folder / "log")]


async def test_a_worker_that_is_told_to_stop_leaves_nothing_unknown_and_its_accounts_at_once(
    tmp_path: Path, ledger: Ledger, database: SecretStr
) -> None:
    slow = Behaviour(delay=(0.3, 0.5), receipts=False)
    async with TwilioStandIn(slow) as provider:
        one, two = tmp_path / "one", tmp_path / "two"
        with worker(one, database, provider.url) as stopped, worker(two, database, provider.url):
            await until(lambda: shares(ledger) == [2, 2])
            broadcast = await queued(ledger, 160)
            await until(lambda: len(provider.seen) > 20)
            stopped.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(stopped.wait, _SECONDS_TO_END) == 0
            assert shares(ledger) in ([2], [3], [4])  # of the other
            await until(lambda: ledger.read_now(states, broadcast) == {"accepted": 160})
        assert {each.state for each in await ledger.read(attempts_of, broadcast)} == {"accepted"}
        assert Counter(each.to for each in provider.seen) == Counter(number(place) for place in range(160))
    assert events_of(one)[-1] == "stopped"


async def test_a_killed_worker_is_followed_by_another_and_only_what_was_in_flight_is_unknown(
    tmp_path: Path, ledger: Ledger, database: SecretStr
) -> None:
    slow = Behaviour(delay=(0.3, 0.5), receipts=False, findable=False)
    async with TwilioStandIn(slow) as provider:
        one, two = tmp_path / "one", tmp_path / "two"
        with worker(one, database, provider.url) as killed, worker(two, database, provider.url):
            await until(lambda: shares(ledger) == [2, 2])
            broadcast = await queued(ledger, 160)
            await until(lambda: len(provider.seen) > 20)
            killed.send_signal(signal.SIGKILL)
            ends = {name: each.lease_until or 0 for name, each in tenures(ledger).items()}
            owners = {name: each.owner for name, each in tenures(ledger).items()}
            await until(lambda: shares(ledger) == [4])
            taken = tenures(ledger)
            moved = [name for name in FOUR if taken[name].owner != owners[name]]
            assert len(moved) == 2
            assert all((taken[name].since or 0) >= ends[name] for name in moved)  # not before a lease ended
            await until(lambda: ledger.read_now(states, broadcast) == {"accepted": 160})
        made = await ledger.read(attempts_of, broadcast)
        repeated = {each.delivery_id for each in made if each.repeat}
        interrupted = {each.delivery_id for each in made if each.reason == "interrupted"}
        assert 0 < len(interrupted) <= 2 * 8 * 2  # two accounts, what is in flight and not yet recorded
        assert repeated == interrupted  # an orange start is worth a repeat
        times = Counter(each.to for each in provider.seen)
        assert set(times) == {number(place) for place in range(160)}
        assert sum(times.values()) - 160 <= len(interrupted)


async def test_a_worker_suspended_past_its_lease_sends_nothing_of_what_another_has_taken(
    tmp_path: Path, ledger: Ledger, database: SecretStr
) -> None:
    slow = Behaviour(delay=(0.2, 0.4), receipts=False, findable=False)
    async with TwilioStandIn(slow) as first, TwilioStandIn(slow) as second:
        one, two = tmp_path / "one", tmp_path / "two"
        with worker(one, database, first.url) as suspended, worker(two, database, second.url):
            await until(lambda: shares(ledger) == [2, 2])
            broadcast = await queued(ledger, 240)
            await until(lambda: len(first.seen) > 20)
            suspended.send_signal(signal.SIGSTOP)
            await asyncio.sleep(0.5)  # what had left has arrived
            before = len(first.seen)
            await until(lambda: shares(ledger) == [4])  # at the latest when the server ends its transactions
            suspended.send_signal(signal.SIGCONT)
            await until(lambda: "account_lost" in events_of(one))
            await until(lambda: ledger.read_now(states, broadcast) == {"accepted": 240})
            made = await ledger.read(attempts_of, broadcast)
        late = {each.to for each in first.seen[before:]}  # by accounts that it was given again
        taken = {each.delivery_id for each in made if each.reason == "interrupted"}
        resent = Counter(each.to for each in (*first.seen, *second.seen))
        assert sum(resent.values()) - 240 <= len(taken) <= 2 * 8 * 2
        marked = {each.delivery_id for each in made if each.repeat}
        assert marked <= taken
        assert late.isdisjoint(each.to for each in second.seen)


async def test_a_command_that_sends_leaves_the_sending_to_a_worker_and_waits_for_its_end(
    tmp_path: Path, ledger: Ledger, database: SecretStr
) -> None:
    async with TwilioStandIn(Behaviour(receipts=False)) as provider:
        office = tmp_path / "office"
        configure(office, provider.url, 0.3)
        (office / "directory.csv").write_text(DIRECTORY)
        (office / "start.yaml").write_text(as_yaml(soon(orange_start())))
        reached = {"AIRWARN_DATABASE_URL": database.get_secret_value()}
        with worker(tmp_path / "one", database, provider.url, receipt_wait=0.3):
            owned = {name: each.since for name, each in tenures(ledger).items()}
            for words in (("directory", "import", "directory.csv"), ("send", "start.yaml", "--wait")):
                ran = await asyncio.to_thread(airwarn, office, *words, "--json", **reached)
                assert ran.code == 0, ran.err + ran.out
            assert ran.json["overview"]["totals"] == {"delivered": 5, "suppressed": 1}
            assert {name: each.since for name, each in tenures(ledger).items()} == owned
            status = await asyncio.to_thread(airwarn, office, "status", "--json", **reached)
            shown = {each["account"]: each["worker"] for each in status.json["workers"]}
            assert shown == {name: each.owner for name, each in tenures(ledger).items()}
        status = await asyncio.to_thread(airwarn, office, "status", **reached)
        assert all(f"账号 {name} " in status.out for name in FOUR), status.out
        assert len(provider.seen) == 5


def test_several_workers_live_in_one_data_folder_beside_a_server_and_commands(
    tmp_path: Path, database: SecretStr, ledger: Ledger
) -> None:
    url = "http://127.0.0.1:9"
    with worker(tmp_path, database, url), worker(tmp_path, database, url):
        folders = sorted(each.name for each in (tmp_path / "airwarn-data").iterdir())
        assert folders == ["worker-1", "worker-2"]
        reached = {"AIRWARN_DATABASE_URL": database.get_secret_value()}
        listed = airwarn(tmp_path, "lane", "list", "--json", **reached)
        assert (listed.code, len(listed.json["lanes"])) == (0, 4), listed.err
        parked = airwarn(tmp_path, "lane", "park", "first", "--reason", "wrong", "--json", **reached)
        assert parked.code == 0, parked.err


def test_work_refuses_a_ledger_in_a_file_and_names_who_has_it(tmp_path: Path) -> None:
    refused = airwarn(tmp_path, "work", "--json")
    assert (refused.code, refused.json["error"]["code"]) == (1, "WORK_NEEDS_POSTGRESQL")
    assert refused.json["error"]["field"] == "database_url"
    assert not (tmp_path / "airwarn-data").exists()
    lock = FolderLock(tmp_path / "airwarn-data", "airwarn serve")
    refused = airwarn(tmp_path, "work", "--json")
    assert f"airwarn serve, pid {os.getpid()}" in refused.json["error"]["message_en"]
    lock.release()


def test_work_refuses_where_receipts_would_find_nobody(tmp_path: Path, database: SecretStr) -> None:
    account = _ACCOUNT.format(
        name="sms", sid=ACCOUNT_SID, token=AUTH_TOKEN, sender=SENDER, url="http://127.0.0.1:9"
    )
    (tmp_path / "airwarn.toml").write_text(account)
    refused = airwarn(tmp_path, "work", "--json", AIRWARN_DATABASE_URL=database.get_secret_value())
    assert (refused.code, refused.json["error"]["code"]) == (1, "PUBLIC_URL_MISSING")
    assert refused.json["error"]["field"] == "public_url"
