"""A city and a district on loopback, each with its own gateway, linked as docs/orders.md says."""

import base64
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copyfile
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from channels.webhook import signatures
from tests.cli.command import Ran, airwarn
from tests.documents import as_yaml
from tests.end_to_end.office import process
from tests.ports import free_port

PLAN = Path(__file__).with_name("dalian.yaml")
WAIT_SECONDS = 60.0
CITY_DIRECTORY = "编码,名称,受众,区域代码,推送接收方,演练\nXG,西岗区应急指挥部,区县,210200,xigang,否\n"
DISTRICT_DIRECTORY = "编码,名称,受众,区域代码,手机,演练\nS1,示例小学,学校,210203,19900000101,否\n"


def seed() -> str:
    return base64.b64encode(os.urandom(32)).decode()


@dataclass
class Office:
    """One office's folder, its server's address, and what it does at the command line."""

    folder: Path
    url: str = ""
    approver: tuple[str, str] = ("", "")
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 100)))

    def run(self, *arguments: str) -> Ran:
        return airwarn(self.folder, *arguments)

    def json(self, *arguments: str) -> Any:
        ran = self.run(*arguments, "--json")
        assert ran.code == 0, ran
        return ran.json

    def submit(self, document: dict[str, Any]) -> Ran:
        file = self.folder / f"decision-{next(self.numbers)}.yaml"
        file.write_text(as_yaml(document), encoding="utf-8")
        return self.run("decision", "submit", file.name, "--drafter", "小李", "--json")

    def decide(self, document: dict[str, Any]) -> Any:
        """Submit, approve, launch."""
        ran = self.submit(document)
        assert ran.code == 0, ran
        identifier, seen = ran.json["id"], ("--manifest", ran.json["manifest"])
        role, name = self.approver
        self.json("decision", "approve", identifier, *seen, "--role", role, "--name", name)
        launched = self.json("decision", "launch", identifier, *seen)
        return {"id": identifier, "broadcast": launched["overview"]["id"]}


def until(look: Callable[[], Any], good: Callable[[Any], bool] = bool) -> Any:
    """What `look` sees once it is good."""
    ends = time.monotonic() + WAIT_SECONDS
    while True:
        seen = look()
        if good(seen):
            return seen
        assert time.monotonic() < ends, seen
        time.sleep(0.05)


@contextmanager
def linked(folder: Path, twilio_url: str) -> Iterator[tuple[Office, Office, str]]:
    """A city and its district, both serving; and the city's own signing key (`whsk_…`)."""
    port, city_key, district_key = free_port(), f"whsk_{seed()}", f"whsk_{seed()}"
    city, district = Office(folder / "city"), Office(folder / "district")
    city.approver, district.approver = ("总指挥", "王市长"), ("副指挥长", "韩区长")
    for each in (city, district):
        each.folder.mkdir()
    pin = make_certificate(city.folder)
    (city.folder / "plans").mkdir()
    copyfile(PLAN, city.folder / "plans" / "dalian.yaml")
    (city.folder / "airwarn.toml").write_text(
        f"""port = 0
plans_folder = "plans"
[signing]
key_file = "signing.key"
certificate_file = "signing.pem"
[accounts.districts]
provider = "standard_webhooks"
[accounts.districts.receivers.xigang]
url = "http://127.0.0.1:{port}/api/v1/orders"
format = "cap"
signing_keys = ["{city_key}"]
their_public_keys = ["{signatures.public_key(district_key)}"]
""",
        encoding="utf-8",
    )
    (district.folder / "airwarn.toml").write_text(
        f"""port = {port}
[senders.dalian]
identity = "airwarn.210200"
level_name = "大连市"
plan = "xigang"
meaning = "order"
public_keys = ["{signatures.public_key(city_key)}"]
fingerprints = ["{pin}"]
signing_key = "{district_key}"
[accounts.sms]
provider = "twilio"
account_sid = "AC00000000000000000000000000000000"
auth_token = "invented"
senders = ["+15005550006"]
base_url = "{twilio_url}"
""",
        encoding="utf-8",
    )
    for each, directory in ((city, CITY_DIRECTORY), (district, DISTRICT_DIRECTORY)):
        (each.folder / "directory.csv").write_text(directory, encoding="utf-8")
    serve = ("gateway", "serve", "--json")
    with process(city.folder, *serve) as (_, at_city), process(district.folder, *serve) as (_, at_district):
        city.url, district.url = at_city["url"], at_district["url"]
        for each in (city, district):
            each.json("directory", "import", "directory.csv")
        yield city, district, city_key


def make_certificate(folder: Path) -> str:
    """A key and its certificate, as openssl would make them; gives the fingerprint."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "示例市")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .sign(key, hashes.SHA256())
    )
    (folder / "signing.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (folder / "signing.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return made.fingerprint(hashes.SHA256()).hex()


def hour(hours: float) -> datetime:
    """A full minute so many hours from now, in China Standard Time."""
    at = datetime.now(UTC) + timedelta(hours=hours)
    return at.astimezone(_BEIJING).replace(second=0, microsecond=0)


_BEIJING = datetime.fromisoformat("2024-01-01T00:00:00+08:00").tzinfo


def city_decision(action: str, level: str | None, number: int, **changes: Any) -> dict[str, Any]:
    """What the city decides; its warnings begin in an hour and end in three days."""
    starts_at, ends_at = hour(1), hour(73)
    highs = {"red": (280, 340, 320), "orange": (230, 240, 220)}[level or "orange"]
    document: dict[str, Any] = {
        "plan": "dalian",
        "action": action,
        "decided_at": datetime.now(UTC).isoformat(),
        "starts_at": starts_at.isoformat(),
        "area": ["210200"],
        "issuer": "大连市重污染天气应急指挥部",
        "document_number": f"大重污指令〔2026〕{number}号",
        **changes,
    }
    if level is not None:
        days = [
            {
                "date": str(starts_at.date() + timedelta(days=place)),
                "low": high - 60,
                "high": high,
                "mean": high - 30,
            }
            for place, high in enumerate(highs)
        ]
        document |= {
            "level": level,
            "expected_end_at": ends_at.isoformat(),
            "forecast": {"days": days, "primary_pollutant": "PM2.5"},
        }
    return document


def completed(draft: dict[str, Any], number: int, **changes: Any) -> dict[str, Any]:
    """A draft as the district's duty officer completes it."""
    text = yaml.safe_load(draft["text"])
    assert text == draft["document"]
    return {
        **text,
        "decided_at": datetime.now(UTC).isoformat(),
        "issuer": "西岗区重污染天气应急指挥部办公室",
        "document_number": f"西重污染预警〔2026〕{number}号",
        **changes,
    }


def shown(found: Any) -> str:
    """For an assertion's words."""
    return json.dumps(found, ensure_ascii=False, indent=1)
