"""The page behind a sign link: what it says, what it takes, and from whom it takes nothing."""

import asyncio
import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import Connection, select, update

from gateway.ledger.follow_up import acknowledgements
from gateway.ledger.schema import acknowledgements as table
from gateway.ledger.trail import audit
from gateway.web.public import sign_pages
from gateway.web.public.guesses import BURST
from tests.city import TOKEN, City
from tests.documents import lift, orange_start
from tests.signing import Person, link, picture, signing_city, somebody, start

SCHOOL, PLANT, HOSPITAL = "0101", "0103", "0102"


@pytest.fixture
async def made(tmp_path: Path) -> AsyncIterator[City]:
    async with signing_city(tmp_path) as running_city:
        yield running_city


@pytest.fixture
async def person(made: City) -> AsyncIterator[Person]:
    async with somebody(made) as found:
        yield found


async def answers(made: City, broadcast: int) -> dict[str, Any]:
    """The acknowledgements by organisation."""
    found = await made.read(acknowledgements.page, broadcast)
    return {each.organisation_code: each for each in found}


async def test_only_those_who_are_asked_get_a_link_and_each_its_own(made: City) -> None:
    broadcast = await start(made)
    assert set(await answers(made, broadcast)) == {"S1", "E1"}
    assert link(made, SCHOOL) != link(made, PLANT)
    hospital = next(each.text for each in made.twilio.seen if each.to.endswith(HOSPITAL))
    assert "/s/" not in hospital
    chat = "".join(each.text for each in made.wecom.seen)
    assert "/s/" not in chat  # others may read along in a chat room
    assert "0" * 26 not in chat


async def test_no_token_is_in_the_ledger(made: City, tmp_path: Path) -> None:
    await start(made)
    token = link(made, SCHOOL).removeprefix("/s/").encode()
    for file in (tmp_path / "data").iterdir():
        if file.is_file():
            assert token not in file.read_bytes(), file.name


async def test_the_page_says_what_is_ordered_and_is_light_and_closed(made: City, person: Person) -> None:
    await start(made)
    async with person.session.get(person.url + link(made, PLANT)) as response:
        text = await response.text()
        headers = response.headers
    assert len(text.encode()) < 30_000
    for words in ("橙色预警", "示例机械厂", "郑州市全域", "11月" if "11月" in text else "月", "一厂一策"):
        assert words in text
    assert 'href="tel:037100000000"' in text
    assert "0" * 26 not in text
    assert "script" not in text
    assert not re.search(r"(?:src|href)=\"https?:", text)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe-inline" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers
    _, english = await person.open(link(made, PLANT) + "?lang=en")
    assert "Orange warning" in english
    assert '<html lang="en">' in english


async def test_signing_is_kept_with_who_and_when_and_audited(made: City, person: Person) -> None:
    broadcast = await start(made)
    status, text = await person.send(link(made, SCHOOL) + "/sign", {"name": " 林  老师", "role": "校长"})
    assert status == 200
    assert "已签收" in text
    assert "林 老师 校长" in text
    signed = (await answers(made, broadcast))["S1"]
    assert (signed.name, signed.role, signed.via) == ("林 老师", "校长", "link")
    (entry,) = await made.read(audit.page, kind="signed")
    assert (entry.subject, entry.detail["organisation"]) == (f"broadcast:{broadcast}", "S1")
    assert link(made, SCHOOL)[3:] not in str(entry)


async def test_who_signs_again_sees_who_has_signed(made: City, person: Person) -> None:
    broadcast = await start(made)
    await person.send(link(made, SCHOOL) + "/sign", {"name": "林老师", "role": "校长"})
    _, text = await person.send(link(made, SCHOOL) + "/sign", {"name": "另一人", "role": ""})
    assert "林老师 校长" in text
    assert "另一人" not in text
    assert (await answers(made, broadcast))["S1"].name == "林老师"
    assert len(await made.read(audit.page, kind="signed")) == 1


async def test_a_form_without_a_name_is_shown_again_with_what_is_wrong(made: City, person: Person) -> None:
    broadcast = await start(made)
    status, text = await person.send(link(made, SCHOOL) + "/sign", {"name": "  ", "role": "<b>校长"})
    assert status == 422
    assert "请填写姓名" in text
    assert "&lt;b&gt;校长" in text
    assert (await answers(made, broadcast))["S1"].signed_at is None


