"""What an alert as a whole must keep beside its schema: identity, references, scope, note, life cycle."""

import re
from datetime import datetime

from gateway.exchange.model import AHEAD
from gateway.exchange.validation.fault import shown
from gateway.exchange.validation.part import Part
from gateway.exchange.validation.values import moment

_FORBIDDEN = re.compile(r"[\s,<&]")  # of identifier and sender: they are what separates `references`
_ANSWERS = ("Update", "Cancel", "Ack", "Error")  # to earlier messages


def check_message(alert: Part, now: datetime | None) -> None:
    """Gather the faults of the alert's own elements; without `now` nothing is said about the clock."""
    for name in ("identifier", "sender"):
        _check_name(alert, name)
    _check_references(alert)
    _check_scope(alert)
    _check_note(alert)
    _check_status(alert)
    if not alert.parts("info") and alert.value("msgType") in ("Alert", "Update"):
        alert.fault(
            "INFO_MISSING",
            "warning",
            "没有 info，消息不说明发生了什么",
            "there is no info: the message does not say what happens",
        )
    sent = alert.part("sent")
    stated = moment(sent.text) if sent else None
    if sent and stated and now and stated > now + AHEAD:
        sent.fault("SENT_IN_FUTURE", "warning", "发送时间在将来", "it is sent in the future")


def _check_name(alert: Part, name: str) -> None:
    part = alert.part(name)
    if part is not None and part.text.strip() and _FORBIDDEN.search(part.text):
        part.fault(
            f"{name.upper()}_CHARACTERS",
            "error",
            "不得含有空格、逗号、< 或 &",
            "it must hold no space, comma, < or &",
        )


def _check_references(alert: Part) -> None:
    kind, part = alert.value("msgType"), alert.part("references")
    tokens = part.text.split() if part else []
    if part is None or not tokens:
        if kind in _ANSWERS:
            (part or alert).fault(
                "REFERENCES_MISSING",
                "error",
                f"{kind} 必须在 references 中写明针对的消息",
                f"{kind} must name in references the messages that it is about",
            )
        return
    if kind == "Alert":
        part.fault(
            "REFERENCES_UNEXPECTED",
            "warning",
            "首次发布（Alert）引用了先前的消息；更新应为 Update",
            "an Alert refers to earlier messages; an Update does that",
        )
    if len(set(tokens)) < len(tokens):
        part.fault("REFERENCES_REPEATED", "warning", "同一条引用出现多次", "a reference stands twice")
    own = (alert.value("sender"), alert.value("identifier"))
    sent = moment(alert.value("sent"))
    for token in dict.fromkeys(tokens):
        _check_reference(part, token, own, sent)


def _check_reference(part: Part, token: str, own: tuple[str, str], sent: datetime | None) -> None:
    named = token.split(",")
    at = moment(named[2]) if len(named) == 3 else None
    if at is None or not all(named):
        part.fault(
            "REFERENCES_MALFORMED",
            "error",
            f"“{shown(token)}”应为 sender,identifier,sent",
            f"{shown(token)!r} is not sender,identifier,sent",
        )
        return
    if (named[0], named[1]) == own:
        part.fault("REFERENCES_ITSELF", "error", "消息引用了自己", "the message refers to itself")
    elif sent and at > sent:
        part.fault(
            "REFERENCES_LATER",
            "warning",
            f"引用的消息晚于本消息：{shown(token)}",
            f"it refers to a later message: {shown(token)}",
        )


def _check_scope(alert: Part) -> None:
    scope = alert.value("scope")
    for needed, name in (("Restricted", "restriction"), ("Private", "addresses")):
        if scope == needed and not alert.value(name):
            alert.fault(
                f"{name.upper()}_MISSING",
                "error",
                f"scope 为 {needed} 时必须写明 {name}",
                f"the scope {needed} needs {name}",
            )
    if scope and scope != "Restricted" and alert.value("restriction"):
        alert.fault(
            "RESTRICTION_UNEXPECTED",
            "warning",
            "只有 scope 为 Restricted 时才写 restriction",
            "restriction is for the scope Restricted only",
        )


def _check_note(alert: Part) -> None:
    """The explanation of an Error and the name of an exercise stand in `note` (section 3.2.1)."""
    if alert.value("note"):
        return
    if alert.value("msgType") == "Error":
        alert.fault("NOTE_MISSING", "warning", "Error 应在 note 中说明原因", "an Error says why in note")
    elif alert.value("status") == "Exercise":
        alert.fault(
            "NOTE_MISSING",
            "warning",
            "演练应在 note 中写明演练名称",
            "an Exercise names the exercise in note",
        )


def _check_status(alert: Part) -> None:
    if alert.value("status") == "Draft":
        alert.fault("STATUS_DRAFT", "warning", "草稿（Draft）不得执行", "a Draft is not to be acted upon")
