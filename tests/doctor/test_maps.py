"""What the doctor says of the office's maps."""

import shutil
from pathlib import Path

from gateway.demo.city import MAPS
from gateway.doctor.maps import maps
from gateway.settings import Settings


def test_without_a_folder_nothing_is_said(tmp_path: Path) -> None:
    assert list(maps(Settings(data_folder=tmp_path))) == []


def test_the_sample_citys_map_can_be_drawn() -> None:
    (check,) = maps(Settings(maps_folder=MAPS))
    assert (check.code, check.outcome) == ("MAPS", "ok")


def test_each_map_that_cannot_be_drawn_is_named_with_its_fault(tmp_path: Path) -> None:
    (tmp_path / "kashgar.geojson").write_text("{", "utf-8")
    shutil.copy(MAPS / "zhengzhou.geojson", tmp_path / "pingdingshan.geojson")
    (tmp_path / "nowhere.geojson").write_text("{}", "utf-8")
    found = list(maps(Settings(maps_folder=tmp_path)))
    assert [check.outcome for check in found] == ["warning"] * 3
    said = "\n".join(check.message for check in found)
    assert "kashgar.geojson：地图文件无法使用：不是有效的 JSON（UTF-8）" in said
    assert "没有预案“nowhere”" in said
    assert "pingdingshan.geojson，features[0]：预案中没有区域代码" in said


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    (check,) = maps(Settings(maps_folder=tmp_path / "none"))
    assert (check.outcome, "maps_folder" in check.advice) == ("warning", True)
