"""A night of an office: how long the three hours after an orange start take to live through.

    python -m bench.night [--enterprises 3000]

The same night as tests/end_to_end/test_night.py has: a fifth of the numbers dead, a tenth of those on night
duty asleep, one of two providers down for an hour. Gives what the three-hour report says.
"""

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.end_to_end.night import spend


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Spend the night; gives the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.night", description=__doc__)
    parser.add_argument("--enterprises", type=int, default=3000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        started = time.perf_counter()
        night = asyncio.run(spend(Path(name), options.enterprises))
        seconds = time.perf_counter() - started
    outcomes = Counter(trail.outcome for trail in night.trails)
    assert sum(outcomes.values()) == options.enterprises
    return {
        "enterprises": options.enterprises,
        **{outcome: outcomes[outcome] for outcome in ("signed", "reached", "unreached")},
        "messages": len(night.taken),
        "further_messages": sum(m.further for trail in night.trails for m in trail.messages),
        "calls": sum(len(trail.calls) for trail in night.trails),
        "seconds": round(seconds, 1),
    }


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
