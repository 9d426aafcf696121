"""A ledger with one launched broadcast of many deliveries, for measuring."""

from pathlib import Path

from sqlalchemy import Connection, insert

from gateway.delivery import accounts
from gateway.ledger import deliveries, lanes
from gateway.ledger.database import Ledger, system_clock
from gateway.ledger.deliveries import NewDelivery
from gateway.ledger.schema import addresses, broadcasts, decisions, episodes, notices, organisations
from gateway.settings import Settings

TEXT = (
    "【重污染天气预警】" + "今日十二时起启动橙色预警，请停止户外体育活动，关好门窗，按预案执行。" * 9
)  # 306 characters
SLICE = 2000  # deliveries a transaction
PEOPLE_PER_ORGANISATION = 50


def prepare(ledger: Ledger, settings: Settings, messages: int) -> int:
    """Directory, decision and live broadcast, without deliveries yet; gives the broadcast's id."""
    ledger.write_now(accounts.sync, settings.accounts, system_clock())
    return ledger.write_now(_prepare, messages)


def _prepare(connection: Connection, messages: int) -> int:
    now = system_clock()
    connection.execute(
        insert(organisations),
        [
            {
                "code": f"S{place:06d}",
                "name": f"示例学校{place}",
                "audience": "schools",
                "area": "410102",
                "exercise": False,
                "active": True,
                "updated_at": now,
            }
            for place in range(messages // PEOPLE_PER_ORGANISATION + 1)
        ],
    )
    connection.execute(
        insert(addresses),
        [{"kind": "sms", "value": f"+86139{place:08d}", "exercise": False} for place in range(messages)],
    )
    connection.execute(insert(episodes).values(id="e", plan="zhengzhou", exercise=False, opened_at=now))
    connection.execute(
        insert(decisions).values(
            id="d",
            episode_id="e",
            exercise=False,
            plan="zhengzhou",
            plan_version="1",
            action="issue",
            level="orange",
            document="{}",
            fingerprint="f",
            manifest="m",
            findings="[]",
            recorded_at=now,
        )
    )
    connection.execute(
        insert(notices).values(
            decision_id="d",
            medium="sms",
            sha256="s",
            title="重污染天气橙色预警",
            messages=f'["{TEXT}"]',
            measures="[]",
        )
    )
    broadcast = insert(broadcasts).values(
        decision_id="d",
        episode_id="e",
        exercise=False,
        live=True,
        launched_at=now,
        valid_until=now + 86_400_000,
        expanded_through=0,
        expanded_at=now,
    )
    return int(connection.execute(broadcast.returning(broadcasts.c.id)).scalar_one())


def fill(ledger: Ledger, broadcast_id: int, messages: int) -> None:
    """Store the deliveries, a slice a transaction."""
    lane = ledger.read_now(lanes.serving, False)["sms"][0]
    now = system_clock()
    for start in range(0, messages, SLICE):
        new = [
            NewDelivery(
                broadcast_id=broadcast_id,
                exercise=False,
                audience="schools",
                channel="sms",
                area="410102",
                organisation_id=place // PEOPLE_PER_ORGANISATION + 1,
                address_id=place + 1,
                notice_id=1,
                part=0,
                lane_id=lane.id,
                priority=21,
                due_at=now,
            )
            for place in range(start, min(start + SLICE, messages))
        ]
        ledger.write_now(deliveries.insert, new)


def settings_for(folder: Path, url: str, in_flight: int) -> Settings:
    """One Twilio account at the sink, unhindered by pacing."""
    return Settings.model_validate(
        {
            "data_folder": folder,
            "accounts": {
                "sms": {
                    "provider": "twilio",
                    "account_sid": "AC" + "0" * 32,
                    "auth_token": "stand-in-token",
                    "senders": ["+15005550006"],
                    "base_url": url,
                    "per_second": 10_000_000,
                    "in_flight": in_flight,
                }
            },
        }
    )
