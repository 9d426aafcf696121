"""Runs the command as its users do: a process of its own."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.processes import TRACED, outcome

_SECONDS = 120.0


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Its one JSON document."""
        return json.loads(self.out)


def airwarn(folder: Path, *arguments: str, stdin: str | None = None, **environment: str) -> Ran:
    """Run `airwarn` in `folder`."""
    with subprocess.Popen(
        [sys.executable, "-m", "gateway", *arguments],
        cwd=folder,
        stdin=None if stdin is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **TRACED, "PYTHONUTF8": "1", **environment},
    ) as process:
        out, err = outcome(process, _SECONDS, stdin)
    assert "Traceback" not in err, err
    return Ran(process.returncode, out, err)
