"""What a list changes, or would change, row by row: the page of an import, or of a file that waits for it."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from gateway.ledger.directory.imports import Import
from gateway.ledger.directory.uploads import Upload
from gateway.web.console.directory.directory_words import FIELDS
from gateway.web.console.directory.directory_words import TEXTS as DIRECTORY_TEXTS
from gateway.web.console.directory.history import change_words
from gateway.web.console.directory.import_words import KINDS, OUTCOMES, TEXTS, WOULD
from gateway.web.console.directory.organisation_words import LABELS
from gateway.web.console.frame import moment
from gateway.web.console.table import Asked, Column, Filter, Table, answer
from gateway.web.live.live_words import Speech
from gateway.web.people import Person

_NAMED = 50  # organisations and notes that are shown one by one

Row = Mapping[str, Any]


def table(report: Mapping[str, Any], *, waits: bool) -> Table[tuple[int, Row]]:
    """The rows of a report; `waits`: nothing of it is stored yet."""
    outcomes = WOULD if waits else OUTCOMES
    printed = {
        each["field"]: each["printed"] for each in report["understood"]["columns"] if each.get("field")
    }

    def column(field: str | None, say: Speech) -> str:
        if field is None:
            return ""
        return printed.get(field) or (say.of(LABELS[field]) if field in LABELS else field)

    def told(faults: list[Row], say: Speech) -> str:
        return say.clauses(each["message" if say.language == "zh" else "message_en"] for each in faults)

    def columns(row: Row, say: Speech) -> str:
        named = (column(each["field"], say) for each in [*row["faults"], *row["remarks"]])
        return say.listed(dict.fromkeys(filter(None, named)))

    def changes(row: Row, say: Speech) -> str:
        changed = report["changes"].get(row["code"], {}) if row["outcome"] == "changed" else {}
        return say.clauses(
            f"{say.among(FIELDS, field)} {before} → {after}"
            for field, before, after in change_words(changed, say)
        )

    return Table(
        "rows",
        TEXTS["rows"],
        (
            Column(
                "row",
                TEXTS["row"],
                lambda row, say: say.of(TEXTS["row_number"]).format(row[1]["row"]),
            ),
            Column(
                "outcome",
                TEXTS["outcome"],
                lambda row, say: say.of(outcomes[row[1]["outcome"]]),
                mark=lambda row: "broken" if row[1]["outcome"] == "refused" else "",
                matters="deciding",
            ),
            Column("code", TEXTS["code"], lambda row, _say: row[1]["code"]),
            Column("column", TEXTS["which_column"], lambda row, say: columns(row[1], say)),
            *(
                [Column("changes", TEXTS["changes"], lambda row, say: changes(row[1], say))]
                if "changes" in report
                else []
            ),
            Column("why", TEXTS["why"], lambda row, say: told(row[1]["faults"], say)),
            Column("remarks", TEXTS["remarks"], lambda row, say: told(row[1]["remarks"], say)),
        ),
        lambda row: row[0],
        "",
        (Filter("outcome", TEXTS["outcome"], outcomes),),
    )


async def report_page(
    person: Person,
    what: Upload | Import,
    kept: Mapping[str, Any] | None = None,
    *,
    differs: bool = False,
) -> web.Response:
    """The page of a file that waits, or of an import with the report that is `kept` of it."""
    waits = isinstance(what, Upload)
    report: Mapping[str, Any] = what.report if isinstance(what, Upload) else kept or {}
    shown = table(report, waits=waits)
    asked = shown.asked(person.request.query)
    rows = list(enumerate(sorted(report["rows"], key=lambda row: row["outcome"] != "refused"), 1))

    def fetch(_connection: object, asked: Asked, after: int | None, limit: int) -> list[tuple[int, Row]]:
        outcome = asked.chosen.get("outcome")
        found = ((n, row) for n, row in rows if n > (after or 0) and outcome in (None, row["outcome"]))
        return [each for each, _ in zip(found, range(limit), strict=False)]

    counts, understood = report["counts"], report["understood"]
    response = await answer(
        person,
        shown,
        asked,
        fetch,
        "import.html",
        words=DIRECTORY_TEXTS | TEXTS,
        waits=waits,
        what=what,
        at=moment(what.at),
        kind=KINDS[understood["kind"]],
        counts=[(name, words, counts[name]) for name, words in (WOULD if waits else OUTCOMES).items()],
        storing=counts["added"] + counts["changed"],
        fitting=sum(counts.values()) - counts["refused"],
        report=report,
        named=_NAMED,
        understood=understood,
        differs=differs,
    )
    if differs:
        response.set_status(409)
    return response
