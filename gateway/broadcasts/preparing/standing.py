"""Where a decision belongs: the episode it joins, what it changes or mends, what holds before and after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from gateway.decisions.facts import facts
from gateway.decisions.model import Context, Decision
from gateway.decisions.upstream import NOTHING, Upstream
from gateway.errors import InputError
from gateway.ledger.decisions import episodes
from gateway.ledger.decisions.episodes import Episode, Launched
from gateway.ledger.exchange import orders
from gateway.notices.model import InForce
from gateway.plans.model import Plan
from gateway.vocabulary import ACTION_WORDS, LEVEL_WORDS, LEVELS, Action, rank

MENDING = ("correct", "retract")
_LISTED = 3  # closed episodes that an error names


@dataclass
class WarningInForce(InputError):
    """What was asked for would double a warning of the same area (WARNING_IN_FORCE). `decision_id` is the
    decision that counts there, `area` its codes, `actions` what may follow it."""

    decision_id: str = ""
    area: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """What a decision follows. `follows` is the decision that it changes or mends, and `episode_id` that
    one's episode; both None where it opens an episode of its own. `below` is what counted before
    `follows`, `after` what holds once a retraction has taken effect; None: nothing. `counting` is all that
    counts in the episode, oldest first, `follows` last. `upstream` is what upper levels have in force."""

    episode_id: str | None = None
    follows: Launched | None = None
    below: Launched | None = None
    after: Launched | None = None
    counting: tuple[Launched, ...] = ()
    upstream: Upstream = NOTHING

    @property
    def changed(self) -> Decision | None:
        """The document of the decision that it follows; of a correction with the action that counts."""
        if self.follows is None:
            return None
        return document(self.follows).model_copy(update={"action": self.follows.kind})


def document(launched: Launched) -> Decision:
    """A launched decision as it was stated."""
    return Decision.model_validate_json(launched.document)


def actions_for(launched: Launched) -> tuple[Action, ...]:
    """What may follow a decision that counts."""
    mend: tuple[Action, ...] = ("correct", "retract")
    if launched.kind == "hint":
        return ("issue", "lift", *mend)
    if not launched.warns:
        return mend
    up: tuple[Action, ...] = ("raise",) if rank(launched.level) < len(LEVELS) else ()
    down: tuple[Action, ...] = ("lower",) if rank(launched.level) > 1 else ()
    return (*up, *down, "extend", "lift", *mend)


def find(connection: Connection, plan: Plan, decision: Decision) -> Link:
    """Where `decision` belongs.

    Raises `WarningInForce` where an issue, a hint or a retracted lift would double a warning; `InputError`:
    NOTHING_IN_FORCE where there is none to change, PREVIOUS_NEEDED where several could be meant
    or nothing stands to be mended, PREVIOUS_UNKNOWN where `previous` names another decision than the one
    that counts, AREA_DIFFERS and LEVEL_DIFFERS where it does not state what it ends or mends.
    """
    link = _find(connection, plan, decision)
    own = covered(plan, decision.area)
    upstream = orders.upstream(
        connection,
        plan.id,
        decision.exercise,
        lambda codes: not own.isdisjoint(covered(plan, codes)),
        decision.starts_at,
    )
    return replace(link, upstream=upstream)


def _find(connection: Connection, plan: Plan, decision: Decision) -> Link:
    if decision.action == "tip":
        return Link()
    standing = _held(episodes.standing(connection, plan.id, decision.exercise))
    overlapping = [each for each in standing if covered(plan, each.area) & covered(plan, decision.area)]
    if decision.action in MENDING:
        return _mended(connection, plan, decision, standing, overlapping)
    warnings = [each for each in overlapping if each.newest.warns]
    if decision.action in ("issue", "hint"):
        if warnings:
            raise _in_force(warnings[0])
        if not overlapping:
            return Link()
        candidates = overlapping  # hints: an issue or a newer hint goes on with their episode
    else:
        candidates = overlapping if decision.action == "lift" else warnings
    if not candidates:
        raise InputError(
            "NOTHING_IN_FORCE",
            f"该区域没有预警，不能{ACTION_WORDS[decision.action]}；请先发布",
            f"no warning is in force for this area: there is nothing to {decision.action}; issue one first",
            field="action",
        )
    chosen = _named(decision, candidates)
    if decision.action == "lift":
        _refuse_partial(plan, decision, chosen)
    return chosen.link()


def covered(plan: Plan, area: Iterable[str]) -> set[str]:
    """The codes that an area holds: the whole plan area holds all of the plan's, and its own."""
    codes = set(area)
    return {plan.area, *(each.code for each in plan.areas)} if plan.area in codes else codes


