"""What is done to a run, one function a fault. Chance is the stage's, so that a seed gives the same again."""

import asyncio
import itertools
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from channels.stand_ins.behaviour import Behaviour
from tests.chaos.judge import Fault
from tests.chaos.stage import LEASE, TIMEOUT, Stage, now
from tests.delivery.world import HOUR

Backend = Literal["sqlite", "postgresql"]
RESTS = 10.0  # seconds that a lane rests where too many requests ended unknown
BOTH: tuple[Backend, ...] = ("sqlite", "postgresql")
USUAL = Behaviour(
    delay=(0.0, 0.2),
    lose_answer=0.002,
    receipt_delay=(0.0, 0.3),
    receipt_twice=0.1,
    receipts_reversed=0.2,
)


@dataclass(frozen=True)
class Scenario:
    """`play` starts processes and breaks things; `rounds`: how often it breaks them in the short form, the
    long one does four times as often. `seconds`: about how long a round takes; the messages last for all
    of them, and are `most` at most. `patience`: seconds within which sending must go on, on `each_lane` or
    (a provider failed, and another has its queue) on any. `settings` are those of `staged`."""

    name: str
    play: Callable[[Stage, int], Awaitable[None]]
    rounds: int
    seconds: float = 1.0
    backends: tuple[Backend, ...] = BOTH
    most: int = 1_000_000
    patience: float = 2 * LEASE
    each_lane: bool = True
    settings: dict[str, Any] = field(default_factory=dict)


async def killed(stage: Stage, rounds: int) -> None:
    """SIGKILL of any process at any moment; another comes in its place. On PostgreSQL the others go on
    meanwhile, on SQLite the next one does as soon as it is up."""
    stage.behave(USUAL)
    await stage.start_all()
    for _ in range(rounds):
        await stage.pause(0.0, 0.7)
        await _kill_one(stage)
    await stage.complete()


async def stopped(stage: Stage, rounds: int) -> None:
    """SIGSTOP, and SIGCONT after longer than a request may take, or so long that others must have gone on."""
    stage.behave(USUAL)
    await stage.start_all()
    for _ in range(rounds):
        await stage.pause(0.2, 0.6)
        life = stage.chance.choice(stage.lives)
        began = now()
        life.signal(signal.SIGSTOP)
        await stage.pause(0.5, 3 * LEASE if stage.shared else 2 * TIMEOUT)
        life.signal(signal.SIGCONT)
        stage.faults.append(Fault(began, began if stage.shared else now()))
    await stage.complete()


async def database_killed(stage: Stage, rounds: int) -> None:
    """PostgreSQL ends at once, and starts again after a while."""
    assert stage.place.server is not None
    stage.behave(USUAL)
    await stage.start_all()
    for _ in range(rounds):
        await stage.pause(0.2, 0.8)
        began = now()
        await asyncio.to_thread(stage.place.server.crash)
        await stage.pause(0.0, 1.0)
        await asyncio.to_thread(stage.place.server.start)
        stage.faults.append(Fault(began, now()))
    await stage.complete()


async def provider_fails(stage: Stage, rounds: int) -> None:
    """One of two providers is slow, cuts connections, goes down, and comes back."""
    stage.behave(USUAL)
    await stage.start_all()
    for _ in range(rounds):
        failing = stage.chance.choice(stage.providers)
        failing.behaviour = Behaviour(delay=(0.3, 0.9))
        await stage.pause(0.2, 0.6)
        failing.behaviour = Behaviour(reset=0.5)
        await stage.pause(0.1, 0.3)
        began = now()
        await failing.go_down()
        await stage.pause(0.5, 1.5)
        await failing.come_up()
        failing.behaviour = USUAL
        stage.faults.append(Fault(began, now()))
    await stage.complete()


async def all_stand_still(stage: Stage, rounds: int) -> None:
    """No provider answers for longer than a request may take; then all is well. There is no other route.
    Once only: each further time within half an hour they rest for twice as long."""
    stage.behave(USUAL)
    await stage.start_all()
    await stage.arrived(0.2)
    began = now()
    stage.behave(Behaviour(hang=1.0))
    await stage.pause(1.2 * TIMEOUT, 1.4 * TIMEOUT)
    stage.behave(USUAL)
    stage.faults.append(Fault(began, now()))
    await stage.complete()


