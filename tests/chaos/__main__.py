"""The long form of the crash suite, and its table: `make chaos`, or `python -m tests.chaos`.

`--seed` (or `CHAOS_SEED`) gives the same chance again; `--scenario` and `--backend` choose. At full size it
takes about a quarter of an hour. Ends with 1 where a promise was broken, or where `--minutes` were too few.
"""

import argparse
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests import backends
from tests.chaos.database import Server, server
from tests.chaos.runs import HEADER, NoDisk, Place, line, run, seed_of
from tests.chaos.scenarios import BOTH, SCENARIOS

MESSAGES = 2000
ROUNDS = 4  # times those of the short form


def main() -> None:
    """Run the scenarios, one after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--scenario", choices=[each.name for each in SCENARIOS], action="append")
    parser.add_argument("--backend", choices=BOTH, action="append")
    parser.add_argument("--seed", type=int, default=seed_of())
    parser.add_argument("--messages", type=int, default=MESSAGES)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="times those of the short form")
    parser.add_argument("--minutes", type=float, default=20, help="after which nothing more is begun")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the database's processes and folders go too
    print(f"CHAOS_SEED={options.seed}\n{HEADER}", flush=True)
    broken = False
    begun = time.monotonic()
    with ExitStack() as stack:
        own: Server | None = None
        for scenario in SCENARIOS:
            if scenario.name not in (options.scenario or [scenario.name]):
                continue
            for backend in scenario.backends:
                if backend not in (options.backend or [backend]):
                    continue
                if time.monotonic() - begun > 60 * options.minutes:
                    broken = True
                    print(f"{scenario.name:34}{backend:>11} NOT RUN: the time was up", flush=True)
                    continue
                with ExitStack() as one:
                    url = None
                    if backend == "postgresql":
                        own = own or stack.enter_context(server())
                        url = one.enter_context(backends.database(own.address))
                    folder = Path(one.enter_context(tempfile.TemporaryDirectory(prefix="airwarn-chaos-")))
                    place = Place(folder, url, options.seed, options.messages, own)
                    started = time.perf_counter()
                    try:
                        verdict = run(scenario, place, scenario.rounds * options.rounds)
                    except NoDisk:
                        print(f"{scenario.name}: SKIPPED, only root can make a small disk", flush=True)
                        continue
                    print(line(scenario, backend, verdict, time.perf_counter() - started), flush=True)
                    for each in verdict.wrong:
                        broken = True
                        print(f"    {each}", flush=True)
    print(f"took {(time.monotonic() - begun) / 60:.1f} minutes")
    sys.exit(broken)


if __name__ == "__main__":  # processes of ours import this module again
    main()
