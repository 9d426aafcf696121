"""Every form and every page of people, found by the router and in the pages themselves.

Scripts stay words, no other site sends a form, and nothing is set that a form does not show.
"""

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator, Iterator
from html import unescape
from itertools import product
from urllib.parse import urlencode, urljoin

import aiohttp
import pytest
import pytest_asyncio
from openpyxl import load_workbook  # type: ignore[import-untyped]

from gateway.ledger.decisions import drafts
from gateway.ledger.trail import audit
from tests.every_page import addresses, for_people, places, routes
from tests.full_office import FullOffice, full_office
from tests.people import person, signed_in
from tests.web.console.browsing import OTHER_SITE, Browsing
from tests.web.forms import Form, forms, runs

pytestmark = pytest.mark.asyncio(loop_scope="module")
MARK = "\"'><img src=x onerror=a> onfocus=a "
FORMULA = "=HYPERLINK(1)"
OPEN = ("/s/", "/v/", "/public/", "/sign-in")  # no sign-in stands behind their forms
LAST = ("/sign-out", "/console/account")  # they may end the sign-in itself
MORE = {  # what a form needs beside what stands in it, for it to be taken
    "/console/users/new": [("roles", "viewer")],
    "/console/tokens/new": [("scopes", "read")],
    "/console/objections/": [("result", "told")],
    "/live/": [("result", "no_answer")],
}
WORDS = {
    "titles": "",
    "areas": "",
    "name": "another",
    "days": "30",
    "aqi": "",
    "measured_at": "",
    "sms": "",
    "phone": "",
    "email": "",
}
_FILES = re.compile(r'href="(\?[^"]*format=(?:csv|xlsx)[^"]*)"')
_ASKED = re.compile(r"[?&]([a-z_]{1,40})=")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def office(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FullOffice]:
    async with full_office(tmp_path_factory.mktemp("marked"), MARK) as running:
        await running.made.register(f"编码,名称,受众,区域代码,联系人\nF1,{FORMULA},学校,410105,@SUM\n")
        yield running


async def desk(office: FullOffice) -> Browsing:
    """The browser of whoever may do everything."""
    return Browsing(office.made.process, await office.cookies())


async def test_a_script_in_any_text_that_is_kept_stays_words_on_every_page(office: FullOffice) -> None:
    shown, found = set(), {}
    async with await desk(office) as browser:
        for place in await places(office, of_each=3):
            page = await browser.get(place.path)
            if MARK.strip() in page.text:
                shown.add(place.route)
            if wrong := runs(page.html):
                found[place.path] = wrong
        for route in (each for each in routes(office.made.process) if each.endswith("/events")):
            for path in addresses(route, office.samples):
                if wrong := runs(await first_event(browser, path)):
                    found[path] = wrong
    assert found == {}
    assert shown >= {
        *("/console/directory", "/console/directory/{id}", "/console/directory/{id}/people/{contact}"),
        *("/console/obligations", "/console/obligations/{id}", "/console/orders", "/console/orders/{id}"),
        *("/console/decisions", "/console/decisions/{id}", "/console/decisions/{id}/texts"),
        *("/console/drafts", "/console/drafts/{id}", "/console/users", "/console/users/{id}"),
        *("/console/audit", "/live/{id}/unsigned", "/public", "/s/{token}"),
    }


async def first_event(browser: Browsing, path: str) -> str:
    """What a stream says first."""
    async with browser.session.get(path) as answer:
        assert answer.status == 200, path
        told = b""
        while b"data:" not in told or not told.endswith(b"\n\n"):
            told += await answer.content.readany()
    return "\n".join(
        line.removeprefix("data:") for line in told.decode().splitlines() if line.startswith("data:")
    )


async def test_no_cell_of_a_file_is_a_formula(office: FullOffice) -> None:
    seen = set()
    async with await desk(office) as browser:
        for place in await places(office, of_each=1):
            page = await browser.get(place.path)
            for query in _FILES.findall(page.html):
                async with browser.session.get(urljoin(place.path, unescape(query))) as answer:
                    content = await answer.read()
                    assert answer.status == 200, place.path
                for cell in cells(content):
                    assert not cell.startswith(("=", "+", "@", "\t", "\r")), (place.path, cell)
                    seen.add(cell)
    assert f"'{FORMULA}" in seen


def cells(content: bytes) -> Iterator[str]:
    """What stands in a table's file."""
    if content.startswith(b"PK"):
        for row in load_workbook(io.BytesIO(content)).active.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                yield str(cell.value or "")
    else:
        for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
            yield from line


