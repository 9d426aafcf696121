"""The example that an exercise begins with: ready to be submitted under every plan, at any hour."""

from datetime import date, datetime, time, timedelta
from typing import Any

from gateway.broadcasts.preparing.draft_check import look
from gateway.broadcasts.preparing.example import example
from gateway.broadcasts.preparing.new_draft import begun
from gateway.moments import BEIJING
from tests.broadcasts.bureau import CATALOGUE, Bureau

HOURS = (time(0, 0), time(9, 59), time(23, 30))


def test_an_example_is_ready_under_every_plan_at_any_hour(bureau: Bureau) -> None:
    for identifier in CATALOGUE.identifiers():
        plan = CATALOGUE.load(identifier).plan
        day = (plan.validity.valid_from or date(2024, 1, 1)) + timedelta(days=40)
        for hour in HOURS:
            at = datetime.combine(day, hour, BEIJING)
            now = int(at.timestamp() * 1000)
            document: dict[str, Any] = begun(plan, True, "issue", now, [plan.area]) | example(plan, at, 7)
            found = bureau.ledger.read_now(look, bureau.desk, document, now)
            assert found.check is not None, (identifier, found.problems)
            assert found.ready, (identifier, hour, found.problems, found.check.findings)
            assert found.check.level_by_forecast in (document["level"], None), identifier
            assert document["document_number"] == f"演练〔{document['starts_at'][:4]}〕7号"
