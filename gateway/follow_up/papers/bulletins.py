"""Makes out an episode's situation bulletins and the drafts of the reports that its plan asks for."""

import hashlib
import json
from datetime import date

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.desk import Desk
from gateway.errors import InputError
from gateway.follow_up.papers.chronicle import chronicle, unknown
from gateway.ledger.decisions import bulletins, chronicles
from gateway.ledger.decisions.bulletins import Bulletin
from gateway.ledger.trail import audit
from gateway.notices.papers.bulletin import bulletin, report_draft
from gateway.notices.papers.model import Paper, paper_from
from gateway.plans.model import Plan


def make_bulletin(connection: Connection, desk: Desk, episode_id: str, actor: Actor, now: int) -> Bulletin:
    """Fill, number and keep the episode's next bulletin. Raises `InputError` (EPISODE_UNKNOWN)."""
    told = chronicle(connection, episode_id, now)
    number = bulletins.next_number(connection, episode_id)
    paper = bulletin(_plan(connection, desk, episode_id), told, desk.office, number)
    content = json.dumps(paper.content(), ensure_ascii=False, sort_keys=True)
    made = Bulletin(number, content, hashlib.sha256(content.encode()).hexdigest(), actor.name, now)
    bulletins.add(connection, episode_id, made)
    audit.append(
        connection,
        now,
        actor.name,
        "bulletin_made",
        f"episode:{episode_id}",
        {"number": number, "sha256": made.sha256},
    )
    return made


def kept_bulletin(connection: Connection, episode_id: str, number: int) -> Paper:
    """A bulletin as it was made out. Raises `InputError` (BULLETIN_UNKNOWN)."""
    for each in bulletins.of_episode(connection, episode_id):
        if each.number == number:
            return paper_from(json.loads(each.content))
    raise InputError(
        "BULLETIN_UNKNOWN",
        f"污染过程“{episode_id}”没有第{number}期情况通报",
        f"episode {episode_id!r} has no bulletin {number}",
        field="number",
    )


def draft(
    connection: Connection, desk: Desk, episode_id: str, code: str, covers: date | None, now: int
) -> Paper:
    """The draft of one of the plan's reports on the episode, filled as of `now`.

    Raises `InputError`: EPISODE_UNKNOWN, REPORT_UNKNOWN naming the codes that there are.
    """
    told = chronicle(connection, episode_id, now)
    plan = _plan(connection, desk, episode_id)
    for report in plan.reports:
        if report.code == code:
            return report_draft(plan, report, told, covers)
    codes = ", ".join(report.code for report in plan.reports)
    raise InputError(
        "REPORT_UNKNOWN",
        f"预案没有报告“{code}”；有 {codes}",
        f"the plan has no report {code!r}; it has {codes}",
        field="code",
    )


def _plan(connection: Connection, desk: Desk, episode_id: str) -> Plan:
    head = chronicles.head(connection, episode_id)
    if head is None:
        raise unknown(episode_id)
    return desk.catalogue.load(head.plan).plan
