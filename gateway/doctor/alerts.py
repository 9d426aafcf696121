"""The alerts for operators and neighbours: what signs them, and whether what is in force is kept in force."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from gateway.doctor.check import Check
from gateway.errors import InputError
from gateway.exchange.certificates import configured_key
from gateway.ledger.database import Ledger
from gateway.ledger.exchange import alerts
from gateway.settings import Settings

ENDS_SOON = timedelta(days=30)  # consumers pin the next certificate before this one runs out
_LATE = 600_000  # ms: later than that, nobody renews
_SHOWN = 5  # of a long list


def signing(settings: Settings, now: datetime) -> Iterator[Check]:
    """The key that the settings name, and until when its certificate holds; nothing where none is named."""
    try:
        key = configured_key(settings.signing)
    except InputError as error:
        yield Check(
            "SIGNING",
            "error",
            error.message,
            error.message_en,
            "改正设置的 signing：否则服务不能启动",
            "mend signing in the settings: the server does not start with it",
        )
        return
    if key is None:
        return
    certificate = key.certificate
    until, day = certificate.not_valid_after_utc, f"{certificate.not_valid_after_utc:%Y-%m-%d}"
    advice = (
        "换新证书，先把新指纹告诉接收方，再重启服务",
        "renew it: tell whoever pins it the new fingerprint first, then restart the server",
    )
    if not certificate.not_valid_before_utc <= now <= until:
        yield Check(
            "SIGNING",
            "error",
            f"签名证书不在有效期内（{day} 到期）：消息将不签名发出",
            f"the signing certificate does not hold now (until {day}): alerts leave unsigned",
            *advice,
        )
    elif until - now <= ENDS_SOON:
        yield Check(
            "SIGNING",
            "warning",
            f"签名证书 {day} 到期",
            f"the signing certificate ends on {day}",
            *advice,
        )
    else:
        yield Check("SIGNING", "ok", f"签名证书有效至 {day}", f"the signing certificate holds until {day}")


def kept(opened: Ledger, settings: Settings, now: int) -> Iterator[Check]:
    """The alerts in force: signed where a key is named, and renewed in time. `now`: ms since 1970 UTC."""
    signs = settings.signing.key is not None or settings.signing.key_file is not None
    unsigned = [each.identifier for each in opened.read_now(alerts.active, now) if not each.signed]
    if signs and unsigned:
        yield Check(
            "ALERTS_UNSIGNED",
            "warning",
            f"生效的消息没有签名：{_few(unsigned)}",
            f"alerts in force that are not signed: {_few(unsigned)}",
            "查看证书和日志（alert_unsigned）；告诉接收方，签名从下一条消息起恢复",
            "see certificate and log (alert_unsigned) and tell receivers; the next message is signed again",
        )
    late = opened.read_now(alerts.unrenewed, now - _LATE)
    if late:
        yield Check(
            "RENEWALS",
            "error",
            f"过了时间没有续期的消息：{_few(late)}",
            f"alerts whose renewal is overdue: {_few(late)}",
            "airwarn serve 应一直运行：预警仍然有效，公开的数据却会过期",
            "keep airwarn serve running: the warning holds on, but public data runs out",
        )


def _few(listed: Sequence[str]) -> str:
    shown = "、".join(listed[:_SHOWN])
    return shown if len(listed) <= _SHOWN else f"{shown} … ({len(listed)})"
