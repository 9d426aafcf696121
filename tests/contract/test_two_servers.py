"""`airwarn serve` twice at one ledger, as an office with two machines runs it; one dies, then both do."""

import asyncio
import json
import os
import random
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from channels.stand_ins import Behaviour, WecomAppStandIn
from channels.stand_ins.twilio import ACCOUNT_SID, AUTH_TOKEN, SENDER
from channels.stand_ins.wecom_app import AGENT_ID, CORP_ID, SECRET
from gateway.ledger.accounts import tokens
from gateway.ledger.accounts.tokens import Scope
from gateway.ledger.database import Ledger
from gateway.ledger.delivery import ownership
from tests.chaos.provider import Provider
from tests.city import TOKEN, soon
from tests.delivery.conftest import ledger
from tests.delivery.world import HOUR
from tests.documents import lift, orange_start
from tests.ports import free_port
from tests.processes import never_outlives
from tests.redis_server import RedisServer, redis_server
from tests.web.api import Client

__all__ = ["ledger"]

SECONDS = 90.0  # before anything is given up
SCHOOLS = 24
BURST = 60  # requests of a token
PER_SECOND = 0.5  # more of them
DECISIONS = "/api/v1/decisions"
_SETTINGS = """port = {port}
public_url = "http://127.0.0.1:{port}"
lease = 5.0
redis_url = "{redis}"

[api]
per_second = {per_second}
burst = {burst}

[accounts.sms]
provider = "twilio"
account_sid = "{sid}"
auth_token = "{auth}"
senders = ["{sender}"]
base_url = "{sms}"
in_flight = 4
timeout = 2.0
unknown_wait = 0.3
receipt_wait = 1.0

[accounts.members]
provider = "wecom_app"
corp_id = "{corp}"
agent_id = {agent}
secret = "{secret}"
base_url = "{members}"
timeout = 2.0
unknown_wait = 0.3
"""


def directory() -> str:
    """Schools, each with a number, and with a member of the office's WeCom."""
    rows = [
        f"S{place},示例学校{place},学校,410105,林老师,199{place:08d},school{place}"
        for place in range(SCHOOLS)
    ]
    return "\n".join(["编码,名称,受众,区域代码,联系人,手机,企业微信账号", *rows])


@dataclass
class Server:
    """One machine's `airwarn serve`."""

    process: Process
    url: str

    def client(self, session: aiohttp.ClientSession, token: str = TOKEN) -> Client:
        return Client(session, self.url, token)


@dataclass
class Office:
    """Two providers, a ledger, a Redis, and machines that come and go."""

    folder: Path
    database: SecretStr
    ledger: Ledger
    redis: RedisServer
    sms: Provider
    members: WecomAppStandIn
    session: aiohttp.ClientSession

    @asynccontextmanager
    async def server(self, name: str) -> AsyncIterator[Server]:
        """A machine, ready; killed at the end where it was not before."""
        folder = self.folder / name
        folder.mkdir()
        port = free_port()
        terms: Mapping[str, Any] = {
            "port": port,
            "redis": self.redis.url,
            "burst": BURST,
            "per_second": PER_SECOND,
            "sid": ACCOUNT_SID,
            "auth": AUTH_TOKEN,
            "sender": SENDER,
            "sms": self.sms.url,
            "corp": CORP_ID,
            "agent": AGENT_ID,
            "secret": SECRET,
            "members": self.members.url,
        }
        (folder / "airwarn.toml").write_text(_SETTINGS.format(**terms))
        told = {"AIRWARN_DATABASE_URL": self.database.get_secret_value(), "AIRWARN_API_TOKEN": TOKEN}
        with (folder / "log").open("w") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "gateway", "serve", "--json"),
                cwd=folder,
                stdin=DEVNULL,
                stdout=PIPE,
                stderr=log,
                env={**os.environ, **told, "PYTHONUTF8": "1"},
            )
        never_outlives(process.pid)
        try:
            assert process.stdout is not None
            async with asyncio.timeout(SECONDS):
                assert await process.stdout.readline(), (folder / "log").read_text()
            yield Server(process, f"http://127.0.0.1:{port}")
        except BaseException:
            print((folder / "log").read_text())
            raise
        finally:
            await kill(process)

    def holder(self, name: str, *scopes: Scope, **person: Any) -> str:
        """A token of its own."""
        now, token = self.ledger.now(), f"invented-{name.encode().hex()}"
        self.ledger.write_now(tokens.add, name, token, scopes, now, now + HOUR, **person)
        return token

    def owners(self) -> dict[str, int]:
        """The process that works each account."""
        tenures = self.ledger.read_now(ownership.tenures, self.ledger.now())
        return {name: int(each.owner.split(":")[1]) for name, each in tenures.items() if each.owner}


async def kill(process: Process) -> None:
    if process.returncode is None:
        process.send_signal(signal.SIGKILL)
    await process.wait()


@pytest.fixture
async def office(tmp_path: Path, ledger: Ledger, database: SecretStr) -> AsyncIterator[Office]:
    jar = aiohttp.CookieJar(unsafe=True)  # 127.0.0.1 is no name
    sms = Provider(random.Random(1))
    async with (
        redis_server(tmp_path) as redis,
        sms,
        WecomAppStandIn() as members,
        aiohttp.ClientSession(cookie_jar=jar) as session,
    ):
        yield Office(tmp_path, database, ledger, redis, sms, members, session)


async def complete(client: Client, broadcast: int) -> dict[str, int]:
    """Its totals, once it is complete."""
    async with asyncio.timeout(SECONDS):
        while True:
            status, answer = await client.get(f"/api/v1/broadcasts/{broadcast}")
            assert status == 200, answer
            if answer["complete"]:
                totals: dict[str, int] = answer["totals"]
                return totals
            await asyncio.sleep(1.0)


