"""Every text of a decision, by purpose: what leaves, what a change drops, what ends or mends it later."""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial

from gateway.broadcasts.preparing import standing
from gateway.broadcasts.preparing.manifest import text_hash
from gateway.broadcasts.preparing.standing import Link, covered, document, in_force, numbers
from gateway.decisions.facts import facts
from gateway.decisions.model import Correction, Decision
from gateway.errors import InputError
from gateway.ledger.decisions.notices import Purpose, Reader
from gateway.notices.chinese import SENT_IN_ERROR, WAS_WRONG
from gateway.notices.compose import render
from gateway.notices.model import InForce, Notice, Office
from gateway.notices.stated import lifted
from gateway.plans.model import Plan
from gateway.vocabulary import Action, Language, Medium

Texts = Mapping[Purpose, tuple[Notice, ...]]

OPEN_ENDED = timedelta(hours=24)  # after its start, the lift that is prepared for a warning without an end
NO_ENGLISH = ("LANGUAGE_UNAVAILABLE", "NOTICE_TOO_LONG", "SMS_CHARACTER")  # then Chinese is read
CHINESE: tuple[Language, ...] = ("zh-CN",)
STANDARD: dict[Action, Correction] = {  # what is said where nobody has said yet what was wrong
    "correct": Correction(wrong=WAS_WRONG),
    "retract": Correction(wrong=SENT_IN_ERROR),
}


def compose(
    plan: Plan,
    decision: Decision,
    office: Office,
    link: Link,
    language: Language = "zh-CN",
    *,
    media: Sequence[Medium] | None = None,
) -> Texts:
    """The texts of every purpose that the decision has, in one language and in all media, or some. Raises
    what `render` raises."""
    written = partial(render, slots=True, language=language, media=media)
    before, after = standing.before(link), standing.in_force(link.after)
    texts: dict[Purpose, tuple[Notice, ...]] = {
        "now": written(plan, decision, office, before=before, after=after)
    }
    dropped = end_of_dropped(plan, decision, link)
    if dropped is not None:
        texts["dropped"] = written(plan, dropped, office, before=before)
    own = own_force(decision, link)
    for purpose, follow_up in prepared(decision, link).items():
        after = before_it(decision, link) if purpose == "retract" else None
        texts[purpose] = written(plan, follow_up, office, before=own, after=after)
    return texts


def with_english(texts: Texts, plan: Plan, decision: Decision, office: Office, link: Link) -> Texts:
    """The texts with the English ones after them, for the readers that have English; without them where
    the plan has none, or what the decision states does not fit in English. Raises what `render` raises."""
    try:
        english = compose(plan, decision, office, link, "en")
    except InputError as error:
        if error.code not in NO_ENGLISH:
            raise
        return texts
    return {purpose: (*notices, *english[purpose]) for purpose, notices in texts.items()}


def dropped_area(plan: Plan, decision: Decision, link: Link) -> set[str]:
    """The codes in which something held before the decision and nothing does after it.

    Of a retraction: those of the retracted message in which what then holds does not.
    """
    follows, changed = link.follows, link.changed
    if follows is None or changed is None or decision.action == "lift" or follows.kind in ("lift", "tip"):
        return set()
    if decision.action == "retract":
        if link.after is None:
            return set()
        left = covered(plan, document(link.after).area)
    else:
        left = covered(plan, decision.area)
    return covered(plan, changed.area) - left - {plan.area}


def end_of_dropped(plan: Plan, decision: Decision, link: Link) -> Decision | None:
    """What is said in the dropped area, from the moment the change takes effect: a lift of it, or of a
    retracted message that nothing holds there; None where nothing is dropped."""
    codes = sorted(dropped_area(plan, decision, link))
    if not codes:
        return None
    if decision.action == "retract":
        return decision.model_copy(update={"area": codes})
    return _lift(decision, codes).model_copy(
        update={"starts_at": max(decision.starts_at, decision.decided_at), "decided_at": decision.decided_at}
    )


