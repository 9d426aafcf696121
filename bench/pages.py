"""How long every page takes to answer where 20,000 organisations and 1,000,000 deliveries are in the ledger.

    python -m bench.pages [--organisations 20000] [--deliveries 1000000] [--requests 10]
                          [--decisions 200] [--entries 50000] [--database postgresql]
                          [--keep FOLDER] [--only PREFIX]

The real server runs in a process of its own, on a ledger as an office has it after a season (`bench.season`).
Every page that the server's router has is asked for, one request after the other: a page that this file has
no address for counts as `forgotten`. So is what a page's own links and filters lead to: other orders, the
next page, every filter. `cpu_ms` is what the server worked for one answer, `database_ms` what PostgreSQL did;
`first_paint_kb` what a browser loads for the first look at a page, compressed: itself, its styles, scripts
and pictures. `limited` asks as somebody of one district; `empty_ms` is the same page on an empty ledger.
`--keep` keeps the filled ledger (SQLite), and takes one that is there.
"""

import argparse
import asyncio
import gzip
import json
import math
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from html.parser import HTMLParser
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from sqlalchemy import Column, ColumnElement, Connection, select

from bench import postgresql
from bench.processes import cpu_exactly, cpu_with_children
from bench.season import Size, fill_season, season_settings
from gateway.accounts.passwords import Passwords
from gateway.cli.loop import run
from gateway.identifiers import uuid7
from gateway.ledger.accounts import sign_ins, users
from gateway.ledger.accounts.users import ROLES
from gateway.ledger.database import system_clock
from gateway.ledger.decisions import drafts
from gateway.ledger.directory import uploads
from gateway.ledger.directory.uploads import Upload
from gateway.ledger.schema import (
    acknowledgements,
    alerts,
    broadcasts,
    campaigns,
    contacts,
    decisions,
    episodes,
    imports,
    obligations,
    opinions,
    orders,
    papers,
    reports,
)
from gateway.orders.senders import Senders
from gateway.plans.catalogue import Catalogue
from gateway.web.serving.running import Running, application, running

OFFICER, LIMITED = "officer", "limited"
_LINKS = 16  # of a page's own lists, that are asked for too
_NO_PAGES = ("/api/", "/callbacks", "/static/", "/metrics", "/health", "/cap/", "/exports")
_STREAMS_AND_FILES = ("/events", "/archive")  # what never ends, and what is made to be kept, however long


@dataclass(frozen=True, slots=True)
class Asked:
    """What one address took; `who` asked. Times in milliseconds of `requests` answers."""

    path: str
    who: str
    status: int
    median_ms: float
    p95_ms: float
    cpu_ms: float
    database_ms: float
    first_ms: float
    kb: float
    packed_kb: float
    first_paint_kb: float
    empty_ms: float | None = None


