"""Whether the accounts' servers can be reached: a connection is made, no message is sent."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from ipaddress import ip_address
from urllib.parse import urlsplit

import aiosmtplib

from gateway.doctor.check import Check
from gateway.settings import Account, Settings, SmtpSettings, StandardWebhooksSettings, TwilioSettings

_SECONDS = 5.0


async def reachable(accounts: Mapping[str, Account]) -> list[Check]:
    """A check for each account, in their order."""
    return list(
        await asyncio.gather(
            *(_end(*each) for name, account in accounts.items() for each in _ends(name, account))
        )
    )


End = tuple[str, str, int, Callable[[], Awaitable[None]]]  # its name, host and port, and how to meet it


def _ends(name: str, account: Account) -> Iterator[End]:
    """What an account connects to: one server, or each of its receivers."""
    if isinstance(account, SmtpSettings):
        yield name, account.host, account.port, partial(_greet, account)
    elif isinstance(account, StandardWebhooksSettings):
        for receiver, each in account.receivers.items():
            yield _met(f"{name}.{receiver}", each.url)
    else:
        yield _met(name, account.base_url)


def _met(name: str, url: str) -> End:
    target = urlsplit(url)
    secure = target.scheme == "https"
    host, port = target.hostname or "", target.port or (443 if secure else 80)
    return name, host, port, partial(_connect, host, port, secure)


async def _end(name: str, host: str, port: int, meet: Callable[[], Awaitable[None]]) -> Check:
    where = f"{host}:{port}"
    try:
        async with asyncio.timeout(_SECONDS):
            await meet()
    except (OSError, aiosmtplib.SMTPException, TimeoutError) as error:
        why = _why(error)
        return Check(
            "PROVIDER",
            "error",
            f"账号“{name}”：连不上 {where}（{why}）",
            f"account {name!r}: cannot connect to {where} ({why})",
            "检查网络、防火墙、证书和设置中的地址",
            "look at the network, the firewall, certificates and the address in the settings",
        )
    return Check("PROVIDER", "ok", f"账号“{name}”：{where} 可连接", f"account {name!r}: {where} answers")


async def _connect(host: str, port: int, secure: bool) -> None:
    context = ssl.create_default_context() if secure else None
    _, writer = await asyncio.open_connection(host, port, ssl=context)
    writer.close()


async def _greet(account: SmtpSettings) -> None:
    """The greeting and, where the account wants it, TLS; nobody signs in."""
    client = aiosmtplib.SMTP(
        hostname=account.host,
        port=account.port,
        use_tls=account.security == "tls",
        start_tls=account.security == "starttls",
        timeout=_SECONDS,
    )
    await client.connect()
    await client.quit()


def _why(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS: {error.verify_message}"
    if isinstance(error, ConnectionRefusedError):
        return "没有程序在那里接听 · connection refused"
    if isinstance(error, TimeoutError):
        return "没有回应 · no answer"
    strerror = error.strerror if isinstance(error, OSError) else None
    return strerror or type(error).__name__


def callbacks(settings: Settings) -> Check | None:
    """Whether receipts can find us: a provider elsewhere needs an address that it can reach."""
    far = [
        name
        for name, account in settings.accounts.items()
        if (isinstance(account, TwilioSettings) and not _on_this_machine(account.base_url))
        or (
            isinstance(account, StandardWebhooksSettings)
            and not all(_on_this_machine(each.url) for each in account.receivers.values())
        )
    ]
    if not far:
        return None
    if settings.public_url is None or _on_this_machine(settings.public_url):
        names = ", ".join(far)
        return Check(
            "CALLBACKS",
            "error",
            f"账号 {names} 的回执到不了本机：没有设置 public_url",
            f"receipts of {names} cannot reach this machine: public_url is not set",
            "把 public_url 设为服务商能访问的 https 地址",
            "set public_url to an https address that the provider can reach",
        )
    return Check(
        "CALLBACKS", "ok", f"回执地址 {settings.public_url}", f"receipts come to {settings.public_url}"
    )


def _on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
