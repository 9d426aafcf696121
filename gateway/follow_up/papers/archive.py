"""An episode's archive: everything that was decided, said, sent and received, in one ZIP file."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from sqlalchemy import Connection

from gateway.broadcasts.desk import Desk
from gateway.follow_up.papers.bulletins import draft
from gateway.follow_up.papers.chronicle import chronicle
from gateway.follow_up.papers.packing import Package
from gateway.follow_up.papers.report import COLUMNS, rows
from gateway.ledger.database import Ledger
from gateway.ledger.decisions import (
    approvals,
    bulletins,
    chronicles,
    decisions,
    notices,
    opinions,
    papers,
    personal,
)
from gateway.ledger.exchange import alerts
from gateway.ledger.follow_up import acknowledgements, obligations, photos
from gateway.ledger.follow_up.acknowledgements import Acknowledgement
from gateway.ledger.trail import audit
from gateway.moments import iso, moment
from gateway.notices.papers.model import paper_from
from gateway.slots import filled
from gateway.spreadsheets import inert

MEDIA_TYPE = "application/zip"
_SLICE = 20  # acknowledgements read at once, with up to five photos each
_JSON = ("document", "findings", "reach", "selection")  # what is kept of a decision as JSON


def archive(ledger: Ledger, desk: Desk, episode_id: str, file: BinaryIO, now: int, *, full: bool) -> int:
    """Write the archive to a file opened for writing; gives how many files it holds.

    `now` in milliseconds since 1970 UTC. Addresses are masked, and what single
    organisations read of their own is left out, unless `full`. The ledger is read piece by
    piece, so that no read holds it for long. Raises `InputError` (EPISODE_UNKNOWN) before anything is
    written.
    """
    told = ledger.read_now(chronicle, episode_id, now)
    plan = desk.catalogue.load(told.steps[0].decision.plan).plan
    areas = {area.code: area.name for area in plan.areas}
    broadcast_of = {each.id: each.broadcast_id for each in ledger.read_now(decisions.of_episode, episode_id)}
    with Package(file, moment(now)) as package:
        package.add_json("episode.json", ledger.read_now(_head, episode_id))
        for number, step in enumerate(told.steps, 1):
            folder = f"decisions/{number:02}-{step.decision.action}"
            ledger.read_now(_add_decision, package, folder, step.id, full)
            package.add(
                f"{folder}/deliveries.csv", _deliveries(ledger, broadcast_of[step.id], areas, full=full)
            )
            _add_signatures(ledger, package, folder, broadcast_of[step.id])
        ledger.read_now(_add_alerts, package, episode_id)
        for each in ledger.read_now(bulletins.of_episode, episode_id):
            package.add_paper(f"bulletins/{each.number:02}", paper_from(json.loads(each.content)))
        package.add_json("obligations.json", ledger.read_now(_obligations, episode_id, now))
        for report in plan.reports:
            if report.deadline.event != "year":
                paper = ledger.read_now(draft, desk, episode_id, report.code, None, now)
                package.add_paper(f"report-drafts/{report.code}", paper)
        package.add_json("audit.json", ledger.read_now(_audit, episode_id, broadcast_of))
        return package.files


def _head(connection: Connection, episode_id: str) -> dict[str, Any]:
    head = chronicles.head(connection, episode_id)
    return {} if head is None else _dated(asdict(head))


def _add_decision(connection: Connection, package: Package, folder: str, identifier: str, full: bool) -> None:
    entry = decisions.entry(connection, identifier)
    if entry is None:
        return
    known = _dated(asdict(entry))
    plain = {name: json.loads(known.pop(name) or "null") for name in _JSON}
    package.add_json(f"{folder}/decision.json", {**known, **plain})
    said = [_dated(asdict(each)) for each in approvals.of_decision(connection, identifier)]
    package.add_json(f"{folder}/approvals.json", said)
    for opinion in opinions.of_decision(connection, identifier):
        content = opinions.content(connection, identifier, opinion.id)
        package.add(f"{folder}/opinions/{opinion.id}-{_file_name(opinion.name)}", content or b"")
    for text in notices.texts(connection, identifier):
        reader = f"{text.audience}-{text.sector}" if text.sector else text.audience
        stem = f"{folder}/texts/{text.purpose}/{reader}.{text.medium}.{text.language}"
        messages, html = filled(text.medium, json.loads(text.messages), text.html, None)
        package.add(f"{stem}.txt", "\n\n".join(messages).encode())
        if html is not None:
            package.add(f"{stem}.html", html.encode())
    if full:
        package.add(f"{folder}/own-words.jsonl", _own_words(connection, identifier))
    for paper in papers.of_decision(connection, identifier):
        package.add_paper(f"{folder}/papers/{paper.kind}", paper_from(paper.plain()))


def _add_alerts(connection: Connection, package: Package, episode_id: str) -> None:
    """What operators and neighbours took, byte for byte, in the order in which it left."""
    for number, alert in enumerate(alerts.of_episode(connection, episode_id), 1):
        stem = f"alerts/{number:02}-{alert.identifier}"
        package.add(f"{stem}.cap.xml", alert.cap)
        if alert.national is not None:
            package.add(f"{stem}.national.xml", alert.national)
        package.add(f"{stem}.json", alert.json)
        package.add(f"{stem}.cell.json", alert.cell)


def _own_words(connection: Connection, identifier: str) -> bytes:
    """A line for each organisation, medium and language; they name who is in charge of what."""
    return "".join(
        json.dumps(
            {"organisation": code, "medium": medium, "language": language, "words": words},
            ensure_ascii=False,
        )
        + "\n"
        for code, medium, language, words in personal.of_decision(connection, identifier)
    ).encode()


def _add_signatures(ledger: Ledger, package: Package, folder: str, broadcast_id: int) -> None:
    """Who was asked to sign and how they answered, with the photos of what they did."""
    answers: list[dict[str, Any]] = []
    after = 0
    while found := ledger.read_now(_answered, broadcast_id, after):
        after = found[-1][0].id
        for asked, pictures in found:
            answers.append(_dated(asdict(asked)))
            for number, picture in enumerate(pictures, 1):
                package.add(f"{folder}/photos/{_file_name(asked.organisation_code)}-{number}.jpg", picture)
    package.add_json(f"{folder}/acknowledgements.json", answers)


def _answered(
    connection: Connection, broadcast_id: int, after: int
) -> list[tuple[Acknowledgement, list[bytes]]]:
    """The next acknowledgements of a broadcast, each with its photos."""
    return [
        (
            asked,
            [
                photos.content(connection, asked.id, each.id) or b""
                for each in (photos.of_acknowledgement(connection, asked.id) if asked.done_at else ())
            ],
        )
        for asked in acknowledgements.page(connection, broadcast_id, after=after, limit=_SLICE)
    ]


def _file_name(name: str) -> str:
    """A name that stays in its folder, whatever somebody called the file."""
    return name.replace("/", "_").replace("\\", "_").lstrip(".") or "file"


def _deliveries(ledger: Ledger, broadcast_id: int, areas: Mapping[str, str], *, full: bool) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows(ledger, broadcast_id, areas, full=full):
        writer.writerow([inert(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def _obligations(connection: Connection, episode_id: str, now: int) -> list[dict[str, Any]]:
    return [
        {
            **_dated(asdict(owed)),
            "state": state,
            "reports": [_dated(asdict(each)) for each in obligations.received(connection, owed.id)],
        }
        for owed, state in obligations.page(connection, now, episode=episode_id)
    ]


def _audit(connection: Connection, episode_id: str, broadcast_of: Mapping[str, int]) -> list[dict[str, Any]]:
    """The rows about the episode, its decisions, their broadcasts, and what was owed in it."""
    owed = obligations.of_episode(connection, episode_id)
    subjects = [
        f"episode:{episode_id}",
        *(f"decision:{each}" for each in broadcast_of),
        *(f"broadcast:{each}" for each in broadcast_of.values()),
        *(f"obligation:{each.id}" for each in owed),
    ]
    return [_dated(asdict(row)) for row in audit.of_subjects(connection, subjects)]


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    """Moments of the ledger (`at`, `…_at`) as people read them."""
    return {
        name: iso(value) if (name == "at" or name.endswith("_at")) and isinstance(value, int) else value
        for name, value in values.items()
    }
