"""How long a decision for a province takes to submit, what memory that needs, and for how long others wait.

    python -m bench.submit [--organisations 200000]

Each organisation (schools, hospitals, sites, plants and communities in turn) has five addresses, two of
them its first contact's. Filling the directory happens before, in another process. What is timed is
from the document to the stored list under its manifest, with the texts written and the whole list hashed.
`longest_write_ms` is the longest transaction that anybody else who writes had to wait for, `launch_write_ms`
that of launching it afterwards, `memory_mb` the most that this process ever held, `bytes_each` what a
stored recipient takes.
"""

import argparse
import asyncio
import json
import resource
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Connection, insert

from bench.expand import size
from bench.ledger import settings_for
from bench.personal import OFFICE, decision
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.beside_ledger import launch_aside, submit_aside
from gateway.broadcasts.desk import Desk
from gateway.delivery import accounts
from gateway.identifiers import uuid7
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.decisions.listed import look
from gateway.ledger.schema import (
    addresses,
    contact_addresses,
    contacts,
    organisation_addresses,
    organisations,
)
from gateway.plans.catalogue import Catalogue

ADDRESSES = 5  # of an organisation and its first contact
OWN = 3
_AUDIENCES = (
    ("schools", None),
    ("hospitals", None),
    ("enterprises", "construction"),
    ("enterprises", "industry"),
    ("public", None),
)
_AT_ONCE = 2000


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Submit once; gives the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.submit", description=__doc__)
    parser.add_argument("--organisations", type=int, default=200_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        filling = get_context("spawn").Process(target=_fill, args=(folder, options.organisations))
        filling.start()
        filling.join()
        writes: list[float] = []
        ledger = Ledger(
            folder, timed=lambda kind, seconds: writes.append(seconds) if kind == "write" else None
        )
        desk = Desk(Catalogue(), OFFICE, uuid7)
        before = ledger.read_now(size)
        started, cpu = time.perf_counter(), time.process_time()
        submitted = asyncio.run(submit_aside(ledger, desk, decision(), system_clock(), LOCAL, approved=True))
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        after = ledger.read_now(size)
        longest = max(writes)
        writes.clear()
        recorded = submitted.recorded
        launched = time.perf_counter()
        launching = launch_aside(ledger, desk, recorded.id, recorded.manifest, system_clock(), LOCAL)
        asyncio.run(launching)
        launched = time.perf_counter() - launched
        listed = ledger.read_now(look, submitted.recorded.broadcast_id).recipients
        ledger.close()
    assert listed == options.organisations * ADDRESSES
    return {
        "organisations": options.organisations,
        "recipients": listed,
        "submit_seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "cpu_us_each": round(1e6 * cpu / listed, 1),
        "longest_write_ms": round(1000 * longest),
        "launch_seconds": round(launched, 2),
        "launch_write_ms": round(1000 * max(writes)),
        "bytes_each": round((after - before) / listed),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _fill(folder: Path, number: int) -> None:
    ledger = Ledger(folder)
    settings = settings_for(folder, "http://127.0.0.1:9", 100)
    ledger.write_now(accounts.sync, settings.accounts, system_clock())
    for start in range(0, number, _AT_ONCE):
        ledger.write_now(_list, range(start, min(start + _AT_ONCE, number)))
    ledger.close()


def _list(connection: Connection, places: range) -> None:
    """Organisations with mailboxes and mobile numbers; each address is one organisation's."""
    connection.execute(
        insert(organisations),
        [
            {
                "id": place + 1,
                "code": f"O{place:06d}",
                "name": f"示例单位{place}",
                "audience": _AUDIENCES[place % len(_AUDIENCES)][0],
                "sector": _AUDIENCES[place % len(_AUDIENCES)][1],
                "area": "410102",
                "exercise": False,
                "active": True,
                "updated_at": 0,
            }
            for place in places
        ],
    )
    connection.execute(
        insert(addresses),
        [
            {
                "id": place * ADDRESSES + which + 1,
                "kind": "email" if which % 2 == 0 else "sms",
                "value": f"o{place}-{which}@example.com" if which % 2 == 0 else f"+86139{place:07d}{which}",
                "exercise": False,
            }
            for place in places
            for which in range(ADDRESSES)
        ],
    )
    links = [(place, place * ADDRESSES + which + 1) for place in places for which in range(ADDRESSES)]
    own = [(place, address) for place, address in links if address - place * ADDRESSES <= OWN]
    theirs = [(place, address) for place, address in links if address - place * ADDRESSES > OWN]
    connection.execute(
        insert(organisation_addresses),
        [{"organisation_id": place + 1, "address_id": address} for place, address in own],
    )
    connection.execute(
        insert(contacts),
        [
            {
                "id": place + 1,
                "organisation_id": place + 1,
                "name": "示例",
                "role": "responsible",
                "position": 0,
                "language": "zh-CN",
                "active": True,
                "updated_at": 0,
            }
            for place in places
        ],
    )
    connection.execute(
        insert(contact_addresses),
        [{"contact_id": place + 1, "address_id": address} for place, address in theirs],
    )


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
