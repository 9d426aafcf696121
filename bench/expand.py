"""How long it takes to expand and store a broadcast's deliveries, and what memory and bytes each takes.

    python -m bench.expand [--messages 1000000] [--database postgresql]

Recipients are frozen before the clock starts, by another process; what is timed is what `airwarn serve`
does after a launch: slices of deliveries with counters and cursor, each durable. Bytes are pages of the
file, or of the database (its log left out); `memory_mb` is the most that this process ever held,
`growth_percent` how much more CPU a delivery takes than one of 10,000. `alone_seconds` is the baseline:
the same rows copied inside the database, in as large slices, into a table without keys and indexes.
"""

import argparse
import json
import resource
import tempfile
import time
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import Connection, func, select, text

from bench import postgresql
from bench.ledger import expand, prepare, settings_for
from bench.processes import cpu_with_children
from gateway.broadcasts.launching.expand import SLICE
from gateway.ledger.database import Ledger
from gateway.ledger.schema import deliveries

_FEW = 10_000


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Expand once; gives the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.expand", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    options = parser.parse_args(arguments)
    _expand(1000, options.database)  # or the few would pay for what is done once
    few = _expand(_FEW, options.database)
    figures = _expand(options.messages, options.database)
    return {
        "database": options.database,
        **figures,
        "growth_percent": round(
            100 * (float(str(figures["cpu_us_each"])) / float(str(few["cpu_us_each"])) - 1)
        ),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _expand(messages: int, database: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        address, postmaster = None, None
        if database == "postgresql":
            server, postmaster = stack.enter_context(postgresql.server(folder))
            address = stack.enter_context(postgresql.database(server))
        freezing = get_context("spawn").Process(target=_freeze, args=(folder, address, messages))
        freezing.start()
        freezing.join()
        ledger = _opened(folder, address)
        before = ledger.read_now(size)
        served = 0.0 if postmaster is None else cpu_with_children(postmaster)
        started, cpu = time.perf_counter(), time.process_time()
        expand(ledger)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        served = 0.0 if postmaster is None else cpu_with_children(postmaster) - served
        stored = ledger.read_now(_stored)
        after = ledger.read_now(size)
        alone = _alone(ledger)
        ledger.close()
    assert stored == messages
    return {
        "messages": stored,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        **({} if postmaster is None else {"database_cpu_seconds": round(served, 2)}),
        "cpu_us_each": round(1e6 * (cpu + served) / stored, 1),
        "bytes_each": round((after - before) / stored),
        "alone_seconds": round(alone, 2),
    }


def _opened(folder: Path, address: str | None) -> Ledger:
    return Ledger(folder, None if address is None else SecretStr(address))


def _freeze(folder: Path, address: str | None, messages: int) -> None:
    ledger = _opened(folder, address)
    prepare(ledger, settings_for(folder, "http://127.0.0.1:9", 100), messages)
    ledger.close()


def size(connection: Connection) -> int:
    """Bytes of the file, or of the database."""
    if connection.dialect.name == "postgresql":
        return int(connection.execute(text("select pg_database_size(current_database())")).scalar_one())
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    return int(pages * connection.execute(text("PRAGMA page_size")).scalar_one())


def _stored(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(deliveries)).scalar_one())


def _alone(ledger: Ledger) -> float:
    """Seconds to write the same rows where nothing is checked and nothing is looked up."""
    ledger.write_now(_say, "create table alone as select * from deliveries where id < 0")
    last = int(ledger.read_now(lambda connection: connection.execute(_last).scalar_one()))
    started = time.perf_counter()
    for first in range(1, last + 1, SLICE):
        some = f"between {first} and {first + SLICE - 1}"
        ledger.write_now(_say, f"insert into alone select * from deliveries where id {some}")
    return time.perf_counter() - started


_last = select(func.max(deliveries.c.id))


def _say(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