def context(link: Link) -> Context:
    """What the checks ask about the warning in force before the decision, and about upper levels'."""
    upper = link.upstream.level
    if link.follows is None or not link.follows.warns:
        return Context(upper_active_level=upper)
    changed = document(link.follows)
    return Context(
        upper_active_level=upper,
        active_level=changed.level,
        active_since=changed.starts_at,
        scheduled_end=changed.expected_end_at,
    )


def before(link: Link) -> InForce | None:
    """What the renderer names and marks changes against: the decision that this one changes or mends."""
    return in_force(link.follows, link.counting[:-1])


def in_force(launched: Launched | None, earlier: Sequence[Launched] = ()) -> InForce | None:
    """A launched decision as the renderer takes it; `earlier` are what counted below it, oldest first."""
    if launched is None:
        return None
    stated = document(launched)
    return InForce(
        stated.level if launched.warns else None,
        facts(stated),
        stated.starts_at,
        stated.document_number,
        launched.kind,
        tuple(stated.area),
        numbers(launched.corrected),
        in_force(earlier[-1], earlier[:-1]) if earlier else None,
    )


def numbers(launched: Iterable[Launched]) -> tuple[str, ...]:
    """The document numbers of launched decisions; "" for one without."""
    return tuple(document(each).document_number or "" for each in launched)


@dataclass(frozen=True, slots=True)
class _Held:
    """An episode with the decision that counts in it."""

    episode: Episode
    newest: Launched
    area: Sequence[str]

    def link(self, *, retracting: bool = False) -> Link:
        """Where a decision belongs that changes or mends it."""
        counting = self.episode.counting
        below = counting[-2] if len(counting) > 1 else None
        return Link(
            self.episode.id, self.newest, below, after=below if retracting else None, counting=counting
        )


def _held(found: Iterable[Episode]) -> list[_Held]:
    return [_Held(each, each.newest, document(each.newest).area) for each in found if each.newest is not None]


def _in_force(held: _Held) -> WarningInForce:
    named = document(held.newest).document_number or held.newest.decision_id
    return WarningInForce(
        "WARNING_IN_FORCE",
        f"同一区域已有预警（{named}）；请改用升级、降级、延长或解除",
        f"the same area has a warning already ({named}); use raise, lower, extend or lift",
        field="action",
        decision_id=held.newest.decision_id,
        area=tuple(held.area),
        actions=actions_for(held.newest),
    )


def _named(decision: Decision, candidates: Sequence[_Held]) -> _Held:
    """The one candidate, or the one whose newest decision `previous` names."""
    if decision.previous is not None:
        candidates = [each for each in candidates if each.newest.decision_id == decision.previous]
        if not candidates:
            raise InputError(
                "PREVIOUS_UNKNOWN",
                f"previous“{decision.previous}”不是该区域当前生效的决定",
                f"previous {decision.previous!r} is not the decision in force for this area",
                field="previous",
            )
    if len(candidates) > 1:
        listed = ", ".join(each.newest.decision_id for each in candidates)
        raise InputError(
            "PREVIOUS_NEEDED",
            f"该区域有几个预警（{listed}）；请在 previous 中写明改变哪一个",
            f"several warnings are in force for this area ({listed}); name one in previous",
            field="previous",
        )
    return candidates[0]