def prepared(decision: Decision, link: Link) -> dict[Purpose, Decision]:
    """The decisions that may have to follow this one at once, with the words known today. A lift has other
    words where the warning has not begun by then: one of each is prepared where there is time for both."""
    if decision.action in ("lift", "retract"):
        return {}
    found: dict[Purpose, Decision] = {}
    if kind(decision, link) not in ("lift", "tip"):
        end = decision.expected_end_at or decision.starts_at + OPEN_ENDED
        found["lift"] = _lift(decision, decision.area).model_copy(update={"starts_at": end})
        if kind(decision, link) != "hint" and decision.decided_at < decision.starts_at:
            found["lift_before_start"] = _lift(decision, decision.area).model_copy(
                update={"starts_at": decision.decided_at}
            )
    found["correct"] = mending(decision, "correct", STANDARD["correct"])
    found["retract"] = mending(decision, "retract", STANDARD["retract"])
    return found


def purpose_of(follow_up: Decision, link: Link) -> Purpose | None:
    """For which purpose the words of a follow-up were prepared with the decision that it follows; None where
    none are."""
    if follow_up.action != "lift":
        return follow_up.action if follow_up.action in ("correct", "retract") else None
    early = (
        link.follows is not None
        and link.follows.warns
        and follow_up.starts_at <= document(link.follows).starts_at
    )
    return "lift_before_start" if early else "lift"


def mending(decision: Decision, action: Action, corrects: Correction) -> Decision:
    """A correction or retraction of a decision: its own content, and what was wrong with it."""
    return decision.model_copy(
        update={
            "action": action,
            "corrects": corrects,
            "document_number": None,
            "previous": None,
            "approvals": [],
            "special_reason": None,
        }
    )


def words_of(
    plan: Plan,
    follow_up: Decision,
    office: Office,
    link: Link,
    languages: Collection[Language] = CHINESE,
) -> dict[Reader, str]:
    """The hashes of a follow-up's words as they would have been prepared with the decision that it follows:
    without a number, and but for a correction, whose text tells when it starts, at the prepared time. None
    where such words were not prepared: for another area, or for a lift that ends other warnings."""
    purpose, changed = purpose_of(follow_up, link), standing.before(link)
    if purpose is None or link.follows is None:
        return {}
    model = prepared(document(link.follows), link).get(purpose)
    if model is None or covered(plan, model.area) != covered(plan, follow_up.area):
        return {}
    if follow_up.action == "lift" and lifted(changed, model.starts_at) != lifted(
        changed, follow_up.starts_at
    ):
        return {}
    stated = {"decided_at": model.decided_at, "document_number": None, "area": model.area}
    if purpose != "correct":
        stated["starts_at"] = model.starts_at
    return {
        (each.audience, each.sector, each.medium, each.language): text_hash(each)
        for language in languages
        for each in render(
            plan,
            follow_up.model_copy(update=stated),
            office,
            before=changed,
            after=in_force(link.after),
            slots=True,
            language=language,
        )
    }


def kind(decision: Decision, link: Link) -> Action:
    """The action that counts: a correction has that of the message it mends."""
    return link.follows.kind if decision.action == "correct" and link.follows else decision.action


def own_force(decision: Decision, link: Link) -> InForce:
    """What is in force by the decision itself."""
    counts = kind(decision, link)
    level = None if counts in ("hint", "lift", "tip") else decision.level
    mended = link.follows if decision.action == "correct" else None
    return InForce(
        level,
        facts(decision),
        decision.starts_at,
        decision.document_number,
        counts,
        tuple(decision.area),
        () if mended is None else numbers((mended, *mended.corrected)),
        standing.before(link) if mended is None else in_force(link.below, link.counting[:-2]),
    )


def before_it(decision: Decision, link: Link) -> InForce | None:
    """What would hold again were the decision retracted: what it changed; of a correction what held
    before the message that it mends."""
    return in_force(link.below if decision.action == "correct" else link.follows)


def _lift(decision: Decision, area: list[str]) -> Decision:
    """A lift that states nothing but what it ends."""
    return Decision(
        plan=decision.plan,
        action="lift",
        exercise=decision.exercise,
        decided_at=decision.decided_at,
        starts_at=decision.starts_at,
        area=area,
        issuer=decision.issuer,
    )