async def test_an_objection_states_its_reason_and_is_no_signature(made: City, person: Person) -> None:
    broadcast = await start(made)
    path = link(made, PLANT) + "/object"
    status, _ = await person.send(path, {"name": "罗厂长"})
    assert status == 422
    form = {"reason": "cannot_stop_safely", "objection": "炉温须慢降", "name": "罗厂长", "role": "厂长"}
    status, text = await person.send(path, form)
    assert (status, "不能安全停产：炉温须慢降" in text) == (200, True)
    found = (await answers(made, broadcast))["E1"]
    assert found.objected_at is not None
    assert found.signed_at is None
    await person.send(link(made, PLANT) + "/sign", {"name": "副厂长"})
    found = (await answers(made, broadcast))["E1"]
    assert found.signed_at is not None
    assert found.objection == "不能安全停产：炉温须慢降"


async def test_done_is_reported_after_signing_with_photos_that_are_written_anew(
    made: City, person: Person
) -> None:
    broadcast = await start(made)
    path = link(made, PLANT)
    status, _ = await person.send(f"{path}/done", {"note": "早了"})
    assert status == 422
    await person.send(f"{path}/sign", {"name": "罗厂长"})
    form = aiohttp.FormData()
    form.add_field("note", "两条线已停")
    exif = b"Exif\0\0GPS of the plant"
    form.add_field("photos", picture(exif=exif), filename="a.jpg", content_type="text/html")
    form.add_field("photos", picture("PNG", (40, 30)), filename="../../b.png")
    form.add_field("photos", b"", filename="")
    status, text = await person.send(f"{path}/done", form)
    assert (status, "照片 2 张" in text, "两条线已停" in text) == (200, True, True)
    number = (await answers(made, broadcast))["E1"].id
    base = f"{person.url}/api/v1/broadcasts/{broadcast}/acknowledgements/{number}/photos"
    async with person.session.get(base) as refused:
        assert refused.status == 401
    key = {"Authorization": f"Bearer {TOKEN}"}
    async with person.session.get(base, headers=key) as listed:
        photos = (await listed.json())["photos"]
    assert len(photos) == 2
    async with person.session.get(f"{base}/{photos[0]['id']}", headers=key) as response:
        content = await response.read()
        assert response.headers["Content-Type"] == "image/jpeg"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert content.startswith(b"\xff\xd8")
    assert b"GPS" not in content


async def test_too_many_photos_and_pictures_of_another_kind_are_refused(made: City, person: Person) -> None:
    await start(made)
    path = link(made, PLANT)
    await person.send(f"{path}/sign", {"name": "罗厂长"})
    for contents, words in (
        ([picture(size=(20, 20))] * 6, "最多 5 张"),
        ([b"<svg xmlns='http://www.w3.org/2000/svg'/>"], "无法读取"),
        ([b"\xff\xd8" + b"x" * 6_000_000], "太大"),
    ):
        form = aiohttp.FormData()
        for content in contents:
            form.add_field("photos", io.BytesIO(content), filename="a.jpg", content_type="image/jpeg")
        status, text = await person.send(f"{path}/done", form)
        assert (status, words in text) == (422, True)
    broken = b"--b\r\nno header\r\n\r\nx\r\n--b--\r\n"
    head = {"Content-Type": "multipart/form-data; boundary=b"}
    async with person.session.post(f"{person.url}{path}/done", data=broken, headers=head) as answer:
        assert (answer.status, "表单无法读取" in await answer.text()) == (422, True)


def _end_links(connection: Connection) -> None:
    connection.execute(update(table).values(expires_at=1))


async def test_whoever_sends_photos_anew_takes_no_second_place(made: City, person: Person) -> None:
    """Places are few: whoever holds one link cannot fill them all with photos that never end."""
    broadcast = await start(made)
    path = link(made, PLANT)
    await person.send(f"{path}/sign", {"name": "罗厂长"})
    host, port = person.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST {path}/done HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n"
    writer.write(f"{head}Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n".encode())
    while not sign_pages._UPLOADING:
        await asyncio.sleep(0)
    form = aiohttp.FormData({"note": "已停产"}, default_to_multipart=True)
    assert (await person.send(f"{path}/done", form))[0] == 200
    assert (await reader.readline()).split()[1] == b"408"
    writer.close()
    assert (await answers(made, broadcast))["E1"].done_at is not None
    assert not sign_pages._UPLOADING


