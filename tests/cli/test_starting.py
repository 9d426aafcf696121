"""The tests' commands find every module loaded (`nursery.py`); those of their users load what they need."""

import ast
import gc
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.cli.nursery import load_libraries

ROOT = Path(__file__).parents[2]
BOTTOM = (  # takes long to load, and import-linter keeps it from loading what stands above it
    *("gateway.settings", "gateway.ledger.schema", "gateway.plans.model", "gateway.decisions.model"),
    *("gateway.notices.model", "gateway.directory.model", "channels.contract"),
)


def loaded_where_used() -> Iterator[str]:
    """The modules that the commands' functions load, each the first of ours beside `gateway.cli`."""
    for file in sorted((ROOT / "gateway" / "cli").rglob("*.py")):
        for function in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
                for each in ast.walk(function):
                    if isinstance(each, ast.ImportFrom):
                        yield from _modules(each)


def _modules(statement: ast.ImportFrom) -> Iterator[str]:
    source = statement.module or ""
    if source.partition(".")[0] in {"gateway", "channels"}:
        for name in statement.names:
            inside = ROOT.joinpath(*source.split("."), name.name)
            there = inside.is_dir() or inside.with_suffix(".py").exists()
            yield f"{source}.{name.name}" if there else source


def test_whatever_a_command_loads_first_finds_what_it_needs() -> None:
    modules = sorted({*loaded_where_used(), "channels.stand_ins"})
    assert len(modules) > 50
    ran = subprocess.run(
        [sys.executable, "-m", __name__, *modules], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


if __name__ == "__main__":
    load_libraries()
    for each in ("gateway.cli", *BOTTOM):
        importlib.import_module(each)
    gc.freeze()
    wrong = False
    for module in sys.argv[1:]:
        if os.fork() == 0:
            importlib.import_module(module)
            os._exit(0)
        wrong |= os.wait()[1] != 0
    sys.exit(wrong)
