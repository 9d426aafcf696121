"""What doctor says of the ledger."""

from pathlib import Path

from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.doctor import records
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.directory import directory
from gateway.settings import Settings
from gateway.vocabulary import AUDIENCES


def test_whoever_is_told_through_its_people_alone_is_somebody_to_tell(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    try:
        assert _said(ledger, tmp_path) == "warning"
        people = [
            Organisation(
                code=audience,
                name=f"单位{audience}",
                audience=audience,
                sector="industry" if audience == "enterprises" else None,
                area="410102",
                contact=None,
                addresses=(),
                exercise=False,
                contacts=(
                    Contact("张三", "responsible", (ContactAddress(Address("sms", "+8619900000001")),)),
                ),
            )
            for audience in AUDIENCES
        ]
        ledger.write_now(directory.apply, people, system_clock())
        assert _said(ledger, tmp_path) == "ok"
    finally:
        ledger.close()


def _said(ledger: Ledger, folder: Path) -> str:
    settings = Settings.model_validate({"data_folder": folder})
    return next(each.outcome for each in records.ledger(ledger, settings) if each.code == "DIRECTORY")
