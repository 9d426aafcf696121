"""Random lives of episodes: whatever people decide in whatever order, nobody is left without an end."""

import shutil
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import Connection, select

from channels.contract import Accepted, Deferred, Outcome, Reason, Rejected, Unknown
from gateway.broadcasts.launching.follow import Wish
from gateway.broadcasts.preparing.groundwork import Refused
from gateway.errors import InputError
from gateway.follow_up.obligations.renewing import renew
from gateway.ledger import timers
from gateway.ledger.decisions import episodes, exposure
from gateway.ledger.decisions.decisions import Recorded
from gateway.ledger.delivery import exposed
from gateway.ledger.schema import addresses, attempts, broadcasts, decisions, notice_readers, recipients
from gateway.ledger.schema import deliveries as deliveries_table
from gateway.ledger.schema import episodes as episodes_table
from gateway.vocabulary import Action
from tests.broadcasts.bureau import COUNTIES, Bureau
from tests.broadcasts.launching.test_following import OBSERVED
from tests.broadcasts.releases import chain
from tests.city import HEADER

areas = st.lists(st.sampled_from(sorted(COUNTIES)), min_size=1, unique=True) | st.just(["410100"])
_DAY = timedelta(days=1)
_REFUSALS = (
    *("NOTHING_IN_FORCE", "WARNING_IN_FORCE", "PREVIOUS_NEEDED", "PREVIOUS_UNKNOWN"),
    *("AREA_DIFFERS", "LEVEL_DIFFERS", "SELECTION_EMPTY"),
)
outcomes: st.SearchStrategy[Outcome | None] = st.sampled_from(
    [
        Accepted("SM"),
        Accepted("SM"),
        None,  # still under way
        Unknown(Reason.TIMEOUT),
        Rejected(Reason.INVALID_ADDRESS),
        Deferred(Reason.RATE_LIMITED, 1.0),
    ]
)


