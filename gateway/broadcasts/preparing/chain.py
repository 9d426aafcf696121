"""An episode's launched decisions one after another: what stands after each of them, and what each owes."""

from collections.abc import Sequence
from datetime import datetime

from gateway.decisions.model import Context, Decision
from gateway.decisions.obligations import Owed, owed
from gateway.decisions.situation import counts_as
from gateway.ledger.follow_up.obligations import Launched
from gateway.plans.model import Plan
from gateway.vocabulary import WARNING_ACTIONS


class Chain:
    """The launched decisions of an episode; the last is the one just launched."""

    def __init__(self, plan: Plan, launched: Sequence[Launched]) -> None:
        self._plan = plan
        self.launched = launched
        self._documents = [Decision.model_validate_json(each.document) for each in launched]
        self._places = {each.id: place for place, each in enumerate(launched)}

    @property
    def newest(self) -> Launched:
        """The decision just launched."""
        return self.launched[-1]

    @property
    def decision(self) -> Decision:
        """Its document."""
        return self._documents[-1]

    @property
    def counts_as(self) -> str:
        """The action whose rules it falls under: a correction's is that of what it mends."""
        return counts_as(self.decision, self._mended(len(self.launched) - 1))

    @property
    def mended(self) -> list[str]:
        """What the newest decision mends; with a correction that which it stands for."""
        found: list[str] = []
        mends = self.newest.mends_id
        while mends is not None:
            found.append(mends)
            place = self._places.get(mends)
            corrects = place is not None and self.launched[place].action == "correct"
            mends = self.launched[place].mends_id if place is not None and corrects else None
        return found

    @property
    def ends_a_hint(self) -> bool:
        """It lifts what was never in force: no response to report on."""
        ended = self.standing(self._place_mended(-1))
        mended = None if ended is None else self._mended(ended)
        if self.counts_as != "lift" or self.decision.action == "retract" or ended is None:
            return False
        return counts_as(self._documents[ended], mended) == "hint"

    @property
    def ends_before_start(self) -> bool:
        """It lifts a warning of which nothing had begun: no day to report on."""
        first = self._first_start(-1)
        lifts = self.counts_as == "lift" and self.decision.action != "retract"
        return lifts and first is not None and self.decision.starts_at <= first

    def standing(self, before: int | None = None) -> int | None:
        """The place of what holds: the newest that is no retraction and was not retracted.

        A correction stands in the place of what it mends: retracted with it, that one does not come back.
        """
        known = self.launched[:before]
        retracted = {each.mends_id for each in known if each.action == "retract"}
        for each in reversed(known):
            if each.action == "correct" and each.id in retracted:
                retracted.add(each.mends_id)
        places = [
            place for place, each in enumerate(known) if each.action != "retract" and each.id not in retracted
        ]
        return places[-1] if places else None

    def owed_before(self) -> tuple[Owed, ...]:
        """What held before the newest decision, or before what it mends."""
        before = self.standing(self._place_mended(-1))
        return () if before is None else self.owed(before)

    def _place_mended(self, place: int) -> int:
        """A decision's place; of a correction that of the message in whose place it stands."""
        place %= len(self.launched)
        while self.launched[place].action == "correct" and self.launched[place].mends_id in self._places:
            place = self._places[str(self.launched[place].mends_id)]
        return place

    def owed(self, place: int) -> tuple[Owed, ...]:
        """What the decision at this place owes by its plan, after what stood before it."""
        place %= len(self.launched)
        before = self.standing(place)
        level = None if before is None else self._documents[before].level
        context = Context(active_level=level, active_since=self._first_start(place))
        return owed(self._plan, self._documents[place], context, self._mended(place))

    def _first_start(self, place: int) -> datetime | None:
        """When the first of the warnings was to begin that stood before a decision; None for none."""
        starts = []
        before = self.standing(self._place_mended(place))
        while before is not None:
            document, mended = self._documents[before], self._mended(before)
            if counts_as(document, mended) in WARNING_ACTIONS:
                starts.append(document.starts_at)
            before = self.standing(self._place_mended(before))
        return min(starts, default=None)

    def _mended(self, place: int) -> Decision | None:
        """What a correction or retraction mends; of a correction of a correction, the first message."""
        mends = self.launched[place].mends_id
        while mends in self._places:
            place = self._places[mends]
            mends = self.launched[place].mends_id
            if self.launched[place].action != "correct":
                return self._documents[place]
        return None
