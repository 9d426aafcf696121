"""What the officer is told to do about each reason."""

import re

import pytest

from channels.contract import Reason
from gateway.broadcasts.launching.expand import CALLED
from gateway.delivery.breaker import TOO_MANY_UNKNOWN
from gateway.ledger.delivery.counters import NO_RECEIPT
from gateway.ledger.delivery.unclear import LEFT
from gateway.web.live.remedies import REMEDIES, remedy

HAN = re.compile(r"[一-鿿]")


@pytest.mark.parametrize("reason", [*Reason, CALLED, NO_RECEIPT, LEFT, TOO_MANY_UNKNOWN])
def test_every_reason_says_what_it_means_and_what_to_do_in_both_languages(reason: str) -> None:
    found = REMEDIES[reason]
    for words in (found.means, found.act):
        assert HAN.search(words.zh)
        assert words.zh.endswith("。")
        assert words.en.endswith(".")
        assert not HAN.search(words.en)


@pytest.mark.parametrize("reason", list(Reason))
def test_what_may_have_arrived_is_never_simply_sent_again(reason: Reason) -> None:
    assert (remedy(reason).way == "undecided") == (reason.scope == "unclear")


def test_a_system_that_takes_alerts_is_telephoned_and_a_persons_own_words_have_a_remedy_too() -> None:
    assert remedy(Reason.TIMEOUT, "push").way == "handover"
    assert remedy("一位值班员的话").way == "affected"
