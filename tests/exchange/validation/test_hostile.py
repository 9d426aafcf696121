"""XML that attacks its reader: nothing of this machine is read, nobody is called, nothing grows."""

import asyncio
import os
import random
import resource
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.exchange.validation.validate import validate
from gateway.exchange.xml import MAX_BYTES, MAX_ELEMENTS
from tests.exchange.mutations import damaged_bytes
from tests.exchange.samples import ALERT, NATIONAL, names, sample

# 2,000 in every run; AIRWARN_FUZZ=10000 for as many as wished
MUTATIONS = int(os.environ.get("AIRWARN_FUZZ", "2000"))
NOW = datetime(2024, 1, 8, tzinfo=UTC)
SECRET = "secret-of-this-machine"


@contextmanager
def listener() -> Iterator[socket.socket]:
    """A socket that anybody on this machine could call; its queue shows whether somebody did."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def called(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


class Watch:
    """What the interpreter itself opens or calls while it is on."""

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.on = False
        sys.addaudithook(self._hook)  # stays for the life of the process, and is silent when off

    def _hook(self, event: str, _arguments: tuple[object, ...]) -> None:
        if self.on and event in (
            "open",
            "socket.connect",
            "socket.getaddrinfo",
            "urllib.Request",
            "subprocess.Popen",
        ):
            self.seen.append(event)


@pytest.fixture(scope="module")
def watch() -> Watch:
    return Watch()


def accessed(file: Path) -> int:
    return file.stat().st_atime_ns


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    os.utime(file, ns=(0, 1_000_000_000))  # read long before it was written: any read would show
    return file


def attacks(port: int, file: Path) -> dict[str, tuple[bytes, str | None]]:
    """Documents with the code that they are refused with; None: harmless, because nothing acts on them."""
    away, here = f"http://127.0.0.1:{port}", file.as_uri()

    def with_type(declared: str, text: str = "&x;") -> bytes:
        return (
            ALERT.replace("<alert", f"<!DOCTYPE alert {declared}><alert", 1)
            .replace("<headline>", f"<headline>{text}")
            .encode()
        )

    laughs = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    bomb = f"[<!ENTITY l0 'lol'>{laughs}]"
    included = f"<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='{here}' parse='text'/>"
    return {
        "billion laughs": (with_type(bomb, "&l9;"), "XML_DTD_FORBIDDEN"),
        "quadratic": (with_type(f"[<!ENTITY x '{'a' * 50_000}'>]", "&x;" * 15_000), "XML_DTD_FORBIDDEN"),
        "file": (with_type(f"[<!ENTITY x SYSTEM '{here}'>]"), "XML_DTD_FORBIDDEN"),
        "network": (with_type(f"[<!ENTITY x SYSTEM '{away}/x'>]"), "XML_DTD_FORBIDDEN"),
        "parameter": (with_type(f"[<!ENTITY % x SYSTEM '{away}/x.dtd'> %x;]", ""), "XML_DTD_FORBIDDEN"),
        "external type": (with_type(f"SYSTEM '{away}/x.dtd'", ""), "XML_DTD_FORBIDDEN"),
        "public type": (with_type(f"PUBLIC '-//x' '{away}/x.dtd'", ""), "XML_DTD_FORBIDDEN"),
        "undeclared": (ALERT.replace("橙色预警", "&x;").encode(), "XML_MALFORMED"),
        "include": (ALERT.replace("<headline>", f"<headline>{included}").encode(), "CONTENT_NOT_TEXT"),
        "style sheet": (
            ALERT.replace(
                "<alert", f"<?xml-stylesheet href='{away}/x.xsl' type='text/xsl'?><alert", 1
            ).encode(),
            None,
        ),
        "schema": (
            ALERT.replace(
                "<alert",
                "<alert xmlns:i='http://www.w3.org/2001/XMLSchema-instance' "
                f"i:schemaLocation='urn:oasis:names:tc:emergency:cap:1.2 {away}/x.xsd'",
                1,
            ).encode(),
            None,
        ),
        "base": (ALERT.replace("<alert", f"<alert xml:base='{away}/'", 1).encode(), "ATTRIBUTE_UNKNOWN"),
        "hidden encoding": (
            f"<?xml version='1.0'{' ' * 300}encoding='UTF-7'?>".encode()
            + f"+ADwAIQ-DOCTYPE a SYSTEM '{away}'+AD4-<a/>".encode(),
            "XML_MALFORMED",
        ),
        "utf-16": (with_type(f"[<!ENTITY x SYSTEM '{here}'>]").decode().encode("utf-16"), "XML_ENCODING"),
        "utf-16 unmarked": (ALERT.encode("utf-16-le"), "XML_ENCODING"),
        "utf-32": (ALERT.encode("utf-32"), "XML_ENCODING"),
        "wrong encoding": (ALERT.encode("gb18030"), "XML_MALFORMED"),
        "byte order mark": (ALERT.encode("utf-8-sig"), None),
        "gb18030": (ALERT.replace("UTF-8", "GB18030").encode("gb18030"), None),
        "deep": (b"<a>" * 10_000, "XML_TOO_DEEP"),
        "deep info": (
            ALERT.replace("<event>", "<event>" * 200).replace("</event>", "</event>" * 200).encode(),
            "CONTENT_NOT_TEXT",
        ),
        "many": (b"<a>" + b"<b/>" * (MAX_ELEMENTS + 1) + b"</a>", "XML_TOO_LARGE"),
        "more": (b"<a>" + b"<b/>" * 240_000 + b"</a>", "XML_TOO_LARGE"),
        "large": (b"<a>" + b"x" * MAX_BYTES + b"</a>", "XML_TOO_LARGE"),
        "attribute": (
            ALERT.replace("<alert", f"<alert a='{'x' * 900_000}'", 1).encode(),
            "ATTRIBUTE_UNKNOWN",
        ),
        "attributes": (
            ALERT.replace("<alert", "<alert " + " ".join(f"a{n}=''" for n in range(50_000)), 1).encode(),
            "ATTRIBUTE_UNKNOWN",
        ),
        "names": (
            ALERT.replace(
                "<alert", "<alert " + " ".join(f"xmlns:a{n}='u'" for n in range(40_000)), 1
            ).encode(),
            None,
        ),
        "long value": (ALERT.replace("34.7,113.6 34.8", "34.7,113.6 " * 80_000 + "34.8").encode(), None),
        "long reference": (
            ALERT.replace("<references>", "<references>" + "a " * 400_000).encode(),
            "REFERENCES_MALFORMED",
        ),
        "long link": (ALERT.replace("https://example", "https://" + "a." * 400_000, 1).encode(), None),
        "long number": (ALERT.replace("<size>5", "<size>" + "9" * 900_000).encode(), None),
    }


@pytest.mark.parametrize("name", attacks(0, Path("/tmp/none")))
def test_an_attack_is_refused_or_harmless_and_reaches_nothing(name: str, secret: Path, watch: Watch) -> None:
    with listener() as server:
        content, code = attacks(server.getsockname()[1], secret)[name]
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        watch.seen.clear()
        watch.on = True
        try:
            found = validate(content, NOW)
        finally:
            watch.on = False
        assert not called(server)
    assert watch.seen == []
    assert accessed(secret) == 0
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 120_000  # KB: of the largest document that is read at all, as a tree
    codes = [fault.code for fault in found.faults if fault.severity == "error"]
    assert (code in codes) if code else codes == []
    assert SECRET not in str(found)


def test_damaged_messages_neither_break_the_validation_nor_reach_anything(secret: Path, watch: Watch) -> None:
    chance = random.Random(11)
    originals = [ALERT.encode(), NATIONAL.encode(), *map(sample, names())]
    kinds: dict[str | None, int] = {}
    with listener() as server:
        port = server.getsockname()[1]
        watch.seen.clear()
        watch.on = True
        try:
            for _ in range(MUTATIONS):
                content = damaged_bytes(chance.choice(originals), chance, port, str(secret))
                found = validate(content, NOW)
                kinds[found.kind] = kinds.get(found.kind, 0) + 1
                assert SECRET not in str(found)
        finally:
            watch.on = False
        assert not called(server)
    assert watch.seen == []
    assert accessed(secret) == 0
    assert kinds["cap-1.2"] + kinds["national"] > MUTATIONS / 20  # enough of the damage passes the parser
    assert kinds[None] > MUTATIONS / 20


async def test_a_loop_that_validates_in_a_thread_goes_on(secret: Path) -> None:
    content, _ = attacks(9, secret)["many"]
    ticks = 0
    work = asyncio.create_task(asyncio.to_thread(validate, content, NOW))
    while not work.done():
        ticks += 1
        await asyncio.sleep(0)
    assert (await work).valid is False
    assert ticks