class Lives(RuleBasedStateMachine):
    """One office; messages leave, are lost or refused as it comes."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.bureau = Bureau(self.folder)
        self.number = 0

    def teardown(self) -> None:
        self.bureau.close()
        shutil.rmtree(self.folder)

    @initialize(area=areas)
    def start(self, area: list[str]) -> None:
        self.decide("issue", area, "orange")

    @rule(action=st.sampled_from(["hint", "issue"]), area=areas)
    def begin(self, action: Action, area: list[str]) -> None:
        self.decide(action, area, "orange")

    @rule(area=areas, level=st.sampled_from(["yellow", "orange", "red"]))
    def change(self, area: list[str], level: str) -> None:
        for action in ("raise", "lower", "extend"):
            self.decide(action, area, level)

    @rule(area=areas, which=st.integers(0, 3))
    def correct(self, area: list[str], which: int) -> None:
        found = self.launched()
        if found:
            self.decide("correct", area, None, found[which % len(found)])

    @rule(which=st.integers(0, 3))
    def retract(self, which: int) -> None:
        found = self.launched()
        if found:
            self.follow(found[which % len(found)], "retract")

    @rule(which=st.integers(0, 3))
    def lift(self, which: int) -> None:
        found = self.launched()
        if found:
            self.follow(found[which % len(found)], "lift")

    @rule(data=st.data(), expand=st.booleans())
    def leave(self, data: Any, expand: bool) -> None:
        if expand:
            self.bureau.expand()
        self.bureau.later(minutes=10)
        self.bureau.deliver(lambda _address: data.draw(outcomes))

    @rule(code=st.sampled_from(sorted(COUNTIES)), place=st.integers(2, 9))
    def move_house(self, code: str, place: int) -> None:
        """A school has another number; the old one may have been told something."""
        self.bureau.register(f"{HEADER}\nS{code},示例学校,学校,,{code},,1990{code}{place},,,否")

    @rule(hours=st.sampled_from([2, 30, 80]))
    def wait(self, hours: int) -> None:
        """Alerts run out meanwhile, and some are renewed."""
        self.bureau.later(hours=hours)
        for each in self.bureau.ledger.read_now(timers.due, "renew_alert", self.bureau.now, 10):
            self.bureau.case(renew, self.bureau.desk, each, self.bureau.now)

    def decide(self, action: str, area: list[str], level: str | None, previous: str | None = None) -> None:
        self.number += 1
        document = self.bureau.document(
            action=action, area=area, level=level, document_number=f"第{self.number}号", special_reason="会商"
        )
        document["observed"] = OBSERVED
        starts = max(datetime.fromisoformat(document["starts_at"]), self.bureau.moment)
        document |= {"starts_at": starts.isoformat(), "expected_end_at": (starts + 3 * _DAY).isoformat()}
        if self.number % 3 == 0:
            document |= {"expected_end_at": None, "open_ended": True}
        elif action == "extend":
            document["expected_end_at"] = self.bureau.moment.replace(year=2025).isoformat()
        if level is None:
            del document["level"]
        if action == "correct":
            document |= {"corrects": "有误", "previous": previous}
        try:
            self.keep(self.bureau.act(document))
        except (InputError, Refused) as error:
            assert_refused(error)

    def follow(self, previous: str, action: Any) -> None:
        self.number += 1
        changes = {"special_reason": "会商"} | ({"observed": OBSERVED} if action == "lift" else {})
        of = self.bureau.ledger.read_now(_recorded, previous)
        try:
            wish = Wish(f"第{self.number}号", changes=changes)
            recorded = self.bureau.follow(of, action, wish).recorded
            if not recorded.launched:
                if recorded.state == "submitted":
                    self.bureau.approve(recorded)
                recorded = self.bureau.launch(recorded)
        except (InputError, Refused) as error:
            assert_refused(error)
            return
        self.keep(recorded)

    def keep(self, recorded: Recorded) -> None:
        """What must hold at the moment of a launch, before anything more leaves."""
        self.bureau.ledger.read_now(_check_launch, recorded)

    def launched(self) -> list[str]:
        return self.bureau.ledger.read_now(
            lambda connection: list(
                connection.execute(
                    select(broadcasts.c.decision_id)
                    .where(broadcasts.c.launched_at.is_not(None))
                    .order_by(broadcasts.c.id.desc())
                ).scalars()
            )
        )

    @invariant()
    def one_voice_an_episode_and_only_frozen_words(self) -> None:
        self.bureau.ledger.read_now(_check_always)


def assert_refused(error: InputError | Refused) -> None:
    """What may not be decided is refused for what it says, never for the alert that it would be."""
    assert isinstance(error, Refused) or error.code in _REFUSALS, error


def _recorded(connection: Connection, identifier: str) -> Recorded:
    from gateway.ledger.decisions import decisions as ledger_decisions

    found = ledger_decisions.by_id(connection, identifier)
    assert found is not None
    return found


def _check_launch(connection: Connection, recorded: Recorded) -> None:
    """Whoever may hold words of the episode is on the list of what ends or mends them, unless the end for
    their area has certainly arrived; and its alerts are one valid chain."""
    released = [alert.decision_id for alert, _ in chain(connection, recorded.episode_id)]
    assert released[-1] == recorded.id
    episode = episodes.of(connection, recorded.episode_id)
    assert episode is not None
    newest = next(each for each in episode.launched if each.decision_id == recorded.id)
    event(f"launched {newest.action}")
    if newest.action not in ("lift", "correct", "retract"):
        return
    listed = set(
        connection.execute(
            select(recipients.c.address_id).where(recipients.c.broadcast_id == recorded.broadcast_id)
        ).scalars()
    )
    told_before = {each.address_id for each in exposed.of_episode(connection, recorded.episode_id)}
    let_go = exposure.released(connection, recorded.episode_id)
    left_out = told_before - listed
    assert left_out <= (set() if newest.action == "retract" else let_go)
    assert all(_last_words_ended(connection, recorded.episode_id, each) for each in left_out)


def _last_words_ended(connection: Connection, episode_id: str, address_id: int) -> bool:
    """Counted another way than the ledger does: the last message that may have arrived is an end, and it
    was delivered."""
    rows = connection.execute(
        select(deliveries_table.c.broadcast_id, deliveries_table.c.state, deliveries_table.c.notice_id)
        .join(broadcasts, broadcasts.c.id == deliveries_table.c.broadcast_id)
        .where(
            broadcasts.c.episode_id == episode_id,
            deliveries_table.c.address_id == address_id,
            deliveries_table.c.claimed_at.is_not(None),
        )
    ).all()
    last = max(row.broadcast_id for row in rows)
    purposes = {
        row.notice_id: set(
            connection.execute(
                select(notice_readers.c.purpose).where(notice_readers.c.notice_id == row.notice_id)
            ).scalars()
        )
        for row in rows
    }
    return all(
        row.state == "delivered" and "dropped" in purposes[row.notice_id]
        for row in rows
        if row.broadcast_id == last
    )


def _check_always(connection: Connection) -> None:
    live = connection.execute(
        select(broadcasts.c.episode_id, broadcasts.c.decision_id).where(broadcasts.c.live.is_(True))
    ).all()
    assert len({row.episode_id for row in live}) == len(live)
    for episode_id, decision_id in live:
        episode = episodes.of(connection, episode_id)
        assert episode is not None
        assert episode.launched[-1].decision_id == decision_id  # the newest words, and no others
        closed = connection.execute(
            select(episodes_table.c.closed_at).where(episodes_table.c.id == episode_id)
        ).scalar_one()
        assert (closed is not None) == episode.over
    stray = connection.execute(
        select(deliveries_table.c.id)
        .join(broadcasts, broadcasts.c.id == deliveries_table.c.broadcast_id)
        .outerjoin(
            recipients,
            (recipients.c.broadcast_id == deliveries_table.c.broadcast_id)
            & (recipients.c.address_id == deliveries_table.c.address_id)
            & (recipients.c.notice_id == deliveries_table.c.notice_id),
        )
        .outerjoin(
            notice_readers,
            (notice_readers.c.notice_id == deliveries_table.c.notice_id)
            & (notice_readers.c.decision_id == broadcasts.c.decision_id)
            & notice_readers.c.purpose.in_(("now", "dropped")),
        )
        .where(recipients.c.id.is_(None) | notice_readers.c.notice_id.is_(None))
    ).all()
    assert stray == []  # exactly what was frozen leaves
    # superseded words that were still queued are never claimed: every attempt began while they were live
    late = connection.execute(
        select(attempts.c.delivery_id)
        .join(deliveries_table, deliveries_table.c.id == attempts.c.delivery_id)
        .join(broadcasts, broadcasts.c.id == deliveries_table.c.broadcast_id)
        .where(broadcasts.c.stopped_at < attempts.c.started_at)
    ).all()
    assert late == []
    mixed = connection.execute(
        select(recipients.c.id)
        .join(addresses, addresses.c.id == recipients.c.address_id)
        .join(broadcasts, broadcasts.c.id == recipients.c.broadcast_id)
        .join(decisions, decisions.c.id == broadcasts.c.decision_id)
        .where(addresses.c.exercise != decisions.c.exercise)
    ).all()
    assert mixed == []


Lives.TestCase.settings = settings(
    max_examples=8, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLives = Lives.TestCase