async def test_a_script_in_any_field_or_address_stays_words_and_is_kept_as_such(office: FullOffice) -> None:
    every = sorted(await places(office, of_each=2), key=lambda place: place.route.startswith(LAST))
    tried, found = set(), {}
    async with await desk(office) as browser:
        for place in every:
            page = await browser.get(place.path)
            names = {"lang", "after", "next", MARK, *_ASKED.findall(page.text)}
            names |= {each.name for form in forms(page.html) for each in form.fields if form.method == "get"}
            for asked in (urlencode([(name, MARK)]) for name in sorted(names)):
                async with browser.session.get(f"{place.path}?{asked}") as answer:
                    assert answer.status < 500, (place.path, asked)
                    if wrong := runs(await page_of(answer)):
                        found[f"{place.path}?{asked}"] = wrong
            for form in (each for each in forms(page.html) if each.typed):
                for action, whole in product(form.actions, (True, False)):
                    path = urljoin(place.path, action or place.path)
                    if (path, whole) in tried or path.startswith("/sign-out"):
                        continue
                    tried.add((path, whole))
                    status, html = await send(browser, form, path, whole=whole)
                    assert status < 500, (path, status)
                    if wrong := runs(html):
                        found[path] = wrong
        assert (await browser.get("/console")).path == "/console"  # signed in until the end
        for place in every:
            if wrong := runs((await browser.get(place.path)).html):
                found[f"{place.path} afterwards"] = wrong
    assert found == {}
    assert len(tried) > 40


async def send(browser: Browsing, form: Form, path: str, *, whole: bool) -> tuple[int, str]:
    """Send a form with scripts in it: in every field that is typed, or behind the words that stand there."""
    fields: list[tuple[str, str]] = []
    files: list[tuple[str, str]] = []
    for each in form.fields:
        if each.kind == "file":
            files.append((each.name, MARK))
        elif each.kind == "words" or (each.kind == "value" and whole):
            fields.append((each.name, MARK if whole else f"{each.value}{MARK}"))
        else:
            fields.append((each.name, each.value))
    if form.method == "get":
        async with browser.session.get(f"{path}?{urlencode(fields)}") as response:
            return response.status, await page_of(response)
    data = aiohttp.FormData(fields)
    if form.multipart:
        data = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields:
            data.add_field(name, value)
        for name, value in files:
            data.add_field(name, value.encode(), filename=f"{MARK}.csv".replace('"', "%22"))
    async with browser.session.post(path, data=data) as response:
        return response.status, await page_of(response)


async def page_of(response: aiohttp.ClientResponse) -> str:
    """The page that answers; nothing for a file, which a browser keeps and does not show."""
    content = await response.read()
    if response.content_type == "text/html":
        return content.decode()
    assert response.headers.get("X-Content-Type-Options") == "nosniff"
    return ""


async def drafted(office: FullOffice) -> int:
    """How many drafts they have: the trail tells nothing of those."""
    found = [await office.made.read(drafts.of_user, office.user.id, exercise) for exercise in (True, False)]
    return sum(map(len, found))


async def sent(
    browser: Browsing, form: Form, path: str, fields: list[tuple[str, str]]
) -> tuple[int, str | None]:
    """How a form is answered, and where that leads."""
    data = aiohttp.FormData(default_to_multipart=form.multipart)
    for name, value in fields:
        data.add_field(name, value)
    async with browser.session.post(path, data=data, allow_redirects=False) as answer:
        await answer.read()
        leads = answer.headers.get("Location")
        assert leads is None or re.match(r"/[a-z]", leads), (path, leads)  # to a page of ours
        return answer.status, leads


async def html_of(browser: Browsing, path: str) -> str:
    """The page at an address; nothing for a file, or where others before have done what it was for."""
    async with browser.session.get(path) as answer:
        return await answer.text() if answer.content_type == "text/html" else ""


async def taken_once(office: FullOffice, browser: Browsing, form: Form, path: str) -> bool:
    """Send a form twice at the same moment; whether it was taken."""
    more = next((fields for start, fields in MORE.items() if path.startswith(start)), [])
    fields = [(each.name, each.value or WORDS.get(each.name, "照办")) for each in form.fields]
    fields = [each for each in fields if each[0] not in dict(more)] + more
    before, kept = len(await office.made.read(audit.page)), await drafted(office)
    answers = await asyncio.gather(*(sent(browser, form, path, fields) for _ in range(2)))
    told = (await office.made.read(audit.page))[before:]
    acts = [each.kind for each in told if each.actor != "(airwarn)"]
    assert len(acts) == len(set(acts)), (path, acts)
    assert await drafted(office) <= kept + 1, path
    statuses = {status for status, _ in answers}
    if 303 in statuses:
        assert len(set(answers)) == 1, (path, answers)
    return 303 in statuses


async def done(office: FullOffice) -> list[tuple[str, str, str]]:
    """What people have done: what the gateway does by itself goes on meanwhile, and who is refused a form may
    be shown their own page again, with its numbers."""
    told = await office.made.read(audit.page)
    return [
        (each.actor, each.kind, each.subject)
        for each in told
        if each.actor not in ("(airwarn)", "(time)") and each.kind != "numbers_seen"
    ]


