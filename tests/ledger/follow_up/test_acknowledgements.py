"""Acknowledgements in the ledger."""

import pytest
from sqlalchemy import Connection, select

from gateway.ledger.database import Ledger
from gateway.ledger.follow_up import acknowledgements, signature_counts
from gateway.ledger.follow_up.acknowledgements import LINK_OUTLIVES, Asked
from gateway.ledger.schema import acknowledgements as table
from gateway.sign_tokens import SignTokens
from tests.delivery.world import Broadcast, launch, organisation

OLD, NEW = SignTokens(b"old"), SignTokens(b"new")
NOW = 1_000_000


@pytest.fixture
def asked(ledger: Ledger) -> tuple[Broadcast, list[int]]:
    broadcast = ledger.write_now(launch)
    organisations = [ledger.write_now(organisation, f"S{number}") for number in range(3)]
    rows = [Asked(each, OLD.sha256(broadcast.id, each), NOW) for each in organisations]
    ledger.write_now(acknowledgements.ask, broadcast.id, False, NOW, rows)
    return broadcast, organisations


def found(ledger: Ledger, sha256: str, at: int = NOW) -> int | None:
    one = ledger.read_now(acknowledgements.by_token, sha256, at)
    return None if one is None else one.organisation_id


def test_a_link_outlives_its_broadcast_by_two_days_and_no_more(
    ledger: Ledger, asked: tuple[Broadcast, list[int]]
) -> None:
    broadcast, (first, *_) = asked
    sha256 = OLD.sha256(broadcast.id, first)
    assert found(ledger, sha256, NOW + LINK_OUTLIVES - 1) == first
    assert found(ledger, sha256, NOW + LINK_OUTLIVES) is None


def test_asking_again_keeps_what_is_there(ledger: Ledger, asked: tuple[Broadcast, list[int]]) -> None:
    broadcast, (first, *_) = asked
    ledger.write_now(
        acknowledgements.ask, broadcast.id, False, NOW, [Asked(first, NEW.sha256(broadcast.id, first), 1)]
    )
    assert found(ledger, OLD.sha256(broadcast.id, first)) == first
    assert ledger.read_now(signature_counts.tally, broadcast.id).asked == 3


def test_a_lost_key_spoils_only_links_that_nobody_has_opened(
    ledger: Ledger, asked: tuple[Broadcast, list[int]]
) -> None:
    broadcast, (first, second, _) = asked
    opened = ledger.read_now(acknowledgements.by_token, OLD.sha256(broadcast.id, first), NOW)
    assert opened is not None
    ledger.write_now(acknowledgements.opened, opened.id, NOW)
    ledger.write_now(acknowledgements.renew_tokens, NEW.sha256, NOW)
    assert found(ledger, OLD.sha256(broadcast.id, first)) == first
    assert found(ledger, NEW.sha256(broadcast.id, second)) == second
    assert found(ledger, OLD.sha256(broadcast.id, second)) is None


def test_nothing_is_signed_once_it_has_ended(ledger: Ledger, asked: tuple[Broadcast, list[int]]) -> None:
    broadcast, _ = asked

    def first(connection: Connection) -> int:
        return int(connection.execute(select(table.c.id)).scalars().first() or 0)

    identifier = ledger.read_now(first)
    ledger.write_now(acknowledgements.end, broadcast.id, NOW)
    assert not ledger.write_now(acknowledgements.sign, identifier, "林", "", "link", NOW)
    assert not ledger.write_now(acknowledgements.object_to, identifier, "不能", "林", "", "link", NOW)
    tally = ledger.read_now(signature_counts.tally, broadcast.id)
    assert (tally.signed, tally.objected, tally.open) == (0, 0, 0)