async def test_wrong_foreign_and_expired_links_look_the_same(made: City, person: Person) -> None:
    broadcast = await start(made)
    path = link(made, SCHOOL)
    pages = [
        await person.open(wrong)
        for wrong in ("/s/" + "a" * 26, "/s/x", path[:-1], path + "a", "/s/" + "0" * 26)
    ]
    await made.write(_end_links)
    pages += [await person.open(path), await person.send(path + "/sign", {"name": "林老师"})]
    assert {status for status, _ in pages} == {404}
    assert len({text for _, text in pages}) == 1
    assert "链接无效" in pages[0][1]
    assert (await answers(made, broadcast))["S1"].signed_at is None


async def test_a_token_signs_for_its_own_organisation_only(made: City, person: Person) -> None:
    broadcast = await start(made)
    await person.send(link(made, SCHOOL) + "/sign", {"name": "林老师", "organisation": "E1"})
    found = await answers(made, broadcast)
    assert (found["S1"].signed_at is None, found["E1"].signed_at) == (False, None)


async def test_a_link_works_in_capitals_and_with_the_stop_after_it(made: City, person: Person) -> None:
    await start(made)
    path = link(made, SCHOOL)
    assert (await person.open("/s/" + path[3:].upper()))[0] == 200
    assert (await person.open(path + "。"))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
async def test_a_post_from_a_page_of_another_site_changes_nothing(
    made: City, person: Person, headers: dict[str, str]
) -> None:
    broadcast = await start(made)
    status, _ = await person.send(link(made, SCHOOL) + "/sign", {"name": "林老师"}, **headers)
    assert status == 403
    assert (await answers(made, broadcast))["S1"].signed_at is None


async def test_who_guesses_is_slowed_down_and_who_has_a_link_is_not(made: City, person: Person) -> None:
    await start(made)
    statuses = [(await person.open("/s/" + "b" * 26))[0] for _ in range(BURST + 2)]
    assert statuses == [404] * BURST + [429] * 2
    assert (await person.open(link(made, SCHOOL)))[0] == 200


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"User_Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}),
        ("GET", {"User_Agent": "WhatsApp/2.23"}),
        ("GET", {"User_Agent": "facebookexternalhit/1.1"}),
        ("GET", {"User_Agent": ""}),
        ("GET", {"Sec_Purpose": "prefetch"}),
        ("GET", {"Sec_Fetch_Dest": "empty"}),
    ],
)
async def test_what_looks_at_a_link_before_a_person_has_not_opened_it(
    made: City, person: Person, method: str, headers: dict[str, str]
) -> None:
    broadcast = await start(made)
    assert (await person.open(link(made, SCHOOL), method, **headers))[0] == 200
    assert (await answers(made, broadcast))["S1"].opened_at is None
    await person.open(link(made, SCHOOL))
    found = (await answers(made, broadcast))["S1"]
    assert found.opened_at is not None
    assert found.signed_at is None


async def test_a_lifted_page_says_so_points_to_the_newer_and_takes_no_signature(
    made: City, person: Person
) -> None:
    broadcast = await start(made)
    old = link(made, SCHOOL)
    newer = await start(made, lift())
    status, text = await person.open(old)
    assert (status, "预警已解除" in text) == (200, True)
    assert link(made, SCHOOL) in text
    assert 'action="' not in text
    status, text = await person.send(f"{old}/sign", {"name": "林老师"})
    assert (status, "不用再签收" in text) == (422, True)
    before, after = await answers(made, broadcast), await answers(made, newer)
    assert before["S1"].ended_at is not None
    assert after["S1"].ended_at is None
    assert "确认签收" in (await person.open(link(made, SCHOOL)))[1]


async def test_a_drill_is_marked_on_every_line_that_could_be_taken_for_the_real_thing(
    tmp_path: Path,
) -> None:
    async with signing_city(tmp_path, exercise=True) as made, somebody(made) as person:
        await start(made, orange_start(exercise=True))
        _, text = await person.open(link(made, "0901"))
    assert "演练，不是真实预警" in text
    assert "【演练】橙色预警" in text
    assert "<title>【演练】" in text


async def test_asking_again_for_a_name_with_controls_keeps_it_plain(made: City, person: Person) -> None:
    broadcast = await start(made)
    await person.send(link(made, SCHOOL) + "/sign", {"name": "林\u202e老师\n\x00", "role": "校长"})
    assert (await answers(made, broadcast))["S1"].name == "林 老师"


async def test_a_ledger_row_keeps_only_the_hash(made: City) -> None:
    await start(made)
    hashes = await made.read(
        lambda connection: list(connection.execute(select(table.c.token_sha256)).scalars())
    )
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in hashes)