def main(arguments: list[str] | None = None) -> dict[str, object]:
    """Fill a ledger, ask for everything; gives the figures, and those of each page."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.pages",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--organisations", type=int, default=20_000)
    parser.add_argument("--deliveries", type=int, default=1_000_000)
    parser.add_argument("--decisions", type=int, default=200)
    parser.add_argument("--entries", type=int, default=50_000, help="of the audit trail")
    parser.add_argument("--requests", type=int, default=10)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", default="/", help="how the paths begin")
    parser.add_argument("--serve", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.serve:
        run(_serve(options.serve, options.address))
        sys.exit()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        empty, folder = Path(name) / "empty", options.keep or Path(name) / "full"
        empty.mkdir()
        address, database = None, 0
        if options.database == "postgresql":
            server, database = stack.enter_context(postgresql.server(Path(name)))
            address = stack.enter_context(postgresql.database(server))
        started = time.perf_counter()
        if not folder.exists():
            folder.mkdir()
            fill_season(
                season_settings(folder, address),
                Size(
                    organisations=options.organisations,
                    deliveries=options.deliveries,
                    decisions=options.decisions,
                    entries=options.entries,
                ),
            )
        filled = time.perf_counter() - started
        with _serving(folder, address) as full:
            pages = _ask_all(full, database, options.only, options.requests)
        with _serving(empty, None) as bare:
            alone = {each.path: each.median_ms for each in _ask_plain(bare, options.only, options.requests)}
    pages = [replace(each, empty_ms=alone.get(each.path)) for each in pages]
    pages.sort(key=lambda each: -each.p95_ms)
    _show(pages)
    wrong = [f"{each.status} {each.who} {each.path}" for each in pages if each.status >= 400]
    unanswered = [
        each for each in pages if each.status >= 400 and each.who == OFFICER and "?" not in each.path
    ]
    return {
        "database": options.database,
        "filled_seconds": round(filled),
        "pages": len(full.paths),
        "addresses": len(pages),
        "slowest_p95_ms": max(each.p95_ms for each in pages),
        "slowest_cpu_ms": max(each.cpu_ms + each.database_ms for each in pages),
        "slowest_empty_ms": max(alone.values(), default=None),
        "over_150": [each.path for each in pages if each.p95_ms > 150],
        "first_paint_kb": max(each.first_paint_kb for each in pages),
        "forgotten": len(full.forgotten),
        "forgotten_pages": full.forgotten,
        "unanswered": len(unanswered),
        "not_answered": wrong,
        "each": [asdict(each) for each in pages],
    }


def _show(pages: Iterable[Asked]) -> None:
    row = "{:>7} {:>7} {:>7} {:>7} {:>6} {:>6} {:>6} {:>6} {:>4}  {:8}{}"
    print(
        row.format("p95 ms", "median", "cpu ms", "base ms", "first", "empty", "kB", "paint", "", "as", ""),
        file=sys.stderr,
    )
    for each in pages:
        print(
            row.format(
                f"{each.p95_ms:.1f}",
                f"{each.median_ms:.1f}",
                f"{each.cpu_ms:.1f}",
                f"{each.database_ms:.1f}",
                f"{each.first_ms:.0f}",
                "" if each.empty_ms is None else f"{each.empty_ms:.1f}",
                f"{each.kb:.0f}",
                f"{each.first_paint_kb:.0f}",
                "" if each.status == 200 else each.status,
                each.who,
                each.path,
            ),
            file=sys.stderr,
        )


# The server


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: `paths` are its pages with real names in them, `cookies` of who is signed in."""

    process: int
    port: int
    paths: list[str]
    forgotten: list[str]
    cookies: Mapping[str, str]


@contextmanager
def _serving(folder: Path, address: str | None) -> Iterator[Server]:
    command = [sys.executable, "-m", "bench.pages", "--serve", str(folder)]
    process = subprocess.Popen(
        [*command, *(("--address", address) if address else ())], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        told = json.loads(process.stdout.readline())
        yield Server(process.pid, **told)
    finally:
        process.terminate()
        process.wait()


async def _serve(folder: Path, address: str | None) -> None:
    settings = season_settings(folder, address)
    asked = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, asked.set)
    async with running(settings, "bench") as process:
        people = {OFFICER: (), LIMITED: ("410105",)}
        cookies = {name: await process.ledger.write(_person, name, areas) for name, areas in people.items()}
        names = await process.ledger.write(_names, process)
        again = application(process, b"", Senders({}, Catalogue()), Passwords())  # for its router alone
        formatters = sorted(
            {
                each.resource.get_info().get("path") or each.resource.get_info()["formatter"]
                for each in again.router.routes()
                if each.method == "GET" and each.resource is not None
            }
        )
        wanted = [
            each
            for each in formatters
            if not each.startswith(_NO_PAGES) and not each.endswith(_STREAMS_AND_FILES)
        ]
        paths = {each: _filled(each, names) for each in wanted}
        told = {
            "port": urlsplit(process.url).port,
            "paths": [path for path in paths.values() if path is not None],
            "forgotten": [each for each, path in paths.items() if path is None],
            "cookies": cookies,
        }
        print(json.dumps(told), flush=True)
        await asked.wait()


def _person(connection: Connection, name: str, areas: tuple[str, ...]) -> str:
    """Somebody with every role, signed in; gives the cookie's token."""
    now = system_clock()
    known = users.find(connection, name)
    if known is None:
        users.add(connection, uuid7(now), name, f"示例{name}", ("主任",), ROLES, areas, "zh", now)
        known = users.find(connection, name)
        assert known is not None
        newest = connection.execute(
            select(decisions.c.document).order_by(decisions.c.id.desc()).limit(1)
        ).scalar()
        for place in range(100 if newest else 0):
            document = {**json.loads(str(newest)), "document_number": f"郑环攻坚办〔2024〕{20 + place}号"}
            document.pop("approvals", None)
            drafts.add(
                connection, uuid7(now), known.id, "zhengzhou", bool(place % 2), document, now - place * 60_000
            )
    whole = connection.execute(select(imports.c.report).order_by(imports.c.id.desc()).limit(1)).scalar()
    if whole is not None:  # a file that waits to be imported
        told = json.loads(whole)
        file = Upload(uuid7(now), known.id, "通讯录.xlsx", b"-", {"kind": "organisations"}, told, now)
        uploads.put(connection, file)
    token = f"invented-cookie-{uuid7(now)}"
    sign_ins.begin(connection, uuid7(now), known.id, token, "Chrome · Linux", now)
    return token


