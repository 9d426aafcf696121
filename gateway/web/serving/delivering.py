"""What one process needs to deliver, composed here: the engine, the expander, and whoever minds the time."""

import asyncio
import hmac
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from gateway.broadcasts.beside_ledger import keep_clear
from gateway.broadcasts.desk import configured as desk_of
from gateway.broadcasts.launching.expand import Expander
from gateway.bus.bus import Bus
from gateway.bus.words import Word
from gateway.delivery.engine import Engine
from gateway.follow_up.campaigns.questions import Asker, Manner
from gateway.follow_up.obligations.deadlines import Deadlines
from gateway.follow_up.obligations.renewing import Renewer
from gateway.follow_up.obligations.turns import Turns
from gateway.follow_up.signatures.escalation import Escalator
from gateway.follow_up.signatures.replying import hear
from gateway.follow_up.upkeep import configured
from gateway.identifiers import uuid7
from gateway.ledger.backends import incarnation, keys
from gateway.ledger.database import Clock, Ledger
from gateway.ledger.decisions import freezing
from gateway.ledger.directory import verifications
from gateway.ledger.exchange import orders
from gateway.ledger.follow_up import acknowledgements
from gateway.metrics import Metrics
from gateway.orders.answering import Answerer
from gateway.orders.senders import Senders
from gateway.plans.catalogue import Catalogue
from gateway.settings import Settings
from gateway.sign_tokens import SignTokens

CALLBACK_KEY = "callback.key"
SIGN_KEY = "signature.key"
_HOUR = 3_600_000  # ms
_MINUTE = 60_000  # ms


@dataclass(frozen=True, slots=True)
class Delivering:
    """The parts that others ask something of. `secret` is the ledger's own, of the key of callbacks."""

    engine: Engine
    expander: Expander
    deadlines: Deadlines
    escalator: Escalator
    bus: Bus
    sign_tokens: SignTokens
    senders: Senders
    secret: bytes
    beside: list[asyncio.Task[None]]

    async def finish(self) -> None:
        """Begin nothing more, and let what is in flight get its answer; receipts are still taken."""
        for task in self.beside:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await self.engine.finish()


@asynccontextmanager
async def delivering(
    settings: Settings,
    ledger: Ledger,
    clock: Clock,
    metrics: Metrics,
    *,
    public_url: str,
    guest: bool = False,
) -> AsyncIterator[Delivering]:
    """Deliver until the block ends; then finish what is in flight and give the accounts back.

    Providers reach the callbacks under `public_url`. A `guest` leaves the accounts of a shared ledger to
    the workers that are there. Raises `InputError` for accounts and a lease that cannot be used.
    """
    senders = Senders(settings.senders, Catalogue(settings.plans_folder))
    sign_tokens = await _sign_tokens(settings, ledger, clock)
    secret = await _key(settings, ledger, CALLBACK_KEY)
    bus = Bus(
        None if settings.redis_url is None else settings.redis_url.get_secret_value(),
        space=hmac.digest(secret, b"bus", "sha256").hex()[:12],
        turned=metrics.bus_turned,
    )
    engine = Engine(
        ledger,
        settings,
        clock=clock,
        public_url=public_url,
        secret=secret,
        sign_tokens=sign_tokens,
        hear=partial(hear, office=settings.for_renderer()),
        metrics=metrics,
        bus=bus,
        guest=guest,
    )
    queued = partial(bus.say, Word.QUEUED)
    expander = Expander(ledger, clock, sign_tokens, expanded=queued, policies=settings.escalation)
    escalator = Escalator(ledger, clock, settings.escalation, queued=queued)
    deadlines = Deadlines(ledger, clock, int(settings.office.remind_before_hours * _HOUR))
    asker = Asker(ledger, clock, settings.for_renderer(), sign_tokens, Manner.of(settings), queued=queued)
    desk = desk_of(settings, uuid7)
    renewer = Renewer(ledger, clock, desk)
    again_after = int(settings.office.call_again_minutes * _MINUTE)
    turns = Turns(ledger, clock, desk, again_after, queued=queued)
    bus.hear(expander.wake, Word.LAUNCHED)
    for each in (escalator, deadlines, asker, renewer, turns):
        bus.hear(each.wake, Word.LAUNCHED, Word.TIMER)
    answerer = Answerer(ledger, clock, senders, bus.space)
    bus.hear(answerer.wake, Word.LAUNCHED, Word.TIMER)
    await engine.start()
    beside = [
        asyncio.create_task(expander.run(), name="expander"),
        asyncio.create_task(deadlines.run(), name="deadlines"),
        asyncio.create_task(escalator.run(), name="escalator"),
        asyncio.create_task(asker.run(), name="asker"),
        asyncio.create_task(renewer.run(), name="renewer"),
        asyncio.create_task(turns.run(), name="turns"),
        asyncio.create_task(keep_clear(ledger), name="clearing"),
        *((asyncio.create_task(answerer.run(), name="answerer"),) if settings.senders else ()),
    ]
    bus.start()
    parts = Delivering(engine, expander, deadlines, escalator, bus, sign_tokens, senders, secret, beside)
    try:
        yield parts
    finally:
        await parts.finish()
        await engine.stop()
        await bus.close()


@contextmanager
def opened(
    settings: Settings, folder: Path, metrics: Metrics, clock: Clock | None = None
) -> Iterator[Ledger]:
    """The ledger, for a process of which `folder` is its own: a copy is guarded before anything may leave."""
    ledger = Ledger(folder, settings.database_url, timed=metrics.transaction)
    clock = clock or ledger.now
    try:
        incarnation.begin(ledger, folder, clock())
        ledger.write_now(configured.note, settings, clock())
        ledger.write_now(
            orders.configure,
            [(name, each.plan, each.relation, each.meaning) for name, each in settings.senders.items()],
        )
        if not ledger.shared:
            ledger.write_now(freezing.let_all_go)
        yield ledger
        incarnation.end(ledger, folder)
    finally:
        ledger.close()


async def _sign_tokens(settings: Settings, ledger: Ledger, clock: Clock) -> SignTokens:
    lost = not ledger.shared and not (settings.data_folder / SIGN_KEY).exists()
    sign_tokens = SignTokens(await _key(settings, ledger, SIGN_KEY))
    if lost:
        await ledger.write(acknowledgements.renew_tokens, sign_tokens.sha256, clock())
        await ledger.write(verifications.renew_tokens, sign_tokens.question_sha256, clock())
    return sign_tokens


async def _key(settings: Settings, ledger: Ledger, name: str) -> bytes:
    """A key of this ledger, such as the one that callback addresses are signed with: made once, and kept in
    a ledger that several machines use, else beside it, out of its backups."""
    if ledger.shared:
        return await ledger.write(keys.key, name, secrets.token_bytes(32))
    path = settings.data_folder / name
    if not path.exists():
        _store(path, secrets.token_bytes(32))
    return path.read_bytes()


def _store(path: Path, content: bytes) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
    fresh.rename(path)
