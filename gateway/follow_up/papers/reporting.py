"""Reports to whom the plan names: prepared from the ledger, mended by a person, noted as sent.

The program sends none of them: offices hand them over on paper or in a system of their own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from gateway.broadcasts.actor import Actor
from gateway.broadcasts.desk import Desk
from gateway.errors import InputError
from gateway.follow_up.obligations import obligations as use_case
from gateway.follow_up.papers.chronicle import chronicle
from gateway.ledger.follow_up import obligations, report_drafts
from gateway.ledger.follow_up.obligations import Obligation
from gateway.moments import local, moment
from gateway.notices import chinese
from gateway.notices.papers.bulletin import Source, report_parts
from gateway.notices.papers.model import Block, Paper, text_of
from gateway.plans.model import Report

NUMBER = "报送文号"  # the heading under which a report that was sent keeps its document number
_NUMERALS = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class PreparedPart:
    """One content of a report: what the ledger knows of it in plain text, "" where only people know, and
    where it comes from."""

    heading: str
    text: str
    sources: tuple[Source, ...]


def has_draft(desk: Desk, row: Obligation) -> bool:
    """Whether the ledger can prepare it: one of the plan's reports on an episode."""
    return row.episode_id is not None and _report(desk, row) is not None


def is_ours(desk: Desk, row: Obligation) -> bool:
    """Whether the issuing body owes it, and no single unit or district."""
    report = _report(desk, row)
    return report is None or report.owed_by == "body"


def prepared(connection: Connection, desk: Desk, identifier: int, now: int) -> tuple[PreparedPart, ...]:
    """The report that an obligation asks for, filled as of `now` (milliseconds since 1970 UTC).

    Raises `InputError`: OBLIGATION_UNKNOWN, DRAFT_UNKNOWN where it is none of the plan's reports.
    """
    row = known(connection, identifier)
    report = _report(desk, row)
    if report is None or row.episode_id is None:
        raise InputError(
            "DRAFT_UNKNOWN",
            f"待办 {identifier} 没有报告草稿，请直接登记",
            f"nothing prepares obligation {identifier}: record its report",
            field="id",
        )
    plan = desk.catalogue.load(row.plan).plan
    parts = report_parts(plan, report, chronicle(connection, row.episode_id, now))
    return tuple(PreparedPart(part.heading, text_of(part.blocks), part.sources) for part in parts)


def keep(
    connection: Connection,
    identifier: int,
    contents: Mapping[str, str],
    number: str,
    seen: int,
    by: str,
    now: int,
) -> None:
    """Keep what somebody has written so far, in the place of the version that they saw (0: nothing was kept
    yet). Raises `InputError`: OBLIGATION_UNKNOWN, CHANGED_MEANWHILE where somebody else has kept another."""
    row = known(connection, identifier)
    if report_drafts.keep(connection, row.id, contents, number, seen, by, now):
        return
    other = report_drafts.of_obligation(connection, row.id)
    if other is None:
        raise InputError(
            "CHANGED_MEANWHILE",
            "草稿刚被删除或已经报送。您写的还在下面，要留请再保存",
            "the draft was just discarded or sent; what you wrote stands below: keep it again if you want it",
        )
    if (dict(other.contents), other.number) == (dict(contents), number):  # sent twice
        return
    at = f"{local(moment(other.changed_at)):%H:%M}"
    raise InputError(
        "CHANGED_MEANWHILE",
        f"{other.changed_by} {at} 改过这份草稿。您写的还在下面，不同的地方写着对方的内容；核对后再保存",
        f"{other.changed_by} changed this draft at {at}; what you wrote stands below, with theirs where it"
        " differs: look at both, then keep it again",
    )


def send(
    connection: Connection,
    actor: Actor,
    identifier: int,
    contents: Mapping[str, str],
    number: str,
    now: int,
) -> dict[str, Any]:
    """Note that a report was handed over under a document number; gives what `obligations.receive` gives.
    Its draft is kept no longer.

    Raises what that raises, and `InputError`: NUMBER_MISSING.
    """
    row = known(connection, identifier)
    stated = number.strip()
    if not 1 <= len(stated) <= 100:
        raise InputError(
            "NUMBER_MISSING",
            "请填写报送文号，最多 100 字；没有文号写“无”",
            "give the document number, in 100 characters at most; “无” where there is none",
            field="number",
        )
    told = {**contents, NUMBER: stated} if any(text.strip() for text in contents.values()) else contents
    received = use_case.receive(connection, actor, identifier, row.by_whom, told, now)
    report_drafts.drop(connection, row.id)
    return received


def as_paper(row: Obligation, contents: Mapping[str, str], from_whom: str, at: int) -> Paper:
    """A report as it is written, under the plan's headings; `at`: the day it bears, in milliseconds since
    1970 UTC."""
    number = contents.get(NUMBER, "").strip()
    blocks: list[Block] = []
    if row.covers and len(row.covers) > len("2024"):
        day = chinese.day(date.fromisoformat(row.covers), year=True)
        blocks.append(Block(paragraph=f"本报告反映{day}的情况。"))
    headings = [heading for heading in contents if heading != NUMBER]
    for place, heading in enumerate(headings):
        numeral = _NUMERALS[place] if place < len(_NUMERALS) else str(place + 1)
        blocks.append(Block(heading=f"{numeral}、{heading}"))
        blocks += _paragraphs(contents[heading].splitlines())
    mark = chinese.EXERCISE if row.exercise else ""
    return Paper(
        "report",
        f"{mark}{chinese.sentence(row.what)}",
        number or None,
        chinese.sentence(row.to_whom),
        tuple(blocks),
        (from_whom, chinese.day(local(moment(at)).date(), year=True)),
    )


def known(connection: Connection, identifier: int) -> Obligation:
    """The obligation of that number. Raises `InputError` (OBLIGATION_UNKNOWN)."""
    row = obligations.by_id(connection, identifier)
    if row is None:
        raise InputError("OBLIGATION_UNKNOWN", "没有这项待办", "there is no such obligation", field="id")
    return row


def _paragraphs(lines: Iterable[str]) -> list[Block]:
    stated = [Block(paragraph=line.strip()) for line in lines if line.strip()]
    return stated or [Block(paragraph="（未填写。）")]


def _report(desk: Desk, row: Obligation) -> Report | None:
    reports = desk.catalogue.load(row.plan).plan.reports
    return next((each for each in reports if each.code == row.code), None)
