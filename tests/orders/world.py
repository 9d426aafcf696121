"""A district's office to which its city sends orders; time passes by command, nothing leaves this process."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from channels.webhook import signatures
from gateway.broadcasts.actor import Actor
from gateway.broadcasts.preparing.groundwork import Refused
from gateway.exchange import cap, payload_json
from gateway.exchange.model import (
    ALERT_LEVEL,
    DIVISION,
    DOCUMENT_NUMBER,
    EXPECTED_END,
    Alert,
    Area,
    Authority,
    Info,
    Named,
    Severity,
    written,
)
from gateway.exchange.senders import SenderSettings
from gateway.ledger.exchange import orders
from gateway.ledger.exchange.orders import StoredOrder
from gateway.ledger.follow_up import obligations
from gateway.orders.dismissing import dismiss
from gateway.orders.present import draft_json
from gateway.orders.receiving import Received, receive
from gateway.orders.senders import Senders
from gateway.vocabulary import LEVEL_WORDS, Level
from tests.broadcasts.bureau import CATALOGUE, LEADER, START, Bureau
from tests.city import HEADER

SECRET = "whsec_" + base64.b64encode(b"a secret of these tests, no more").decode()
OTHER_SECRET = "whsec_" + base64.b64encode(b"another secret of these tests..!").decode()
CITY = "airwarn.210200"
HEAD = Actor("leader", "韩区长", ("副指挥长",))
_SEVERITIES: dict[Level, Severity] = {"red": "Extreme", "orange": "Severe", "yellow": "Moderate"}


def block(level: Level | None, starts_at: datetime, ends_at: datetime | None = None, **changes: Any) -> Info:
    """What is said of one level for the whole city; of None that all is clear."""
    over = level is None
    ends = () if ends_at is None or over else (Named(EXPECTED_END, written(ends_at)),)
    colour = () if level is None else (Named(ALERT_LEVEL, LEVEL_WORDS[level]),)
    number = Named(DOCUMENT_NUMBER, changes.pop("document_number", "大重污指令〔2024〕1号"))
    info = Info(
        language="zh-CN",
        categories=("Env",),
        event="重污染天气",
        response_types=("AllClear",) if over else ("Prepare",),
        urgency="Past" if over else "Expected",
        severity="Minor" if level is None else _SEVERITIES[level],
        certainty="Likely",
        event_codes=(Named("cn:eventType", "12Q02"),),
        effective=written(starts_at),
        onset=written(starts_at),
        expires=written(ends_at or starts_at + timedelta(hours=24)),
        sender_name="大连市重污染天气应急指挥部",
        headline="示例",
        parameters=(*colour, number, *ends),
        areas=(Area("大连市", geocodes=(Named(DIVISION, "210200"),)),),
    )
    return replace(info, **changes)


class District(Bureau):
    """Xigang, which acts on its city's orders only."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        super().__init__(folder)
        self.register("\n".join([HEADER, "SX,示例小学,学校,,210203,,19900000777,,,否"]))
        settings = {
            "identity": CITY,
            "level_name": "大连市",
            "plan": "xigang",
            "secrets": [SecretStr(SECRET)],
            **changes,
        }
        self.configure(SenderSettings.model_validate(settings))

    def configure(self, settings: SenderSettings, name: str = "dalian") -> None:
        self.senders = Senders({name: settings}, CATALOGUE)
        listed = [(name, settings.plan, settings.relation, settings.meaning)]
        self.case(orders.configure, listed)

    def alert(
        self, *infos: Info, earlier: Sequence[Alert] = (), number: int | None = None, **changes: Any
    ) -> Alert:
        """A message of the city, sent now: an Alert, an Update after others, a Cancel where all is over."""
        sent = written(self.moment)
        over = bool(infos) and all(info.ends for info in infos)
        unit = f"21020000000000_{self.moment:%Y%m%d%H%M%S}_{number or len(earlier) + 1}"
        message = Alert(
            identifier=unit,
            sender=CITY,
            sent=sent,
            status="Actual",
            message_type="Cancel" if over and earlier else "Update" if earlier else "Alert",
            scope="Public",
            references=tuple(each.reference for each in earlier),
            incidents=earlier[0].identifier if earlier else unit,
            infos=infos,
        )
        return replace(message, **changes)

    def take(
        self, alert: Alert | bytes, *, secret: str = SECRET, form: str = "cap", callback: str | None = None
    ) -> Received:
        """Receive a message, signed as Standard Webhooks now."""
        writers = {"cap": cap.write, "json": payload_json.write}
        content = alert if isinstance(alert, bytes) else writers[form](alert)
        headers = signatures.sign([signatures.signing_key(secret)], "m1", self.moment, content)
        proved = self.senders.prove(headers, content, self.moment)
        found: Received = self.case(
            receive, CATALOGUE, Authority(), proved, "application/cap+xml", callback, self.now
        )
        return found

    def order(self, received: Received) -> StoredOrder:
        """It as it stands now."""
        found = self.ledger.read_now(orders.by_id, received.order.id)
        assert found is not None
        return found

    def draft(self, received: Received) -> dict[str, Any]:
        found: dict[str, Any] = self.case(draft_json, CATALOGUE, received.order.id, self.now)
        return found

    def drafted(self, received: Received) -> tuple[str, Level | None]:
        """The action and level of an order's draft."""
        document = self.draft(received)["document"]
        return document["action"], document.get("level")

    def complete(self, received: Received, **changes: Any) -> dict[str, Any]:
        """The draft as people complete it."""
        return {
            **self.draft(received)["document"],
            "decided_at": self.moment.isoformat(),
            "issuer": "西岗区重污染天气应急指挥部",
            "document_number": f"西重污染预警〔2024〕{received.order.id}号",
            **changes,
        }

    def follow_order(self, received: Received, **changes: Any) -> str:
        """Complete its draft and launch it; gives the decision's id."""
        submitted = self.submit(self.complete(received, **changes))
        self.approve(submitted.recorded, HEAD)
        return self.launch(submitted.recorded).id

    def findings(self, document: dict[str, Any]) -> dict[str, str]:
        """What the checks inside the ledger find, by code: its severity."""
        try:
            submitted = self.submit(document)
        except Refused as refused:
            return {each.code: each.severity for each in refused.check.findings}
        assert submitted.prepared is not None
        return {each.code: each.severity for each in submitted.prepared.check.findings}

    def dismiss(self, received: Received, reason: str = "电话核实，市里已解除") -> StoredOrder:
        found: StoredOrder = self.case(dismiss, received.order.id, "值班员", reason, self.now, LEADER)
        return found

    def owed(self) -> list[str]:
        """The codes of what is owed and open, in order."""
        rows = self.ledger.read_now(obligations.page, self.now, states=("open", "overdue"))
        return [row.code for row, _ in rows]


__all__ = ["HEAD", "OTHER_SECRET", "SECRET", "START", "District", "block"]
