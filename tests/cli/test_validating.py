"""`payload validate`: what is wrong with payloads, before anything is sent."""

from pathlib import Path

from tests.cli.command import airwarn
from tests.documents import as_yaml, orange_start
from tests.exchange.samples import ALERT, NATIONAL, changed


def test_valid_files_end_with_0_and_one_bad_file_among_them_with_1(tmp_path: Path) -> None:
    (tmp_path / "cap.xml").write_text(ALERT, encoding="utf-8")
    (tmp_path / "12379.xml").write_text(NATIONAL, encoding="utf-8")
    (tmp_path / "bad.xml").write_bytes(changed(ALERT, "<scope>Public</scope>", ""))
    ran = airwarn(tmp_path, "payload", "validate", "cap.xml", "12379.xml")
    assert ran.code == 0
    assert "cap.xml：有效 · valid（CAP 1.2）" in ran.out
    assert "12379.xml：有效 · valid（12379）" in ran.out
    ran = airwarn(tmp_path, "payload", "validate", "cap.xml", "bad.xml")
    assert ran.code == 1
    assert "bad.xml：无效 · not valid" in ran.out
    assert "ELEMENT_MISSING bad.xml:2 alert" in ran.out


def test_what_the_program_makes_of_a_decision_is_valid(tmp_path: Path) -> None:
    (tmp_path / "decision.yaml").write_text(as_yaml(orange_start()), encoding="utf-8")
    for form, kind in (("cap", "cap-1.2"), ("national", "national")):
        made = airwarn(tmp_path, "payload", "decision.yaml", "--format", form)
        assert made.code == 0
        (tmp_path / f"{form}.xml").write_text(made.out, encoding="utf-8")
        checked = airwarn(tmp_path, "payload", "validate", f"{form}.xml", "--json")
        assert (checked.code, checked.json["files"][0]["kind"]) == (0, kind)


def test_json_tells_each_file_with_every_fault(tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_bytes(changed(ALERT, "T12:00:00+08:00</onset>", "T04:00:00Z</onset>"))
    ran = airwarn(tmp_path, "payload", "validate", "bad.xml", "-", "--json", stdin="<!DOCTYPE a><a/>")
    assert ran.code == 1
    bad, typed = ran.json["files"]
    assert (bad["file"], bad["valid"], bad["kind"]) == ("bad.xml", False, "cap-1.2")
    (fault,) = (each for each in bad["faults"] if each["severity"] == "error")
    assert fault["code"] == "TIME_MALFORMED"
    assert fault["path"] == "alert/info[1]/onset[1]"
    assert (
        (tmp_path / "bad.xml")
        .read_text("utf-8")
        .splitlines()[fault["line"] - 1]
        .strip()
        .startswith("<onset>")
    )
    assert typed["file"] == "<stdin>"
    assert typed["kind"] is None
    assert [each["code"] for each in typed["faults"]] == ["XML_DTD_FORBIDDEN"]


def test_warnings_alone_do_not_fail(tmp_path: Path) -> None:
    (tmp_path / "cap.xml").write_bytes(changed(ALERT, "<contact>值班室", "<contact>"))
    ran = airwarn(tmp_path, "payload", "validate", "cap.xml", "--json")
    assert ran.code == 0
    assert "ELEMENT_EMPTY" in [each["code"] for each in ran.json["files"][0]["faults"]]


def test_a_fault_is_told_on_one_line_in_each_language(tmp_path: Path) -> None:
    (tmp_path / "bad.xml").write_bytes(b"<alert>a\0b</alert>")
    ran = airwarn(tmp_path, "payload", "validate", "bad.xml")
    assert ran.code == 1
    assert [line[:2] for line in ran.out.splitlines()[1:]] == ["  "] * 3


def test_a_file_that_is_not_there_and_no_file_at_all_say_so(tmp_path: Path) -> None:
    ran = airwarn(tmp_path, "payload", "validate", "none.xml", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "FILE_UNREADABLE")
    assert airwarn(tmp_path, "payload", "validate").code == 2
