"""Payloads checked over the API."""

from gateway.exchange.xml import MAX_BYTES
from tests.city import City
from tests.exchange.samples import ALERT, NATIONAL
from tests.web.api import Client, described

PATH = "/api/v1/cap/validate"


async def test_a_message_of_either_dialect_is_checked_and_nothing_else_is(made: City, client: Client) -> None:
    for content, kind, valid in (
        (ALERT, "cap-1.2", True),
        (NATIONAL, "national", True),
        (ALERT.replace("<scope>Public</scope>", ""), "cap-1.2", False),
        ("<html/>", "unknown", False),
        ("no xml", None, False),
        (" ", None, False),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/hostname'>]><a>&x;</a>", None, False),
    ):
        status, answer = await client.post(PATH, content, Content_Type="application/cap+xml")
        assert status == 200
        described("validate_payload", 200, answer)
        assert (answer["kind"], answer["valid"]) == (kind, valid)
        assert valid or answer["faults"][0]["message"]


async def test_no_body_one_beyond_the_bound_and_a_stranger_are_refused(made: City, client: Client) -> None:
    status, answer = await client.post(PATH)
    assert (status, answer["error"]["code"]) == (422, "BODY_MISSING")
    described("validate_payload", 422, answer)
    status, answer = await client.post(PATH, "<a>" + "x" * MAX_BYTES + "</a>")
    assert status == 413
    described("validate_payload", 413, answer)
    stranger = Client(client.session, client.url, "invented")
    assert (await stranger.post(PATH, ALERT))[0] == 401
