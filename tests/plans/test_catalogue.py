"""Plan files are found, read once, and refused with file and line."""

import hashlib
from pathlib import Path

import pytest

from gateway.errors import InputError
from gateway.plans.catalogue import Catalogue
from tests.plans.small import SMALL, line_with


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "small.yaml").write_text(SMALL, "utf-8")
    return tmp_path


def refused(folder: Path, identifier: str = "small") -> InputError:
    with pytest.raises(InputError) as caught:
        Catalogue(folder).load(identifier)
    return caught.value


def test_a_folder_adds_its_plans_to_the_packaged_ones(folder: Path) -> None:
    packaged = Catalogue().identifiers()
    assert "small" not in packaged
    assert Catalogue(folder).identifiers() == sorted([*packaged, "small"])


def test_a_plan_is_known_by_what_its_file_holds(folder: Path) -> None:
    loaded = Catalogue(folder).load("small")
    digest = hashlib.sha256(SMALL.encode()).hexdigest()
    assert loaded.plan.title == "小城市重污染天气应急预案"
    assert loaded.digest == digest
    assert loaded.version == f"2024+{digest[:12]}"
    assert loaded.document.file == str(folder / "small.yaml")
    assert loaded.document.line_of(("lead_time",)) == line_with("lead_time")


def test_a_plan_is_read_once(folder: Path) -> None:
    catalogue = Catalogue(folder)
    first = catalogue.load("small")
    (folder / "small.yaml").unlink()
    assert catalogue.load("small") is first


def test_a_file_in_the_folder_replaces_the_packaged_plan_of_its_name(tmp_path: Path) -> None:
    packaged = Catalogue()
    name = packaged.identifiers()[0]
    own = SMALL.replace("id: small", f"id: {name}")
    (tmp_path / f"{name}.yaml").write_text(own, "utf-8")
    assert Catalogue(tmp_path).load(name).plan.title == "小城市重污染天气应急预案"
    assert packaged.load(name).plan.title != "小城市重污染天气应急预案"


def test_an_unknown_plan_is_answered_with_the_known_ones(folder: Path) -> None:
    for name in ("nowhere", "", "../small", "small.yaml"):
        error = refused(folder, name)
        assert (error.code, error.field) == ("PLAN_UNKNOWN", "plan")
        assert "small" in error.message.split("现有预案")[1]
        assert "small" in error.message_en.split("known plans")[1]


def test_the_id_must_be_the_files_name(folder: Path) -> None:
    (folder / "small.yaml").rename(folder / "other.yaml")
    error = refused(folder, "other")
    assert (error.code, error.file, error.line) == ("PLAN_NAME", str(folder / "other.yaml"), 1)
    assert "small.yaml" in error.message


def test_a_fault_of_shape_is_refused_with_file_and_line(folder: Path) -> None:
    (folder / "small.yaml").write_text(SMALL.replace("hours: 24, minimum", "stunden: 24, minimum"), "utf-8")
    error = refused(folder)
    assert (error.code, error.file) == ("FIELD_MISSING", str(folder / "small.yaml"))
    assert error.line == line_with("lead_time")
    assert error.field == "lead_time.hours"


def test_a_plan_with_a_hole_is_refused_before_anyone_relies_on_it(folder: Path) -> None:
    (folder / "small.yaml").write_text(SMALL.replace("replaces: [trucks]", "replaces: [lorries]"), "utf-8")
    error = refused(folder)
    assert error.code == "PLAN_REPLACES_UNKNOWN"
    assert error.line == line_with("replaces: [trucks]")


def test_a_file_in_another_encoding_is_refused(folder: Path) -> None:
    (folder / "small.yaml").write_bytes(SMALL.encode("gb18030"))
    assert refused(folder).code == "DOCUMENT_ENCODING"


def test_files_that_are_no_plans_are_passed_over(folder: Path) -> None:
    (folder / ".small.yaml").write_text("swap", "utf-8")
    (folder / "notes.txt").write_text("x", "utf-8")
    (folder / "folder.yaml").mkdir()
    assert set(Catalogue(folder).identifiers()) - set(Catalogue().identifiers()) == {"small"}


@pytest.mark.parametrize("name", ["missing", "small.yaml"])
def test_a_folder_that_cannot_be_read_is_refused(folder: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        Catalogue(folder / name)
    assert caught.value.code == "PLANS_FOLDER"
    assert caught.value.file == str(folder / name)


def test_a_file_that_has_gone_is_refused(folder: Path) -> None:
    catalogue = Catalogue(folder)
    (folder / "small.yaml").unlink()
    with pytest.raises(InputError) as caught:
        catalogue.load("small")
    assert caught.value.code == "PLAN_UNREADABLE"


def test_every_packaged_plan_is_fit_for_use() -> None:
    catalogue = Catalogue()
    assert catalogue.identifiers()
    for identifier in catalogue.identifiers():
        assert catalogue.load(identifier).plan.id == identifier
