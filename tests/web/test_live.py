"""The live page as browsers and their streams meet it: real sockets, real ledger, real stand-ins."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from channels.stand_ins.behaviour import Behaviour
from gateway.broadcasts.actor import LOCAL
from gateway.broadcasts.approving.submit import submit
from gateway.broadcasts.launching.launch import launch
from gateway.delivery.words import REASON_WORDS
from gateway.ledger.accounts import tokens
from gateway.ledger.delivery import lanes, live
from gateway.web.live import feeds, handlers
from gateway.web.serving.running import running
from tests.city import TOKEN, City, city, decision, settings, soon
from tests.documents import orange_start

READER = "a-token-that-reads"
WRITER = "a-token-that-may-only-submit"
HOUR = 3_600_000


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    behaviour = Behaviour(receipt_delay=(0.0, 0.01), refused=frozenset({"+8619900000103"}))
    async with city(tmp_path, behaviour) as running_city:
        now = running_city.process.clock()
        await running_city.write(tokens.add, "duty", READER, ["read"], now, now + HOUR)
        await running_city.write(tokens.add, "drafter", WRITER, ["submit"], now, now + HOUR)
        yield running_city


async def start(made: City, document: dict[str, Any] | None = None) -> int:
    """Launch an orange start, or what a document says; gives its broadcast."""
    process = made.process
    decided = decision(soon(document or orange_start()))
    submitted = await made.write(submit, process.desk, decided, process.clock(), LOCAL)
    recorded = submitted.recorded
    await made.write(launch, process.desk, recorded.id, recorded.manifest, process.clock(), LOCAL)
    process.wake()
    return int(recorded.broadcast_id)


@asynccontextmanager
async def person(made: City, token: str | None = READER) -> AsyncIterator[aiohttp.ClientSession]:
    """Somebody with a browser's cookies, signed in with a token."""
    jar = aiohttp.CookieJar(unsafe=True)  # 127.0.0.1 is no name
    async with aiohttp.ClientSession(made.process.url, cookie_jar=jar) as session:
        if token is not None:
            async with session.post("/sign-in/token", data={"token": token}, allow_redirects=False) as answer:
                assert answer.status == 303
        yield session


async def text(session: aiohttp.ClientSession, path: str) -> str:
    async with session.get(path) as answer:
        assert answer.status == 200
        return await answer.text()


async def event(response: aiohttp.ClientResponse) -> dict[str, str]:
    """The next snapshot of a stream."""
    found: dict[str, str] = {}
    while True:
        line = (await response.content.readuntil(b"\n")).decode().rstrip("\n")
        if not line:
            if "data" in found:
                return found
            found = {}
            continue
        name, _, value = line.partition(":")
        found[name] = found[name] + "\n" + value.strip() if name in found else value.strip()


def test_what_is_served_is_what_was_published() -> None:
    static = files("gateway.web").joinpath("static")
    listed = re.findall(r"\| `(\S+)` \|.*`([0-9a-f]{64})`", static.joinpath("README.md").read_text("utf-8"))
    assert listed
    for name, digest in listed:
        assert sha256(static.joinpath(name).read_bytes()).hexdigest() == digest


def test_every_reason_has_words() -> None:
    from channels.contract import Reason

    assert not {str(reason) for reason in Reason} - REASON_WORDS.keys()
    assert all(words.zh and words.en and words.zh != words.en for words in REASON_WORDS.values())


async def test_whoever_is_not_signed_in_is_led_to_the_form_and_back(made: City) -> None:
    broadcast = await start(made)
    async with person(made, None) as session:
        async with session.get(f"/live/{broadcast}") as form:
            assert str(form.url.relative()) == f"/sign-in?next=/live/{broadcast}"
            assert f"/sign-in/token?next=/live/{broadcast}" in await form.text()
        async with session.get(f"/sign-in/token?next=/live/{broadcast}") as form:
            assert "接口令牌" in await form.text()
        fields = {"token": f" {READER}\n", "next": f"/live/{broadcast}"}
        async with session.post("/sign-in/token", data=fields) as page:
            assert page.url.path == f"/live/{broadcast}"
            assert READER not in str(page.url) + await page.text()


@pytest.mark.parametrize("token", ["", "wrong", WRITER, "钥匙", "\udc80", TOKEN + "x"])
async def test_a_token_that_may_not_read_opens_nothing(made: City, token: str) -> None:
    async with person(made, None) as session:
        given = "".join(f"%{byte:02X}" for byte in token.encode("utf-8", "surrogatepass"))
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = f"token={given}&next=/live"
        async with session.post("/sign-in/token", data=body, headers=headers) as answer:
            assert answer.status == 403
            assert "令牌不对" in await answer.text()
        async with session.get("/live") as answer:
            assert answer.url.path == "/sign-in"


