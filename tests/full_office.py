"""An office with one of everything, so that every page has something to show, and somebody who may do it all.

`mark` is put into every text that people or other levels write: tests of attacks give a script there.
"""

import csv
import io
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr
from sqlalchemy import Connection

from channels.stand_ins.behaviour import Behaviour
from channels.stand_ins.smtp import SmtpStandIn
from gateway.broadcasts.actor import LOCAL, Actor
from gateway.broadcasts.approving.approve import approve
from gateway.broadcasts.approving.sheet import sheet
from gateway.broadcasts.beside_ledger import launch_aside, submit_aside
from gateway.broadcasts.preparing.opinion import attach
from gateway.directory.campaign import Wish
from gateway.directory.inventory import InventoryLine
from gateway.directory.mending import Statement
from gateway.directory.selection import of_words
from gateway.follow_up.signatures import signing
from gateway.follow_up.signatures.signing import Signer
from gateway.identifiers import uuid7
from gateway.ledger.accounts import account_changes
from gateway.ledger.accounts.users import ROLES, User
from gateway.ledger.decisions import decisions, drafts
from gateway.ledger.decisions.decisions import Entry
from gateway.ledger.directory import contacts, inventory, organisations
from gateway.ledger.exchange import orders
from gateway.ledger.follow_up import obligations
from gateway.settings import ApiSettings, PublicSettings, SmtpSettings, WecomSettings
from gateway.web.console.directory.contacts import put
from tests.asking_numbers import ANY_HOUR, AskingCity, ask
from tests.city import HEADER, City, city, decision, soon
from tests.documents import lift, orange_start, red_raise
from tests.people import person, signed_in
from tests.ports import free_port
from tests.signing import link, start
from tests.web.console.browsing import Browsing
from tests.web.console.episodes.test_obligations import new
from tests.web.console.episodes.test_orders import order
from tests.web.console.office import DEPUTY, HEAD, fill, hidden, kashgar, stored

MAILBOX = "one@example.com"
_LINK = re.compile(r"/v/([a-z2-7]{26})")
_ROWS = (  # besides those of the city
    ("KS1", "示例小学", "学校", "", "653101", "林老师", "19900000201", "", "", "否"),
    ("KH1", "示例医院", "医疗机构", "", "653121", "何医生", "19900000202", "", "", "否"),
    ("KE1", "示例水泥厂", "企业", "工业企业", "653122", "罗厂长", "19900000203", "", "", "否"),
    ("KX1", "演练学校", "学校", "", "653101", "演练员", "", "演练群", "", "是"),
    ("E2", "示例砖厂", "企业", "工业企业", "410104", "石厂长", "19900000302", "", MAILBOX, "否"),
    ("E3", "示例铸造厂", "企业", "工业企业", "410102", "方厂长", "19900000303", "", "", "否"),
)


@dataclass(frozen=True)
class FullOffice:
    """The running gateway; `user` has every role and title. `samples` are the values of addresses' variable
    parts, by the route up to that part: `/console/decisions/{id}`."""

    made: City
    user: User
    samples: dict[str, list[str]]

    async def cookies(self, user: User | None = None) -> dict[str, str]:
        """Those of a browser in which somebody is signed in."""
        return await signed_in(self.made.process, user or self.user)


@asynccontextmanager
async def full_office(folder: Path, mark: str = "") -> AsyncIterator[FullOffice]:
    """The office, running."""
    port = free_port()
    office = ANY_HOUR.model_copy(update={"contacts": [f"值班电话 0371-00000000{mark}"]})
    public = PublicSettings(
        control_list=("area", "sector", "grade"), report_to=(f"生态环境举报 12369{mark}",)
    )
    server = {
        "port": port,
        "api": ApiSettings(per_second=1e6, burst=1_000_000),
        "public_url": f"http://127.0.0.1:{port}",
        "office": office,
        "public": public,
    }
    async with SmtpStandIn() as smtp:
        mail = SmtpSettings(
            provider="smtp",
            host="127.0.0.1",
            port=smtp.port,
            security="none",
            sender="office@example.com",
            per_second=1000,
        )
        drill = WecomSettings(  # nothing takes what an exercise sends
            provider="wecom",
            base_url="http://127.0.0.1:9",
            groups={"演练群": SecretStr("key-2")},
            exercise=True,
        )
        beside = {"mail": mail, "drill": drill}
        async with city(
            folder, Behaviour(receipt_delay=(0.0, 0.01)), server=server, beside=beside, per_second=1000
        ) as made:
            yield await _furnished(made, smtp, mark)