def _names(connection: Connection, process: Running) -> dict[str, str]:
    """What stands in the place of a page's parameters, by what comes before it in the path (`*` for another
    parameter), or for one page by the whole of it."""

    def newest(column: Column[Any], *where: ColumnElement[bool]) -> Any:
        query = select(column).where(*where).order_by(column.desc()).limit(1)
        return connection.execute(query).scalar()

    broadcast = newest(broadcasts.c.id, broadcasts.c.decision_id.is_not(None), broadcasts.c.live)
    launched = newest(decisions.c.id, decisions.c.state == "launched")
    waiting = newest(decisions.c.id, decisions.c.state == "submitted")
    campaign = newest(campaigns.c.id)
    officer = users.find(connection, OFFICER)
    assert officer is not None
    draft = next(iter(drafts.of_user(connection, officer.id, exercise=False)), None)
    if broadcast is None:
        return {}
    report = connection.execute(select(reports.c.id, reports.c.obligation_id).limit(1)).first()
    waiting_file = uploads.waiting(connection, officer.id, system_clock())
    found = {
        "/live/": broadcast,
        "/console/broadcasts/": broadcast,
        "/console/decisions/": launched,
        "/console/decisions/*/approve": waiting,
        "/console/decisions/*/launch": waiting,
        "/console/decisions/*/papers/": newest(papers.c.kind, papers.c.decision_id == launched),
        "/console/decisions/*/opinions/": newest(opinions.c.id),
        "/console/drafts/": draft and draft.id,
        "/console/drafts/*/preview/": "schools",
        "/console/drafts/*/preview/*/": "email",
        "/console/directory/": 1,
        "/console/directory/*/people/": newest(contacts.c.id, contacts.c.organisation_id == 1),
        "/console/obligations/": report.obligation_id if report else newest(obligations.c.id),
        "/console/orders/": newest(orders.c.id),
        "/console/episodes/": newest(episodes.c.id, episodes.c.closed_at.is_(None)),
        "/console/directory/imports/": newest(imports.c.id),
        "/console/directory/imports/sample/": "organisations",
        "/console/directory/imports/sample/*.": "csv",
        "/console/directory/imports/waiting/": waiting_file and waiting_file[0],
        "/console/directory/campaigns/": campaign,
        "/console/decisions/*/": "lift",
        "/console/episodes/*/bulletins/": 1,
        "/console/objections/": newest(acknowledgements.c.id, acknowledgements.c.objected_at.is_not(None)),
        "/console/obligations/*/reports/": report and report.id,
        "/console/plans/": "zhengzhou",
        "/console/users/": officer.id,
        "/public/messages/": newest(alerts.c.identifier, alerts.c.ended_at.is_(None)),
        "/s/": process.sign_tokens.token(broadcast, 1),
        "/v/": process.sign_tokens.question(1),
    }
    return {place: quote(str(name), safe="") for place, name in found.items() if name is not None}


def _filled(formatter: str, names: Mapping[str, str]) -> str | None:
    """A page's path with real names in the place of its parameters; None where one is not known."""
    generic = re.sub(r"\{[^}]*\}", "*", formatter)
    path, *rest = generic.split("*")
    done = path
    for part in rest:
        name = names.get(generic) or names.get(done)
        if name is None:
            return None
        path, done = f"{path}{name}{part}", f"{done}*{part}"
    return path


# The client


def _ask_all(server: Server, database: int, only: str, requests: int) -> list[Asked]:
    """Every page and what its lists lead to, as one without limits; then the pages as one of one district.
    `database`: PostgreSQL's process; 0: the server is alone."""
    client = _Client(server, database)
    found = []
    for path in server.paths:
        if path.startswith(only):
            page = client.look(path, OFFICER)
            if client.is_file:
                continue
            found.append(client.ask(path, OFFICER, requests))
            found += [client.ask(each, OFFICER, requests) for each in _Elements.of(page).leads(path)]
            if path.startswith(("/console", "/live")):
                found.append(client.ask(path, LIMITED, requests))
    return found