@asynccontextmanager
async def watching(client: Client) -> AsyncIterator[aiohttp.StreamReader]:
    """The stream of a machine's live page, for somebody who signed in there."""
    session, url = client.session, client.url
    async with session.post(
        f"{url}/sign-in/token", data={"token": client.token}, allow_redirects=False
    ) as answer:
        assert answer.status == 303
    async with session.get(f"{url}/live/events") as stream:
        assert stream.status == 200
        yield stream.content


async def shows(stream: aiohttp.StreamReader, words: str) -> None:
    """Read on until a stream shows these words."""
    async with asyncio.timeout(SECONDS):
        while words not in (await stream.readuntil(b"\n")).decode():
            pass


async def told(client: Client, path: str, body: Any, expected: int, **headers: str) -> Any:
    status, answer = await client.post(path, body, **headers)
    assert status == expected, answer
    return answer


@pytest.mark.long
async def test_two_servers_are_one_office_and_one_goes_on_alone_and_one_after_both_died(
    office: Office,
) -> None:
    drafter = office.holder("起草人", "read", "submit", person="起草人")
    leader = office.holder("王主任", "read", "approve", person="王主任", titles=("主任",))
    async with office.server("one") as one, office.server("two") as two:
        office_one, office_two = one.client(office.session), two.client(office.session)
        await told(office_one, "/api/v1/directory", directory(), 200)

        # drafted at the one, approved at the other; launched at both under one key, once
        draft = await told(
            one.client(office.session, drafter),
            DECISIONS,
            json.dumps(soon(orange_start(approvals=[]))),
            201,
        )
        seen = {"manifest": draft["manifest"]}
        while draft["steps"]:
            at_two = two.client(office.session, leader)
            draft = await told(at_two, f"{DECISIONS}/{draft['id']}/approve", seen, 200)
        async with watching(office_two) as stream:
            launch = f"{DECISIONS}/{draft['id']}/launch"
            started = await told(office_one, launch, seen, 200, Idempotency_Key="a-key")
            await shows(stream, f"/live/{started['id']}")
        assert await told(office_two, launch, seen, 200, Idempotency_Key="a-key") == started
        await told(office_two, launch, {"manifest": "0" * 64}, 409, Idempotency_Key="a-key")
        totals = {"accepted": SCHOOLS, "delivered": SCHOOLS}
        assert await complete(office_two, started["id"]) == totals
        assert await complete(office_one, started["id"]) == totals
        async with office.session.get(f"{two.url}/live/{started['id']}") as page:
            shown = (await page.text()).partition(' id="worked">')[2].partition("</table>")[0]
        assert all(f":{pid}:" in shown for pid in office.owners().values())  # who sends, at either

        # a receipt is taken by either, whoever sent the message
        url, form = office.sms.told[0]
        path = url.split("/", 3)[3]
        for server in (one, two):
            assert await office.sms.again(f"{server.url}/{path}", form, "delivered") < 300
            assert await office.sms.forge(f"{server.url}/{path}", form, "failed") == 403

        # a token has one burst at both
        noisy = office.holder("监测脚本", "read")
        begun, answered = time.monotonic(), 0
        for server in (one, two):
            client = server.client(office.session, noisy)
            while (await client.get("/api/v1/lanes"))[0] == 200:
                answered += 1
        assert BURST <= answered <= BURST + PER_SECOND * (time.monotonic() - begun)

        # each works an account; who works the members' dies, the other goes on with the same access token
        async with asyncio.timeout(SECONDS):
            while len(set(office.owners().values())) < 2:
                await asyncio.sleep(0.05)
        owners = office.owners()
        fallen, left = (one, two) if owners["members"] == one.process.pid else (two, one)
        await kill(fallen.process)
        at_left = left.client(office.session)
        document = json.dumps(soon(lift()))
        ended = await told(at_left, f"{DECISIONS}?approved=true", document, 201)
        ended = await told(at_left, f"{DECISIONS}/{ended['id']}/launch", {"manifest": ended["manifest"]}, 200)
        assert await complete(at_left, ended["id"]) == totals
        assert office.members.tokens_given == 1
        assert Counter(each.to for each in office.members.seen) == {f"school{n}": 2 for n in range(SCHOOLS)}

        # no Redis any more: what a third machine launches shows here all the same
        office.redis.kill()
        office.sms.behaviour = Behaviour(delay=(0.5, 1.0), receipt_delay=(0.0, 0.1))
        async with office.server("three") as three, watching(at_left) as stream:
            at_three = three.client(office.session)
            again = json.dumps(soon(orange_start(document_number="郑环攻坚办〔2024〕9号")))
            third = await told(at_three, f"{DECISIONS}?approved=true", again, 201)
            third = await told(
                at_three, f"{DECISIONS}/{third['id']}/launch", {"manifest": third["manifest"]}, 200
            )
            await shows(stream, f"/live/{third['id']}")
            taken = len(office.sms.seen)
            async with asyncio.timeout(SECONDS):
                while len(office.sms.seen) == taken:
                    await asyncio.sleep(0.01)
            await asyncio.gather(kill(left.process), kill(three.process))  # in the middle of it

    async with office.server("four") as four:
        assert await complete(four.client(office.session), third["id"]) == totals
    sent = Counter(each.to for each in office.sms.seen)
    assert sorted(sent) == [f"+86199{place:08d}" for place in range(SCHOOLS)]
    assert set(sent.values()) == {3}  # once each time; what was in flight was found by asking
