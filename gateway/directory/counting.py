"""How many organisations a selection means, counted by kind: nobody's addresses are asked. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.directory.areas import home
from gateway.directory.model import Grade, Recipient
from gateway.directory.selection import Selection, plan_codes
from gateway.directory.targeting import reached
from gateway.plans.model import Plan
from gateway.vocabulary import AUDIENCES, Audience, Sector


@dataclass(frozen=True, slots=True)
class Kind:
    """`number` active organisations that a selection cannot tell apart. `grouped`: they are in one of the
    groups that were asked about; `code`: that of one organisation that was asked about, else ""."""

    audience: Audience
    sector: Sector | None
    area: str
    grade: Grade | None
    grouped: bool
    number: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class Share:
    """Of the organisations of one audience that a decision's area concerns: how many are meant, and how
    many the selection leaves out."""

    audience: Audience
    meant: int
    left_out: int


def shares(
    kinds: Iterable[Kind], plan: Plan, areas: Sequence[str], selection: Selection
) -> tuple[Share, ...]:
    """How many of each audience are meant, in the order of audiences; those without any are left away.

    Raises `InputError`: AREA_EMPTY, AREA_UNKNOWN for the decision's `areas`.
    """
    concerned, known = reached(plan, areas), plan_codes(plan)
    meant: Counter[Audience] = Counter()
    left_out: Counter[Audience] = Counter()
    for each in kinds:
        if home(each.area, known) in concerned:
            counted = meant if _means(selection, each, plan) else left_out
            counted[each.audience] += each.number
    return tuple(
        Share(audience, meant[audience], left_out[audience])
        for audience in AUDIENCES
        if meant[audience] or left_out[audience]
    )


def readers(
    kinds: Iterable[Kind], plan: Plan, areas: Sequence[str], selection: Selection
) -> Counter[tuple[Audience, Sector | None]]:
    """How many organisations that are meant read what each audience, and each sector, reads. Raises what
    `shares` raises."""
    concerned, known = reached(plan, areas), plan_codes(plan)
    number: Counter[tuple[Audience, Sector | None]] = Counter()
    for each in kinds:
        if home(each.area, known) in concerned and _means(selection, each, plan):
            number[each.audience, each.sector] += each.number
    return number


def _means(selection: Selection, kind: Kind, plan: Plan) -> bool:
    groups = (selection.groups or ()) if kind.grouped else ()
    alike = Recipient(0, kind.code, "", kind.audience, kind.sector, kind.area, (), kind.grade, groups)
    return selection.means(alike, plan)
