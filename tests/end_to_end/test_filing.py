"""What an office files, at the command line: papers, bulletins, drafts, the archive of an episode."""

import zipfile
from pathlib import Path

import docx

from tests.city import soon
from tests.cli.command import airwarn
from tests.documents import as_yaml, orange_start
from tests.end_to_end.office import serving


def test_papers_are_printed_or_written_as_word_documents(tmp_path: Path) -> None:
    (tmp_path / "decision.yaml").write_text(as_yaml(orange_start()), encoding="utf-8")
    told = airwarn(tmp_path, "papers", "decision.yaml", "--json")
    assert {"order", "proclamation", "news", "social"} <= {each["kind"] for each in told.json["papers"]}
    written = airwarn(
        tmp_path, "papers", "decision.yaml", "--kind", "order", "--format", "docx", "--output", "order.docx"
    )
    assert written.code == 0, written
    text = "\n".join(each.text for each in docx.Document(str(tmp_path / "order.docx")).paragraphs)
    assert "郑环攻坚办〔2024〕1号" in text
    again = airwarn(tmp_path, "papers", "decision.yaml", "--kind", "news", "--output", "order.docx", "--json")
    assert (again.code, again.json["error"]["code"]) == (1, "FILE_EXISTS")
    wrong = airwarn(tmp_path, "papers", "decision.yaml", "--kind", "poem")
    assert (wrong.code, "proclamation" in wrong.err) == (2, True)


def test_an_episode_is_told_drafted_and_filed(office: Path) -> None:
    airwarn(office, "directory", "import", "directory.csv")
    (office / "start.yaml").write_text(as_yaml(soon(orange_start())), encoding="utf-8")
    with serving(office):
        sent = airwarn(office, "send", "start.yaml", "--wait", "--json")
        assert sent.code == 0, sent
        listed = airwarn(office, "episode", "list", "--json")
        (episode,) = (each["id"] for each in listed.json["episodes"])
        bulletin = airwarn(office, "episode", "bulletin", episode)
        assert (bulletin.code, "已发布重污染天气橙色预警" in bulletin.out) == (0, True), bulletin
        draft = airwarn(office, "episode", "draft", episode, "districts-daily")
        assert "预警信息发布情况" in draft.out
        said = airwarn(office, "episode", "publish", episode, "--text", "已派出12个检查组", "--json")
        assert (said.code, said.json["text"]) == (0, "已派出12个检查组"), said
        listing = ("directory", "control-list", "publish", "--basis", "郑环〔2024〕8号", "--column", "area")
        assert "清单对公众公布：area；依据：郑环〔2024〕8号" in airwarn(office, *listing).out
        packed = airwarn(office, "episode", "archive", episode, "--output", "episode.zip", "--json")
    assert packed.code == 0, packed
    with zipfile.ZipFile(office / "episode.zip") as opened:
        assert len(opened.namelist()) == packed.json["files"] + 1
        assert "bulletins/01.txt" in opened.namelist()
    unknown = airwarn(office, "episode", "archive", "none", "--output", "none.zip", "--json")
    assert (unknown.code, unknown.json["error"]["code"]) == (1, "EPISODE_UNKNOWN")
    assert not (office / "none.zip").exists()
    withdraw = ("episode", "withdraw", episode, str(said.json["id"]), "--because")
    assert "撤下：数字有误" in airwarn(office, *withdraw, "数字有误").out
    again = airwarn(office, *withdraw, "再撤", "--json")
    assert again.json["error"]["code"] == "PUBLICATION_WITHDRAWN"
    (shown,) = airwarn(office, "episode", "progress", episode, "--json").json["progress"]
    assert shown["withdrawn_because"] == "数字有误"
    assert "没有公布" in airwarn(office, "directory", "control-list", "withdraw", "--because", "修订").out
    assert airwarn(office, "directory", "control-list", "--json").json["columns"] is None
    assert airwarn(office, "audit", "verify").code == 0
