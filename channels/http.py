"""One guarded HTTP client for every provider: real timeouts, no surprises, nothing secret in words.

aiohttp's and yarl's exceptions carry the address, and with it a bot's key or a person's number: an
adapter turns them into an `Outcome` with `outcome_of` and lets none out.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import ip_address

import aiohttp
from yarl import URL

from channels.contract import Deferred, Reason, Unknown
from channels.leaving import KeptBack

_CONNECT = 3.0  # seconds; a provider that is up accepts a connection well within them
_IDLE = 15.0  # seconds; shorter than servers keep idle connections, or a reused one may die under a POST
_LONGEST_WAIT = 3600.0  # seconds; a wrong Retry-After must not park a lane for a night
_BEFORE_ANY_BYTE = (
    aiohttp.ClientConnectorError,  # refused, no such host, TLS: no connection, so no request
    aiohttp.ConnectionTimeoutError,  # connecting, or waiting for a free connection
    KeptBack,
)


def open_session(connections: int = 1000) -> aiohttp.ClientSession:
    """A session to be shared by all adapters of a process; `connections` bounds its open sockets.

    It keeps no cookies and reads neither proxies nor credentials from the environment. Every request
    passes its own `timeout(...)`. Call it in the running loop; the caller closes it.
    """
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=connections, keepalive_timeout=_IDLE),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=timeout(10.0),
        trust_env=False,
    )


def timeout(seconds: float) -> aiohttp.ClientTimeout:
    """No request takes longer than `seconds`, whatever the peer does; connecting gets a part of it.

    Connecting ends before the total does, so that a peer that cannot be reached is told apart from
    one that took the message and never answered.
    """
    connect = min(_CONNECT, seconds / 2)
    return aiohttp.ClientTimeout(total=seconds, connect=connect, sock_connect=connect)


def outcome_of(error: aiohttp.ClientError | TimeoutError | OSError) -> Deferred | Unknown:
    """What a failed request means: `Deferred` only where certainly no byte of it left.

    A kept connection that the server had closed looks the same as one lost after the message was
    taken (`ServerDisconnectedError`, `ClientOSError`): both are unknown.
    """
    if isinstance(error, _BEFORE_ANY_BYTE):
        return Deferred(Reason.CONNECTION)
    if isinstance(error, TimeoutError):
        return Unknown(Reason.TIMEOUT)
    return Unknown(Reason.DISCONNECTED)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds of a Retry-After header (a number or an HTTP date), between 0 and an hour, else None."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value), _LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max((moment - datetime.now(UTC)).total_seconds(), 0.0), _LONGEST_WAIT)


def base(url: str) -> str:
    """A provider's base address, checked, without a slash at its end.

    Raises `ValueError`, naming no secret, unless it is https with a host, or http on this machine:
    credentials and numbers never cross a network in the clear.
    """
    try:
        parsed = URL(url)
        usable = bool(parsed.host) and not parsed.query_string and not parsed.fragment
    except ValueError:
        raise ValueError("a provider's base address is not a URL") from None
    if not usable or not (parsed.scheme == "https" or (parsed.scheme == "http" and is_loopback(url))):
        raise ValueError(f"a provider's base address must be https (http only on loopback): {redact(url)}")
    return url.rstrip("/")


def is_loopback(url: str) -> bool:
    """Whether `url` names this machine; nothing is resolved."""
    # yarl reads it because aiohttp connects to what yarl reads
    return is_loopback_host(URL(url).host or "")


def is_loopback_host(host: str) -> bool:
    """Whether a host is this machine, by the name `localhost` or a literal address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def redact(url: str) -> str:
    """`url` fit for a log: scheme, host and port; keys and numbers live in the rest."""
    parsed = URL(url)
    return f"{parsed.scheme}://{parsed.host_port_subcomponent or ''}/…"
