"""A server of its own process between stand-ins of another, with a directory that has people in it."""

import json
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from channels.stand_ins.twilio import ACCOUNT_SID
from tests.city import HEADER
from tests.cli.command import Ran, airwarn
from tests.cli.nursery import Child
from tests.end_to_end.office import process
from tests.processes import json_lines

TWILIO_TOKEN = "twilio-secret-5d41402a"
API_TOKEN = "api-secret-7b8b965a"
GROUP_KEYS = {"教育群": "key-9e107d9d", "停用群": "key-e4d909c2"}
SENDER = "+15005550123"
FROM_MAILBOX = "warning-desk@example.com"
PEOPLE = [f"{family}{given}" for family in "欧阳尉迟令狐" for given in ("一鸣", "双双")]


def number(place: int) -> str:
    """An invented mobile number."""
    return f"199{place:08d}"


def mailbox(place: int) -> str:
    """An invented mailbox."""
    return f"person{place}@school{place}.example.com"


def directory(schools: int) -> str:
    """So many schools, each with a person, a number and a mailbox; two with a WeCom group."""
    groups = {0: "教育群", 1: "停用群"}
    rows = [
        f"S{place},示例学校{place},学校,,410105,{PEOPLE[place % len(PEOPLE)]},{number(place)},"
        f"{groups.get(place, '')},{mailbox(place)},否"
        for place in range(schools)
    ]
    return "\n".join([HEADER, *rows]) + "\n"


@dataclass
class Place:
    """A folder with settings; what every process in it wrote is kept."""

    folder: Path
    ports: Mapping[str, Any]
    written: list[str] = field(default_factory=list)

    def command(self, *arguments: str) -> Ran:
        """Run `airwarn`."""
        ran = airwarn(self.folder, *arguments)
        self.written += [ran.out, ran.err]
        return ran

    @contextmanager
    def server(self) -> Iterator["Server"]:
        """`airwarn serve`; ended by SIGTERM unless it ended before."""
        stderr = self.folder / f"server-{len(self.written)}.stderr"
        with stderr.open("w+", encoding="utf-8") as file:
            with process(self.folder, "gateway", "serve", "--json", errors=file, rest=self.written) as (
                started,
                ready,
            ):
                yield Server(started, ready)
            self.written.append(stderr.read_text("utf-8"))

    @property
    def taken(self) -> list[dict[str, Any]]:
        """Every message that the stand-ins took."""
        return json_lines(self.folder / "stand-ins.log")

    def until_taken(self, messages: int) -> None:
        """Wait until the stand-ins took so many."""
        while len(self.taken) < messages:
            time.sleep(0.02)


@dataclass
class Server:
    """A running `airwarn serve`; `ready` is what it printed."""

    process: Child
    ready: Mapping[str, Any]

    def get(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
        """Ask its public port."""
        return fetch(self.ready["url"] + path, body, **headers)

    def stop(self) -> int:
        """SIGTERM; gives the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=60)


def fetch(url: str, body: bytes | None = None, **headers: str) -> tuple[int, str]:
    """Status and text of an answer."""
    request = urllib.request.Request(url, data=body, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


@contextmanager
def place(
    folder: Path, behaviour: Mapping[str, object], *, schools: int, account: str = "", more: str = ""
) -> Iterator[Place]:
    """Stand-ins and settings; `account` are lines of every account's table, `more` of the file's top."""
    arguments = ["channels.stand_ins", "--log", str(folder / "stand-ins.log")]
    arguments += ["--twilio-token", TWILIO_TOKEN, "--behaviour", json.dumps(behaviour)]
    for port in ("--twilio-port", "--wecom-port", "--smtp-port"):
        arguments += [port, "0"]
    with process(folder, *arguments) as (_, ports):
        (folder / "airwarn.toml").write_text(
            f"""port = 0
metrics_port = 0
{more}
[accounts.sms]
provider = "twilio"
account_sid = "{ACCOUNT_SID}"
senders = ["{SENDER}"]
base_url = "{ports["twilio_url"]}"
{account}
[accounts.mail]
provider = "smtp"
host = "127.0.0.1"
port = {ports["smtp_port"]}
security = "none"
sender = "{FROM_MAILBOX}"
{account}
[accounts.wecom]
provider = "wecom"
base_url = "{ports["wecom_url"]}"
{account}
""",
            encoding="utf-8",
        )
        secrets = folder / "airwarn-secrets"
        secrets.mkdir()
        (secrets / "airwarn_api_token").write_text(API_TOKEN)
        (secrets / "airwarn_accounts__sms__auth_token").write_text(TWILIO_TOKEN)
        (secrets / "airwarn_accounts__wecom__groups").write_text(json.dumps(GROUP_KEYS))
        (folder / "directory.csv").write_text(directory(schools), encoding="utf-8")
        yield Place(folder, ports)
