"""What anybody may read: from a real server, of warnings that were really launched."""

import gzip
import hashlib
import json
import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import pytest
from sqlalchemy import select

from gateway.bus.words import Word
from gateway.exchange import cap, payload_json
from gateway.exchange.model import Alert
from gateway.ledger.schema import alerts
from gateway.moments import BEIJING
from gateway.settings import OfficeSettings, PublicSettings
from gateway.web.api.public import PUBLIC
from gateway.web.public import newest
from gateway.web.public.guesses import BURST
from tests.city import DIRECTORY, City, city, soon
from tests.documents import as_yaml, orange_start, red_raise
from tests.exchange.feeds import Feed, read
from tests.exchange.messages import alert_of
from tests.exchange.released import put
from tests.web.api import Client

PAGES = ("/cap/feed.atom", "/public/state.json", "/public/issued.json")
CONTACT = "值班电话 0371-00000000"


class Got(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


class Town:
    """A running gateway, its office, and somebody without a token."""

    def __init__(self, made: City, office: Client, anybody: aiohttp.ClientSession) -> None:
        self.made = made
        self.office = office
        self.url = made.process.url
        self._anybody = anybody
        self._issued: list[Alert] = []

    async def launch(self, document: dict[str, Any]) -> str:
        """Launch a decision; gives its id."""
        status, submitted = await self.office.post("/api/v1/decisions", as_yaml(soon(document)))
        assert status == 201, submitted
        path = f"/api/v1/decisions/{submitted['id']}/launch"
        status, launched = await self.office.post(path, {"manifest": submitted["manifest"]})
        assert status == 200, launched
        return str(submitted["id"])

    async def issue(self) -> None:
        """Put an orange warning of now into the ledger, and then its raise to red: quicker than launching."""
        sent = datetime.now(BEIJING)
        step, earlier = ("raise orange to red", self._issued[-1:]) if self._issued else ("issue orange", [])
        starts = sent + timedelta(hours=52)
        alert = alert_of(
            step, earlier=earlier, sent=sent, starts_at=starts, expected_end_at=starts + timedelta(hours=72)
        )
        if earlier:
            alert = replace(alert, identifier=f"{earlier[0].identifier}2")
        self._issued.append(alert)
        await self.made.write(put, alert)
        self.made.process.bus.say(Word.LAUNCHED)

    async def get(self, path: str, method: str = "GET", **headers: str) -> Got:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._anybody.request(method, self.url + path, headers=sent) as response:
            return Got(response.status, response.headers, await response.read())

    async def json(self, path: str) -> Any:
        got = await self.get(path)
        assert got.status == 200, got.body
        return _as_described(path, got.body)

    async def feed(self) -> Feed:
        got = await self.get("/cap/feed.atom")
        assert got.status == 200, got.body
        return read(got.body)

    async def post(self, body: str | bytes, **headers: str) -> Got:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self._anybody.post(f"{self.url}/public/check", data=body, headers=sent) as response:
            return Got(response.status, response.headers, await response.read())

    async def check(self, words: str) -> Any:
        got = await self.post(json.dumps({"text": words}), Content_Type="application/json")
        assert got.status == 200, got.body
        return _as_described("/public/check", got.body)


def _as_described(path: str, body: bytes) -> Any:
    """An answer, which must be exactly what its description says."""
    (model,) = (each.model for each in PUBLIC if each.path == path.partition("?")[0] and each.model)
    answer = json.loads(body)
    model.model_validate(answer, extra="forbid")
    return answer


@asynccontextmanager
async def running_town(
    folder: Path, limits: PublicSettings | None = None, **account: Any
) -> AsyncIterator[Town]:
    server = {"office": OfficeSettings(contacts=[CONTACT]), "public": limits or PublicSettings()}
    async with (
        city(folder, server=server, **account) as made,
        aiohttp.ClientSession() as session,
        aiohttp.ClientSession(
            auto_decompress=False, skip_auto_headers=["Accept-Encoding"], cookie_jar=aiohttp.DummyCookieJar()
        ) as anybody,
    ):
        yield Town(made, Client(session, made.process.url), anybody)


@pytest.fixture
async def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    monkeypatch.setattr(newest, "STEP", 86_400_000)  # else the state is another every half minute
    async with running_town(tmp_path) as running:
        yield running


async def test_a_server_that_never_issued_anything_says_so(town: Town) -> None:
    assert (await town.feed()).entries == ()
    state = await town.json("/public/state.json")
    assert (state["in_force"], state["plans"], state["stale"]) == (False, [], False)
    assert "没有生效的预警" in state["said"]
    assert await town.json("/public/issued.json") == {"issued": [], "next": None}
    assert (await town.get("/cap/41010000000000_20240108080000_1.xml")).status == 404
    assert (await town.check("橙色预警"))["found"] is False
    etag = (await town.get("/cap/feed.atom")).headers["ETag"]
    assert (await town.get("/cap/feed.atom", If_None_Match=etag)).status == 304


async def test_a_warning_can_be_followed_from_its_launch_to_its_lift(town: Town) -> None:
    assert not (await town.feed()).entries
    await town.launch(orange_start())
    (entry,) = (await town.feed()).entries
    message = (await town.get(entry.link.removeprefix(town.url))).body
    assert (await town.get(entry.page.removeprefix(town.url))).status == 200  # what a reader of feeds opens
    (issued,) = (await town.json("/public/issued.json"))["issued"]
    assert (issued["number"], issued["url"]) == (1, entry.link)
    assert issued["sha256"] == hashlib.sha256(message).hexdigest()
    alert = cap.read(message)
    sms = alert.infos[0].parameter("smsText") or ""
    hashes = {(each["language"], each["name"]): each["sha256"] for each in issued["texts"]}
    assert hashes["zh-CN", "smsText"] == hashlib.sha256(sms.encode()).hexdigest()
    assert (await town.check(sms))["holds"]
    (plan,) = (await town.json("/public/state.json"))["plans"]
    assert (plan["plan"], plan["level"]) == ("zhengzhou", "orange")
    assert plan["newest"]["identifier"] == alert.identifier

    await town.launch(red_raise())
    (entry,) = (await town.feed()).entries
    assert "红色" in entry.title
    (plan,) = (await town.json("/public/state.json"))["plans"]
    assert plan["level"] == "red"
    checked = await town.check(sms)
    assert (checked["found"], checked["holds"], checked["messages"][0]["state"]) == (True, False, "replaced")


async def test_what_was_retracted_leaves_the_state_and_its_end_shows_in_the_feed(town: Town) -> None:
    decision = await town.launch(orange_start())
    first = (await town.json("/public/state.json"))["plans"][0]["newest"]["identifier"]
    status, _ = await town.office.post(
        f"/api/v1/decisions/{decision}/retract", {"document_number": "郑环攻坚办〔2024〕9号"}
    )
    assert status == 200
    state = await town.json("/public/state.json")
    assert state["in_force"] is False
    assert state["plans"][0]["newest"]["state"] == "ends"
    (entry,) = (await town.feed()).entries
    assert "Cancel" in entry.categories
    cancel = cap.read((await town.get(entry.link.removeprefix(town.url))).body)
    assert [each.identifier for each in cancel.references] == [first]
    checked = await town.check(state["plans"][0]["newest"]["headline"])
    assert (checked["found"], checked["holds"]) == (True, False)


async def test_nothing_of_an_exercise_is_public_by_any_address(tmp_path: Path) -> None:
    async with running_town(tmp_path, exercise=True) as town:
        await town.launch(orange_start(exercise=True))
        await _is_hidden(town)


async def _is_hidden(town: Town) -> None:
    stored = await town.made.read(
        lambda connection: connection.execute(select(alerts.c.identifier, alerts.c.json)).one()
    )
    assert (await town.feed()).entries == ()
    assert (await town.json("/public/state.json"))["plans"] == []
    assert (await town.json("/public/issued.json"))["issued"] == []
    assert (await town.get(f"/cap/{stored.identifier}.xml")).status == 404
    for info in payload_json.read(stored.json).infos:
        assert (await town.check(info.parameter("smsText") or ""))["found"] is False


async def test_an_answer_is_asked_about_again_by_its_name_or_its_date(town: Town) -> None:
    await town.issue()
    for path in PAGES:
        got = await town.get(path)
        tag, date = got.headers["ETag"], got.headers["Last-Modified"]
        for asked in (
            {"If_None_Match": tag},
            {"If_None_Match": f'W/{tag}, "another"'},
            {"If_None_Match": "*"},
            {"If_Modified_Since": date},
            {"If_None_Match": tag, "If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        ):
            again = await town.get(path, **asked)
            assert (again.status, again.body) == (304, b""), (path, asked)
            assert (again.headers["ETag"], again.headers["Last-Modified"]) == (tag, date)
            assert "max-age" in again.headers["Cache-Control"]
        for stale in (
            {"If_None_Match": '"another"'},
            {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
            {"If_Modified_Since": "yesterday"},
            {"If_None_Match": '"another"', "If_Modified_Since": date},  # the name counts before the date
        ):
            assert (await town.get(path, **stale)).status == 200, (path, stale)


async def test_a_change_has_another_name_and_a_later_date(town: Town) -> None:
    await town.issue()
    before = [(await town.get(path)).headers for path in PAGES]
    await town.issue()
    for path, old in zip(PAGES, before, strict=True):
        new = (await town.get(path, If_None_Match=old["ETag"])).headers
        assert new["ETag"] != old["ETag"]
        assert (await town.get(path, If_Modified_Since=old["Last-Modified"])).status == 200
        assert parsedate_to_datetime(new["Last-Modified"]) > parsedate_to_datetime(old["Last-Modified"])


async def test_answers_are_packed_where_that_is_asked_for(town: Town) -> None:
    await town.issue()
    identifier = (await town.json("/public/issued.json"))["issued"][0]["identifier"]
    for path in (*PAGES, f"/cap/{identifier}.xml"):
        plain = await town.get(path)
        packed = await town.get(path, Accept_Encoding="br, gzip;q=0.8")
        assert gzip.decompress(packed.body) == plain.body
        assert (packed.headers["Content-Encoding"], "Content-Encoding" in plain.headers) == ("gzip", False)
        assert packed.headers["ETag"] != plain.headers["ETag"]  # other bytes, another name
        assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        unwanted = await town.get(path, Accept_Encoding="gzip;q=0, identity")
        assert unwanted.body == plain.body
        again = await town.get(path, Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"])
        assert (again.status, again.headers["ETag"]) == (304, packed.headers["ETag"])


async def test_a_head_is_answered_like_the_whole_without_its_body(town: Town) -> None:
    await town.issue()
    for path in PAGES:
        whole, head = await town.get(path), await town.get(path, "HEAD")
        assert (head.status, head.body) == (200, b"")
        for name in ("ETag", "Last-Modified", "Content-Length", "Content-Type", "Cache-Control"):
            assert head.headers[name] == whole.headers[name], (path, name)


async def test_a_message_may_be_kept_for_ever(town: Town) -> None:
    await town.issue()
    (entry,) = (await town.feed()).entries
    path = entry.link.removeprefix(town.url)
    first = await town.get(path)
    assert first.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert first.headers["Content-Type"] == "application/cap+xml"
    await town.issue()
    again = await town.get(path)
    assert (again.body, again.headers["ETag"]) == (first.body, first.headers["ETag"])
    assert (await town.get(path, If_None_Match=first.headers["ETag"])).status == 304
    for unknown in ("/cap/another.xml", "/cap/41010000000000_20240108080000_99.xml", "/cap/%2e%2e.xml"):
        assert (await town.get(unknown)).status == 404


async def test_pages_of_other_sites_may_read_and_check_but_nobody_is_recognised(town: Town) -> None:
    await town.issue()
    page = {"Origin": "https://www.example.gov.cn", "Sec_Fetch_Site": "cross-site"}
    words = json.dumps({"text": "橙色预警"})
    for got in (
        *[await town.get(path, **page) for path in PAGES],
        await town.get("/cap/another.xml", **page),
        await town.post(words, Content_Type="application/json", **page),
        await town.post("", **page),
    ):
        assert got.headers["Access-Control-Allow-Origin"] == "*"
        assert got.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert got.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in got.headers
        assert "Access-Control-Allow-Credentials" not in got.headers
    asked = await town.get(
        "/public/check", "OPTIONS", Access_Control_Request_Method="POST", Origin="https://www.example.gov.cn"
    )
    assert (asked.status, asked.body) == (204, b"")
    assert "POST" in asked.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]


async def test_no_person_and_no_recipient_is_in_anything_public(town: Town) -> None:
    await town.launch(orange_start())
    (entry,) = (await town.feed()).entries
    public = b"".join([(await town.get(path)).body for path in (*PAGES, entry.link.removeprefix(town.url))])
    for line in DIRECTORY.splitlines()[1:]:
        _, name, _, _, _, person, number, group, *_ = line.split(",")
        for word in filter(None, (name, person, number, group)):
            assert word.encode() not in public, word
    for approval in orange_start()["approvals"]:
        assert approval["name"].encode() not in public
    assert CONTACT.encode() in public  # what the office publishes itself


async def test_a_text_is_checked_as_plain_text_too_and_what_is_none_is_refused(town: Town) -> None:
    await town.issue()
    (entry,) = (await town.feed()).entries
    plain = await town.post(entry.summary.encode(), Content_Type="text/plain; charset=utf-8")
    assert json.loads(plain.body)["found"] is True
    assert plain.headers["Cache-Control"] == "no-store"
    for body, kind, code in (
        (b"", "text/plain", "TEXT_MISSING"),
        (b" \n", "text/plain", "TEXT_MISSING"),
        ("橙色预警".encode("gbk"), "text/plain", "BODY_MALFORMED"),
        (b"{", "application/json", "BODY_MALFORMED"),
        (b"[]", "application/json", "FIELD_INVALID"),
        (b'{"text": 5}', "application/json", "FIELD_INVALID"),
        (("橙" * 10_001).encode(), "text/plain", "TEXT_TOO_LONG"),
    ):
        refused = await town.post(body, Content_Type=kind)
        assert (refused.status, json.loads(refused.body)["error"]["code"]) == (422, code)
    for before in ("0", "-1", "x", "9" * 30, "١"):
        refused = await town.get(f"/public/issued.json?before={before}")
        assert (refused.status, json.loads(refused.body)["error"]["code"]) == (422, "BEFORE_INVALID")


async def test_an_address_that_asks_too_often_has_to_wait(tmp_path: Path) -> None:
    async with running_town(tmp_path, PublicSettings(per_second=0.01, burst=3)) as town:
        statuses = [(await town.get(path)).status for path in (*PAGES, "/cap/feed.atom")]
        assert statuses == [200, 200, 200, 429]
        refused = await town.get("/cap/feed.atom", X_Forwarded_For="203.0.113.7")  # nobody's word counts
        assert refused.status == 429
        assert 1 <= int(refused.headers["Retry-After"]) <= 100
        assert refused.headers["Access-Control-Allow-Origin"] == "*"
        assert json.loads(refused.body)["status"] == 429
        assert (await town.office.get("/api/v1/broadcasts"))[0] == 200  # nobody else is kept waiting


async def test_behind_a_proxy_of_ours_readers_are_counted_one_by_one(tmp_path: Path) -> None:
    limits = PublicSettings(per_second=0.01, burst=1, proxies=(ip_network("127.0.0.0/8"),))
    async with running_town(tmp_path, limits) as town:

        async def status(forwarded: str) -> int:
            return (await town.get("/cap/feed.atom", X_Forwarded_For=forwarded)).status

        assert [await status("203.0.113.7"), await status("203.0.113.7")] == [200, 429]
        assert await status("203.0.113.7, 203.0.113.8") == 200  # what is before the last is a claim
        assert await status("198.51.100.1, 203.0.113.8, 127.0.0.2") == 429
        assert [await status("2001:db8::1"), await status("2001:db8::ffff:1")] == [200, 429]
        assert await status("2001:db8:0:1::1") == 200
        assert [await status("nonsense"), await status("other nonsense")] == [200, 429]
        for guess in ("/s/" + "b" * 26, "/v/" + "b" * 26):  # two pages behind links, one count
            for _ in range(BURST // 2):
                assert (await town.get(guess, X_Forwarded_For="203.0.113.9")).status == 404
        assert (await town.get(guess, X_Forwarded_For="203.0.113.9")).status == 429
        assert (await town.get(guess, X_Forwarded_For="203.0.113.10")).status == 404


async def test_a_restored_server_keeps_silent_about_what_holds(tmp_path: Path) -> None:
    async with running_town(tmp_path / "one") as town:
        await town.launch(orange_start())
        (entry,) = (await town.feed()).entries
        message = await town.get(entry.link.removeprefix(town.url))
        path = entry.link.removeprefix(town.url)
    shutil.copytree(tmp_path / "one" / "data", tmp_path / "two" / "data")
    async with running_town(tmp_path / "two") as town:
        for page in PAGES:
            refused = await town.get(page)
            assert (refused.status, "Retry-After" in refused.headers) == (503, True)
        assert (await town.post("橙色预警")).status == 503
        assert (await town.get(path)).body == message.body  # that it was issued is true
