"""CPU and rate of mail: the whole durable path against aiosmtplib with ready bytes, on one sink in one run.

    python -m bench.mail [--messages 10000] [--rounds 3] [--in-flight 100] [--sink smtp-sink]

The sink is postfix's `smtp-sink` on a core of its own where there is one. Where it is not installed, the
package is fetched and unpacked into a temporary folder (`apt-get download`, `dpkg -x`: nothing is
installed, no service starts). Where that fails too it says so, and measures on our own stand-in, which is
slower than we are: the aim is not judged there.
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
import tempfile
import time
from pathlib import Path

from bench.clients import Figures, measured

SIDES = ("mails", "whole_mails")
_FETCH_SECONDS = 60.0


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run the rounds; gives their figures, nothing where there is no sink."""
    parser = argparse.ArgumentParser(prog="python -m bench.mail", description=__doc__)
    parser.add_argument("--messages", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--in-flight", type=int, default=100)
    parser.add_argument("--sink", default="smtp-sink", help="postfix's smtp-sink")
    options = parser.parse_args(arguments)
    cores = sorted(os.sched_getaffinity(0))
    runs: dict[str, list[Figures]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o711)  # the sink runs as nobody and reads its libraries there
        program = _installed(options.sink) or _unpacked(Path(name))
        sink, url = _stand_in(cores[-1]) if program is None else _start(program, cores[-1])
        os.sched_setaffinity(0, {cores[0]})
        try:
            for _ in range(options.rounds):
                for side in SIDES:
                    runs[side].append(measured(side, url, options.messages, options.in_flight))
        finally:
            os.sched_setaffinity(0, cores)
            sink.terminate()
            sink.wait()
    bare, whole = (_figures(side, runs[side], options.messages, judged=program is not None) for side in SIDES)
    ratios = [ours["cpu"] / theirs["cpu"] for theirs, ours in zip(*runs.values(), strict=True)]
    return {
        "sink": "our stand-in" if program is None else "smtp-sink",
        "messages": options.messages,
        "rounds": options.rounds,
        "loop": runs[SIDES[0]][0]["loop"],
        **bare,
        **whole,
        "ratio_to_mails": round(statistics.median(ratios), 2),
    }


def _figures(side: str, runs: list[Figures], messages: int, *, judged: bool) -> dict[str, object]:
    cpu = statistics.median(each["cpu"] for each in runs)
    side = side if judged else f"stand_in_{side}"
    return {
        f"{side}_cpu_per_10000": round(cpu * 10_000 / messages, 2),
        f"{side}_per_core_second": round(messages / cpu),
        f"{side}_per_second": round(messages / statistics.median(each["seconds"] for each in runs)),
    }


def _installed(program: str) -> str | None:
    return shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def _unpacked(folder: Path) -> str | None:
    """The sink out of its package, fetched into a folder; None, loudly, where that cannot be done."""
    try:
        for command in ("apt-get -qq download postfix", "dpkg -x {} unpacked"):
            found = next(folder.glob("postfix_*.deb"), Path())
            words = command.format(found).split()
            subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=_FETCH_SECONDS)
    except (OSError, subprocess.SubprocessError) as error:
        why = type(error).__name__
        sys.stderr.write(
            f"NO smtp-sink here, and its package cannot be had ({why}): measuring on our stand-in\n"
        )
        return None
    return str(folder / "unpacked" / "usr" / "sbin" / "smtp-sink")


def _stand_in(core: int) -> tuple[subprocess.Popen[bytes], str]:
    command = [sys.executable, "-m", "channels.stand_ins", "--smtp-port", "0"]
    sink = subprocess.Popen(command, stdout=subprocess.PIPE)
    os.sched_setaffinity(sink.pid, {core})
    assert sink.stdout is not None
    return sink, f"smtp://127.0.0.1:{json.loads(sink.stdout.readline())['smtp_port']}"


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
