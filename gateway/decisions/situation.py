"""A decision beside its plan and what is in force: what every rule of the check looks at."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.decisions.model import Context, Decision
from gateway.decisions.names import is_issuer
from gateway.decisions.upstream import Upstream
from gateway.plans.model import Ground, Plan
from gateway.vocabulary import Action, Level, rank


def counts_as(decision: Decision, mends: Decision | None) -> Action:
    """The action whose rules a decision falls under: its own, or that of what it mends.

    Where `mends` is not known (None, or a correction itself), a level tells a start from a lift.
    """
    if decision.action not in ("correct", "retract"):
        return decision.action
    if mends is not None and mends.action not in ("correct", "retract"):
        return mends.action
    return "issue" if decision.level is not None else "lift"


@dataclass(frozen=True, slots=True)
class Situation:
    """`context` is what is in force: the ledger's word where `certain`, else the document's own.

    In a document an absent `active_level` means "not stated"; in the ledger's word it means that
    nothing is in force. `before` is the decision that this one changes or mends, as the ledger holds
    it (a hint, a lift or a tip too); None where it is not known. `upstream` is what the ledger received
    from the level above; None outside it.
    """

    plan: Plan
    decision: Decision
    context: Context
    certain: bool = False
    before: Decision | None = None
    upstream: Upstream | None = None

    @property
    def counts_as(self) -> Action:
        """The action whose rules the decision falls under."""
        return counts_as(self.decision, self.before)

    @property
    def after_hint(self) -> bool:
        """Whether what stands is a hint, by which nothing is in force."""
        if self.before is None or self.context.active_level is not None:
            return False
        return self.before.action == "hint" or (
            self.before.action == "correct" and self.before.level is not None
        )

    @property
    def ends_hint(self) -> bool:
        """Whether the decision lifts a hint: it ends no warning, and no rule of the plan is about it."""
        return self.decision.action == "lift" and self.after_hint

    @property
    def began(self) -> datetime | None:
        """Since when what the decision changes has stood; None where that is not known."""
        return self.context.active_since or (self.before.starts_at if self.before else None)

    @property
    def ground(self) -> Ground | None:
        """What the plan makes of the decision's basis; None where the plan does not name it."""
        kind = self.decision.basis.kind
        return next((ground for ground in self.plan.grounds if ground.basis == kind), None)

    @property
    def effect(self) -> str | None:
        """The effect of that ground; None where the plan does not name the basis."""
        return self.ground.effect if self.ground else None

    @property
    def only_orders(self) -> bool:
        """Whether an upper order is the plan's only ground (Xigang)."""
        grounds = self.plan.grounds
        return bool(grounds) and all(ground.effect == "exact" for ground in grounds)

    @property
    def expects_orders(self) -> bool:
        """Whether orders of the level above come into the ledger, for a plan that acts on nothing else."""
        return self.only_orders and self.upstream is not None and self.upstream.expected

    @property
    def upper_level(self) -> Level | None:
        """The highest level that an upper government has started: an order's, a start's, an active one."""
        kinds = ("upper_order", "upper_warning")
        started = self.decision.basis.level if self.decision.basis.kind in kinds else None
        return max(None if self._ordered_to_lift else started, self.context.upper_active_level, key=rank)

    @property
    def floor(self) -> Level | None:
        """The level that this decision may not fall below (None: no floor)."""
        of_plan = self.plan.floor is not None and self.plan.floor.not_below_upper
        of_upper = self.upper_level if of_plan else None
        if self.expects_orders:  # what was ordered stays in force until it is lifted by order
            of_upper = max(of_upper, self.context.upper_active_level, key=rank)
        return max(self.started_level, of_upper, key=rank)

    @property
    def started_level(self) -> Level | None:
        """The level that the decision's basis gives by itself: an upper start that the plan takes as a
        ground."""
        return self.decision.basis.level if self.effect == "floor" and not self._ordered_to_lift else None

    @property
    def _ordered_to_lift(self) -> bool:
        """An order to lift starts nothing: a level stated with it can only be the one that is lifted."""
        return self.decision.action == "lift" and self.decision.basis.kind == "upper_order"

    @property
    def on_schedule(self) -> bool:
        """Whether a lift takes effect at its announced end or later; False where none is known."""
        end = self.context.scheduled_end
        return end is not None and self.decision.starts_at >= end

    @property
    def improved(self) -> bool:
        """Whether the plan's own conditions for lowering or lifting are met (no rule: they are)."""
        rule = self.plan.lower_or_lift
        if rule is None:
            return True
        observed = self.decision.observed
        return (
            observed is not None
            and (observed.below_threshold or not rule.below_threshold)
            and observed.improvement_hours >= rule.forecast_hours
        )

    @property
    def whole_area(self) -> bool:
        """Whether the decision names the plan's whole area, not only counties of it."""
        return self.plan.area in self.decision.area

    @property
    def of_county(self) -> bool:
        """Whether a county decides for itself: one county, or counties by another body than the plan's."""
        return not self.whole_area and (len(self.decision.area) == 1 or self.county_issuer is not None)

    @property
    def county_issuer(self) -> str | None:
        """Who issues for counties where that is stated and not the plan's own body; else None."""
        issuer = self.decision.issuer
        if self.whole_area or issuer is None or is_issuer(self.plan, issuer):
            return None
        return issuer

    @property
    def lead(self) -> timedelta:
        """From the decision to its start."""
        return self.decision.starts_at - self.decision.decided_at
