"""What the public pages say of a change for later, before and after its hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.exchange import public_json
from gateway.exchange.model import ALERT_LEVEL, Alert, Named, read_moment, written
from gateway.exchange.register import Register
from gateway.ledger.decisions.notices import Text
from gateway.web.public.rendering import speech
from gateway.web.public.telling import Notice, Released, Telling
from gateway.web.public.wish import Wish
from tests.exchange.messages import alert_of

SENT = datetime(2026, 1, 8, 0, 0, tzinfo=UTC)
TURN = SENT + timedelta(hours=6)


def _changed_for_later() -> tuple[Alert, Alert]:
    """An orange warning that began, and a raise to red from `TURN` on."""
    issue = alert_of("issue orange", sent=SENT, starts_at=SENT, expected_end_at=SENT + timedelta(hours=72))
    orange = next(each for each in issue.infos if each.language == "zh-CN")
    red = [each if each.name != ALERT_LEVEL else Named(ALERT_LEVEL, "红色") for each in orange.parameters]
    raised = replace(
        issue,
        identifier=f"{issue.identifier}2",
        sent=written(SENT + timedelta(hours=1)),
        message_type="Update",
        references=(issue.reference,),
        infos=(
            replace(orange, expires=written(TURN)),
            replace(orange, onset=written(TURN), parameters=tuple(red)),
        ),
    )
    return issue, raised


def _told(now: datetime) -> Notice:
    issue, raised = _changed_for_later()
    register = Register()
    for each in (issue, raised):
        register.add(each, kind="decision", plan="zhengzhou", episode="1", sha256="")
    (state,) = public_json.state(register, now, now, str)["plans"]
    text = Text("now", "public", None, "notice", "zh-CN", "通告", "[]", "<main><p>停</p></main>", "[]")
    found = {each.identifier: Released(each, (text,)) for each in (issue, raised)}
    (notice,) = Telling(Wish(), speech(Wish()), {}).notices(register, state, found.get)
    assert read_moment(issue.infos[0].onset or "") <= now
    return notice


def test_until_its_hour_both_levels_and_both_notices_stand() -> None:
    notice = _told(TURN - timedelta(minutes=1))
    assert {(each.words, each.begun) for each in notice.standing} == {("橙色预警", True), ("红色预警", False)}
    (orange,) = (each for each in notice.standing if each.colour == "orange")
    assert orange.until == "2026年1月8日14时"
    assert notice.earlier is not None


def test_from_its_hour_on_only_the_change_stands() -> None:
    notice = _told(TURN)
    assert [(each.words, each.begun) for each in notice.standing] == [("红色预警", True)]
    assert notice.standing[0].until == "2026年1月11日8时"
    assert notice.earlier is None
