"""What makes the tests quick, and shows nothing less."""

import gc
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from aiohttp.web_app import _cached_build_middleware
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

# Properties prove behaviour, not speed: a busy machine must not fail them. Every run tries the same examples;
# `--hypothesis-profile default` tries others.
settings.register_profile(
    "repeatable", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("repeatable")


def pytest_sessionstart() -> None:
    gc.disable()  # until all modules are loaded: what these make stays


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest tests start first, so that no worker is still busy with one when the others are done."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _Whole(config, log)


class _Whole(LoadScopeScheduling):  # type: ignore[misc]
    """Each test goes to whoever is free, but those of a module that share what they change to one worker, in
    their order."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return module if _shares(self.config.rootpath / module) else nodeid


@cache
def _shares(module: Path) -> bool:
    return 'scope="module"' in module.read_text("utf-8")


def pytest_collection_finish() -> None:
    """From here on the collector looks only at what tests leave behind: a sixth of their time went into
    looking through modules and tests again and again."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """aiohttp remembers the last thousand handlers and with each its server, and so hundreds of gateways."""
    if nextitem is None or nextitem.path != item.path:
        _cached_build_middleware.cache_clear()
