"""From a decision to its alert: what the notices say to the public, and what machines read beside it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from gateway.decisions.model import Decision
from gateway.errors import InputError
from gateway.exchange.info_blocks import InfoBlocks
from gateway.exchange.life_cycle import follow
from gateway.exchange.model import (
    Alert,
    Authority,
    Identity,
    Info,
    Status,
    read_moment,
    written,
)
from gateway.moments import local
from gateway.notices.chinese import one_line
from gateway.notices.model import InForce, Office
from gateway.notices.stated import stated
from gateway.plans.model import Plan

_EXERCISE_NOTE = "演练：本消息用于演练，不是真实预警。Exercise: there is no real warning."
_TEST_NOTE = "测试：本消息用于系统测试，不是真实预警。Test: there is no real warning."
_RESTRICTION = "仅限参加演练、测试的单位 · for those who take part in the exercise or test only"


def identifier(plan: Plan, authority: Authority, sent: datetime, number: int = 1) -> str:
    """What a message is called in every rendering, such as `41010000000000_20240108080000_1`.

    It has the form that the 12379 platform asks for: place, organisation, time, and a number (1 to 99) among
    the messages of that second.
    """
    unit = f"{_digits(plan)}{authority.organisation or '000'}{authority.internal}{authority.extension}"
    return f"{unit}_{local(sent):%Y%m%d%H%M%S}_{number}"


def sender(plan: Plan, authority: Authority) -> str:
    """Who sends, as `references` name it."""
    return authority.sender or f"airwarn.{_digits(plan)}"


def _digits(plan: Plan) -> str:
    if len(plan.area) != 6 or not plan.area.isdecimal():
        raise InputError(
            "AREA_WITHOUT_CODE",
            f"预案“{plan.id}”的区域代码不是六位行政区划代码，不能编制报文标识",
            f"plan {plan.id!r} has no code of six digits to make identifiers of",
            field="area",
        )
    return plan.area


def build(
    plan: Plan,
    decision: Decision,
    authority: Authority,
    office: Office,
    identity: Identity,
    *,
    before: InForce | None = None,
    after: InForce | None = None,
    earlier: Sequence[Alert] = (),
    standing: Decision | None = None,
    test: bool = False,
) -> Alert:
    """The alert that a decision is.

    `before` and `after` are as in `notices.compose.render`. `earlier` are the messages of its event so far,
    oldest first. `standing` is a warning that goes on beside this one: elsewhere (its area already without
    this one's), or here until this decision takes effect; its info blocks follow, and nothing is cancelled.
    `test` makes an exercise a test of the connection.

    Raises `InputError`: AREA_UNKNOWN, AREA_WITHOUT_CODE, TEST_NOT_EXERCISE, what `life_cycle.follow` and
    `notices.compose.render` raise. The findings of the decision are not asked.
    """
    drafted = draft(
        plan, decision, authority, office, identity, before=before, after=after, standing=standing, test=test
    )
    return following(drafted, earlier, beside=beside_warnings(decision, before, after))


def draft(
    plan: Plan,
    decision: Decision,
    authority: Authority,
    office: Office,
    identity: Identity,
    *,
    before: InForce | None = None,
    after: InForce | None = None,
    standing: Decision | None = None,
    dropped: Decision | None = None,
    test: bool = False,
) -> Alert:
    """The alert as `build` makes it, before it is known which messages it follows: all that it says, and
    the type that it is meant to have. Raises what `build` raises of the decision itself.

    `dropped` is what is said where a change no longer holds: the end, in blocks of its own after those of
    the decision."""
    status = status_of(decision, test=test)
    infos = InfoBlocks(plan, decision, authority, office, before, after, identity.sent).infos()
    if dropped is not None:
        infos += InfoBlocks(plan, dropped, authority, office, before, None, identity.sent).infos()
    if standing is not None:
        beside = InfoBlocks(plan, standing, authority, office, None, None, identity.sent)
        infos += beside.infos(until(plan, standing, decision))
    first = decision.action in ("issue", "hint", "tip")
    return Alert(
        identifier=identity.identifier,
        sender=sender(plan, authority),
        sent=written(identity.sent),
        status=status,
        message_type="Cancel" if cancels(infos, authority) else "Alert" if first else "Update",
        scope="Public" if status == "Actual" else "Restricted",
        restriction=None if status == "Actual" else _RESTRICTION,
        note=_note(decision, status, infos[0]),
        infos=infos,
    )


def following(drafted: Alert, earlier: Sequence[Alert], *, beside: bool) -> Alert:
    """A draft with the type, references and event that it has after the messages of its event, oldest
    first. `beside`: see `beside_warnings`. Raises what `life_cycle.follow` raises."""
    mended = [alert for alert in earlier if not alert.warns] if beside else earlier
    message_type, references = follow(
        drafted.message_type, mended, read_moment(drafted.sent), status=drafted.status
    )
    return replace(
        drafted,
        message_type=message_type,
        references=references,
        incidents=(earlier[0].incidents or earlier[0].identifier) if earlier else drafted.identifier,
    )


def beside_warnings(decision: Decision, before: InForce | None, after: InForce | None) -> bool:
    """Whether it is a hint or tip, or ends one: it replaces no warning that is in force."""
    content = stated(decision, before, after).content
    of_hint = before is not None and before.action in ("hint", "tip")
    return content in ("hint", "tip") or (content in ("lift", "none") and of_hint)


def cancels(infos: Sequence[Info], authority: Authority) -> bool:
    """Whether what says this is a Cancel: nothing of it holds any more."""
    return all(info.ends for info in infos) and authority.lift_as == "cancel"


def until(plan: Plan, standing: Decision, decision: Decision) -> datetime | None:
    """When a warning that goes on beside a decision ends by it; None: it goes on elsewhere."""
    whole = plan.area
    shares = (
        whole in standing.area or whole in decision.area or not set(standing.area).isdisjoint(decision.area)
    )
    return decision.starts_at if shares else None


def status_of(decision: Decision, *, test: bool = False) -> Status:
    """Whether a message is real. Raises `InputError` TEST_NOT_EXERCISE."""
    if test and not decision.exercise:
        raise InputError(
            "TEST_NOT_EXERCISE",
            "测试消息只能由演练的决定生成",
            "only a decision that is an exercise becomes a test",
            field="exercise",
        )
    return "Test" if test else "Exercise" if decision.exercise else "Actual"


def _note(decision: Decision, status: Status, info: Info) -> str | None:
    corrects = decision.corrects
    said = [] if status == "Actual" else [_TEST_NOTE if status == "Test" else _EXERCISE_NOTE]
    if corrects is not None:
        labels = (("有误", corrects.wrong), ("实际", corrects.right))
        said += [f"{label}：{one_line(text)}" for label, text in labels if text]
    elif info.ends and info.headline:
        said.append(info.headline)
    return "；".join(said) or None