async def _furnished(made: City, smtp: SmtpStandIn, mark: str) -> FullOffice:
    process = made.process
    await made.register(_table(_ROWS, mark))
    await made.write(_list, mark, process.clock())
    people = await made.write(_people, mark, process.clock())
    user = await person(process, "all", *ROLES, titles=["主任", HEAD, DEPUTY])
    other = await person(process, f"other{mark}", "approver", titles=[f"主任{mark}"])
    rights = {"person": f"赵科员{mark}", "roles": ["viewer"], "titles": [f"科员{mark}"], "areas": []}
    await made.write(
        account_changes.propose, "new_user", "zhao", {**rights, "language": "zh"}, other.id, process.clock()
    )
    owed = new(process, f"日报{mark}", f"市城管局{mark}", -3, contents=(f"措施落实情况{mark}",))
    order_facts = {"headline": f"省级橙色预警{mark}", "remarks": [{"message": mark, "message_en": mark}]}
    numbers = (
        await made.write(obligations.add, owed, process.clock()),
        await made.write(
            orders.add,
            order(process, f"city{mark}", facts=order_facts, document_number=f"豫环〔2026〕9号{mark}"),
        ),
    )
    real = await start(
        made, orange_start(document_number=f"郑环攻坚办〔2024〕1号{mark}", special_reason=mark or None)
    )
    links = [link(made, number).removeprefix("/s/") for number in ("0103", "0101")]
    await _sign(made, mark)
    exercise = await _run(made, kashgar(exercise=True, document_number=f"演练〔2024〕1号{mark}"))
    approved = await _submitted(made, soon(red_raise(document_number=f"郑环攻坚办〔2024〕2号{mark}")), LOCAL)
    waiting = await _submitted(made, kashgar(document_number=f"喀污防〔2024〕1号{mark}"))
    name = "".join(each for each in f"会商{mark}.txt" if each not in '/\\"')
    opinion = await made.write(attach, waiting.id, name, "text/plain", b"agreed", process.clock(), LOCAL)
    asking = AskingCity(made, smtp)
    campaign = await ask(asking, Wish(of_words(["sector=工业企业"])))
    await process.engine.idle(campaign.broadcast_id)
    launched = str(await made.read(decisions.of_broadcast, real))
    kinds = [
        each.kind
        for entry in (launched, waiting.id, approved.id)
        for each in (await made.read(sheet, process.desk, entry, process.clock())).papers
    ]
    written = [await _draft(made, user, document, mark) for document in _drafts(mark)]
    token = _asked(smtp)
    episode = (await stored(made, launched)).episode_id
    due = [each.id for each in await made.read(obligations.of_episode, episode)]
    office = FullOffice(
        made,
        user,
        {
            "/console/account/addresses/{kind}": ["sms", "email"],
            "/console/account/devices/{id}": [user.id],
            "/console/broadcasts/{id}": [str(real), str(exercise.broadcast_id)],
            "/console/broadcasts/{id}/undecided/{act}": ["resend", "leave"],
            "/console/changes/{id}": ["1"],
            "/console/decisions/{id}": [launched, waiting.id, approved.id, exercise.id],
            "/console/decisions/{id}/opinions/{number}": [str(opinion)],
            "/console/decisions/{id}/papers/{kind}": sorted(set(kinds)),
            "/console/decisions/{id}/{action}": ["lift", "correct", "retract"],
            "/console/directory/campaigns/{id}": [str(campaign.id)],
            "/console/directory/imports/sample/{kind}": ["organisations"],
            "/console/directory/imports/sample/{kind}.{form}": ["csv", "xlsx"],
            "/console/directory/proposals/{id}": ["1"],
            "/console/directory/{id}": [str(each) for each in people],
            "/console/directory/{id}/people/{contact}": [str(each) for each in people.values()],
            "/console/drafts/{id}": written,
            "/console/drafts/{id}/preview/{reader}": ["schools", "enterprises-industry"],
            "/console/drafts/{id}/preview/{reader}/{medium}": ["email", "notice"],
            "/console/episodes/{id}": [episode, exercise.episode_id],
            "/console/episodes/{id}/bulletins/{number}": ["1"],
            "/console/episodes/{id}/progress/{number}": ["1"],
            "/console/lanes/{id}": ["1"],
            "/console/objections/{id}": [str(await made.write(_objecting))],
            "/console/obligations/{id}": [str(each) for each in (numbers[0], *due)],
            "/console/obligations/{id}/reports/{report}": ["1"],
            "/console/orders/{id}": [str(numbers[1])],
            "/console/plans/{id}": ["zhengzhou", "kashgar"],
            "/console/users/{id}": [other.id, user.id],
            "/live/{id}": [str(real), str(exercise.broadcast_id)],
            "/live/{id}/unsigned/{call}": [str(await made.write(_objecting))],
            "/public/messages/{identifier}": await _messages(made),
            "/s/{token}": links,
            "/v/{token}": [token],
        },
    )
    async with Browsing(process, await office.cookies()) as browser:
        office.samples.update(await _act(browser, office, mark))
    return office


