"""What doctor says of the ledger."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from gateway.directory.model import Address, Contact, ContactAddress, Organisation
from gateway.doctor import records
from gateway.ledger.backends import copying, incarnation
from gateway.ledger.database import FILE, Ledger, system_clock
from gateway.ledger.directory import directory
from gateway.ledger.trail import audit
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


def test_a_copy_that_was_never_started_is_called_one_and_no_damaged_trail(tmp_path: Path) -> None:
    office, restored = tmp_path / "office", tmp_path / "restored"
    for folder in (office, restored):
        folder.mkdir()
    with closing(Ledger(office)) as ledger:
        incarnation.begin(ledger, office, system_clock())
        ledger.write_now(audit.append, system_clock(), "(local)", "tried", "ledger:1", {})
        assert _outcomes(ledger, office, "COPY", "AUDIT", "GUARD") == {"AUDIT": "ok"}
    copying.copy(office, restored / FILE, system_clock())
    with closing(Ledger(restored)) as ledger:
        assert _outcomes(ledger, restored, "COPY", "AUDIT", "GUARD") == {
            "COPY": "warning",
            "AUDIT": "warning",
        }
        incarnation.begin(ledger, restored, system_clock())
        assert _outcomes(ledger, restored, "COPY", "GUARD") == {"GUARD": "error"}
    shutil.copy(restored / FILE, office / FILE)  # in its place, with the end of the trail beside it
    with closing(sqlite3.connect(office / FILE)) as connection, connection:
        for (name,) in connection.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            connection.execute(f"drop trigger {name}")
        connection.execute("update audit set actor = 'somebody else'")
    with closing(Ledger(office)) as ledger:
        assert _outcomes(ledger, office, "COPY", "AUDIT")["AUDIT"] == "error"


def _outcomes(ledger: Ledger, folder: Path, *codes: str) -> dict[str, str]:
    settings = Settings.model_validate({"data_folder": folder})
    return {each.code: each.outcome for each in records.ledger(ledger, settings) if each.code in codes}
