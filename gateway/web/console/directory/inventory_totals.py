"""`/console/directory/inventory/totals`: planned reductions summed against a plan's reduction targets."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from gateway.errors import InputError
from gateway.ledger.database import Ledger
from gateway.ledger.directory import changes
from gateway.plans.model import Plan
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.directory.inventory_words import MET, POLLUTANTS, TEXTS
from gateway.web.console.frame import for_people, framed
from gateway.web.console.limits import plans_of
from gateway.web.console.navigation import DIRECTORY as PATH
from gateway.web.live.live_words import LEVELS
from gateway.web.organisations import totals_json
from gateway.web.people import Person
from gateway.web.problems import status_of

_WORDS = DIRECTORY_TEXTS | TEXTS
_LONGEST = 500  # characters of society's figures
_SUMS = 20  # totals that are kept

routes = web.RouteTableDef()


class Totals:
    """Totals worked out lately: adding up ten thousand enterprises takes a fifth of a second."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._kept: OrderedDict[tuple[object, ...], tuple[int, Plan, dict[str, Any]]] = OrderedDict()

    async def of(self, plan: Plan, society: Mapping[str, float] | None) -> dict[str, Any]:
        """As `totals_json` gives them; kept until the directory or the plan changes."""
        key = (plan.id, tuple(sorted((society or {}).items())))
        change = await self._ledger.read(changes.last)
        had = self._kept.get(key)
        if had is not None and had[0] == change and had[1] is plan:
            return had[2]
        sums = await self._ledger.read(totals_json, plan, society)
        self._kept[key] = change, plan, sums
        while len(self._kept) > _SUMS:
            self._kept.popitem(last=False)
        return sums


TOTALS = web.AppKey("totals", Totals)


@routes.get(f"{PATH}/inventory/totals")
@for_people()
async def get_totals(request: web.Request, person: Person) -> web.Response:
    """What the inventory adds up to, against the reduction targets of a plan."""
    plans = await plans_of(person)
    asked, text = request.query.get("plan", ""), request.query.get("society", "")[:_LONGEST]
    plan = plans.get(asked) or next(iter(plans.values()), None)
    sums: dict[str, Any] | None = None
    error: InputError | None = None
    try:
        society = _society(text)
    except InputError as wrong:
        society, error = None, wrong
    if plan is not None:
        sums = await request.app[TOTALS].of(plan, society)
    return framed(
        person,
        "inventory_totals.html",
        status=200 if error is None else status_of(error),
        words=_WORDS,
        plans=[(identifier, each.title) for identifier, each in plans.items()],
        plan=plan,
        sums=sums,
        society=text,
        error=error,
        levels=LEVELS,
        met=MET,
        pollutants=POLLUTANTS,
        keep=f"plan={plan.id}&" if plan is not None else "",
    )


def _society(text: str) -> dict[str, float] | None:
    """Tonnes a day by pollutant, one a line. Raises `InputError` (SOCIETY_MALFORMED)."""
    found: dict[str, float] = {}
    for line in filter(None, map(str.strip, text.replace("\r", "").split("\n"))):
        pollutant, equals, amount = line.partition("=")
        try:
            tonnes = float(amount)
        except ValueError:
            tonnes = 0.0
        if not equals or not pollutant.strip() or not 0 < tonnes < 1e9:
            raise InputError(
                "SOCIETY_MALFORMED",
                f"“{line[:40]}”应写成 SO2=12.5 这样，单位吨/日",
                f"write {line[:40]!r} as SO2=12.5, in tonnes a day",
                field="society",
            )
        found[pollutant.strip()] = tonnes
    return found or None
