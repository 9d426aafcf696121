"""Every address of the server, found by its router: none leads out of where it belongs, to other people's
areas, to files of the disk, or to a body that never ends.
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from gateway.ledger.accounts import tokens
from gateway.ledger.accounts.tokens import SCOPES
from gateway.ledger.directory import organisations
from gateway.ledger.trail import audit
from gateway.web import access
from gateway.web.access import ORDERS
from gateway.web.api import OPERATIONS
from gateway.web.api.links import LINKS
from gateway.web.api.openapi import document
from gateway.web.api.operation import Files
from gateway.web.api.public import PUBLIC
from tests.city import HEADER, TOKEN, soon
from tests.documents import as_yaml, orange_start
from tests.every_page import addresses, for_people, places, routes
from tests.full_office import FullOffice, full_office
from tests.people import person
from tests.web.api import Client, described
from tests.web.console.browsing import Browsing, browsing
from tests.web.forms import forms

pytestmark = pytest.mark.asyncio(loop_scope="module")
COUNTY = "653122"  # of the cement works alone
OTHERS = (  # organisations, people and ends of numbers of other counties
    *("晴川小学", "晴川医院", "示例机械厂", "晴川社区", "示例砖厂", "示例铸造厂", "示例医院", "示例小学"),
    *("林老师", "何医生", "石厂长", "方厂长", "甲窑", "王班长"),
    *(f"{before}{end}" for end in ("101", "102", "104", "105", "302", "303") for before in ("00000", "**0")),
    "one@example.com",
)
EVERYBODYS = ("/s/", "/v/", "/public", "/sign-in")  # links are the permission; the rest is public
OUTWARD = (
    *("..%2f..%2fairwarn.toml", "%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd", "..%5c..%5cairwarn.toml"),
    *("%2fetc%2fpasswd", "....%2f%2f....%2f%2fetc%2fpasswd", "a%00.html", "%c0%ae%c0%ae%2f", "'%3b--", "%25"),
)
_SECRET = re.compile(r"root:|\[accounts|data_folder|SQLite format|Traceback|gateway/|site-packages")
OTHER = "ORGANISATION_UNKNOWN"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
_IN_FULL = re.compile(r"199[ -]?0000[ -]?0\d{3}")  # numbers of the directory
_VARIABLE = re.compile(r"\{[a-z_]+\}")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FullOffice]:
    async with full_office(tmp_path_factory.mktemp("addresses")) as running:
        yield running


async def test_no_address_leads_to_an_area_that_is_not_theirs(office: FullOffice) -> None:
    process = office.made.process
    titles = office.user.titles
    roles = office.user.roles - {"administrator"}  # who may change accounts everywhere
    county = await person(process, "county", *roles, areas=[COUNTY], titles=titles)
    told: dict[str, list[str]] = {}
    async with await browsing(process, office.user) as free, await browsing(process, county) as limited:
        everywhere = ""
        for route in for_people(process):
            if route.startswith(EVERYBODYS):
                continue
            for path in addresses(route, office.samples):
                for asked in ("", "?format=csv", "?area=410104", "?lang=en"):
                    text = await read(limited, path + asked)
                    if leaked := [each for each in OTHERS if each in text]:
                        told[path + asked] = leaked
                everywhere += await read(free, path)
    assert told == {}
    assert {each for each in OTHERS if each in everywhere} >= {"示例机械厂", "石厂长", "**0104", "甲窑"}


async def read(browser: Browsing, path: str) -> str:
    """Whatever an address answers, also a file."""
    async with browser.session.get(path) as answer:
        return (await answer.read()).decode("utf-8", "replace")


async def test_no_form_acts_in_an_area_that_is_not_theirs(office: FullOffice) -> None:
    """Forms that were really shown to somebody of the whole city, sent by somebody of one county."""
    process = office.made.process
    county = await person(
        process, "county.acts", *office.user.roles, areas=[COUNTY], titles=office.user.titles
    )
    async with await browsing(process, office.user) as free, await browsing(process, county) as limited:
        token = await limited.form_token()
        own = f"/console/directory/{office.samples['/console/directory/{id}'][-1]}"
        tried, hidden = set(), 0
        for place in await places(office):
            if "{" not in place.route or place.route.startswith((*EVERYBODYS, "/console/users")):
                continue
            for form in forms((await free.get(place.path)).html):
                fields = [(each.name, each.value) for each in form.fields if each.name != "form_token"]
                for path in form.actions if form.method == "post" else ():
                    if path == "/sign-out" or path in tried or form.multipart or path.startswith(own):
                        continue
                    tried.add(path)
                    answer = await limited.post(path, [("form_token", token), *fields], follow=False)
                    assert answer.status in (403, 404, 422), (path, answer.status)
                    hidden += answer.status != 422
        assert hidden > 20
    assert [each for each in await office.made.read(audit.page) if each.actor == "user:county.acts"] == []


async def test_a_token_of_one_county_is_told_and_does_nothing_in_another(office: FullOffice) -> None:
    """Every operation, also one that was added yesterday, at addresses of other counties."""
    process, samples = office.made.process, of_api(office)
    now = process.clock()
    held = partial(tokens.add, person="县同志", titles=list(office.user.titles), areas=[COUNTY])
    await office.made.write(held, "county", "words of a county", SCOPES, now, now + 60_000)
    told: dict[str, list[str]] = {}
    everywhere, theirs, done = "", "", set()
    async with aiohttp.ClientSession(process.url) as session:

        async def ask(method: str, path: str, token: str) -> tuple[int, str]:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            body = b"{}" if method == "POST" else None
            async with session.request(method, path, headers=headers, data=body) as answer:
                return answer.status, (await answer.read()).decode("utf-8", "replace")

        for operation in OPERATIONS:
            for path in addresses(operation.plain_path, samples):
                status, text = await ask(operation.method, path, "words of a county")
                if leaked := [each for each in OTHERS if each in text]:
                    told[f"{operation.method} {path}"] = leaked
                theirs += text
                if operation.method == "POST" and status not in (403, 404, 415, 422):
                    done.add((path, status))
                if operation.method == "GET" and not isinstance(operation.answers[200], Files):
                    everywhere += (await ask("GET", path, TOKEN))[1]
    assert told == {}
    assert done == {("/api/v1/cap/validate", 200)}  # nothing of anybody's
    assert {each for each in OTHERS if each in everywhere} >= {"示例机械厂", "晴川小学", "甲窑"}
    assert "示例水泥厂" in theirs  # of their own county
    assert [each for each in await office.made.read(audit.page) if each.actor == "county"] == []


async def test_a_token_of_one_county_acts_for_no_other_by_what_it_sends(office: FullOffice) -> None:
    process, (real, *_) = office.made.process, office.samples["/live/{id}"]
    now, asked = process.clock(), office.samples["/live/{id}/unsigned/{call}"][0]
    held = partial(tokens.add, areas=["410102"])
    await office.made.write(held, "zhongyuan", "words of zhongyuan", SCOPES, now, now + 60_000)
    whole = soon(orange_start())
    list_of_others = f"{HEADER}\nN7,新厂,企业,工业企业,410104,石厂长,19900000777,,,否"
    organisation = (await office.made.read(organisations.by_codes, ["E1"]))["E1"]
    for path, body, media, expected in (
        ("decisions", as_yaml(whole), "yaml", (403, "AREA_NOT_YOURS")),
        ("decisions?dry_run=true", as_yaml(whole), "yaml", (403, "AREA_NOT_YOURS")),
        (f"broadcasts/{real}/acknowledgements", '{"organisation": "E2", "name": "某"}', "json", (404, OTHER)),
        (f"calls/{asked}", '{"result": "told"}', "json", (404, "CALL_UNKNOWN")),
        ("organisations/E3", '{"area": "410104"}', "json", (403, "AREA_NOT_YOURS")),
        ("directory?kind=duties&plan=zhengzhou", list_of_others, "csv", (403, "AREA_NOT_YOURS")),
    ):
        assert await posted_by_token(office, path, body, media) == expected, path
    assert await posted_by_token(office, "directory", list_of_others, "csv") == (200, None)
    known = await office.made.read(organisations.by_codes, ["E1", "N7"])
    assert known == {"E1": organisation}  # a row of another county was refused
    assert await posted_by_token(office, "organisations/E3", '{"location": "新址"}', "json") == (200, None)


async def posted_by_token(office: FullOffice, path: str, body: str, media: str) -> tuple[int, str | None]:
    """The status, and what was wrong with what was sent."""
    kinds = {"yaml": "application/yaml", "json": "application/json", "csv": "text/csv"}
    headers = {"Authorization": "Bearer words of zhongyuan", "Content-Type": kinds[media]}
    url = f"{office.made.process.url}/api/v1/{path}"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, headers=headers, data=body.encode()) as answer,
    ):
        told = await answer.json(content_type=None)
        return answer.status, (told.get("error") or {}).get("code")


def of_api(office: FullOffice) -> dict[str, list[str]]:
    """Values of the variable parts of the API's addresses, as `FullOffice.samples` has those of pages."""
    console = {route.removeprefix("/console"): values for route, values in office.samples.items()}
    same = ("decisions/{id}", "broadcasts/{id}", "episodes/{id}", "orders/{id}", "obligations/{id}")
    papers = ("decisions/{id}/opinions/{number}", "decisions/{id}/papers/{kind}")
    said = ("episodes/{id}/bulletins/{number}", "episodes/{id}/progress/{number}")
    kept = ("plans/{id}", "directory/imports/{id}", "lanes/{id}")
    found = {each: console[f"/{each}"] for each in (*same, *papers, *said, *kept)}
    asked = office.samples["/live/{id}/unsigned/{call}"]
    found |= {
        "broadcasts/{id}/acknowledgements/{number}": asked,
        "broadcasts/{id}/acknowledgements/{number}/photos/{photo}": ["1"],
        "calls/{id}": asked,
        "alerts/{identifier}": office.samples["/public/messages/{identifier}"],
        "organisations/{code}": ["E1", "S1"],
        "boards/{code}": ["E1"],
        "plans/{a}": ["zhengzhou"],
        "plans/{a}/difference/{b}": ["kashgar"],
        "episodes/{id}/drafts/{code}": ["daily_measures"],
        "duty/shifts/{id}": ["1"],
        "verifications/{id}": console["/directory/campaigns/{id}"],
    }
    return {f"/api/v1/{route}": values for route, values in found.items()}