async def _act(browser: Browsing, office: FullOffice, mark: str) -> dict[str, list[str]]:
    """What they do by the pages themselves; gives the samples that come of it."""
    episode, obligation, token = (
        office.samples[route][0]
        for route in ("/console/episodes/{id}", "/console/obligations/{id}", "/v/{token}")
    )
    changed = {"answer": "changed", "name": f"王新{mark}", "number": "0371-66000000"}
    await browser.post(f"/v/{token}", changed)
    page = f"/console/obligations/{obligation}"
    await browser.send(page, f"{page}/report", ("heading-1", f"已落实{mark}"), from_whom=f"市城管局{mark}")
    page = f"/console/episodes/{episode}"
    await browser.send(page, f"{page}/bulletins", number="1")
    said = {"text": f"六成工地已停工{mark}", "text_en": "", "aqi": "", "pollutant": "", "measured_at": ""}
    shown = await fill(browser, f"{page}/progress", f"{page}/progress", expected=f"夜间改善{mark}", **said)
    await browser.post(f"{page}/progress/publish", hidden(shown, "/publish") | {"act": "publish"})
    waiting = await _upload(browser, "N1", mark)
    imported = await browser.send(waiting, f"{waiting}/confirm")
    waiting = await _upload(browser, "N2", mark)
    return {
        "/console/directory/imports/waiting/{upload}": [waiting.rpartition("/")[2]],
        "/console/directory/imports/{id}": [imported.path.rpartition("/")[2]],
    }


async def _upload(browser: Browsing, code: str, mark: str) -> str:
    """Send a list with a new school; gives the page that asks whether to import it."""
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("form_token", await browser.form_token())
    form.add_field("kind", "organisations")
    name = "".join(each for each in f"list{mark}.csv" if each not in '"/')
    form.add_field("file", _table([(code, *_ROWS[0][1:])], mark).encode(), filename=name)
    async with browser.session.post("/console/directory/imports", data=form) as answer:
        assert answer.status == 200, await answer.text()
        return answer.url.path


def _objecting(connection: Connection) -> int:
    return signing.of_organisation(connection, 1, "E2").id


def _asked(smtp: SmtpStandIn) -> str:
    """The token of the newest question that the mailbox was sent."""
    found = [_LINK.search(each.text) for each in smtp.seen if each.to == MAILBOX]
    newest = found[-1]
    assert newest is not None
    return newest[1]