async def test_the_settings_token_signs_in_too(made: City) -> None:
    async with person(made, TOKEN) as session:
        assert "还没有发布任务" in await text(session, "/live")


@pytest.mark.parametrize(
    "target", ["https://example.com/", "//example.com", "/live/1\n", "/api/v1/tokens", "/live/x"]
)
async def test_signing_in_leads_nowhere_but_to_our_pages(made: City, target: str) -> None:
    async with person(made, None) as session:
        fields = {"token": READER, "next": target}
        async with session.post("/sign-in/token", data=fields, allow_redirects=False) as answer:
            assert answer.headers["Location"] == "/live"


async def test_a_session_cookie_is_for_this_site_alone_and_cannot_be_altered(made: City) -> None:
    async with person(made, None) as session:
        async with session.post("/sign-in/token", data={"token": READER}, allow_redirects=False) as answer:
            said = answer.headers["Set-Cookie"]
        assert {"HttpOnly", "SameSite=Strict"} <= set(said.split("; "))
        cookie = said.partition("=")[2].partition(";")[0]
        expires, who, signature = cookie.split(".")
    other = b"token drafter".hex()
    for forged in (
        f"{int(expires) + 1}.{who}.{signature}",
        f"{expires}.{other}.{signature}",
        f"{expires}.{who}.{signature[:-1]}",
        f"{expires}.{who}",
        f"{'9' * 5_000}.{who}.{signature}",
        "..",
        "x",
    ):
        async with (
            aiohttp.ClientSession(made.process.url, cookies={"airwarn_session": forged}) as session,
            session.get("/live") as answer,
        ):
            assert answer.url.path == "/sign-in"


async def test_a_session_ends_with_its_token_and_by_signing_out(made: City) -> None:
    async with person(made) as session, person(made) as other:
        async with session.post("/sign-out") as answer:
            assert answer.url.path == "/sign-in"
        async with session.get("/live") as answer:
            assert answer.url.path == "/sign-in"
        assert await text(other, "/live")
        await made.write(tokens.revoke, "duty", made.process.clock())
        async with other.get("/live") as answer:
            assert answer.url.path == "/sign-in"
        async with other.get("/live/events") as answer:
            assert answer.status == 401


async def test_a_session_is_not_an_api_token(made: City) -> None:
    async with person(made) as session, session.get("/api/v1/broadcasts") as answer:
        assert answer.status == 401


async def test_a_form_of_another_site_signs_nobody_in_or_out(made: City) -> None:
    async with person(made) as session:
        for path in ("/sign-in/token", "/sign-in", "/sign-out"):
            for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.com"}):
                async with session.post(path, data={"token": READER}, headers=headers) as answer:
                    assert answer.status == 403
                    assert "Set-Cookie" not in answer.headers
        assert await text(session, "/live")


async def test_a_link_from_another_site_still_finds_whoever_is_signed_in(made: City) -> None:
    headers = {"Sec-Fetch-Site": "cross-site"}
    async with person(made, None) as session, session.get("/live", headers=headers) as answer:
        assert (answer.status, answer.url.path) == (200, "/live")
        assert 'content="0; url=/live"' in await answer.text()


async def test_a_page_holds_nothing_that_its_own_policy_forbids(made: City) -> None:
    broadcast = await start(made)
    async with person(made) as session:
        for path in ("/live", f"/live/{broadcast}", "/sign-in", "/sign-in/token"):
            async with session.get(path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                page = await answer.text()
            assert "unsafe" not in policy
            assert "default-src 'none'" in policy
            assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=\"/static/)|https?://", page)


async def test_a_page_tells_a_broadcast_in_numbers_and_words(made: City) -> None:
    broadcast = await start(made)
    await made.process.engine.idle(broadcast)
    async with person(made) as session:
        await asyncio.sleep(feeds.EVERY)
        page = await text(session, f"/live/{broadcast}")
        for words in ("橙色预警", "完成", "学校", "企业微信", "金水区", "号码或地址不存在", "已送达"):
            assert words in page, words
        english = await text(session, f"/live/{broadcast}?lang=en")
        for words in ("Orange warning", "complete", "Schools", "WeCom", "no such number", "Delivered"):
            assert words in english, words
        assert "Schools" in await text(session, f"/live/{broadcast}")  # the language is remembered
        assert "19900000103" not in page + english
        async with session.get("/live/777") as answer:
            assert answer.status == 404
            assert "There is no such broadcast" in await answer.text()


async def test_a_lane_at_rest_is_shown_with_its_reason_until_it_is_open(made: City) -> None:
    broadcast = await start(made)
    lane = next(each for each in await made.read(lanes.all_lanes) if each.channel == "sms")
    await made.write(lanes.park, lane.id, made.process.clock() + HOUR, "quota")
    async with person(made) as session:
        assert "账号额度已用完" in await text(session, f"/live/{broadcast}")


