"""Pages come packed to browsers that take that, and to nobody else."""

import gzip

import aiohttp
import pytest

from gateway.web.serving.running import Running

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def get(
    process: Running, path: str = "/sign-in", **headers: str
) -> tuple[aiohttp.ClientResponse, bytes]:
    """An answer and its bytes as they came."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    async with (
        aiohttp.ClientSession(auto_decompress=False, skip_auto_headers=["Accept-Encoding"]) as session,
        session.get(process.url + path, headers=named) as answer,
    ):
        return answer, await answer.read()


async def test_a_page_is_packed_where_the_browser_takes_it(process: Running) -> None:
    plain, text = await get(process)
    answer, packed = await get(process, Accept_Encoding="gzip, deflate, br")
    assert plain.headers.get("Content-Encoding") is None
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed) == text
    assert len(packed) < len(text)
    assert int(answer.headers["Content-Length"]) == len(packed)
    assert plain.headers["Vary"] == answer.headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("accepted", ["identity", "br", "gzip;q=0"])
async def test_a_page_stays_plain_where_the_browser_does_not(process: Running, accepted: str) -> None:
    answer, body = await get(process, Accept_Encoding=accepted)
    assert "Content-Encoding" not in answer.headers
    assert b"<form" in body


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_what_another_site_asks_for_is_never_packed(process: Running, site: str) -> None:
    answer, body = await get(process, Accept_Encoding="gzip", Sec_Fetch_Site=site)
    assert "Content-Encoding" not in answer.headers
    assert body.lstrip().startswith(b"<!doctype html>")


async def test_data_is_not_packed_by_the_way(process: Running) -> None:
    answer, body = await get(process, "/health", Accept_Encoding="gzip")
    assert "Content-Encoding" not in answer.headers
    assert body
