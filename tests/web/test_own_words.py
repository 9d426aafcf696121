"""Before approval, anybody may read what one organisation would be told."""

from typing import Any

from sqlalchemy import Connection

from gateway.directory.inventory import InventoryLine
from gateway.ledger.directory import inventory
from gateway.slots import OWN_SLOT
from tests.city import City, soon
from tests.documents import as_yaml, orange_start
from tests.web.api import Client, described


def list_kiln(connection: Connection) -> None:
    kiln = InventoryLine("industrial", "orange", "甲窑", "stop", "甲窑停产", certain=True)
    inventory.apply(connection, "industrial", {"E1": [kiln]}, 0, "(local)")


async def notices(client: Client, query: str) -> list[dict[str, Any]]:
    _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
    status, found = await client.get(f"/api/v1/decisions/{submitted['id']}/notices?{query}")
    described("list_notices", status, found)
    return list(found["notices"])


async def test_one_organisations_texts_hold_its_own_lines(client: Client, made: City) -> None:
    await made.write(list_kiln)
    texts = await notices(client, "organisation=E1")
    assert {(each["audience"], each["sector"]) for each in texts} == {("enterprises", "industry")}
    by_medium = {each["medium"]: each for each in texts}
    for medium in ("notice", "email", "sms"):
        assert "甲窑" in by_medium[medium]["messages"][0]
    assert "<strong>本单位措施（应急减排清单，橙色预警" in by_medium["email"]["html"]
    assert "1. 甲窑：停产。" in by_medium["notice"]["html"]


async def test_shared_texts_are_shown_without_slots(client: Client, made: City) -> None:
    await made.write(list_kiln)
    for each in await notices(client, "audience=enterprises"):
        assert OWN_SLOT not in "".join(each["messages"])
        assert 'class="own"' not in (each["html"] or "")
        assert "甲窑" not in "".join(each["messages"])


async def test_a_school_reads_what_schools_read(client: Client, made: City) -> None:
    texts = await notices(client, "organisation=S1")
    assert {(each["audience"], each["sector"]) for each in texts} == {("schools", None)}


async def test_an_unknown_organisation_is_named(client: Client, made: City) -> None:
    _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
    status, problem = await client.get(f"/api/v1/decisions/{submitted['id']}/notices?organisation=E9")
    assert status == 404
    assert problem["error"]["code"] == "ORGANISATION_UNKNOWN"
