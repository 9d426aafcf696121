"""`check` and `render` as commands."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import airwarn
from tests.documents import as_yaml, lift, orange_start


def written(folder: Path, document: dict[str, Any]) -> str:
    (folder / "decision.yaml").write_text(as_yaml(document), encoding="utf-8")
    return "decision.yaml"


def test_a_ready_decision_exits_with_0_and_says_what_is_owed(tmp_path: Path) -> None:
    ran = airwarn(tmp_path, "check", written(tmp_path, orange_start()), "--json")
    assert ran.code == 0
    assert set(ran.json) == {"outcome", "level", "response", "level_by_forecast", "findings", "due"}
    assert (ran.json["outcome"], ran.json["level"], ran.json["response"]) == ("ready", "orange", "II")
    assert ran.json["level_by_forecast"] == "orange"
    assert {"code", "what", "by_whom", "to_whom", "at"} <= set(ran.json["due"][0])


def test_a_decision_that_does_not_fit_exits_with_1_and_says_why_in_two_languages(tmp_path: Path) -> None:
    ran = airwarn(tmp_path, "check", written(tmp_path, orange_start(level="red")), "--json")
    assert ran.code == 1
    finding = next(each for each in ran.json["findings"] if each["code"] == "LEVEL_NOT_MET")
    assert finding["severity"] == "reason"
    assert finding["message"]
    assert finding["message_en"]
    assert finding["clause"]


def test_what_the_plan_gives_no_time_for_is_not_called_urgent(tmp_path: Path) -> None:
    lifted = written(tmp_path, lift(plan="pingdingshan", area=["410400"]))
    lines = airwarn(tmp_path, "check", lifted).out.splitlines()
    (undated,) = [each for each in lines if "应急减排清单修订" in each]
    assert undated.strip().startswith("预案未写时限　各县（市、区）")
    open_ended = written(tmp_path, orange_start(expected_end_at=None, open_ended=True))
    assert "  解除时间未定　" in airwarn(tmp_path, "check", open_ended).out


def test_a_document_from_standard_input_is_checked(tmp_path: Path) -> None:
    assert airwarn(tmp_path, "check", "-", stdin=as_yaml(orange_start())).code == 0


def test_a_start_in_the_past_of_now_is_a_note(tmp_path: Path) -> None:
    ran = airwarn(
        tmp_path,
        "check",
        written(tmp_path, orange_start()),
        "--json",
        "--now",
        "2024-02-01T00:00:00+08:00",
    )
    assert [each["severity"] for each in ran.json["findings"] if each["code"] == "STALE"] == ["note"]
    assert ran.code == 0


@pytest.mark.parametrize(
    ("text", "code", "line", "field"),
    [
        ("plan: [zhengzhou", "DOCUMENT_MALFORMED", 2, None),
        (as_yaml(orange_start(plan="atlantis")), "PLAN_UNKNOWN", 1, "plan"),
        (as_yaml(orange_start(action="explode")), "ACTION_UNKNOWN", 2, "action"),
        (as_yaml(orange_start(level="purple")), "FIELD_INVALID", 3, "level"),
        (as_yaml(orange_start(colour="orange")), "FIELD_UNKNOWN", None, "colour"),
        (
            as_yaml(orange_start(expected_end_at="2024-01-09T00:00:00+08:00")),
            "END_BEFORE_START",
            6,
            "expected_end_at",
        ),
        (as_yaml(orange_start(starts_at="2024-01-10T12:00:00")), "TIME_INVALID", 5, "starts_at"),
        (as_yaml(orange_start(area=[])), "AREA_EMPTY", None, "area"),
        (
            as_yaml(
                orange_start(
                    forecast={
                        "days": [
                            {"date": "2024-01-11", "low": 1, "high": 2},
                            {"date": "2024-01-10", "low": 1, "high": 2},
                        ]
                    }
                )
            ),
            "FORECAST_DATES",
            None,
            "forecast.days",
        ),
        (
            as_yaml(
                orange_start(
                    forecast={
                        "days": [{"date": "2024-01-10", "low": 180, "high": 320}],
                        "aqi_range": {"low": 180, "high": 260},
                    }
                )
            ),
            "FORECAST_RANGE",
            None,
            "forecast.aqi_range",
        ),
        (as_yaml(orange_start()) + "level: red\n", "DOCUMENT_DUPLICATE_KEY", None, "level"),
    ],
)
def test_a_bad_document_gives_one_error_that_names_file_line_and_field(
    tmp_path: Path, text: str, code: str, line: int | None, field: str | None
) -> None:
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    ran = airwarn(tmp_path, "check", "bad.yaml", "--json")
    assert ran.code == 1
    error = ran.json["error"]
    assert (error["code"], error["file"], error["field"]) == (code, "bad.yaml", field)
    assert error["message"] != error["message_en"]
    if line is not None:
        assert error["line"] == line


def test_a_file_in_another_encoding_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "gbk.yaml").write_bytes("issuer: 市生态环境局".encode("gbk"))
    ran = airwarn(tmp_path, "check", "gbk.yaml", "--json")
    assert ran.json["error"]["code"] == "DOCUMENT_ENCODING"


def test_a_missing_file_and_a_wrong_command_line_are_told_apart(tmp_path: Path) -> None:
    assert airwarn(tmp_path, "check", "nowhere.yaml").code == 1
    wrong = airwarn(tmp_path, "check", "--colour", "--json")
    assert wrong.code == 2
    assert wrong.json["error"]["code"] == "USAGE"
    assert airwarn(tmp_path, "render", "x.yaml", "--audience", "everyone").code == 2


def test_render_gives_every_audience_and_medium_and_a_sum_for_enterprises(tmp_path: Path) -> None:
    notices = airwarn(tmp_path, "render", written(tmp_path, orange_start()), "--json").json["notices"]
    seen = {(each["audience"], each["sector"], each["medium"]) for each in notices}
    assert len(seen) == len(notices)
    assert {each["audience"] for each in notices} == {
        *("schools", "hospitals", "enterprises", "public"),
        *("media", "operators", "departments", "districts"),
    }
    assert {sector for audience, sector, _ in seen if audience == "enterprises"} == {
        *(None, "industry", "construction", "mining", "transport", "power", "catering")
    }
    assert {medium for *_, medium in seen} == {"notice", "sms", "webhook", "email", "spoken"}
    assert all("html" in each for each in notices if each["medium"] in ("notice", "email"))


def test_render_previews_a_decision_whatever_its_findings(tmp_path: Path) -> None:
    document = orange_start(approvals=[], document_number=None, level="red")
    assert airwarn(tmp_path, "check", written(tmp_path, document)).code == 1
    ran = airwarn(tmp_path, "render", "decision.yaml", "--audience", "public", "--medium", "sms", "--json")
    assert ran.code == 0
    assert "红色" in ran.json["notices"][0]["text"]


def test_a_language_without_texts_is_refused_clearly(tmp_path: Path) -> None:
    ran = airwarn(tmp_path, "render", written(tmp_path, orange_start()), "--language", "fr", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "LANGUAGE_UNAVAILABLE")


def test_english_is_for_four_audiences_and_refused_for_others_by_name(tmp_path: Path) -> None:
    english = airwarn(tmp_path, "render", written(tmp_path, orange_start()), "--language", "en", "--json")
    assert {(each["audience"], each["language"]) for each in english.json["notices"]} == {
        (audience, "en") for audience in ("schools", "hospitals", "enterprises", "public")
    }
    ran = airwarn(tmp_path, "render", "decision.yaml", "--language", "en", "--audience", "media", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "LANGUAGE_UNAVAILABLE")


def test_a_spoken_text_is_shown_as_it_is_said(tmp_path: Path) -> None:
    file = written(tmp_path, orange_start())
    ran = airwarn(tmp_path, "render", file, "--audience", "public", "--medium", "spoken")
    assert ran.out.splitlines()[1].startswith("社会公众，请注意。")


def test_a_lift_renders_one_segment_for_the_public(tmp_path: Path) -> None:
    document = lift(context={"active_level": "orange"})
    ran = airwarn(
        tmp_path, "render", written(tmp_path, document), "--audience", "public", "--medium", "sms", "--json"
    )
    (notice,) = ran.json["notices"]
    assert notice["segments"] == 1
    assert "解除" in notice["text"]
