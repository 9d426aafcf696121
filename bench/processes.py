"""What another process has used so far, as Linux counts it."""

import os
from pathlib import Path


def cpu(process: int) -> float:
    """Seconds of user and system time, threads included."""
    return _used(f"/proc/{process}/stat")


def cpu_of_loop(process: int) -> float:
    """The same of its first thread alone, which runs the event loop."""
    return _used(f"/proc/{process}/task/{process}/stat")


def _used(file: str) -> float:
    fields = Path(file).read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cpu_exactly(process: int) -> float:
    """The same as `cpu`, to the microsecond; of the threads that are there."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(thread.read_text("ascii").split()[0]) for thread in threads) / 1e9


def cpu_with_children(process: int) -> float:
    """The same with its children, those that have ended included: a PostgreSQL server's."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    ended = (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
    children = Path(f"/proc/{process}/task/{process}/children").read_text("ascii").split()
    return cpu(process) + ended + sum(cpu(int(child)) for child in children)


def peak_mb(process: int) -> int:
    """The most memory that it ever held."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM:"))