async def test_whoever_is_shown_a_number_in_full_stands_in_the_trail(office: FullOffice) -> None:
    process = office.made.process
    looks = await person(process, "looks", *office.user.roles, titles=office.user.titles)
    shown, told = set(), set()
    async with await browsing(process, looks) as browser:
        for place in await places(office, of_each=1):
            before = len(await seen(office))
            text = await read(browser, place.path)
            if not place.route.startswith(EVERYBODYS) and _IN_FULL.search(text):
                shown.add(place.route)
            if len(await seen(office)) > before:
                told.add(place.route)
        rows = len(await seen(office))
        for route in told:
            await read(browser, next(addresses(route, office.samples)))
        assert len(await seen(office)) == rows  # once an hour
    own = "/console/directory/imports/waiting/{upload}"  # what they sent themselves
    assert sorted(shown - told - {own}) == []
    assert told >= {"/live/{id}/unsigned", "/console/directory/{id}", "/console/objections/replies"}


async def seen(office: FullOffice) -> list[audit.Entry]:
    """The rows that tell that somebody looked at numbers."""
    every = await office.made.read(audit.page)
    return [each for each in every if (each.actor, each.kind) == ("user:looks", "numbers_seen")]


async def test_every_address_of_programs_is_described_and_opens_by_a_token_alone(
    office: FullOffice, caplog: pytest.LogCaptureFixture
) -> None:
    """So the tester of test_openapi.py tries them all, and a cookie, a form or nothing opens none."""
    described = document(OPERATIONS, PUBLIC)["paths"]
    refused = set()
    async with await desk(office) as browser:
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            for route in routes(office.made.process, method):
                if not route.startswith(("/api/", "/private/")):
                    continue
                own = (method, route) == ("POST", ORDERS)  # proves itself by a signature
                if route.startswith("/api/") and route != "/api/v1/openapi.json" and not own:
                    assert method.lower() in described.get(route, {}), (method, route)
                path = _VARIABLE.sub("1", route)
                for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": f"Basic {TOKEN}"}):
                    async with browser.session.request(method, path, headers=headers, data=b"{}") as answer:
                        assert (answer.status == 401) != own, (method, route, answer.status)
                        assert answer.status >= 400
                if "{what}" not in route:  # no address of it ends in a number
                    refused.add((method, route))
    assert len(refused) > 90
    logged = {(getattr(each, "method", ""), getattr(each, "route", "")) for each in caplog.records}
    assert logged >= refused
    assert TOKEN not in caplog.text


