"""One episode as its page shows it: the chain of its decisions, what each changed and how far it came."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from gateway.broadcasts.approving.officials import concerns
from gateway.decisions.model import Decision
from gateway.directory.areas import within
from gateway.errors import InputError
from gateway.follow_up.papers.chronicle import unknown
from gateway.ledger.accounts.users import User
from gateway.ledger.decisions import bulletins, chronicles, episodes, papers, publications
from gateway.ledger.decisions.bulletins import Bulletin
from gateway.ledger.decisions.chronicles import Head
from gateway.ledger.decisions.episodes import Episode, Launched
from gateway.ledger.decisions.publications import Publication
from gateway.ledger.delivery import counters
from gateway.ledger.delivery.arrivals import with_receipts, without_receipts
from gateway.ledger.follow_up import obligations, signature_counts
from gateway.ledger.follow_up.obligations import BY_DECISION, EXPECTED_END_PASSED, Obligation, State
from gateway.ledger.follow_up.owed import Units, owes
from gateway.ledger.follow_up.signature_counts import Tally
from gateway.plans.model import Plan
from gateway.web.console.drafts.differences import Difference, differences
from gateway.web.live.figures import COLUMNS, some
from gateway.web.live.figures import totals as totals_of
from gateway.web.live.live_words import Language

_ENDING = (*BY_DECISION, EXPECTED_END_PASSED)
_LEFT = ("sending", "unknown", "accepted", "sent", "delivered", "read")
_FAILED = ("failed", "expired", "suppressed")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the messages of a broadcast came: in all, that left, that are on channels with receipts and of
    these arrived, failed; and who signed."""

    messages: int
    left: int
    receipted: int
    arrived: int
    failed: int
    signatures: Tally


@dataclass(frozen=True, slots=True)
class Step:
    """A launched decision. `counts`: no correction or retraction took its place; `changed` is against the
    one before it; `papers` are the kinds frozen with it. `launched_at` in milliseconds since 1970 UTC."""

    launched: Launched
    decision: Decision
    launched_at: int
    counts: bool
    changed: tuple[Difference, ...]
    reach: Reach
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Owed:
    """The same thing owed by one unit or several, by the same moment (ms since 1970 UTC; None: no time)."""

    what: str
    covers: str | None
    to_whom: str
    due_at: int | None
    rows: tuple[tuple[Obligation, State], ...]

    @property
    def states(self) -> list[tuple[State, int]]:
        """How many stand in each state, what is overdue first."""
        held = Counter(state for _, state in self.rows)
        return [(state, held[state]) for state in ("overdue", "open", "met", "ended") if held[state]]


@dataclass(frozen=True, slots=True)
class View:
    """An episode with all that hangs on it, as far as somebody sees it: `owed` are its obligations, the
    soonest first; `ending` those of the issuing body that end it, which concern everybody whom it concerns.
    """

    head: Head
    episode: Episode
    steps: tuple[Step, ...]
    owed: tuple[tuple[Obligation, State], ...]
    ending: tuple[tuple[Obligation, State], ...]
    bulletins: tuple[Bulletin, ...]
    published: tuple[Publication, ...]

    @property
    def newest(self) -> Step:
        """The last decision that counts; where none does, the last."""
        return next((step for step in reversed(self.steps) if step.counts), self.steps[-1])

    @property
    def still_owed(self) -> list[Owed]:
        """What somebody still owes, the soonest first."""
        return [each for each in _grouped(self.owed) if any(row.open for row, _ in each.rows)]

    @property
    def settled(self) -> list[Owed]:
        """What was met or ended by all who owed it."""
        return [each for each in _grouped(self.owed) if not any(row.open for row, _ in each.rows)]

    @property
    def ends(self) -> Obligation | None:
        """The decision that is owed in the end, such as the lift."""
        return next((row for row, _ in self.ending if row.code in BY_DECISION), None)

    @property
    def late(self) -> bool:
        """Whether its expected end is past and no decision was taken."""
        return any(row.code == EXPECTED_END_PASSED or state == "overdue" for row, state in self.ending)