def _table(rows: Sequence[Sequence[str]], mark: str) -> str:
    """The table of a directory."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADER.split(","))
    for code, name, *middle, contact, number, group, mailbox, drill in rows:
        writer.writerow([code, f"{name}{mark}", *middle, f"{contact}{mark}", number, group, mailbox, drill])
    return file.getvalue()


def _people(connection: Connection, mark: str, now: int) -> dict[int, int]:
    """Somebody at each of these organisations: their ids, by the organisation's."""
    statement = Statement(f"李四{mark}", "deputy", "zh-CN", {"sms": ["19900000401"]})
    found = {}
    for identifier in organisations.ids(connection, ("E1", "E2", "KE1")).values():
        put(connection, identifier, None, statement, True, now, "(local)")
        found[identifier] = contacts.of_organisations(connection, [identifier])[identifier][0].id
    return found


def _list(connection: Connection, mark: str, now: int) -> None:
    kiln = InventoryLine(
        "industrial", "orange", f"甲窑{mark}", "stop", f"甲窑停产{mark}", certain=True, person=f"王班长{mark}"
    )
    inventory.apply(connection, "industrial", {"E1": [kiln], "E2": [kiln]}, now, "(local)")


async def _sign(made: City, mark: str) -> None:
    """The plants answer: one signs and reports done, one objects."""
    now = made.process.clock()

    def act(connection: Connection, code: str) -> None:
        signer = Signer(f"罗厂长{mark}"[:40], f"厂长{mark}"[:40], "link", "(link)")
        asked = signing.of_organisation(connection, 1, code)
        if code == "E2":
            signing.object_to(connection, asked, signer, "other", f"炉温须慢降{mark}", now)
        else:
            signing.sign(connection, asked, signer, now)
            asked = signing.of_organisation(connection, 1, code)
            signing.report_done(connection, asked, f"已停{mark}", [], "link", "(link)", now)

    for code in ("E1", "E2"):
        await made.write(act, code)


async def _submitted(made: City, document: dict[str, Any], actor: Actor | None = None) -> Entry:
    """A frozen decision."""
    process = made.process
    frozen = await submit_aside(
        process.ledger, process.desk, decision(document), process.clock(), actor or Actor("(local)", "小李")
    )
    return await stored(made, frozen.recorded.id)


async def _run(made: City, document: dict[str, Any]) -> Entry:
    """A decision that both leaders approved, and that was launched."""
    process = made.process
    entry = await _submitted(made, document)
    for title in (HEAD, DEPUTY):
        leader = Actor(f"user:{title}", f"{title}某", (title,))
        await made.write(approve, process.desk, entry.id, entry.manifest, process.clock(), leader)
    await launch_aside(process.ledger, process.desk, entry.id, entry.manifest, process.clock(), LOCAL)
    process.wake()
    return await stored(made, entry.id)


def _drafts(mark: str) -> list[dict[str, Any]]:
    """What somebody is writing: something whole, an exercise, and the end of what is in force."""
    whole = soon(orange_start(special_reason=mark or None, document_number=f"郑〔2026〕5号{mark}"))
    drill = soon(orange_start(exercise=True, document_number=f"演练〔2026〕5号{mark}"))
    ends = soon(lift(document_number=f"郑〔2026〕6号{mark}"))
    return [
        {key: value for key, value in each.items() if key != "approvals"} for each in (whole, drill, ends)
    ]


async def _draft(made: City, user: User, document: dict[str, Any], mark: str) -> str:
    now = made.process.clock()
    identifier = uuid7(now)
    held = {"exercise": False, **document, "issuer": f"{document['issuer']}{mark}"}
    await made.write(drafts.add, identifier, user.id, "zhengzhou", held["exercise"], held, now)
    return identifier


async def _messages(made: City) -> list[str]:
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{made.process.url}/public/issued.json") as response,
    ):
        return [each["identifier"] for each in (await response.json())["issued"]]