async def test_every_form_wants_the_proof_of_its_sign_in_and_comes_of_our_own_pages(
    office: FullOffice, caplog: pytest.LogCaptureFixture
) -> None:
    process = office.made.process
    before = await done(office)
    async with await desk(office) as browser, await desk(office) as other:
        own, foreign = await browser.form_token(), await other.form_token()
        for route in for_people(process, "POST"):
            path = next(addresses(route, office.samples))
            for headers in OTHER_SITE if not route.startswith("/public/") else ():
                answer = await browser.post(path, {"form_token": own}, headers=headers, follow=False)
                assert answer.status == 403, (path, headers)
            if route.startswith(OPEN):
                continue
            for token in ([], [("form_token", "")], [("form_token", "0" * 64)], [("form_token", foreign)]):
                answered = {
                    await status(browser, each, token, 403) for each in addresses(route, office.samples)
                }
                assert 403 in answered, (route, token)
                assert not answered & {200, 303}, (route, token, answered)
        assert (await browser.get("/console")).path == "/console"
        cookies = [browser.cookie(), other.cookie()]
    assert await done(office) == before
    for secret in (own, foreign, *cookies, MARK):
        assert secret not in caplog.text


async def test_a_field_that_a_form_does_not_have_is_refused(office: FullOffice) -> None:
    before = await done(office)
    async with await desk(office) as browser:
        token = ("form_token", await browser.form_token())
        for route in for_people(office.made.process, "POST"):
            if route.startswith(OPEN):
                continue
            for more in (("roles", "administrator"), ("user_id", "1"), token):
                answered = {
                    await status(browser, path, [token, ("is_admin", "1"), more], 422)
                    for path in addresses(route, office.samples)
                }
                assert 422 in answered, (route, answered)
                assert answered <= {404, 409, 422}, (route, answered)
    assert await done(office) == before


async def status(browser: Browsing, path: str, fields: list[tuple[str, str]], wanted: int) -> int:
    """How a form is answered: sent as plain fields, and as one with files where that is not what it is."""
    answer = await browser.post(path, fields, follow=False)
    if answer.status == wanted or answer.status not in (403, 422):
        return answer.status
    data = aiohttp.FormData(default_to_multipart=True)
    for name, value in fields or [("file", "")]:
        data.add_field(name, value)
    async with browser.session.post(path, data=data, allow_redirects=False) as response:
        return response.status


async def test_nobody_who_is_not_signed_in_reads_or_sends_anything(office: FullOffice) -> None:
    async with Browsing(office.made.process) as stranger:
        for method in ("GET", "POST"):
            for route in for_people(office.made.process, method):
                if route.startswith(OPEN) or route in ("/", "/public", "/sign-out"):
                    continue
                for path in addresses(route, office.samples):
                    async with stranger.session.request(method, path, allow_redirects=False) as answer:
                        assert answer.status in (303, 401), (method, path)
                        assert answer.headers.get("Location", "/sign-in").startswith("/sign-in")


async def test_whoever_only_reads_sends_no_form(office: FullOffice) -> None:
    process = office.made.process
    reader = await person(process, "reader", "viewer")
    async with Browsing(process, await signed_in(process, reader)) as browser:
        token = ("form_token", await browser.form_token())
        for route in for_people(process, "POST"):
            if route.startswith((*OPEN, *LAST)):
                continue
            for path in addresses(route, office.samples):
                answer = await browser.post(path, [token], follow=False)
                assert answer.status == 403, path


async def test_a_form_that_is_sent_twice_at_once_is_done_once(office: FullOffice) -> None:
    """Every form there is, as a double click sends it: both lead on alike, and the trail tells it once."""
    tried, taken = set(), set()
    async with await desk(office) as browser:
        pages = [
            path
            for route in for_people(office.made.process)
            if route.startswith(("/console", "/live"))
            for path in list(addresses(route, office.samples))[:2]
        ]
        board = next(path for path in pages if path.endswith("/unsigned"))
        call = re.search(r"[?&;](call=\d+)", (await browser.get(board)).html)
        assert call is not None
        for page in [*pages, f"{board}?{call[1]}"]:
            for form in forms(await html_of(browser, page)):
                for path in form.actions if form.method == "post" else ():
                    if path in tried or path.startswith((*OPEN, *LAST)):
                        continue
                    tried.add(path)
                    if await taken_once(office, browser, form, path):
                        taken.add(re.sub(r"/[0-9a-f-]*\d[0-9a-f-]*", "/…", path.partition("?")[0]))
    assert taken >= {
        *("/console/drafts/new", "/console/obligations/…/report", "/console/obligations/…/draft"),
        *(
            "/console/episodes/…/bulletins",
            "/console/users/new",
            "/console/tokens/new",
            "/console/objections/…",
        ),
        *("/console/control-list", "/console/objections/…", "/live/…/unsigned/…"),
    }
