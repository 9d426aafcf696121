"""Runs the benchmarks: all, one after the other, or one by name.

    python -m bench [--quick]
    python -m bench NAME [its own arguments]

All: each in a process of its own, with a limit of time and a temporary folder that is gone afterwards; a
table says what was aimed at and what came of it, and stdout gets every figure as JSON. A missed aim is said
and ends with 0 all the same; a benchmark that breaks, or takes too long, ends with 1. `--quick` only shows
that they run: its figures are of small runs and say nothing about the aims.
"""

import argparse
import importlib
import json
import os
import platform
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from typing import Any

from bench.benches import BENCHES, Bench

_GRACE = 30.0  # seconds that a benchmark has to stop what it started
_ROW = "{:19}{:44}{:>8}{:>10}  {:14}{}"


def main() -> None:
    """Run what the command line names."""
    named = sys.argv[1] if len(sys.argv) > 1 else ""
    bench = next((each for each in BENCHES if each.name == named), None)
    if bench is not None:
        figures = _main_of(bench)(sys.argv[2:] or bench.arguments.split())
        print(json.dumps(figures, indent=2))
        _show([(bench, figures, "")])
        return
    parser = argparse.ArgumentParser(
        prog="python -m bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(each.name for each in BENCHES), help="names, with commas")
    options = parser.parse_args()
    only = options.only.split(",")
    done = [_run(each, quick=options.quick) for each in BENCHES if each.name in only]
    print(json.dumps({"on": _machine(), **{each.name: figures for each, figures, _ in done}}, indent=2))
    if options.quick:
        _say("\nSmall runs (--quick): they show that the benchmarks run, and not how good we are.")
    _show(done)
    broken = [each.name for each, _, fault in done if fault]
    if broken:
        sys.exit(f"not measured: {', '.join(broken)}")


def _main_of(bench: Bench) -> Any:
    return importlib.import_module(f"bench.{bench.name.removesuffix('_postgresql')}").main


def _run(bench: Bench, *, quick: bool) -> tuple[Bench, Mapping[str, Any], str]:
    """A benchmark's figures, and in words what went wrong."""
    arguments = (bench.quick if quick else bench.arguments).split()
    limit = bench.quick_seconds if quick else bench.seconds
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # a database started by root runs as somebody else
        process = subprocess.Popen(
            [sys.executable, "-m", "bench", bench.name, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": folder},
            start_new_session=True,
        )
        try:
            written, said = process.communicate(timeout=limit)
            fault = "" if process.returncode == 0 else f"broke:\n{_last_lines(said)}"
        except subprocess.TimeoutExpired:
            written, fault = _stopped(process), f"took longer than {limit} s"
    figures = {} if fault else json.loads(written)
    _say(f"{bench.name}: {time.perf_counter() - started:.0f} s {fault}")
    return bench, figures, fault


def _last_lines(said: str) -> str:
    return "\n".join(f"    {line}" for line in said.strip().splitlines()[-6:])


def _stopped(process: "subprocess.Popen[str]") -> str:
    """End it as Ctrl-C does, so that it ends what it started; what is left then is killed."""
    process.send_signal(signal.SIGINT)
    try:
        return process.communicate(timeout=_GRACE)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        return process.communicate()[0]


def _machine() -> dict[str, object]:
    return {
        "cores": os.cpu_count(),
        "load": [round(each, 1) for each in os.getloadavg()],
        "machine": platform.machine(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }


def _show(done: list[tuple[Bench, Mapping[str, Any], str]]) -> None:
    """The table of what was aimed at."""
    _say("\n" + _ROW.format("benchmark", "figure", "aim", "got", "", "beside it"))
    for bench, figures, fault in done:
        for aim in bench.aims:
            got = figures.get(aim.figure)
            verdict = "met" if got is not None and aim.met(float(got)) else "MISSED"
            if got is None:
                verdict = "BROKEN" if fault else "not measured"
            beside = f"{aim.beside} {figures.get(aim.beside, '-')}" if aim.beside else ""
            shown = "-" if got is None else f"{got:g}"
            _say(_ROW.format(bench.name, aim.words, aim.wanted, shown, verdict, beside).rstrip())


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
