"""What people read in the place of the ledger's own names."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway
from gateway.web.console.actors import actor_in_words
from gateway.web.console.people.trail_words import KINDS


def _kinds() -> Iterator[str]:
    """Every kind that a call of `audit.append` states as it stands."""
    for file in Path(gateway.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.append" and len(node.args) > 3:
                kind = node.args[3]
                if isinstance(kind, ast.Constant):
                    yield str(kind.value)


def test_every_act_in_the_trail_has_words() -> None:
    written = set(_kinds())
    assert len(written) > 30
    assert not written - KINDS.keys()


@pytest.mark.parametrize(
    ("actor", "zh", "en"),
    [
        ("user:li", "li", "li"),
        ("(airwarn)", "系统自动", "by itself"),
        ("(local)", "服务器命令", "a command on the server"),
        ("wall", "令牌 wall", "token wall"),
    ],
)
def test_an_actor_is_called_as_people_know_them(actor: str, zh: str, en: str) -> None:
    assert (actor_in_words(actor, "zh"), actor_in_words(actor, "en")) == (zh, en)