async def test_a_lane_on_trial_is_shown_with_why_it_rested(made: City) -> None:
    broadcast = await start(made)
    lane = next(each for each in await made.read(lanes.all_lanes) if each.channel == "sms")
    now = made.process.clock()
    await made.write(lanes.open_breaker, lane.id, now - 1, "quota", 1, now - HOUR)
    async with person(made) as session:
        page = await text(session, f"/live/{broadcast}")
    assert "账号额度已用完" in page
    assert "试发中" in page


async def test_a_stream_begins_with_the_whole_and_goes_on_from_what_was_seen(made: City) -> None:
    async with person(made) as session:
        async with session.get("/live/events") as stream:
            first = await event(stream)
            assert "还没有发布任务" in first["data"]
            broadcast = await start(made)
            second = await event(stream)
            assert f"/live/{broadcast}" in second["data"]
            assert second["id"] != first["id"]
        async with session.get("/live/events?lang=en", headers={"Last-Event-ID": first["id"]}) as stream:
            assert "Orange warning" in (await event(stream))["data"]
        async with session.get("/live/events") as stream:
            current = (await event(stream))["id"]
        async with session.get("/live/events", headers={"Last-Event-ID": current}) as stream:
            assert (await event(stream))["id"] != current


async def test_many_viewers_cost_one_look(made: City, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = 0
    picture = live.picture

    def counted(*arguments: object) -> object:
        nonlocal looks
        looks += 1
        return picture(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(live, "picture", counted)
    broadcast = await start(made)
    async with person(made) as session:
        streams = [await session.get(f"/live/{broadcast}/events") for _ in range(50)]
        seen = await asyncio.gather(*(event(stream) for stream in streams))
        assert len({each["id"] for each in seen}) <= looks <= 5
        for stream in streams:
            stream.close()


async def test_viewers_beyond_the_bound_are_told_to_come_later(
    made: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "VIEWERS", 1)
    async with person(made) as session, session.get("/live/events") as stream:
        await event(stream)
        async with session.get("/live/events") as refused:
            assert (refused.status, refused.headers["Retry-After"]) == (503, "5")
        assert await text(session, "/live")  # the page still comes


async def test_a_reader_that_takes_nothing_is_let_go_and_holds_nobody(
    made: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handlers, "WRITE_SECONDS", 0.2)
    monkeypatch.setattr(handlers, "VIEWERS", 2)
    monkeypatch.setattr(feeds, "EVERY", 0.005)  # more than the sockets' buffers hold
    monkeypatch.setattr(feeds, "SETTLED_EVERY", 0.005)
    monkeypatch.setattr(feeds, "ANYWAY", 0.0)
    path = f"/live/{await start(made)}/events"
    async with person(made) as session:
        stuck = await reads_nothing(made, session, path)
        async with session.get(path) as stream:
            while True:  # the other one goes on receiving, and the first one's place becomes free
                await event(stream)
                async with session.get(path) as third:
                    if third.status == 200:
                        break
        stuck.close()


async def reads_nothing(made: City, session: aiohttp.ClientSession, path: str) -> socket.socket:
    """A connection that asks for a stream and reads none of it."""
    url = URL(made.process.url)
    cookies = session.cookie_jar.filter_cookies(url).values()
    stuck = socket.socket()
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    stuck.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(stuck, (url.host, url.port))
    said = "; ".join(f"{each.key}={each.value}" for each in cookies)
    await loop.sock_sendall(
        stuck, f"GET {path} HTTP/1.1\r\nHost: {url.host}\r\nCookie: {said}\r\n\r\n".encode()
    )
    await loop.sock_recv(stuck, 10)  # the stream has begun
    return stuck


async def test_streams_end_at_once_when_the_server_stops(tmp_path: Path) -> None:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        async with running(settings(tmp_path), "airwarn serve") as process:
            async with session.post(f"{process.url}/sign-in/token", data={"token": TOKEN}) as answer:
                assert answer.status == 200
            stream = await session.get(f"{process.url}/live/events")
            await event(stream)
            loop = asyncio.get_running_loop()
            asked = loop.time()
        assert loop.time() - asked < 15  # the server's own patience is twice ten
        assert await stream.content.read() is not None
        stream.close()


async def test_static_files_are_few_named_and_kept_by_browsers(made: City) -> None:
    async with person(made, None) as session:
        page = await text(session, "/sign-in")
        for path in re.findall(r'"(/static/[^"]+)"', page):
            async with session.get(path) as answer:
                assert answer.status == 200
                assert "immutable" in answer.headers["Cache-Control"]
        for path in ("/static/README.md", "/static/%2e%2e%2frunning.py"):
            async with session.get(path) as answer:
                assert answer.status == 404
