"""Compiled templates are kept for the next command, where nobody else can put code in their place."""

from pathlib import Path

from tests.cli.command import airwarn
from tests.documents import as_yaml, orange_start


def _render(folder: Path) -> str:
    (folder / "decision.yaml").write_text(as_yaml(orange_start()), "utf-8")
    asked = ("render", "decision.yaml", "--audience", "schools", "--medium", "sms", "--json")
    ran = airwarn(folder, *asked, XDG_CACHE_HOME=str(folder / "cache"))
    assert ran.code == 0, ran.err
    return ran.out


def test_a_second_command_finds_the_compiled_templates(tmp_path: Path) -> None:
    first = _render(tmp_path)
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "cache/airwarn/templates").iterdir()}
    assert kept
    assert _render(tmp_path) == first
    assert {path: path.stat().st_mtime_ns for path in kept} == kept  # read, not written again


def test_a_spoiled_file_of_the_cache_is_compiled_anew(tmp_path: Path) -> None:
    first = _render(tmp_path)
    for path in (tmp_path / "cache/airwarn/templates").iterdir():
        path.write_bytes(b"spoiled")
    assert _render(tmp_path) == first


def test_a_folder_that_others_can_write_to_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "cache/airwarn/templates"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    _render(tmp_path)
    assert not list(folder.iterdir())


def test_without_a_place_for_it_the_command_works_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, no folder")
    assert "重污染天气" in _render(tmp_path)
