"""Tokens: found while they hold, never kept in clear."""

from pathlib import Path

from gateway.ledger.accounts import tokens
from gateway.ledger.accounts.tokens import Token
from gateway.ledger.database import FILE, Ledger

SECRET = "an invented token"
NOW = 1_800_000_000_000
HOUR = 3_600_000


def add(ledger: Ledger, name: str = "partner", token: str = SECRET, expires_at: int = NOW + 100) -> bool:
    return ledger.write_now(tokens.add, name, token, ["launch", "read"], NOW, expires_at)


def find(ledger: Ledger, token: str = SECRET, now: int = NOW) -> Token | None:
    return ledger.read_now(tokens.find, token, now)


def test_a_token_is_found_with_its_scopes_until_it_expires(ledger: Ledger) -> None:
    assert add(ledger)
    assert find(ledger) == Token(
        "partner", frozenset({"read", "launch"}), None, (), (), NOW, NOW + 100, None, None
    )
    assert find(ledger, now=NOW + 99) is not None
    assert find(ledger, now=NOW + 100) is None


def test_other_words_are_no_token(ledger: Ledger) -> None:
    add(ledger)
    for words in ("", SECRET[:-1], SECRET + " ", "partner", "\udcff"):
        assert find(ledger, words) is None


def test_a_revoked_token_is_dead_and_its_name_stays_taken(ledger: Ledger) -> None:
    add(ledger)
    assert ledger.write_now(tokens.revoke, "partner", NOW + 1)
    assert find(ledger, now=NOW + 2) is None
    assert not add(ledger, token="another")
    ledger.write_now(tokens.revoke, "partner", NOW + 50)
    assert [each.revoked_at for each in ledger.read_now(tokens.all_tokens)] == [NOW + 1]


def test_revoking_an_unknown_name_says_so(ledger: Ledger) -> None:
    assert not ledger.write_now(tokens.revoke, "nobody", NOW)


def test_use_is_written_to_the_hour(ledger: Ledger) -> None:
    add(ledger, expires_at=NOW + 10 * HOUR)
    first = find(ledger)
    assert first is not None
    assert tokens.use_is_unwritten(first, NOW)
    ledger.write_now(tokens.used, "partner", NOW)
    again = find(ledger)
    assert again is not None
    assert again.last_used_at == NOW - NOW % HOUR
    assert not tokens.use_is_unwritten(again, NOW)
    assert tokens.use_is_unwritten(again, NOW + HOUR)


def test_the_token_itself_is_nowhere_in_the_ledger(ledger: Ledger, tmp_path: Path) -> None:
    add(ledger)
    written = b"".join(path.read_bytes() for path in tmp_path.glob(f"{FILE}*"))
    assert b"partner" in written
    assert SECRET.encode() not in written