def _ask_plain(server: Server, only: str, requests: int) -> list[Asked]:
    """The pages that have no parameters."""
    client = _Client(server)
    return [client.ask(path, OFFICER, requests) for path in server.paths if path.startswith(only)]


class _Client:
    """One browser, which asks for one thing after the other."""

    def __init__(self, server: Server, database: int = 0) -> None:
        self._server = server
        self._database = database
        self._connection = HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._sizes: dict[str, int] = {}
        self._status = 0
        self.is_file = False  # what came last is to be kept, and no page

    def look(self, path: str, who: str) -> str:
        """A page's text."""
        return _unpacked(*self._get(path, who)).decode("utf-8", "replace")

    def ask(self, path: str, who: str, requests: int) -> Asked:
        """What a page takes; the first time does not count, when what it is made of may not be loaded yet."""
        started = time.perf_counter()
        body, packed = self._get(path, who)
        first = time.perf_counter() - started
        waits = []
        spent, worked = cpu_exactly(self._server.process), self._worked()
        for _ in range(requests):
            started = time.perf_counter()
            self._get(path, who)
            waits.append(1000 * (time.perf_counter() - started))
        spent, worked = cpu_exactly(self._server.process) - spent, self._worked() - worked
        text = _unpacked(body, packed)
        parts = sum(self._size(each) for each in _Elements.of(text.decode("utf-8", "replace")).loads(path))
        return Asked(
            path,
            who,
            self._status,
            round(statistics.median(waits), 1),
            round(sorted(waits)[math.ceil(0.95 * requests) - 1], 1),
            round(1000 * spent / requests, 1),
            round(1000 * worked / requests, 1),
            round(1000 * first, 1),
            round(len(text) / 1000, 1),
            round(len(body) / 1000, 1),
            round((len(body) + parts) / 1000, 1),
        )

    def _worked(self) -> float:
        return cpu_with_children(self._database) if self._database else 0.0

    def _size(self, address: str) -> int:
        if address not in self._sizes:
            self._sizes[address] = len(self._get(address, OFFICER)[0])
        return self._sizes[address]

    def _get(self, path: str, who: str) -> tuple[bytes, bool]:
        """The body as it came, and whether it came packed."""
        headers = {"Accept-Encoding": "gzip", "Cookie": f"airwarn={self._server.cookies[who]}"}
        self._connection.request("GET", path, headers=headers)
        answer = self._connection.getresponse()
        self._status = answer.status
        self.is_file = answer.headers.get("Content-Disposition", "").startswith("attachment")
        return answer.read(), answer.headers.get("Content-Encoding") == "gzip"


def _unpacked(body: bytes, packed: bool) -> bytes:
    return gzip.decompress(body) if packed else body


class _Elements(HTMLParser):
    """What a page loads, and where its lists lead."""

    def __init__(self) -> None:
        super().__init__()
        self._loads: list[str] = []
        self._links: list[str] = []
        self._asks = False
        self._field: str | None = None
        self._chosen: dict[str, str] = {}

    @classmethod
    def of(cls, page: str) -> "_Elements":
        """Of a page's text."""
        read = cls()
        read.feed(page)
        return read

    def loads(self, path: str) -> list[str]:
        """The addresses of styles, scripts and pictures."""
        return [urljoin(path, each) for each in dict.fromkeys(self._loads) if not each.startswith("data:")]

    def leads(self, path: str) -> list[str]:
        """The same list in another order, its next page, and with each filter by itself."""
        filters = [f"?{urlencode({name: value})}" for name, value in self._chosen.items()]
        own = [each for each in self._links if each.startswith("?")]
        kept = [
            each for each in (*own, *filters) if not re.search(r"[?&](format|lang)=", each) and each != "?"
        ]
        return [f"{path}{each}" for each in list(dict.fromkeys(kept))[:_LINKS]]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = {name: value or "" for name, value in attrs}
        match tag:
            case "link" if held.get("rel") in ("stylesheet", "icon"):
                self._loads.append(held["href"])
            case "script" | "img" if held.get("src"):
                self._loads.append(held["src"])
            case "a" if held.get("href"):
                self._links.append(held["href"])
            case "form":
                self._asks = held.get("method", "get") == "get"
            case "select" if self._asks:
                self._field = held.get("name")
            case "option" if self._field and held.get("value"):
                self._chosen[self._field] = held["value"]
            case "input" if self._asks and held.get("type", "text") in ("text", "search"):
                self._chosen[held.get("name", "")] = "示例单位19"
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._field = None


if __name__ == "__main__":
    print(json.dumps(main(), indent=2, ensure_ascii=False))
