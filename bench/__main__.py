"""Runs every benchmark: `python -m bench`. Ends with 1 where a figure misses what we promise."""

import json
import os
import platform
import sqlite3
import sys

from bench import (
    exchange,
    expand,
    imports,
    live,
    mail,
    personal,
    receipts,
    red,
    send,
    submit,
    unsigned,
    workers,
)

PROMISES = {
    "ratio": 1.3,  # whole path to a bare loop with the same ready bodies, CPU
    "ratio_to_library": 1.3,  # whole path to the vendor's library alone, CPU
    "steeper_percent": 15,  # a message's CPU among 1,000,000 against 10,000
    "memory_peak_mb": 250,
    "seconds": 60.0,  # 1,000,000 deliveries expanded and stored
    "memory_mb": 250,  # for that, and for freezing as long a list
    "bytes_each": 200,
    "submit_seconds": 60.0,  # from the document to a frozen list of 1,000,000
    "first_leaves_seconds": 1.0,  # a red notice behind 1,000,000 routine ones
    "import_seconds": 15.0,  # 20,000 rows of an inventory, read and stored
    "import_memory_mb": 400,
    "personal_seconds": 20.0,  # 10,000 enterprises told their own lines, from submitting to a full queue
    "longest_write_ms": 1000,  # for which nobody else can write meanwhile
    "look_ms": 200,  # at the board of signatures of 20,000 organisations
    "validate_ms": 10,  # one signed alert
    "whole_ms": 50,  # one alert built from its decision, written, signed and validated
    "slowdown_percent": 10,  # of recording, by 100 viewers of the live page
}
AT_LEAST = {
    "whole_receipts_per_core_second": 5000,
    "whole_mails_per_core_second": 5000,
    "speedup": 1.8,  # two workers over one, 50 ms a provider's answer
}


def main() -> None:
    """Print all figures as JSON."""
    figures = {
        "expand": expand.main([]),
        "submit": submit.main([]),
        "send": send.main(["--many", "1000000", *sys.argv[1:]]),
        "mail": mail.main([]),
        "red": red.main([]),
        "workers": workers.main([]),
        "receipts": receipts.main([]),
        "live": live.main([]),
        "unsigned": unsigned.main([]),
        "imports": imports.main([]),
        "personal": personal.main([]),
        "exchange": exchange.main([]),
    }
    machine = {
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    print(json.dumps({"on": machine, **figures}, indent=2))
    missed = [
        f"{name} {part[name]} > {most}"
        for part in figures.values()
        for name, most in PROMISES.items()
        if name in part and float(str(part[name])) > most
    ]
    missed += [
        f"{name} {part[name]} < {least}"
        for part in figures.values()
        for name, least in AT_LEAST.items()
        if name in part and float(str(part[name])) < least
    ]
    if missed:
        sys.exit("; ".join(missed))


if __name__ == "__main__":
    main()