async def test_no_part_of_an_address_leads_to_a_file_or_a_fault(office: FullOffice) -> None:
    async with await desk(office) as browser:
        for route in routes(office.made.process):
            if not _VARIABLE.search(route) or route.endswith("/events"):
                continue
            headers = {"Authorization": f"Bearer {TOKEN}"} if route.startswith("/api/") else {}
            for outward in OUTWARD:
                url = URL(office.made.process.url + _VARIABLE.sub(outward, route), encoded=True)
                async with browser.session.get(url, headers=headers, allow_redirects=False) as answer:
                    text = await answer.text()
                    assert 400 <= answer.status < 500, (str(url), answer.status)
                    assert not _SECRET.search(text), (str(url), text)


async def test_signing_in_leads_to_no_other_site(office: FullOffice) -> None:
    away = ("https://example.com", "//example.com", "/\\example.com", "/console//example.com", "javascript:1")
    async with Browsing(office.made.process) as browser:
        for target in away:
            fields = {"name": "county", "password": "correct horse battery", "code": "", "next": target}
            for path in ("/sign-in", "/sign-in/token"):
                sent = fields if path == "/sign-in" else {"token": TOKEN, "next": target}
                answer = await browser.post(path, sent, follow=False)
                assert (answer.status, answer.headers["Location"].count("example")) == (303, 0), path
                assert answer.headers["Location"] in ("/console", "/live"), (path, target)


