"""CPU and memory of sending: the whole durable path against bare loops, on one sink in one run.

    python -m bench.send [--messages 10000] [--rounds 5] [--in-flight 100] [--many 100000]

Sinks are the vendors' stand-ins in a process of their own (no receipts, no windows), on another core
where there is one. Each round measures every side, one after the other, in fresh processes with the same
event loop (uvloop if it is installed): for WeCom a bare aiohttp loop posting the same ready bodies and
the whole path; for Twilio a bare loop with its form, the vendor's own library, and the whole path. Every
second round goes the other way round. CPU is user + system of the client's process per 10,000 messages,
after 2,000 that are not counted. `many`: how flat the cost stays and what memory it takes.
"""

import argparse
import json
import os
import statistics

from bench.clients import Figures, measured, start_sink

VENDORS = {"wecom": ("bodies", "whole_bodies"), "twilio": ("forms", "library", "whole")}


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run the rounds; gives their figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.send", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--in-flight", type=int, default=100)
    parser.add_argument("--many", type=int, default=100_000, help="messages of the long run; 0: none")
    options = parser.parse_args(arguments)
    cores = sorted(os.sched_getaffinity(0))
    runs: dict[str, list[Figures]] = {}
    long = None
    for vendor, sides in VENDORS.items():
        sink, url = start_sink(cores[-1], vendor)
        os.sched_setaffinity(0, {cores[0]})
        try:
            for turn in range(options.rounds):
                for side in sides[:: -1 if turn % 2 else 1]:
                    runs.setdefault(side, []).append(measured(side, url, options.messages, options.in_flight))
            if vendor == "twilio" and options.many:
                long = measured("whole", url, options.many, options.in_flight)
        finally:
            os.sched_setaffinity(0, cores)
            sink.terminate()
            sink.wait()
    figures: dict[str, object] = {
        "messages": options.messages,
        "rounds": options.rounds,
        "loop": runs["whole"][0]["loop"],
        **{f"{side}_cpu_per_10000": _cpu(found, options.messages) for side, found in runs.items()},
        **{f"{side}_per_second": _rate(found, options.messages) for side, found in runs.items()},
        "ratio": _ratio(runs["whole_bodies"], runs["bodies"]),
        "ratio_to_library": _ratio(runs["whole"], runs["library"]),
        "ratio_to_forms": _ratio(runs["whole"], runs["forms"]),
    }
    if long is not None:
        many = _cpu([long], options.many)
        figures |= {
            "many_messages": options.many,
            "many_cpu_per_10000": many,
            "memory_peak_mb": round(long["peak_mb"]),
            "steeper_percent": round(100 * (many / _cpu(runs["whole"], options.messages) - 1)),
        }
    return figures


def _cpu(runs: list[Figures], messages: int) -> float:
    return round(statistics.median(each["cpu"] for each in runs) * 10_000 / messages, 3)


def _rate(runs: list[Figures], messages: int) -> int:
    return round(messages / statistics.median(each["seconds"] for each in runs))


def _ratio(ours: list[Figures], theirs: list[Figures]) -> float:
    return round(statistics.median(a["cpu"] / b["cpu"] for a, b in zip(ours, theirs, strict=True)), 2)


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
