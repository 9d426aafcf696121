"""How long it takes to expand and store a broadcast's deliveries, and what memory and bytes each takes.

    python -m bench.expand [--messages 1000000]

Recipients are frozen before the clock starts, by another process; what is timed is what `airwarn serve`
does after a launch: slices of deliveries with counters and cursor, each durable. Bytes are pages of the
file, `memory_mb` is the most that this process ever held, `growth_percent` how much more CPU a delivery
takes than one of 10,000.
"""

import argparse
import json
import resource
import tempfile
import time
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from bench.ledger import expand, prepare, settings_for
from gateway.ledger.database import Ledger
from gateway.ledger.schema import deliveries

_FEW = 10_000


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Expand once; gives the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.expand", description=__doc__)
    parser.add_argument("--messages", type=int, default=1_000_000)
    options = parser.parse_args(arguments)
    _expand(1000)  # or the few would pay for what is done once
    few = _expand(_FEW)
    figures = _expand(options.messages)
    return {
        **figures,
        "growth_percent": round(
            100 * (float(str(figures["cpu_us_each"])) / float(str(few["cpu_us_each"])) - 1)
        ),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _expand(messages: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        freezing = get_context("spawn").Process(target=_freeze, args=(folder, messages))
        freezing.start()
        freezing.join()
        ledger = Ledger(folder)
        before = ledger.read_now(size)
        started, cpu = time.perf_counter(), time.process_time()
        expand(ledger)
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        stored = ledger.read_now(_stored)
        after = ledger.read_now(size)
        ledger.close()
    assert stored == messages
    return {
        "messages": stored,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(cpu, 2),
        "cpu_us_each": round(1e6 * cpu / stored, 1),
        "bytes_each": round((after - before) / stored),
    }


def _freeze(folder: Path, messages: int) -> None:
    ledger = Ledger(folder)
    prepare(ledger, settings_for(folder, "http://127.0.0.1:9", 100), messages)
    ledger.close()


def size(connection: Connection) -> int:
    """Bytes of the file."""
    pages = connection.execute(text("PRAGMA page_count")).scalar_one()
    return int(pages * connection.execute(text("PRAGMA page_size")).scalar_one())


def _stored(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(deliveries)).scalar_one())


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