async def late(stage: Stage, rounds: int) -> None:
    """Answers come after the request was given up, or never; those of one provider, again and again: were
    the other late while the first rests, all would stand still, which is a scenario of its own."""
    await stage.start_all()
    late = stage.chance.choice(stage.providers)
    for _ in range(rounds):
        stage.behave(Behaviour(delay=(0.0, 0.02), hang=0.01))
        await stage.pause(0.2, 0.5)
        began = now()
        late.behaviour = Behaviour(delay=(0.9 * TIMEOUT, 1.5 * TIMEOUT))
        await stage.pause(0.2, 0.5)
        stage.behave(USUAL)
        stage.faults.append(Fault(began, now()))
    await stage.complete()


async def storm(stage: Stage, rounds: int) -> None:
    """429 for a part of the requests, then for all beyond a rate; then it is over."""
    await stage.start_all()
    for _ in range(rounds):
        began = now()
        stage.behave(Behaviour(busy=0.05))
        await stage.pause(0.3, 0.6)
        stage.behave(Behaviour(rate=(20, 0.5)))
        await stage.pause(0.5, 1.0)
        stage.behave(USUAL)
        stage.faults.append(Fault(began, now()))
        await stage.pause(0.2, 0.4)
    await stage.complete()


async def garbled(stage: Stage, rounds: int) -> None:
    """200 with the body of an error, for messages that were not taken."""
    await _until_half(stage, Behaviour(garbled=0.02))


async def answers_lost(stage: Stage, rounds: int) -> None:
    """Answers are lost, and no receipt comes either: only asking tells."""
    await _until_half(stage, Behaviour(lose_answer=0.02, fail_after_accepting=0.01, receipts=False))


async def answers_lost_unfindable(stage: Stage, rounds: int) -> None:
    """The same, and the provider finds nothing when it is asked: each is repeated once, marked."""
    stage.asked = False
    losing = Behaviour(lose_answer=0.02, fail_after_accepting=0.01, receipts=False, findable=False)
    await _until_half(stage, losing, replace(USUAL, receipts=False, findable=False))


async def answers_lost_and_killed(stage: Stage, rounds: int) -> None:
    """The same, while processes are killed."""
    stage.asked = False
    stage.behave(Behaviour(delay=(0.0, 0.2), lose_answer=0.01, receipts=False, findable=False))
    await stage.start_all()
    for _ in range(rounds):
        await stage.pause(0.1, 0.7)
        await _kill_one(stage)
    await stage.complete()


async def odd_answers(stage: Stage, rounds: int) -> None:
    """WeCom's bots of one account refuse with its codes (too often, too many at once, another's, removed),
    those of both answer with nothing or with a page; then all is well."""
    stage.asked = False
    stage.behave(Behaviour(delay=(0.0, 0.1)))
    failing = stage.chance.choice(stage.bots)
    failing.refusing = 0.2
    for each in stage.bots:
        each.muddled = 0.04
    began = now()
    await stage.start_all()
    await stage.arrived(0.5)
    failing.refusing = 0.0
    for each in stage.bots:
        each.muddled = 0.0
    stage.faults.append(Fault(began, now()))
    await stage.complete()


async def superseded(stage: Stage, rounds: int) -> None:
    """A raise and a lift in the middle, while processes stand still or are killed."""
    stage.behave(USUAL)
    await stage.start_all()
    for action, arrived in (("raise", 0.3), ("lift", 0.4)):
        await stage.arrived(arrived)
        office = next(life for life in stage.lives if life.kind == "serve")
        others = [life for life in stage.lives if life is not office]
        if others:
            stage.chance.choice(others).signal(signal.SIGSTOP)
        await stage.follow(office, action)
        for life in others:
            life.signal(signal.SIGCONT)
        await stage.pause(0.0, 0.3)
        await _kill_one(stage)
    await stage.complete()


async def receipts_forged(stage: Stage, rounds: int) -> None:
    """Receipts doubled and shuffled by the provider, said again later, and forged by somebody else."""
    stage.behave(Behaviour(receipt_delay=(0.0, 0.5), receipt_twice=0.5, receipts_reversed=0.5))
    await stage.start_all()
    answers: list[int] = []
    for round_ in range(rounds):
        await stage.arrived((round_ + 1) / (rounds + 1))
        for provider in stage.providers:
            told = stage.chance.sample(provider.told, 20)
            for (url, form), (other, _) in itertools.pairwise(told):
                answers.append(await provider.forge(url, form, "failed"))
                wrong = f"{url[:-6]}000000"
                answers.append(await provider.again(wrong, form, "failed"))  # the address was never made
                crossed = f"{url.rsplit('/', 1)[0]}/{other.rsplit('/', 1)[1]}"
                answers.append(await provider.again(crossed, form, "failed"))
                status = stage.chance.choice(["queued", "sent"])
                if await provider.again(url, form, status) >= 300:
                    stage.wrong.append("a receipt that was said again was refused")
    if set(answers) != {403}:
        stage.wrong.append(f"forged receipts were answered with {set(answers)}")
    await stage.complete()


