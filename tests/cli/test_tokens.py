"""`airwarn token`: made once, listed without its words, ended at once."""

from pathlib import Path

from tests.cli.command import airwarn


def test_a_token_is_shown_once_and_listed_without_its_words(tmp_path: Path) -> None:
    made = airwarn(
        *(tmp_path, "token", "add", "值班", "--scope", "read", "--scope", "launch"),
        *("--area", "410102", "--area", "410104", "--expires-days", "30", "--json"),
    )
    assert made.code == 0, made
    assert (made.json["scopes"], made.json["areas"]) == (["read", "launch"], ["410102", "410104"])
    listed = airwarn(tmp_path, "token", "list", "--json")
    (kept,) = listed.json["tokens"]
    assert (kept["name"], kept["state"], kept["expires_at"]) == ("值班", "valid", made.json["expires_at"])
    assert kept["areas"] == made.json["areas"]
    assert made.json["token"] not in listed.out


def test_a_token_can_be_ended(tmp_path: Path) -> None:
    airwarn(tmp_path, "token", "add", "lost", "--scope", "read", "--expires-days", "1")
    assert airwarn(tmp_path, "token", "revoke", "lost").code == 0
    assert airwarn(tmp_path, "token", "list", "--json").json["tokens"][0]["state"] == "revoked"


def test_an_approvers_token_names_a_person_and_titles(tmp_path: Path) -> None:
    approve = ("token", "add", "wang", "--scope", "approve", "--expires-days", "1")
    nobody = airwarn(tmp_path, *approve, "--json")
    assert (nobody.code, nobody.json["error"]["code"]) == (1, "TOKEN_PERSON")
    whose = ("--person", "王主任", "--title", "主任", "--title", "副指挥长")
    made = airwarn(tmp_path, *approve, *whose, "--json")
    assert (made.json["person"], made.json["titles"]) == ("王主任", ["主任", "副指挥长"])
    (kept,) = airwarn(tmp_path, "token", "list", "--json").json["tokens"]
    assert (kept["person"], kept["titles"]) == ("王主任", ["主任", "副指挥长"])


def test_what_is_wrong_with_a_token_is_one_clear_line(tmp_path: Path) -> None:
    for code, arguments in (
        ("SCOPE_UNKNOWN", ("add", "one", "--scope", "everything", "--expires-days", "1")),
        ("TOKEN_DAYS", ("add", "one", "--scope", "read", "--expires-days", "0")),
        ("TOKEN_NAME", ("add", "(init)", "--scope", "read", "--expires-days", "1")),
        ("AREAS_MALFORMED", ("add", "one", "--scope", "read", "--area", "4101%", "--expires-days", "1")),
        ("TOKEN_UNKNOWN", ("revoke", "nobody")),
    ):
        refused = airwarn(tmp_path, "token", *arguments, "--json")
        assert (refused.code, refused.json["error"]["code"]) == (1, code)