def _grouped(owed: Iterable[tuple[Obligation, State]]) -> list[Owed]:
    groups: dict[tuple[str, str | None, str, int | None], list[tuple[Obligation, State]]] = {}
    for row, state in owed:
        groups.setdefault((row.what, row.covers, row.to_whom, row.due_at), []).append((row, state))
    return [Owed(*key, tuple(rows)) for key, rows in groups.items()]


def may_see(user: User, episode: Episode) -> bool:
    """Whether an episode concerns somebody: one of its decisions does."""
    return not user.areas or any(
        concerns(user, Decision.model_validate_json(each.document)) for each in episode.launched
    )


def may_act(user: User, episode: Episode) -> bool:
    """Whether somebody acts for an episode as a whole: each of its decisions concerns them."""
    return all(concerns(user, Decision.model_validate_json(each.document)) for each in episode.launched)


def acted_on(connection: Connection, user: User, identifier: str) -> Episode:
    """The episode of that id, to act for it. Raises `InputError`: EPISODE_UNKNOWN, AREA_NOT_YOURS."""
    episode = seen(connection, user, identifier)
    if not may_act(user, episode):
        raise InputError(
            "AREA_NOT_YOURS",
            "这次污染过程还涉及别的区域，请由负责全部这些区域的人办理",
            "the episode concerns other areas too: somebody who is for all of them does this",
        )
    return episode


def seen(connection: Connection, user: User, identifier: str) -> Episode:
    """The episode of that id. Raises `InputError` (EPISODE_UNKNOWN), also for areas that the person is not
    for."""
    episode = episodes.of(connection, identifier)
    if episode is None or not may_see(user, episode):
        raise unknown(identifier)
    return episode


def view(
    connection: Connection,
    user: User,
    identifier: str,
    now: int,
    plan: Plan,
    language: Language,
    units: Units | None,
) -> View:
    """All that its page shows; `now` in milliseconds since 1970 UTC. Whoever is for some areas alone sees
    what `units` owe (None: everybody), and how far it came in these areas. Raises as `seen`."""
    episode = seen(connection, user, identifier)
    head = chronicles.head(connection, identifier)
    if head is None:
        raise unknown(identifier)
    owed = sorted(
        obligations.page(connection, now, episode=identifier),
        key=lambda each: (each[0].due_at or now, each[0].id),
    )
    launched = chronicles.launches(connection, identifier)
    steps = _steps(connection, episode, launched, plan, language, user.areas)
    return View(
        head,
        episode,
        steps,
        tuple((row, state) for row, state in owed if owes(units, row)),
        tuple((row, state) for row, state in owed if row.open and row.code in _ENDING),
        tuple(reversed(bulletins.of_episode(connection, identifier))),
        tuple(publications.of_episode(connection, identifier)),
    )


def _steps(
    connection: Connection,
    episode: Episode,
    at: Mapping[str, int],
    plan: Plan,
    language: Language,
    limits: Collection[str],
) -> tuple[Step, ...]:
    counting = {each.decision_id for each in episode.counting}
    documents = {each.decision_id: Decision.model_validate_json(each.document) for each in episode.launched}
    kinds = papers.kinds(connection, tuple(documents))
    steps: list[Step] = []
    before: Decision | None = None
    for each in episode.launched:
        decision = documents[each.decision_id]
        compared = documents.get(each.mends_id or "", before) if each.action == "correct" else before
        changed: tuple[Difference, ...] = ()
        if compared is not None and each.action not in ("lift", "retract", "tip"):
            changed = tuple(differences(language, plan, compared, decision, {}, {}))
        steps.append(
            Step(
                each,
                decision,
                at[each.decision_id],
                each.decision_id in counting,
                changed,
                _reach(connection, each.broadcast_id, limits),
                kinds.get(each.decision_id, ()),
            )
        )
        before = decision
    return tuple(steps)


def _reach(connection: Connection, broadcast_id: int, limits: Collection[str]) -> Reach:
    counts = [each for each in counters.by_group(connection, broadcast_id) if within(each.area, limits)]
    totals = totals_of(counts)
    receipted = with_receipts(counts, without_receipts(connection, broadcast_id))
    return Reach(
        sum(totals.values()),
        some(totals, _LEFT),
        sum(each.deliveries for each in receipted),
        some(totals, COLUMNS["arrived"]),
        some(totals, _FAILED),
        signature_counts.tally(connection, broadcast_id, limits),
    )