async def test_a_form_that_is_too_long_or_never_ends_is_given_up(
    office: FullOffice, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    process = office.made.process
    paths = [next(addresses(route, office.samples)) for route in for_people(process, "POST")]
    before = await acts(office)
    async with await desk(office) as browser:
        token, cookie = await browser.form_token(), browser.cookie()
    for path in paths:
        refused = await posted(office, path, cookie, f"form_token={token}&x={'x' * 20_000_000}")
        assert refused in (403, 404, 413, 422), path  # some end before their size matters; none is a token
    monkeypatch.setattr(access, "BODY_SECONDS", 0.02)
    for path in paths:
        if path.startswith("/console") and path not in access.UPLOADS:
            assert await posted(office, path, cookie, f"form_token={token}", promised=5_000) == 408, path
    assert await acts(office) == before
    assert token not in caplog.text
    assert cookie not in caplog.text


async def acts(office: FullOffice) -> int:
    """What the trail tells that somebody with every role has done; timers have their own entries."""
    told = await office.made.read(audit.page)  # a page that shows a form again may show numbers, and says so
    return sum(each.actor == "user:all" and each.kind != "numbers_seen" for each in told)


async def posted(office: FullOffice, path: str, cookie: str, body: str, promised: int | None = None) -> int:
    """The status of a form sent byte by byte; `promised`: how long it says to be, and is not."""
    host, port = office.made.process.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}:{port}\r\nCookie: airwarn={cookie}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {promised or len(body)}\r\n\r\n"
    )
    try:
        writer.write(head.encode())
        for start in range(0, len(body), 65_536):
            writer.write(body[start : start + 65_536].encode())
            await writer.drain()
            if reader.at_eof():
                break
    except ConnectionError:
        pass  # the answer came before the end
    try:
        line = await reader.readline()
        return int(line.split()[1])
    finally:
        writer.close()


async def desk(office: FullOffice) -> Browsing:
    """The browser of whoever may do everything."""
    return Browsing(office.made.process, await office.cookies())


async def test_every_link_of_the_description_leads_from_an_answer_to_what_it_names(
    office: FullOffice,
) -> None:
    """The last of this file: what it finds it also stops, parks and switches off."""
    operations = {each.name: each for each in OPERATIONS}
    lists = [each for each in LINKS if operations[each].method == "GET" and not operations[each].variables]
    waiting: list[tuple[str, dict[str, Any], dict[str, Any]]] = [(each, {}, {}) for each in lists]
    asked, followed, lost = set(), set(), []
    async with aiohttp.ClientSession() as session:
        client = Client(session, office.made.process.url)
        while waiting:
            name, path, body = waiting.pop(0)
            operation = operations[name]
            address = operation.plain_path.format(**path)
            if (name, address) in asked:
                continue
            asked.add((name, address))
            if any(isinstance(model, Files) for model in operation.answers.values()):
                async with session.get(f"{client.url}{address}", headers=BEARER) as file:
                    status, answer = file.status, None
            else:
                sent = "" if operation.method == "GET" else json.dumps(body)
                kind = {} if operation.method == "GET" else {"Content_Type": "application/json"}
                status, answer = await client.call(operation.method, address, sent, **kind)
                described(name, status, answer)
            if status in (404, 405) or status >= 500:
                lost.append((operation.method, address, status))
            for link in LINKS.get(name, ()) if status < 300 else ():
                values = {key: value_of(answer, path, each) for key, each in link.parameters.items()}
                if None not in values.values():
                    followed.add((name, link.operation))
                    given = {key: value_of(answer, path, each) for key, each in link.body.items()}
                    waiting.append((link.operation, values, given))
    assert lost == []
    led = {
        (name, link.operation) for name in LINKS if operations[name].method == "GET" for link in LINKS[name]
    }
    assert led - followed == set()


def value_of(answer: Any, path: dict[str, Any], pointer: str) -> Any:
    """What a link's expression stands for; None where there is nothing."""
    if pointer.startswith("$request.path."):
        return path[pointer.removeprefix("$request.path.")]
    for part in pointer.removeprefix("/").split("/"):
        try:
            answer = answer[int(part) if part.isdecimal() else part]
        except (IndexError, KeyError):
            return None
    return answer
