"""How far a broadcast is in each district: squares, or the office's own shapes where it has them."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.city import city
from tests.people import person
from tests.signing import signing_city, start
from tests.web.console.browsing import Browsing, browsing, inline

_DISTRICT = re.compile(r'<g role="img" aria-label="([^"]+)">')
_ROW = re.compile(
    r'<th scope=row role=rowheader data-label="区县" class="">\d+ ([^<]+)</th>(.*?)</tr>', re.DOTALL
)
_NUMBER = re.compile(r'class="(?:deciding )?number">([^<]+)<')


def square(code: str, west: float) -> dict[str, object]:
    ring = [[west, 34], [west + 1, 34], [west + 1, 35], [west, 35], [west, 34]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


async def test_each_district_has_its_share_in_the_picture_and_in_the_table(tmp_path: Path) -> None:
    async with signing_city(tmp_path) as made:
        broadcast = await start(made)
        page = f"/console/broadcasts/{broadcast}/map"
        async with await browsing(made.process, await person(made.process, "sees", "viewer")) as browser:
            seen = await browser.get(page)
            assert seen.status == 200
            told = dict(each.split("：") for each in _DISTRICT.findall(seen.html))
            rows = {name: _NUMBER.findall(cells) for name, cells in _ROW.findall(seen.html)}
            assert len(told) == 16
            assert set(told) < set(rows)  # the city as a whole is in the table alone
            reached = {name: words for name, words in told.items() if words != "没有接收单位"}
            assert reached
            for name, words in reached.items():
                whole, part, share, _ = rows[name]
                assert words == f"{share}，{part} / {whole}"
            assert "不是地图" in seen.text
            assert not inline(seen.html)
            signed = await browser.get(f"{page}?show=signed")
            assert "签收：0 / " in signed.text
            assert (await browser.get(f"{page}?show=nothing")).status == 422
            assert (await browser.get("/console/broadcasts/999/map")).status == 404
        for areas, status in ((("410105",), 200), (("210200",), 404)):
            user = await person(made.process, f"of.{areas[0]}", "viewer", areas=areas)
            async with await browsing(made.process, user) as browser:
                limited = await browser.get(page)
                assert limited.status == status
                if status == 200:
                    assert len(_DISTRICT.findall(limited.html)) == 1


@asynccontextmanager
async def mapped(folder: Path, content: str) -> AsyncIterator[tuple[str, Browsing]]:
    """The page of a broadcast where the office supplied this map, and a browser."""
    maps = folder / "maps"
    maps.mkdir()
    (maps / "zhengzhou.geojson").write_text(content, "utf-8")
    async with city(folder / "data", server={"maps_folder": maps}) as made:
        broadcast = await start(made)
        async with await browsing(made.process, await person(made.process, "sees", "viewer")) as browser:
            yield f"/console/broadcasts/{broadcast}/map", browser


async def test_the_offices_own_shapes_stand_in_the_place_of_the_squares(tmp_path: Path) -> None:
    features = [square("410102", 113), square("410105", 114)]
    content = json.dumps({"type": "FeatureCollection", "features": features})
    async with mapped(tmp_path, content) as (page, browser):
        seen = await browser.get(page)
        assert [each.split("：")[0] for each in _DISTRICT.findall(seen.html)] == ["中原区", "金水区"]
        assert "不是地图" not in seen.text
        assert len(_ROW.findall(seen.html)) == 17


async def test_a_map_that_cannot_be_used_is_told_and_squares_stand_in_its_place(tmp_path: Path) -> None:
    async with mapped(tmp_path, "{") as (page, browser):
        seen = await browser.get(page)
        assert seen.status == 200
        assert "地图不能用，先用方格代替。地图文件无法使用：不是有效的 JSON（UTF-8）" in seen.text
        assert len(_DISTRICT.findall(seen.html)) == 16
