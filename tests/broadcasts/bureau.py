"""An office without a server: a ledger, a directory and lanes; time passes and messages leave by command."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import Connection, select

from channels.contract import Accepted, Outcome, Receipt, Reference
from gateway.broadcasts.actor import LOCAL, Actor
from gateway.broadcasts.approving.approve import approve
from gateway.broadcasts.approving.submit import Submitted, submit
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.launching.expand import expand_slice
from gateway.broadcasts.launching.follow import FollowAction, Wish, follow
from gateway.broadcasts.launching.launch import launch
from gateway.decisions.model import Decision
from gateway.delivery import accounts
from gateway.delivery.recording import Answer, Entry, Told, record
from gateway.identifiers import uuid7
from gateway.ledger.decisions import decisions
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.delivery import lanes, ownership, queue
from gateway.ledger.schema import addresses, audit, notice_readers, notices, recipients
from gateway.ledger.schema import decisions as decisions_table
from gateway.ledger.schema import deliveries as deliveries_table
from gateway.moments import BEIJING
from gateway.notices.model import Office
from gateway.plans.catalogue import Catalogue
from gateway.sign_tokens import SignTokens
from gateway.web.importing.organisations import read_rows, store_rows
from tests.backends import open_ledger
from tests.city import HEADER
from tests.delivery.world import settings_of, twilio
from tests.documents import orange_start

CATALOGUE = Catalogue()
EXAMPLES = Path(__file__).parents[2] / "examples"
START = datetime(2024, 1, 8, 8, tzinfo=BEIJING)
DRAFTER = Actor("draft", "起草人")
LEADER = Actor("leader", "王主任", ("主任",))
TOKENS = SignTokens(b"a key of the tests")
COUNTIES = {"410102": "中原区", "410104": "管城回族区", "410105": "金水区"}
PEOPLE = "\n".join(
    [HEADER, "D1,市教育局,部门,,410100,,19900000001,,,否"]
    + [f"S{code},{name}示例学校,学校,,{code},,1990{code}1,,,否" for code, name in COUNTIES.items()]
    + [f"P{code},{name}示例社区,公众,,{code},,1990{code}2,,,否" for code, name in COUNTIES.items()]
    + ["X1,演练小学,学校,,410105,,19900000901,,,是"]
)


class Bureau:
    """The use cases at one desk; `now` moves only when told."""

    def __init__(self, folder: Path, *, exercise_lanes: bool = False) -> None:
        self.ledger = open_ledger(folder)
        account = twilio("http://127.0.0.1:9", exercise=exercise_lanes)
        self.moment = START
        self.desk = Desk(CATALOGUE, Office(), uuid7)
        self.ledger.write_now(accounts.sync, settings_of(folder, sms=account).accounts, self.now)
        self.epoch = self.ledger.write_now(ownership.hold, ["sms"], "test")["sms"]
        self.register(PEOPLE)

    @property
    def now(self) -> int:
        return int(self.moment.timestamp() * 1000)

    def register(self, csv: str) -> None:
        self.ledger.write_now(store_rows, read_rows(csv.encode(), "directory.csv", CATALOGUE), self.now)

    def later(self, **span: float) -> None:
        self.moment += timedelta(**span)

    def document(self, **changes: Any) -> dict[str, Any]:
        """An orange start decided now, without approvals."""
        return orange_start(
            **{"decided_at": self.moment.isoformat(), "approvals": [], "issuer": "市环委会办公室", **changes}
        )

    def example(self, name: str, **changes: Any) -> dict[str, Any]:
        """An example of the repository without approvals; it is now when it was decided."""
        document: dict[str, Any] = yaml.safe_load(EXAMPLES.joinpath(f"{name}.yaml").read_text("utf-8"))
        self.moment = datetime.fromisoformat(str(document["decided_at"]))
        return {**document, "approvals": [], **changes}

    def submit(self, document: dict[str, Any], actor: Actor = DRAFTER, **how: Any) -> Submitted:
        return self.ledger.write_now(
            lambda connection: submit(
                connection, self.desk, Decision.model_validate(document), self.now, actor, **how
            )
        )

    def approve(self, recorded: Recorded, actor: Actor = LEADER, **how: Any) -> Any:
        return self.ledger.write_now(
            lambda connection: approve(
                connection, self.desk, recorded.id, recorded.manifest, self.now, actor, **how
            )
        )

    def launch(self, recorded: Recorded, actor: Actor = LOCAL) -> Recorded:
        return self.ledger.write_now(launch, self.desk, recorded.id, recorded.manifest, self.now, actor)

    def act(self, document: dict[str, Any]) -> Recorded:
        """Submit, approve, launch."""
        submitted = self.submit(document)
        if submitted.prepared is not None and submitted.prepared.steps:
            self.approve(submitted.recorded)
        return self.launch(submitted.recorded)

    def follow(
        self,
        recorded: Recorded,
        action: FollowAction,
        wish: Wish,
        actor: Actor = DRAFTER,
        *,
        may: bool = True,
    ) -> Submitted:
        return self.ledger.write_now(
            lambda connection: follow(
                connection, self.desk, recorded.id, action, wish, self.now, actor, may_launch=may
            )
        )

    def case(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return self.ledger.write_now(lambda connection: function(connection, *arguments, **named))

    def state(self, recorded: Recorded) -> str:
        found = self.ledger.read_now(decisions.by_id, recorded.id)
        assert found is not None
        return found.state

    def expand(self) -> None:
        while self.ledger.write_now(expand_slice, TOKENS, self.now):
            pass

    def deliver(self, outcome: Callable[[int], Outcome | None] = lambda _address: Accepted("SM")) -> None:
        """Let what is due leave; `outcome` by address id, None: nothing is heard. Accepted is delivered."""
        (lane,) = self.ledger.read_now(lanes.all_lanes)
        claim = self.ledger.write_now(
            queue.claim,
            lane_id=lane.id,
            account_id=lane.account_id,
            epoch=self.epoch,
            now=self.now,
            limit=1000,
            paid_from=0.0,
            interval=0.0,
            known={},
        )
        where = self.ledger.read_now(_addresses_of, [each.delivery_id for each in claim.messages])
        entries: list[Entry] = []
        for each in claim.messages:
            said = outcome(where[each.delivery_id])
            if said is None:
                continue
            name = f"SM{each.delivery_id}-{each.attempt}"
            heard = Accepted(name) if isinstance(said, Accepted) else said
            entries.append(Answer(each.delivery_id, each.attempt, lane.id, lane.account_id, heard))
            if isinstance(heard, Accepted):
                receipt = Receipt(Reference(name), "delivered")
                entries.append(Told(lane.account_id, receipt, (each.delivery_id, each.attempt)))
        self.ledger.write_now(record, entries, {}, self.now)

    def told(self, recorded: Recorded) -> dict[str, list[str]]:
        """Who is on a broadcast's list, and which purposes' words they get; by the number's end."""
        return self.ledger.read_now(_told, recorded.broadcast_id)

    def audit(self) -> list[tuple[str, str]]:
        return self.ledger.read_now(
            lambda connection: [
                (kind, actor)
                for kind, actor in connection.execute(
                    select(audit.c.kind, audit.c.actor).order_by(audit.c.id)
                )
            ]
        )

    def close(self) -> None:
        self.ledger.close()


def _addresses_of(connection: Connection, ids: Iterable[int]) -> dict[int, int]:
    rows = connection.execute(
        select(deliveries_table.c.id, deliveries_table.c.address_id).where(
            deliveries_table.c.id.in_(list(ids))
        )
    )
    return dict(tuple(row) for row in rows)


def _told(connection: Connection, broadcast_id: int) -> dict[str, list[str]]:
    rows = connection.execute(
        select(addresses.c.value, notices.c.decision_id, recipients.c.notice_id)
        .join(recipients, recipients.c.address_id == addresses.c.id)
        .join(notices, notices.c.id == recipients.c.notice_id)
        .join(decisions_table, decisions_table.c.id == notices.c.decision_id)
        .where(recipients.c.broadcast_id == broadcast_id)
        .order_by(recipients.c.id)
    ).all()
    found: dict[str, list[str]] = {}
    for value, _decision, notice_id in rows:
        purposes = connection.execute(
            select(notice_readers.c.purpose)
            .distinct()
            .where(notice_readers.c.notice_id == notice_id, notice_readers.c.purpose.in_(("now", "dropped")))
        ).scalars()
        found.setdefault(value[-7:], []).extend(purposes)
    return found
