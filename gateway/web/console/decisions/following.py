"""`/console/decisions/{id}/lift`, `retract`, `correct`: what ends or mends a launched decision."""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from aiohttp import web

from gateway.broadcasts.approving.sheet import Sheet
from gateway.broadcasts.approving.steps import without_approvals
from gateway.broadcasts.launching.follow import FollowAction, Wish, follow_aside, outlook
from gateway.broadcasts.preparing.groundwork import Refused
from gateway.broadcasts.preparing.texts import STANDARD, compose
from gateway.bus.words import Word
from gateway.decisions.findings import Finding
from gateway.decisions.model import Correction
from gateway.errors import InputError
from gateway.ledger.decisions import broadcasts
from gateway.moments import BEIJING, local, moment
from gateway.notices.model import Notice
from gateway.slots import filled
from gateway.web.console import typed
from gateway.web.console.decisions.sheets import (
    DECISIONS,
    ONE,
    MainText,
    ShownText,
    by_words,
    page,
    seen,
    told,
)
from gateway.web.console.frame import for_people, went_to
from gateway.web.keys import BUS, CLOCK, DESK, LEDGER
from gateway.web.people import Form, Person, sent_form
from gateway.web.problems import status_of

_PATH = ONE + "/{action:lift|retract|correct}"
_FIELDS = {
    "lift": ("at", "time", "hours", "special_reason"),
    "retract": ("wrong", "right", "special_reason"),
    "correct": ("wrong", "right", "starts", "ends"),
}
_ALWAYS = ("document_number", "word", "number")
_NUMBERLESS = "DOCUMENT_NUMBER_MISSING"  # while nothing is typed yet, the form says that by itself
_log = logging.getLogger(__name__)

routes = web.RouteTableDef()


@dataclass(frozen=True, slots=True)
class Shown:
    """What would leave, as the form is filled in: its words, and what the checks say of it. `error` says why
    that cannot be told."""

    texts: list[MainText]
    findings: Collection[Finding] = ()
    error: InputError | None = None

    @property
    def hindered(self) -> bool:
        """Whether the checks would let nothing leave."""
        return any(each.severity != "note" for each in self.findings)


@routes.get(_PATH)
@for_people("drafter", "duty_officer")
async def get_follow(_request: web.Request, person: Person) -> web.Response:
    """The form, begun with what needs nothing more, and what would leave by it."""
    return await _page(person, await seen(person))


@routes.post(_PATH)
@for_people("drafter", "duty_officer")
async def post_follow(request: web.Request, person: Person) -> web.Response:
    """Submit the follow-up; it leaves at once where its words are approved and the person may launch."""
    action = _action(person)
    form = await sent_form(person, (*_ALWAYS, *_FIELDS[action]), ("improved",))
    app, of = request.app, await seen(person)
    try:
        word = typed.word_of(action, None, exercise=of.entry.exercise)
        typed.confirm(word, await _told_of(person, of), form["word"], form["number"])
        submitted = await follow_aside(
            app[LEDGER],
            app[DESK],
            of.entry.id,
            action,
            _wish(action, form, of, _number(form)),
            app[CLOCK](),
            person.caller.actor,
            may_launch=person.may("launch"),
        )
    except InputError as error:
        return await _page(person, of, form, error)
    except Refused as refused:
        return await _page(person, of, form, refused=without_approvals(refused.check).findings)
    recorded = submitted.recorded
    if not recorded.launched:
        return went_to(f"{DECISIONS}/{recorded.id}?done=submitted")
    app[BUS].say(Word.LAUNCHED)
    _log.info("launched", extra={"broadcast": recorded.broadcast_id, "decision": recorded.id})
    return went_to(f"/live/{recorded.broadcast_id}")


@routes.post(_PATH + "/look")
@for_people("drafter", "duty_officer")
async def post_look(_request: web.Request, person: Person) -> web.Response:
    """What would leave as the form is filled in now; nothing is done."""
    action = _action(person)
    form = await sent_form(person, (*_ALWAYS, *_FIELDS[action]), ("improved",), again=True)
    return await _page(person, await seen(person), form)


def _action(person: Person) -> FollowAction:
    return cast(FollowAction, person.request.match_info["action"])


async def _told_of(person: Person, of: Sheet) -> int:
    """How many were told of what is ended or mended."""
    found = await person.request.app[LEDGER].read(broadcasts.summaries, of.entry.broadcast_id)
    return found[0].recipients


def _number(form: Form) -> str:
    number = form["document_number"].strip()
    if not number:
        raise _needed("document_number", "请写明文号", "state the document's number")
    if len(number) > 200:
        raise _needed("document_number", "文号太长", "the document's number is too long")
    return number


