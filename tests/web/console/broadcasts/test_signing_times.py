"""How soon a broadcast was signed, after one organisation signed on its phone."""

import re
from pathlib import Path

from sqlalchemy import Connection

from gateway.ledger.follow_up import acknowledgements
from tests.people import person
from tests.signing import signing_city, start
from tests.web.console.browsing import browsing

_ROW = re.compile(r'<th scope="row">([^<]+)</th><td class="number">(\d+)</td><td class="number">(\d+)</td>')


def sign(connection: Connection, broadcast: int, at: int) -> None:
    found = acknowledgements.of_organisation(connection, broadcast, "S1")
    assert found is not None
    acknowledgements.sign(connection, found.id, "林老师", "校长", "phone", at)


async def test_the_table_beside_the_picture_says_how_soon_they_signed(tmp_path: Path) -> None:
    async with signing_city(tmp_path) as made:
        broadcast = await start(made)
        page = f"/console/broadcasts/{broadcast}/signatures"
        async with await browsing(made.process, await person(made.process, "sees", "viewer")) as browser:
            assert f'href="{page}"' in (await browser.get(f"/live/{broadcast}")).html
            nobody = await browser.get(page)
            assert {number for _, number, _ in _ROW.findall(nobody.html)} == {"0"}
            await made.write(sign, broadcast, made.process.clock() + 12 * 60_000)
            seen = await browser.get(page)
            rows = {label: (number, by_then) for label, number, by_then in _ROW.findall(seen.html)}
            assert (rows["5–10"], rows["10–15"], rows["120 以上"]) == (("0", "0"), ("1", "1"), ("0", "1"))
            assert seen.html.count('<rect class="bar"') == len(rows)
            assert not re.search(r"<script>|\sstyle=", seen.html)
            assert (await browser.get("/console/broadcasts/999/signatures")).status == 404
        for areas, status in ((("410105",), 200), (("210200",), 404)):
            user = await person(made.process, f"of.{areas[0]}", "viewer", areas=areas)
            async with await browsing(made.process, user) as browser:
                assert (await browser.get(page)).status == status
