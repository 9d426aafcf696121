"""What the documentation names is there: paths, links, commands with their options, events of the log."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from gateway.cli import app

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *ROOT.glob("docs/*.md"), ROOT / "bench" / "README.md"])
FOLDERS = ("gateway", "channels", "message_templates", "tests", "bench", "docs", "deploy", "examples")
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")
_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_COMMAND = re.compile(r"^(?:\$ |\.venv/bin/)?airwarn ([a-z].*)")
_TOLD = re.compile(r'_log\.(?:warning|error|exception)\(\s*"([a-z_]+)"')


@pytest.fixture(scope="module")
def files() -> frozenset[str]:
    """Every file and folder of ours, as `/gateway/web` and `/gateway/web/access.py`."""
    roots = [ROOT / folder for folder in FOLDERS]
    found = (path for root in roots for path in (root, *root.rglob("*")))
    return frozenset(f"/{path.relative_to(ROOT)}" for path in found if "__pycache__" not in path.parts)


def codes(text: str) -> list[str]:
    """What stands in code on a page: spans, and the lines of blocks."""
    lines = [line for block in _BLOCK.findall(text) for line in block.splitlines()[1:-1]]
    return [code.strip() for code in (*_CODE.findall(_BLOCK.sub("", text)), *lines)]


def named_paths(text: str) -> Iterator[str]:
    """Those below a folder of ours, and the files of the program that are named alone."""
    for code in codes(text):
        if re.fullmatch(r"[\w./-]+", code) and (
            code.endswith((".py", ".j2")) or code.startswith(tuple(f"{folder}/" for folder in FOLDERS))
        ):
            yield code.rstrip("/")


def wrong_in(command: Any, words: list[str]) -> str | None:
    """The first word of a command line that is no command and no option; None: there is none."""
    while hasattr(command, "commands") and words and not words[0].startswith(("-", "[")):
        alike = words[0].replace("\\", "").split("|")  # in a table: list\|show
        if alike[0].isupper() or "." in alike[0] or alike == ["…"]:  # what is given to a group that takes it
            return None
        if unknown := [name for name in alike if name not in (*command.commands, "…")]:
            return None if command.invoke_without_command else unknown[0]
        command, words = command.commands[alike[0]], words[1:]
    known = {option for parameter in command.params for option in parameter.opts}
    given = (option for word in words for option in re.findall(r"^[\[(]*(--[a-z-]+)", word))
    return next((option for option in given if option not in {*known, "--help"}), None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_path_link_and_command_of_a_page_is_there(page: Path, files: frozenset[str]) -> None:
    text = page.read_text("utf-8")
    missing = {path for path in named_paths(text) if not any(each.endswith(f"/{path}") for each in files)}
    missing |= {link for link in _LINK.findall(text) if not (page.parent / link).exists()}
    root = typer.main.get_command(app)
    for code in codes(text):
        for line in _COMMAND.findall(code):
            wrong = wrong_in(root, re.split(r" [|>#&;]|  |[|，。；]", line)[0].split())
            missing |= {f"airwarn {line}: {wrong}"} if wrong else set()
    assert not missing


def test_every_warning_and_error_of_the_log_is_explained() -> None:
    explained = set(re.findall(r"`([a-z_]+)`", (ROOT / "docs" / "operations.md").read_text("utf-8")))
    told = {
        event for path in ROOT.glob("gateway/**/*.py") for event in _TOLD.findall(path.read_text("utf-8"))
    }
    assert told
    assert told - explained == set()
