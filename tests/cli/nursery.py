"""A process that has loaded all modules, has run nothing of them, and forks for each command.

A command then starts as it does for its users, with its own folder, environment and streams, but what
it would load, which takes most of its time, is there (`test_starting.py` shows that it can be loaded). Run
as a program it is that process; `Nursery` asks it.
"""

import atexit
import faulthandler
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any

from tests.processes import written

LIBRARIES = (
    *("aiohttp.web", "aiosmtpd.smtp", "alembic.command", "asyncio", "asyncpg", "cryptography.x509", "docx"),
    *("email_validator", "jinja2.sandbox", "openpyxl", "phonenumbers", "prometheus_client", "pydantic"),
    *("pydantic_settings", "redis.asyncio", "rich.console", "rich.table", "segno", "signxml"),
    *("sqlalchemy.ext.asyncio", "structlog", "twilio.rest", "typer._adapters", "typer.main", "yaml"),
    *("sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.dialects.sqlite", "aiosmtplib", "PIL.Image"),
)
_RUN_BY_ALEMBIC = "gateway.ledger.migrations.env"
_MOST_ASKED = 1_000_000  # bytes of a question: arguments and environment
_ABORT_SECONDS = 10.0


class Child:
    """A process that a nursery started; used like one of `subprocess`."""

    def __init__(self, arguments: Sequence[str], answer: socket.socket) -> None:
        self._arguments = arguments
        self._answer = answer
        self.pid = int(answer.recv(20))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code where it has ended: below zero the signal that ended it."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def wait(self, timeout: float | None = None) -> int:
        """The exit code. Raises `subprocess.TimeoutExpired` where it takes longer than so many seconds."""
        if self.returncode is None:
            self._answer.settimeout(timeout)
            try:
                self.returncode = int(self._answer.recv(20))
            except (TimeoutError, BlockingIOError):
                raise subprocess.TimeoutExpired(self._arguments, timeout or 0) from None
            self._answer.close()
        return self.returncode

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def ended(self, seconds: float, errors: IO[str]) -> int:
        """`wait`, but one that takes longer is ended, and fails the test with the stacks of its threads.

        It runs with `tests.processes.TRACED`, and `errors` is the file that is its stderr.
        """
        try:
            return self.wait(seconds)
        except subprocess.TimeoutExpired:
            self.send_signal(signal.SIGABRT)  # Python's fault handler writes them on stderr
            self.wait(_ABORT_SECONDS)
            raise AssertionError(
                f"{self._arguments} did not end within {seconds:g} s:\n{written(errors)}"
            ) from None


class Nursery:
    """Starts commands; ends with the process that made it, or when closed."""

    def __init__(self) -> None:
        self._asked, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(theirs.fileno())],
                cwd=Path(__file__).parents[2],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONUTF8": "1"},
                process_group=0,
            )

    def close(self) -> None:
        """Start no more, and end what still runs; the same happens when this process is killed."""
        self._asked.close()
        self._process.wait()

    def start(
        self,
        folder: Path,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        streams: Sequence[int],
    ) -> Child:
        """`python -m module` with these arguments in `folder`; the descriptors `streams` are its stdin,
        stdout and stderr."""
        given = {
            "folder": str(folder),
            "module": module,
            "arguments": list(arguments),
            "environment": dict(environment),
        }
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            socket.send_fds(self._asked, [json.dumps(given).encode()], [theirs.fileno(), *streams])
        return Child([module, *arguments], ours)

    def run(
        self, folder: Path, arguments: list[str], environment: Mapping[str, str], stdin: str, seconds: float
    ) -> tuple[int, str, str]:
        """Exit code, stdout and stderr of `airwarn` with these arguments in `folder`.

        One that takes longer than `seconds` fails the test with the stacks of its threads.
        """
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as come,
            tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as out,
            tempfile.TemporaryFile("w+", encoding="utf-8", newline="") as err,
        ):
            come.write(stdin)
            come.seek(0)
            streams = [each.fileno() for each in (come, out, err)]
            code = self.start(folder, "gateway", arguments, environment, streams).ended(seconds, err)
            return code, written(out), written(err)


@cache
def nursery() -> Nursery:
    """The one of this process."""
    made = Nursery()
    atexit.register(made.close)
    return made


def load_libraries() -> None:
    """What commands use that is not ours."""
    for library in LIBRARIES:
        importlib.import_module(library)


def _load_ours() -> None:
    for package in ("gateway", "channels"):
        found = importlib.import_module(package)
        for each in pkgutil.walk_packages(found.__path__, f"{package}."):
            if not (each.name.endswith(".__main__") or each.name == _RUN_BY_ALEMBIC):
                importlib.import_module(each.name)


def _serve(asked: socket.socket) -> str:
    """Fork for each question; returns in the child, whose streams and folder are then the command's, the
    module to run."""
    load_libraries()
    _load_ours()
    gc.freeze()
    faulthandler.enable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who waits for a command is a child, and nobody for it
    while True:
        question, files, _, _ = socket.recv_fds(asked, _MOST_ASKED, 4)
        if not question:
            os.killpg(0, signal.SIGKILL)  # itself, and the commands that were left
        if os.fork() == 0:
            asked.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            given = json.loads(question)
            if _born(given, files):
                return str(given["module"])
        for each in files:
            os.close(each)


def _born(given: Any, files: list[int]) -> bool:
    answer, *streams = files
    command = os.fork()
    if command != 0:
        for each in streams:
            os.close(each)
        os.write(answer, str(command).encode())
        _, status = os.waitpid(command, 0)
        os.write(answer, str(os.waitstatus_to_exitcode(status)).encode())
        os._exit(0)
    os.close(answer)
    for number, (each, name) in enumerate(zip(streams, ("stdin", "stdout", "stderr"), strict=True)):
        os.dup2(each, number)
        os.close(each)
        _reopen(name, number)
    os.environ.clear()
    os.environ.update(given["environment"])
    time.tzset()
    os.chdir(given["folder"])
    sys.argv[:] = [given["module"], *given["arguments"]]
    return True


def _reopen(name: str, number: int) -> None:
    """The stream anew: the one that was opened at the start takes a pipe for a file."""
    before = getattr(sys, name)
    mode, buffering = ("r", -1) if number == 0 else ("w", 1 if number == 2 else -1)
    stream = open(number, mode, buffering, before.encoding, before.errors, closefd=False)  # noqa: SIM115 - until the end
    setattr(sys, name, stream)
    setattr(sys, f"__{name}__", stream)


def _run(module: str) -> None:
    """Run it and end as the interpreter does, but leave the libraries as they are: to take them to pieces
    takes as long as a short command."""
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
        code: Any = 0
    except SystemExit as ended:
        code = ended.code
    if isinstance(code, str):
        sys.stderr.write(code + "\n")
        code = 1
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    gc.collect()  # what was left open is told
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as asked_here:
        module_here = _serve(asked_here)
    _run(module_here)