def _wish(action: FollowAction, form: Form, of: Sheet, number: str) -> Wish:
    if action == "lift":
        return Wish(number, _at(form), None, _lift_changes(form))
    corrects = None
    if form["wrong"].strip() or form["right"].strip():
        corrects = Correction(wrong=form["wrong"].strip() or None, right=form["right"].strip() or None)
    if action == "retract":
        return Wish(number, None, corrects, _reason(form))
    return Wish(number, None, corrects, _correct_changes(form, of))


def _at(form: Form) -> datetime | Literal["schedule"] | None:
    if form["at"] == "schedule":
        return "schedule"
    return _time(form, "time") if form["at"] == "time" else None


def _lift_changes(form: Form) -> dict[str, Any]:
    hours = form["hours"].strip()
    if hours and not (hours.isascii() and hours.isdecimal() and len(hours) < 4):
        raise _needed("hours", "小时数应是整数", "hours are a whole number")
    changes: dict[str, Any] = dict(_reason(form))
    if hours or form.all("improved"):
        changes["observed"] = {
            "below_threshold": bool(form.all("improved")),
            "improvement_hours": int(hours or 0),
        }
    return changes


def _correct_changes(form: Form, of: Sheet) -> dict[str, Any]:
    """What is stated otherwise than it was."""
    changes: dict[str, Any] = {}
    if form["starts"] != _local(of.decision.starts_at):
        changes["starts_at"] = _time(form, "starts").isoformat()
    if form["ends"] != _local(of.decision.expected_end_at):
        ends = _time(form, "ends") if form["ends"] else None
        changes |= {"expected_end_at": ends and ends.isoformat(), "open_ended": ends is None}
    return changes


def _reason(form: Form) -> dict[str, Any]:
    reason = form["special_reason"].strip()
    return {"special_reason": reason} if reason else {}


def _time(form: Form, name: str) -> datetime:
    try:
        return datetime.fromisoformat(form[name][:16]).replace(tzinfo=BEIJING)
    except ValueError:
        raise _needed(name, "请写明日期和时间", "state a date and a time") from None


def _local(at: datetime | None) -> str:
    return "" if at is None else f"{local(at):%Y-%m-%dT%H:%M}"


def _needed(field: str, message: str, message_en: str) -> InputError:
    return InputError("FIELD_NEEDED", message, message_en, field=field)


def _begun(action: FollowAction, of: Sheet, now: datetime) -> Form:
    """The form before anybody has typed: a lift on schedule while its end is still to come, else now."""
    end = of.decision.expected_end_at
    ahead = end is not None and end > now
    minute = (now + timedelta(seconds=59)).replace(second=0, microsecond=0)
    filled_in = {
        "lift": {"at": "schedule" if ahead else "now", "time": _local(end if ahead else minute)},
        "correct": {"starts": _local(of.decision.starts_at), "ends": _local(end)},
    }.get(action, {})
    return Form({name: [value] for name, value in filled_in.items()})


async def _shown(person: Person, of: Sheet, action: FollowAction, form: Form) -> Shown:
    app = person.request.app
    ledger, desk = app[LEDGER], app[DESK]
    try:
        wish = _wish(action, form, of, form["document_number"].strip()[:200])
        found = await ledger.read(outlook, desk, of.entry.id, action, wish, app[CLOCK]())
        written = await asyncio.to_thread(
            compose, of.plan, found.decision, desk.office, found.link, media=("sms",)
        )
    except InputError as error:
        return Shown([], error=error)
    findings = [each for each in found.check.findings if wish.document_number or each.code != _NUMBERLESS]
    return Shown(by_words(map(_text, written["now"])), findings)


def _text(notice: Notice) -> ShownText:
    messages = filled(notice.medium, notice.messages, None, None)[0]
    return ShownText(
        "now", notice.audience, notice.sector, notice.medium, notice.language, notice.title, messages
    )


async def _page(
    person: Person,
    of: Sheet,
    form: Form | None = None,
    error: InputError | None = None,
    refused: Collection[Finding] = (),
) -> web.Response:
    action = _action(person)
    if of.entry.state != "launched":
        return page(person, "not_launched.html", status=409, exercise=of.entry.exercise, sheet=of)
    now = moment(person.request.app[CLOCK]())
    form = form or _begun(action, of, now)
    end = of.decision.expected_end_at
    return await told(
        person,
        "follow.html",
        of,
        status=422 if refused else 200 if error is None else status_of(error),
        action=action,
        follow_word=typed.word_of(action, None, exercise=of.entry.exercise),
        told_of=await _told_of(person, of),
        shown=await _shown(person, of, action, form),
        error=error,
        refused=refused,
        filled={name: form[name] for name in (*_ALWAYS, *_FIELDS[action])},
        improved=bool(form.all("improved")),
        rule=of.plan.lower_or_lift,
        scheduled="unknown" if end is None else "ahead" if end > now else "past",
        standard=STANDARD[action].wrong if action in STANDARD else None,
    )
