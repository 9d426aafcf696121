"""Call sheets as a document to print: A4, large type, each district and reader on sheets of its own."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from gateway.boards.calls import CallSheet
from gateway.boards.printing import Document, Sheet
from gateway.moments import local
from gateway.notices import chinese


def call_document(sheets: Sequence[CallSheet], office: Sequence[str], printed_at: datetime) -> Document:
    """The sheets in their order, pages numbered through; the time of printing (`printed_at`, aware) stands
    on every page, and the mark of a drill."""
    now = local(printed_at)
    shared = {
        "title": "电话通知单",
        "office": "　".join(office),
        "printed": f"打印于{chinese.day(now.date(), year=True)}{now:%H:%M}",
    }
    named = [Sheet(f"{sheet.area}·{sheet.readers}", _content(sheet)) for sheet in sheets]
    return Document("calls", shared, named, printed_at)


def _content(sheet: CallSheet) -> dict[str, Any]:
    return {
        "area": sheet.area,
        "readers": sheet.readers,
        "title": sheet.title,
        "script": sheet.script,
        "exercise": sheet.exercise,
        "calls": [
            {
                "code": call.code,
                "organisation": call.organisation,
                "place": call.place,
                "state": call.state,
                "own": list(call.own),
                "people": [
                    {"role": person.role, "name": person.name, "numbers": list(person.numbers)}
                    for person in call.people
                ],
            }
            for call in sheet.calls
        ],
    }
