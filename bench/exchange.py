"""How long one alert takes: built from its decision, written, validated, signed; and verified by who gets it.

    python -m bench.exchange [--rounds 30]

Zhengzhou's orange start in Chinese and English, for the whole city, RSA-2048. Times are medians, in
milliseconds of the clock, of one thread; plan and templates are loaded before, as in a running server.
`validate_ms` is that of the signed message. `draft_ms` is what submitting takes for its alert, `release_ms`
what launching takes: from the draft to the signed bytes in the ledger (SQLite), in every form.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from sqlalchemy import Connection

from bench.personal import decision as start
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.approving.submit import submit
from gateway.broadcasts.desk import Desk
from gateway.broadcasts.launching.release import release
from gateway.broadcasts.preparing.alert_draft import push_notice
from gateway.broadcasts.preparing.standing import Link
from gateway.decisions.model import Decision
from gateway.exchange import cap
from gateway.exchange.build import build, identifier, sender
from gateway.exchange.certificates import SigningKey, read_key
from gateway.exchange.model import Authority, Identity
from gateway.exchange.signing import sign
from gateway.exchange.validation.validate import validate
from gateway.exchange.verification import verify
from gateway.identifiers import uuid7
from gateway.ledger.database import Ledger, system_clock
from gateway.notices.model import Office
from gateway.plans.catalogue import Catalogue
from gateway.plans.model import Plan
from gateway.web.importing.organisations import read_rows, store_rows

AUTHORITY = Authority()
_DIRECTORY = "编码,名称,受众,区域代码,推送接收方\nO1,示例移动,电信运营企业,410100,mobile\n"


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Measure; gives the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.exchange", description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args(arguments).rounds
    now = datetime.now(UTC).replace(microsecond=0)
    plan = Catalogue().load("zhengzhou").plan
    office = Office(contacts=("值班电话 0371-00000000",))
    decision = Decision.model_validate(
        {
            "plan": plan.id,
            "action": "issue",
            "level": "orange",
            "decided_at": now,
            "starts_at": now + timedelta(hours=52),
            "expected_end_at": now + timedelta(hours=124),
            "area": [plan.area],
            "forecast": {"aqi_mean": 225, "primary_pollutant": "PM2.5"},
            "document_number": "郑环攻坚办〔2024〕1号",
        }
    )
    identity = Identity(identifier(plan, AUTHORITY, now), now)
    key = _key(now)
    pins = {sender(plan, AUTHORITY): {key.fingerprint}}

    def whole() -> bytes:
        written = cap.write(build(plan, decision, AUTHORITY, office, identity))
        signed = sign(written, key, now)
        found = validate(signed, now)
        if found.faults:
            raise SystemExit(f"the message has faults: {found.faults}")
        return signed

    signed = whole()
    unsigned = cap.write(build(plan, decision, AUTHORITY, office, identity))
    return {
        "bytes_signed": len(signed),
        "build_ms": _median(rounds, lambda: cap.write(build(plan, decision, AUTHORITY, office, identity))),
        "validate_ms": _median(rounds, lambda: validate(signed, now)),
        "sign_ms": _median(rounds, lambda: sign(unsigned, key, now)),
        "whole_ms": _median(rounds, whole),
        "verify_ms": _median(rounds, lambda: verify(signed, pins, now)),
        **_released(plan, Desk(Catalogue(), office, uuid7, AUTHORITY, key), rounds),
    }


class _Undone(Exception):
    """Takes a transaction back."""


def _released(plan: Plan, desk: Desk, rounds: int) -> dict[str, float]:
    """What an alert adds to submitting and launching."""
    approved = start()
    with tempfile.TemporaryDirectory() as folder:
        ledger = Ledger(Path(folder))
        reading = read_rows(_DIRECTORY.encode(), "directory.csv", desk.catalogue)
        ledger.write_now(store_rows, reading, system_clock())
        recorded = ledger.write_now(submit, desk, approved, system_clock(), LOCAL).recorded

        def release_once(connection: Connection) -> None:
            release(connection, desk, recorded, plan, approved, Link(), system_clock())
            raise _Undone

        def released() -> None:
            with suppress(_Undone):
                ledger.write_now(release_once)

        found = {
            "draft_ms": _median(rounds, lambda: push_notice(desk, plan, approved, Link())),
            "release_ms": _median(rounds, released),
        }
        ledger.close()
    return found


def _key(now: datetime) -> SigningKey:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "bench")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(private, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    return read_key(
        private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain),
        certificate.public_bytes(serialization.Encoding.PEM),
    )


def _median(rounds: int, work: Callable[[], object]) -> float:
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return round(statistics.median(taken) * 1000, 2)


if __name__ == "__main__":
    print(json.dumps(main(), indent=2))
