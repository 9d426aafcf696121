"""The commands that move messages, as processes of their own, with the providers' stand-ins as another."""

import signal
from pathlib import Path

from tests.city import DIRECTORY, soon
from tests.cli.command import airwarn
from tests.documents import as_yaml, orange_start
from tests.end_to_end.office import sent, serving


def test_an_office_without_a_server_imports_sends_and_looks(office: Path) -> None:
    assert airwarn(office, "status", "--json").json["error"]["code"] == "LEDGER_MISSING"
    dry = airwarn(office, "directory", "import", "directory.csv", "--dry-run", "--json")
    assert (dry.json["stored"], dry.json["counts"]["added"]) == (False, 6)
    imported = airwarn(office, "directory", "import", "directory.csv", "--json")
    assert (imported.code, imported.json["counts"]["added"]) == (0, 6)
    preview = airwarn(office, "send", "start.yaml", "--dry-run", "--json")
    assert preview.json["recipients"]["organisations"] == 5
    assert sent(office) == []
    ran = airwarn(office, "send", "start.yaml", "--wait", "--json")
    assert ran.code == 0, ran.err
    assert ran.json["manifest"] == preview.json["manifest"]
    assert ran.json["overview"]["totals"] == {"accepted": 1, "delivered": 5}
    again = airwarn(office, "send", "start.yaml", "--wait", "--json")
    assert (again.json["launched"], again.json["broadcast"]) == (True, ran.json["broadcast"])
    assert len(sent(office)) == 6
    status = airwarn(office, "status", str(ran.json["broadcast"]), "--json")
    assert status.json["complete"] is True
    assert "学校" in airwarn(office, "status").out


def test_commands_reach_a_running_server_through_its_socket(office: Path) -> None:
    with serving(office) as (_, ready):
        assert ready["url"].startswith("http://127.0.0.1:")
        second = airwarn(office, "serve", "--json")
        assert (second.code, second.json["error"]["code"]) == (1, "FOLDER_LOCKED")
        assert airwarn(office, "directory", "import", "directory.csv").code == 0
        ran = airwarn(office, "send", "start.yaml", "--wait", "--json")
        assert ran.json["overview"]["totals"] == {"accepted": 1, "delivered": 5}
        assert airwarn(office, "send", "lift.yaml", "--wait").code == 0
        refused = airwarn(office, "send", "lift.yaml", "--json")
        assert refused.json["launched"] is True  # the same lift again changes nothing
    assert len(sent(office)) == 12


def test_what_the_checks_refuse_is_not_sent(office: Path) -> None:
    airwarn(office, "directory", "import", "directory.csv")
    (office / "bad.yaml").write_text(as_yaml(soon(orange_start(approvals=[]))), encoding="utf-8")
    ran = airwarn(office, "send", "bad.yaml", "--json")
    assert ran.code == 1
    assert ran.json["check"]["outcome"] == "refused"
    assert sent(office) == []
    with serving(office):
        ran = airwarn(office, "send", "bad.yaml", "--json")
        assert (ran.code, ran.json["check"]["outcome"]) == (1, "refused")


def test_an_empty_directory_is_an_error_and_nobody_is_told(office: Path) -> None:
    ran = airwarn(office, "send", "start.yaml", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (1, "SELECTION_EMPTY")


def test_a_server_ends_on_sigterm_and_gives_the_folder_back(office: Path) -> None:
    with serving(office) as (server, _):
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0
    with serving(office):
        pass


def test_refused_rows_are_told_and_the_command_fails(office: Path) -> None:
    (office / "rows.csv").write_text(
        DIRECTORY + "\nS1,重复,学校,,410105,,19900000999,,,否\n", encoding="utf-8"
    )
    ran = airwarn(office, "directory", "import", "rows.csv")
    assert ran.code == 1
    assert "第 8 行" in ran.out
    assert "19900000999" not in ran.out


def test_the_demo_tells_its_story_and_ends_by_itself(tmp_path: Path) -> None:
    ran = airwarn(tmp_path, "demo", "--once", "--json")
    assert ran.code == 0, ran.err
    start, raised, lifted = ran.json["broadcasts"]
    assert (start["action"], raised["action"], lifted["action"]) == ("issue", "raise", "lift")
    assert start["totals"]["cancelled"] > 0
    assert start["superseded_by"] == raised["id"]
    assert all(each["complete"] for each in (start, raised, lifted))
    assert lifted["totals"]["delivered"] > 100
    assert {"accepted", "delivered", "failed"} <= raised["totals"].keys()
