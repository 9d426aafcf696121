"""Whether Redis can be reached, where the settings name one."""

import asyncio
import time

from redis.exceptions import RedisError

from gateway.bus.link import connect
from gateway.doctor.check import Check
from gateway.redis_address import read_address

_SECONDS = 5.0


async def reachable(redis_url: str) -> Check:
    """Sign in and ask once. Without Redis everything works, so it is no error."""
    address = read_address(redis_url)
    try:
        async with asyncio.timeout(_SECONDS):
            client = await connect(address)
            began = time.perf_counter()
            await client.ping()
            took = (time.perf_counter() - began) * 1000
            await client.aclose()
    except (RedisError, OSError, TimeoutError) as error:
        why = type(error).__name__  # its own words may quote the address with its password
        return Check(
            "BUS",
            "warning",
            f"连不上 {address}（{why}）：各机各自工作，最多慢一秒，限额各算各的",
            f"cannot use {address} ({why}): each machine works on its own, a second slower",
            "检查 redis_url、网络、证书和密码",
            "look at redis_url, the network, the certificate and the password",
        )
    return Check("BUS", "ok", f"{address} 可用（{took:.1f} 毫秒）", f"{address} answers ({took:.1f} ms)")
