"""An episode that the sample city has behind it: a warning of three weeks ago, signed by most, and its lift.

Calendar, charts, reports and what is owed have something to show from the first moment on.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection

from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.approving.submit import submit
from gateway.broadcasts.launching.launch import launch
from gateway.bus.words import Word
from gateway.decisions.model import Decision
from gateway.demo.decisions import lift, start
from gateway.demo.office import AT_ONCE, sample_city
from gateway.follow_up.obligations.obligations import receive
from gateway.follow_up.signatures.signing import Signer, sign
from gateway.ledger.database import system_clock
from gateway.ledger.decisions import broadcasts
from gateway.ledger.follow_up import acknowledgements, obligations
from gateway.moments import local, moment
from gateway.web.serving.running import Running

_AGO = timedelta(days=24)  # before noon of today
_DAYS = 5  # from the decision to start until that to lift
_MINUTE = 60_000  # ms
_DAY = 1440 * _MINUTE
_EVERY = 6  # organisation does not sign
_OWES = "新密市"  # has still to report


async def past(folder: Path) -> None:
    """Let it happen on a new data folder, as fast as the machine can."""
    noon = local(moment(system_clock())).replace(hour=12, minute=0, second=0, microsecond=0) - _AGO
    behind = [moment(system_clock()) - noon]

    def clock() -> int:
        return system_clock() - int(behind[0].total_seconds() * 1000)

    async with sample_city(folder, AT_ONCE, clock) as process:
        started = await _run(process, start(moment(clock()), 1))
        await process.ledger.write(_sign, started, clock())
        for _ in range(_DAYS):
            await process.ledger.write(_report, started, clock())
            behind[0] -= timedelta(days=1)
            process.bus.say(Word.TIMER)
            await _day_opened(process, started)
        await _run(process, lift(moment(clock()), 2))
        await process.ledger.write(_report, started, clock())


async def _run(process: Running, decision: Decision) -> int:
    """Launch a decision, and wait until it is complete; gives its broadcast."""
    submitted = await process.ledger.write(submit, process.desk, decision, process.clock(), LOCAL)
    recorded = submitted.recorded
    await process.ledger.write(launch, process.desk, recorded.id, recorded.manifest, process.clock(), LOCAL)
    process.wake()
    await process.engine.idle(recorded.broadcast_id)
    return recorded.broadcast_id


async def _day_opened(process: Running, broadcast_id: int) -> None:
    """Wait until the reports of the day are owed."""
    while True:
        if not await process.ledger.read(_day_unopened, broadcast_id, process.clock()):
            return
        await asyncio.sleep(0.05)


def _day_unopened(connection: Connection, broadcast_id: int, now: int) -> bool:
    """Whether a daily report of today is still to be opened."""
    (summary,) = broadcasts.summaries(connection, broadcast_id)
    found = obligations.of_episode(connection, summary.episode_id)
    return any(each.next_at is not None and each.next_at <= now for each in found)


def _sign(connection: Connection, broadcast_id: int, now: int) -> None:
    """All but a few sign, one after the other within the next two hours."""
    for number, asked in enumerate(acknowledgements.page(connection, broadcast_id, limit=1000)):
        if number % _EVERY:
            signer = Signer(f"{asked.organisation}值班员", "值班员", "link", "(link)")
            sign(connection, asked, signer, now + number * _MINUTE)


def _report(connection: Connection, broadcast_id: int, now: int) -> None:
    """Everybody who owes a report within the day hands it in, but for one."""
    (summary,) = broadcasts.summaries(connection, broadcast_id)
    for owed in obligations.of_episode(connection, summary.episode_id):
        due = (
            owed.due_at is not None and owed.due_at < now + _DAY and owed.code not in obligations.BY_DECISION
        )
        if owed.open and due and owed.by_whom != _OWES:
            told = dict.fromkeys(owed.contents or ("情况",), "已按预案落实（示例）。")
            receive(connection, LOCAL, owed.id, owed.by_whom, told, now)
