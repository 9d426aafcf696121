"""The feed as a reader of Atom takes it: valid, with names that stay and links to the full messages."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.exchange import atom
from gateway.exchange.model import Alert
from tests.exchange.feeds import Feed, read
from tests.exchange.messages import alert_of
from tests.notices.plans import DECIDED, PLANS, STEPS

ADDRESS = "https://alerts.example.gov.cn/cap/feed.atom"


def written(alerts: Sequence[Alert], address: str = ADDRESS) -> bytes:
    base = address.removesuffix("feed.atom")
    return atom.write(
        alerts,
        address=address,
        page="https://gateway.example.cn/public",
        cap_address=lambda identifier: f"{base}{identifier}.xml",
        page_address=lambda identifier: f"https://gateway.example.cn/public/messages/{identifier}",
        author="郑州市重污染天气预警",
        updated="2024-01-01T00:00:00+08:00",
    )


def feed_of(*alerts: Alert) -> Feed:
    return read(written(alerts))


@pytest.mark.parametrize("step", STEPS)
def test_a_feed_of_any_message_is_valid_atom(step: str) -> None:
    alert = alert_of(step)
    feed = feed_of(alert)
    assert [each.title for each in feed.entries] == [alert.infos[0].headline]
    assert feed.updated == alert.sent


def test_an_empty_feed_is_valid_too_and_says_when_it_was_so() -> None:
    feed = feed_of()
    assert (feed.entries, feed.updated) == ((), "2024-01-01T00:00:00+08:00")
    assert (feed.id, feed.self_link, feed.author) == (ADDRESS, ADDRESS, "郑州市重污染天气预警")


def test_an_entry_leads_to_the_full_message_and_says_what_to_sort_out_by() -> None:
    alert = alert_of("issue orange")
    (entry,) = feed_of(alert).entries
    assert entry.link == f"https://alerts.example.gov.cn/cap/{alert.identifier}.xml"
    assert entry.page == f"https://gateway.example.cn/public/messages/{alert.identifier}"  # for people
    assert "重污染天气橙色预警" in entry.summary
    assert "【" not in entry.summary
    assert entry.categories == ("Env", "Health", "Alert", "橙色")
    assert entry.expires == alert.expires


def test_a_change_is_another_entry_and_the_newest_dates_the_feed() -> None:
    first = alert_of("issue yellow", sent=DECIDED - timedelta(hours=3))
    second = alert_of("raise yellow to red", earlier=[first])
    feed = feed_of(second, first)
    assert len({each.id for each in feed.entries}) == 2
    assert feed.updated == second.sent


def test_an_entry_keeps_its_name_whatever_server_shows_it() -> None:
    alert = alert_of("issue orange")
    elsewhere = read(written([alert], "http://127.0.0.1:8330/cap/feed.atom"))
    assert elsewhere.entries[0].id == feed_of(alert).entries[0].id
    other = replace(alert, sender="other.example")  # two offices may give the same identifier
    assert feed_of(other).entries[0].id != elsewhere.entries[0].id


def test_the_same_messages_give_the_same_bytes() -> None:
    alerts = [alert_of("issue orange", plan) for plan in PLANS if plan != "xigang"]
    assert written(alerts) == written(alerts)


def test_a_feed_is_bounded() -> None:
    alert = alert_of("issue orange")
    many = [replace(alert, identifier=f"{alert.identifier}{number}") for number in range(500)]
    content = written(many)
    assert len(read(content).entries) == atom.MOST_ENTRIES
    assert len(content) < 900_000  # what public readers take at most


def test_text_that_looks_like_markup_stays_text() -> None:
    alert = alert_of("issue orange")
    info = replace(alert.infos[0], headline="<b>橙色</b> & ]]> 预警")
    assert feed_of(replace(alert, infos=(info,))).entries[0].title == "<b>橙色</b> & ]]> 预警"
