"""Episodes launched straight into a ledger, and what they owe; moments are China Standard Time."""

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from gateway.broadcasts.launching import obligations as opening
from gateway.decisions.model import Decision
from gateway.decisions.reading import read
from gateway.documents import decode
from gateway.follow_up.obligations.deadlines import tend
from gateway.ledger import timers
from gateway.ledger.follow_up import obligations
from gateway.ledger.follow_up.obligations import Obligation
from gateway.ledger.schema import broadcasts, decisions, episodes
from gateway.moments import BEIJING
from gateway.plans.model import Plan
from tests.backends import open_ledger
from tests.documents import as_yaml, orange_start

HOUR = 3_600_000  # ms


def at(words: str, year: int = 2024) -> int:
    """The ledger's time of `01-10 12:00` in a year."""
    return int(datetime.fromisoformat(f"{year}-{words}").replace(tzinfo=BEIJING).timestamp() * 1000)


def parsed(document: dict[str, Any]) -> Decision:
    return read(decode(as_yaml(document).encode(), "decision.yaml"), "decision.yaml")


class Office:
    """A ledger without deliveries, one episode at a time, and its clockwork."""

    def __init__(self, folder: Path, plan: Plan, exercise: bool = False) -> None:
        self._folder = folder
        self.plan = plan
        self.exercise = exercise
        self.ledger = open_ledger(folder)
        self.year = 2024
        self._number = 0
        self.episode = ""
        self.actions: dict[str, str] = {}  # by decision
        self.begin()

    def begin(self) -> None:
        """Another episode."""
        self._number += 1
        self.episode = f"episode-{self._number}"
        self.ledger.write_now(self._begin)

    def restart(self) -> None:
        """Close the ledger and open it again."""
        self.ledger.close()
        self.ledger = open_ledger(self._folder)

    def launch(self, action: str, when: str, *, mends: str | None = None, **changes: Any) -> str:
        """Launch a decision at `when`; gives its id. A change of area, times, level replaces the start's."""
        document = {**orange_start(), "plan": self.plan.id, "action": action, "exercise": self.exercise}
        document["decided_at"] = document["starts_at"] = self._iso(when)
        document.pop("forecast")
        document |= {
            key: self._iso(value) if key.endswith("_at") and value else value
            for key, value in changes.items()
        }
        if action in ("lift", "tip"):
            document.pop("level")
        if action in ("lift", "tip", "retract"):
            document.pop("expected_end_at")
        return self.ledger.write_now(self._launch, parsed(document), at(when, self.year), mends)

    def pass_time(self, until: str) -> None:
        """Let the clockwork do what is due, each at its moment."""
        end = at(until, self.year)
        while True:
            due = self.ledger.read_now(timers.next_due, "obligation")
            if due is None or due > end:
                return
            for identifier in self.ledger.read_now(timers.due, "obligation", due, 100):
                self.ledger.write_now(tend, identifier, 2 * HOUR, due)

    def rows(self, code: str | None = None, *, open_only: bool = True) -> list[Obligation]:
        found = self.ledger.read_now(obligations.of_episode, self.episode)
        return [row for row in found if (row.open or not open_only) and code in (None, row.code)]

    def counts(self) -> dict[str, int]:
        """How many of each code are open."""
        found: dict[str, int] = {}
        for row in self.rows():
            found[row.code] = found.get(row.code, 0) + 1
        return found

    def _begin(self, connection: Connection) -> None:
        connection.execute(
            insert(episodes).values(id=self.episode, plan=self.plan.id, exercise=self.exercise)
        )

    def _launch(self, connection: Connection, decision: Decision, now: int, mends: str | None) -> str:
        self._number += 1
        identifier = f"decision-{self._number}"
        self.actions[identifier] = decision.action
        connection.execute(
            insert(decisions).values(
                id=identifier,
                episode_id=self.episode,
                exercise=self.exercise,
                plan=self.plan.id,
                plan_version="1",
                action=decision.action,
                level=decision.level,
                document=decision.model_dump_json(),
                fingerprint=identifier,
                manifest="",
                findings="[]",
                reach="[0, 0, 0, 0, 0, 0, []]",
                state="launched",
                drafter="(local)",
                mends_id=mends,
                recorded_at=now,
            )
        )
        added = insert(broadcasts).values(
            decision_id=identifier,
            episode_id=self.episode,
            exercise=self.exercise,
            live=True,
            launched_at=now,
            expanded_through=0,
        )
        broadcast = int(connection.execute(added.returning(broadcasts.c.id)).scalar_one())
        opening.renew(connection, self.plan, self.episode, broadcast, now)
        return identifier

    def _iso(self, when: str) -> str:
        return f"{self.year}-{when.replace(' ', 'T')}:00+08:00"
