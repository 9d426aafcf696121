"""CPU and rate of mail: the whole durable path against aiosmtplib with ready bytes, on one sink in one run.

    python -m bench.mail [--messages 10000] [--rounds 3] [--in-flight 100] [--sink smtp-sink]

The sink is postfix's `smtp-sink` on a core of its own where there is one; nothing is measured, and said
so, where it is not installed. It needs no mail server: on Debian and Ubuntu,
`apt-get download postfix && dpkg -x postfix_*.deb DIR` gives DIR/usr/sbin/smtp-sink.
"""

import argparse
import json
import os
import pwd
import shutil
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path

from bench.clients import Figures, measured

SIDES = ("mails", "whole_mails")


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run the rounds; gives their figures, nothing where there is no sink."""
    parser = argparse.ArgumentParser(prog="python -m bench.mail", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--in-flight", type=int, default=100)
    parser.add_argument("--sink", default="smtp-sink", help="postfix's smtp-sink")
    options = parser.parse_args(arguments)
    program = shutil.which(options.sink, path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        sys.stderr.write(f"NOT MEASURED: mail, because there is no {options.sink} here (postfix has it)\n")
        return {}
    cores = sorted(os.sched_getaffinity(0))
    sink, url = _start(program, cores[-1])
    runs: dict[str, list[Figures]] = {side: [] for side in SIDES}
    os.sched_setaffinity(0, {cores[0]})
    try:
        for _ in range(options.rounds):
            for side in SIDES:
                runs[side].append(measured(side, url, options.messages, options.in_flight))
    finally:
        os.sched_setaffinity(0, cores)
        sink.terminate()
        sink.wait()
    bare, whole = (_figures(side, runs[side], options.messages) for side in SIDES)
    ratios = [ours["cpu"] / theirs["cpu"] for theirs, ours in zip(*runs.values(), strict=True)]
    return {
        "messages": options.messages,
        "rounds": options.rounds,
        "loop": runs[SIDES[0]][0]["loop"],
        **bare,
        **whole,
        "ratio_to_mails": round(statistics.median(ratios), 2),
    }


def _figures(side: str, runs: list[Figures], messages: int) -> dict[str, object]:
    cpu = statistics.median(each["cpu"] for each in runs)
    return {
        f"{side}_cpu_per_10000": round(cpu * 10_000 / messages, 2),
        f"{side}_per_core_second": round(messages / cpu),
        f"{side}_per_second": round(messages / statistics.median(each["seconds"] for each in runs)),
    }


def _start(program: str, core: int) -> tuple[subprocess.Popen[bytes], str]:
    """The sink, listening, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [program, f"127.0.0.1:{port}", "200"]
    if os.geteuid() == 0:
        command[1:1] = ["-u", pwd.getpwnam("nobody").pw_name]
    # unpacked rather than installed, its libraries lie beside it
    beside = Path(program).resolve().parents[1] / "lib" / "postfix"
    sink = subprocess.Popen(command, env={**os.environ, "LD_LIBRARY_PATH": str(beside)})
    os.sched_setaffinity(sink.pid, {core})
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if sink.poll() is not None:
                break
            time.sleep(0.05)
        else:
            return sink, f"smtp://127.0.0.1:{port}"
    raise RuntimeError(f"{program} does not answer")


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
