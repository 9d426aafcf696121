"""Statements are compiled once for all ledgers of a test process. Each has engines of its own, which would
compile the same ones again: a sixth of the time of tests that do office work."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

E = TypeVar("E", Engine, AsyncEngine)

_BACKENDS = "gateway.ledger.backends"


def share_statements() -> None:
    """From now on, until this process ends."""
    patch = pytest.MonkeyPatch()
    patch.setattr(f"{_BACKENDS}.sqlite.create_engine", _sharing(create_engine, lambda engine: engine))
    patch.setattr(
        f"{_BACKENDS}.postgresql.create_async_engine",
        _sharing(create_async_engine, lambda engine: engine.sync_engine),
    )


def _sharing(make: Callable[..., E], inner: Callable[[E], Engine]) -> Callable[..., E]:
    first: Engine | None = None

    def making(*arguments: Any, **named: Any) -> E:
        nonlocal first
        made = make(*arguments, **named)
        engine = inner(made)
        if first is None or first.dialect.server_version_info is None:  # it has never connected
            first = engine
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
        return made

    return making
