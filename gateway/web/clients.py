"""Who asks, for counting how often: the address of the connection, or what a proxy of ours says of it.

What a header says is believed of the addresses that `public.proxies` names, and of nobody else.
"""

from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from aiohttp import web

from gateway.web.keys import SETTINGS

Networks = tuple[IPv4Network | IPv6Network, ...]
_READER = 64  # bits of an IPv6 address: one reader has all addresses that begin with them


def client_of(request: web.Request) -> str:
    """Who asks; of an IPv6 address the part that is one reader's. "" on the private socket."""
    remote, proxies = request.remote or "", request.app[SETTINGS].public.proxies
    if not _is_of(remote, proxies):
        return _reader(remote)
    passed = ",".join(request.headers.getall("X-Forwarded-For", ())).split(",")
    for each in reversed(passed):  # whoever is nearest wrote last; before that stands anybody's claim
        address = each.strip()
        if not _is_of(address, proxies):
            return _reader(address) if _read(address) is not None else _reader(remote)
    return _reader(remote)


def _is_of(address: str, networks: Networks) -> bool:
    found = _read(address) if networks else None
    return found is not None and any(found in network for network in networks)


def _reader(address: str) -> str:
    found = _read(address)
    if isinstance(found, IPv6Address):
        return str(IPv6Network((found, _READER), strict=False))
    return address if found is None else str(found)


@lru_cache(4096)
def _read(address: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(address)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found