async def redis_killed(stage: Stage, rounds: int) -> None:
    """The bus is flushed, slow, stands still, is killed and comes back empty."""
    assert stage.redis is not None
    stage.behave(USUAL)
    await stage.start_all()
    for _ in range(rounds):
        began = now()
        async with stage.redis.client() as client:
            await client.flushall()
        for slow in (0.05, 0.2, 0.6):  # the last is longer than anybody waits
            stage.redis.signal(signal.SIGSTOP)
            await asyncio.sleep(slow)
            stage.redis.signal(signal.SIGCONT)
            await stage.pause(0.0, 0.1)
        stage.redis.signal(signal.SIGSTOP)
        await stage.pause(0.2, 0.6)
        stage.redis.kill()
        stage.faults.append(Fault(began, began))
        await stage.pause(0.2, 0.6)
        await stage.redis.start()
    await stage.complete()


async def disk_full(stage: Stage, rounds: int) -> None:
    """No byte more can be written to the ledger's disk, and then again."""
    ballast = stage.place.folder / "data" / "ballast"
    stage.behave(USUAL)
    await stage.start_all()
    for _ in range(rounds):
        await stage.pause(0.2, 0.6)
        began = now()
        with ballast.open("wb", buffering=0) as file:
            while True:
                try:
                    file.write(bytes(4096))
                except OSError:
                    break
        await stage.pause(1.0, 2.0)
        ballast.unlink()
        stage.faults.append(Fault(began, now()))
    await stage.complete()


async def clock_steps(stage: Stage, rounds: int) -> None:
    """A machine's clock is set an hour ahead, back, an hour behind, and right again; of several machines
    each second one is set the other way round."""
    stage.behave(USUAL)
    await stage.start_all()
    for _ in range(rounds):
        for hours in (1, 0, -1, 0):
            began = now()
            for life, sign in zip(stage.lives, itertools.cycle((1, -1))):
                stage.wrong_clock(life, sign * hours * HOUR)
            stage.faults.append(Fault(began, began))
            await stage.pause(0.4, 0.8)
    await stage.complete()


async def _kill_one(stage: Stage) -> None:
    life = stage.chance.choice(stage.lives)
    began = now()
    await stage.kill(life)
    await stage.start(life.kind)
    stage.faults.append(Fault(began, began if stage.shared else now()))


async def _until_half(stage: Stage, failing: Behaviour, sound: Behaviour = USUAL) -> None:
    """Providers fail until half of the messages have arrived."""
    stage.behave(failing)
    began = now()
    await stage.start_all()
    await stage.arrived(0.5)
    stage.behave(sound)
    stage.faults.append(Fault(began, now()))
    await stage.complete()


SCENARIOS = (
    Scenario("killed", killed, 3, 1.5),
    Scenario("stopped and continued", stopped, 2, 6.0),
    Scenario("database killed", database_killed, 1, 3.0, ("postgresql",)),
    Scenario("provider slow, resetting, down", provider_fails, 1, 2.5, each_lane=False),
    Scenario("all providers stand still", all_stand_still, 1, 4.0, patience=2 * LEASE + RESTS),
    Scenario("answers late or never", late, 1, each_lane=False),
    Scenario("429 storm", storm, 1, 2.0, each_lane=False),
    Scenario("200 with an error's body", garbled, 1),
    Scenario("answers lost, asked", answers_lost, 1),
    Scenario("answers lost, not findable", answers_lost_unfindable, 1),
    Scenario("killed, and nobody to ask", answers_lost_and_killed, 3, 1.5),
    Scenario("WeCom's odd answers", odd_answers, 1, most=300, each_lane=False, settings={"bots": True}),
    Scenario("raised and lifted in the middle", superseded, 1, 2.0),
    Scenario("receipts forged and shuffled", receipts_forged, 2, 1.5),
    Scenario("bus flushed, slow, killed", redis_killed, 1, 3.0, settings={"redis": True}),
    Scenario("disk full", disk_full, 1, 2.5, ("sqlite",), settings={"disk": 16}),
    Scenario("clock steps", clock_steps, 1, 2.5),
)
