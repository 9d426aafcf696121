from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from tests.city import DIRECTORY, soon
from tests.documents import as_yaml, lift, orange_start
from tests.end_to_end.office import process


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Path]:
    """A folder with settings, a directory and decisions, and stand-ins running beside it."""
    log = tmp_path / "stand-ins.log"
    arguments = ["channels.stand_ins", "--log", str(log)]
    for port in ("--twilio-port", "--wecom-port", "--smtp-port"):
        arguments += [port, "0"]
    with process(tmp_path, *arguments) as (_, ports):
        (tmp_path / "airwarn.toml").write_text(
            f"""port = 0
[accounts.sms]
provider = "twilio"
account_sid = "{ACCOUNT_SID}"
auth_token = "{AUTH_TOKEN}"
senders = ["{SENDER}"]
base_url = "{ports["twilio_url"]}"
[accounts.wecom]
provider = "wecom"
base_url = "{ports["wecom_url"]}"
[accounts.wecom.groups]
"教育群" = "key-1"
"""
        )
        (tmp_path / "directory.csv").write_text(DIRECTORY, encoding="utf-8")
        (tmp_path / "start.yaml").write_text(as_yaml(soon(orange_start())), encoding="utf-8")
        (tmp_path / "lift.yaml").write_text(as_yaml(soon(lift())), encoding="utf-8")
        yield tmp_path
