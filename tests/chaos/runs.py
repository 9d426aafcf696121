"""One run of a scenario, and its line in the table."""

import asyncio
import os
import time
from dataclasses import replace

from tests.chaos.disk import NoDisk
from tests.chaos.judge import Verdict
from tests.chaos.scenarios import Backend, Scenario
from tests.chaos.stage import Place, staged

__all__ = ["HEADER", "NoDisk", "Place", "line", "run", "seed_of"]

FASTEST = 200.0  # messages a second, of a lane
HEADER = (
    f"{'scenario':34}{'backend':>11}{'messages':>10}{'lost':>6}{'marked':>8}{'unmarked':>10}"
    f"{'old words':>11}{'undecided':>11}{'recovered s':>13}{'took s':>8}"
)


def seed_of() -> int:
    """The seed that was given, else one that nobody knows."""
    return int(os.environ.get("CHAOS_SEED", time.time_ns() % 1_000_000))


def run(scenario: Scenario, place: Place, rounds: int) -> Verdict:
    """Play a scenario and judge it. Raises `NoDisk`."""
    return asyncio.run(_run(scenario, place, rounds))


async def _run(scenario: Scenario, place: Place, rounds: int) -> Verdict:
    place = replace(place, messages=min(place.messages, scenario.most))
    # two lanes: what they send lasts for all that is broken
    per_second = min(FASTEST, place.messages / 2 / (rounds * scenario.seconds))
    async with staged(place, per_second=per_second, **scenario.settings) as stage:
        await scenario.play(stage, rounds)
        return await asyncio.to_thread(stage.verdict, scenario.patience, scenario.each_lane)


def line(scenario: Scenario, backend: Backend, verdict: Verdict, seconds: float) -> str:
    """A line of the table below `HEADER`."""
    recovery = "-" if verdict.recovery is None else f"{verdict.recovery:.1f}"
    return (
        f"{scenario.name:34}{backend:>11}{verdict.messages:>10}{verdict.lost:>6}{verdict.marked:>8}"
        f"{verdict.unmarked:>10}{verdict.old:>11}{verdict.undecided:>11}{recovery:>13}{seconds:>8.0f}"
    )
