"""The list of exercises that were run, after a real one and an exercise."""

import re
from pathlib import Path

from tests.documents import orange_start
from tests.people import person
from tests.signing import signing_city, start
from tests.web.console.browsing import Seen, browsing

PATH = "/console/drills"
_CELL = re.compile(r'data-label="([^"]+)"[^>]*>(?:<a href="([^"]+)">)?([^<]*)')


def figures(page: Seen) -> list[dict[str, str]]:
    rows = page.html.split("<th scope=row")[1:]
    return [{label: link or words for label, link, words in _CELL.findall(f"<th{row}")} for row in rows]


async def test_exercises_are_listed_with_how_they_went(tmp_path: Path) -> None:
    async with signing_city(tmp_path, exercise=True) as made:
        drill = await start(made, orange_start(exercise=True))
        async with await browsing(made.process, await person(made.process, "sees", "viewer")) as browser:
            (one,) = figures(await browser.get(PATH))
            assert one["发布时间"] == f"/live/{drill}"
            assert [one[name] for name in ("消息", "送达", "应签收", "已签收")] == ["1", "1", "1", "0"]
            assert figures(await browser.get(f"{PATH}?plan=xigang")) == []
            assert (await browser.get(f"{PATH}?plan=nowhere")).status == 422
        for areas, seen in ((("410105",), 1), (("410102",), 0)):
            user = await person(made.process, f"of.{areas[0]}", "viewer", areas=areas)
            async with await browsing(made.process, user) as browser:
                assert len(figures(await browser.get(PATH))) == seen