def _refuse_partial(plan: Plan, decision: Decision, lifted: _Held) -> None:
    """A lift ends its episode: one of a part would silently end the rest, or leave it without an end."""
    left = covered(plan, lifted.area) - covered(plan, decision.area)
    if left:
        raise InputError(
            "AREA_DIFFERS",
            f"解除应写明预警的全部区域，还缺 {'、'.join(sorted(left))}；"
            "只有一部分结束时，请用降级、延长或更正写明其余区域",
            f"a lift names the whole area of the warning; {', '.join(sorted(left))} is missing."
            " Where only a part ends, state the rest in a lower, extend or correct",
            field="area",
        )


def _mended(
    connection: Connection,
    plan: Plan,
    decision: Decision,
    standing: Sequence[_Held],
    overlapping: Sequence[_Held],
) -> Link:
    if decision.previous is not None:
        held = _stated(connection, plan, decision, decision.previous)
    elif overlapping:
        held = _named(decision, overlapping)
    else:
        raise _what_to_mend(connection, plan, decision)
    _refuse_other_content(plan, decision, held)
    if decision.action == "correct":
        return held.link()
    link = held.link(retracting=True)
    if held.newest.kind == "lift" and link.after is not None:  # it stands again
        again = covered(plan, document(link.after).area)
        for other in standing:
            if other.episode.id != held.episode.id and covered(plan, other.area) & again:
                raise _in_force(other)
    return link


def _refuse_other_content(plan: Plan, decision: Decision, mended: _Held) -> None:
    word, newest = ACTION_WORDS[decision.action], mended.newest
    same_area = covered(plan, mended.area) == covered(plan, decision.area)
    if not same_area and (decision.action == "retract" or newest.kind == "lift"):
        raise InputError(
            "AREA_DIFFERS",
            f"{word}的区域应与原消息一致：{'、'.join(mended.area)}",
            f"this {decision.action} names the area of the message that it mends: {', '.join(mended.area)}",
            field="area",
        )
    if decision.level not in (None, newest.level):
        level = LEVEL_WORDS[newest.level] if newest.level else "不写级别"
        raise InputError(
            "LEVEL_DIFFERS",
            f"{word}的级别是原消息的级别（{level}）；级别有误时请升级或降级",
            f"the level is that of the message it mends ({newest.level or 'none'});"
            " to change it, raise or lower",
            field="level",
        )


def _stated(connection: Connection, plan: Plan, decision: Decision, previous: str) -> _Held:
    """The episode whose newest decision `previous` is, over or not."""
    episode = episodes.of_decision(connection, previous)
    of_kind = episode is not None and (episode.plan, episode.exercise) == (plan.id, decision.exercise)
    held = next(iter(_held([episode] if episode is not None and of_kind else [])), None)
    if held is None or held.newest.decision_id != previous:
        instead = f"；应为 {held.newest.decision_id}" if held else ""
        instead_en = f"; it is {held.newest.decision_id}" if held else ""
        raise InputError(
            "PREVIOUS_UNKNOWN",
            f"previous“{previous}”不是其污染过程中仍然有效的最新决定{instead}",
            f"previous {previous!r} is not the newest decision that counts in its episode{instead_en}",
            field="previous",
        )
    return held


def _what_to_mend(connection: Connection, plan: Plan, decision: Decision) -> InputError:
    ended = [
        each.newest
        for each in episodes.closed(connection, plan.id, decision.exercise, _LISTED)
        if each.newest is not None
    ]
    listed = "、".join(f"{each.decision_id}（{ACTION_WORDS[each.kind]}）" for each in ended)
    listed_en = ", ".join(f"{each.decision_id} ({each.kind})" for each in ended)
    return InputError(
        "PREVIOUS_NEEDED",
        f"该区域没有预警；请在 previous 中写明要{ACTION_WORDS[decision.action]}哪个决定"
        + (f"，最近的有：{listed}" if listed else ""),
        f"no warning is in force for this area; name in previous the decision to {decision.action}"
        + (f"; the last ones: {listed_en}" if listed else ""),
        field="previous",
    )
