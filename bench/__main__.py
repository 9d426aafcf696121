"""Runs every benchmark: `python -m bench`. Ends with 1 where a figure misses what we promise."""

import json
import os
import platform
import sqlite3
import sys

from bench import expand, send

PROMISES = {
    "ratio": 2.0,  # whole path to bare loop, CPU
    "memory_peak_mb": 250,
    "seconds": 10.0,  # 100,000 deliveries expanded and stored
    "bytes_each": 300,
}


def main() -> None:
    """Print all figures as JSON."""
    figures = {"expand": expand.main([]), "send": send.main(sys.argv[1:])}
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
    if missed:
        sys.exit("; ".join(missed))


if __name__ == "__main__":
    main()
