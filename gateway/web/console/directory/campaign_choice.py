"""Whom a form means to ask whether their numbers are still right, and whom that comes to."""

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from gateway.directory import selection as selections
from gateway.directory.campaign import Wish
from gateway.errors import InputError
from gateway.follow_up.campaigns import campaigns
from gateway.follow_up.campaigns.campaigns import MOST_DAYS, Prepared
from gateway.web.console.limits import areas_of, plans_of
from gateway.web.keys import CLOCK, DESK, LEDGER
from gateway.web.people import Form, Person

FIELDS = ("groups", "since", "never", "failed", "days", "exercise")
SEVERAL = ("audiences", "sectors", "areas")


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom a form means: the wish, of which kind, for how many days."""

    wish: Wish
    exercise: bool
    days: int


async def choice_of(person: Person, form: Form) -> Choice:
    """What a form (its `FIELDS`, and `SEVERAL`) means. Whoever is limited to areas asks there alone. Raises
    `InputError`."""
    theirs = await areas_of(person)
    chosen: dict[str, Any] = {name: list(form.all(name)) for name in SEVERAL if form.all(name)}
    if form.lines("groups"):
        chosen["groups"] = list(form.lines("groups"))
    if any(code not in theirs for code in chosen.get("areas", ())):
        raise InputError("AREA_NOT_YOURS", "不在您负责的区域", "it is not in your areas", field="areas")
    if person.user.areas and "areas" not in chosen:
        chosen["areas"] = sorted(theirs)
    since, days = form["since"].strip(), form["days"].strip()
    try:
        day = date.fromisoformat(since) if since else None
    except ValueError:
        raise InputError("FIELD_INVALID", "日期不对", "this is no date", field="since") from None
    number = int(days) if days.isascii() and days.isdecimal() and len(days) < 4 else 0
    if not 1 <= number <= MOST_DAYS:
        raise InputError(
            "FIELD_INVALID", f"填 1 到 {MOST_DAYS} 天", f"from 1 to {MOST_DAYS} days", field="days"
        )
    selection = selections.build(chosen) if chosen else selections.EVERYONE
    wish = Wish(selection, day, form["never"] == "yes", form["failed"] == "yes")
    return Choice(wish, form["exercise"] == "yes", number)


async def prepared_for(person: Person, choice: Choice) -> Prepared:
    """Whom a choice comes to now."""
    app = person.request.app
    plans = list((await plans_of(person)).values())
    return await app[LEDGER].read(
        campaigns.prepare, app[DESK].office, plans, choice.wish, choice.exercise, app[CLOCK]()
    )


def sign_of(prepared: Prepared) -> str:
    """A sign of whom a campaign would ask: another one, and it asks others."""
    asked = [each.first.address_id for each in prepared.chosen.questions]
    return sha256(repr((asked, len(prepared.chosen.left_out), prepared.segments)).encode()).hexdigest()[:16]
