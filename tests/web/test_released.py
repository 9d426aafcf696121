"""What was released is read back byte for byte, by the API and by the command."""

import asyncio
import hashlib
import json
from pathlib import Path

from gateway.exchange.validation.validate import validate
from tests.city import TOKEN, City, soon
from tests.cli.command import Ran, airwarn
from tests.documents import as_yaml, orange_start
from tests.web.api import Client, described


def command(folder: Path, *arguments: str) -> Ran:
    broadcast, form = arguments
    settings = {"AIRWARN_DATA_FOLDER": str(folder / "data")}
    return airwarn(folder, "payload", "released", broadcast, "--format", form, **settings)


async def test_the_api_and_the_command_give_the_released_bytes(
    client: Client, made: City, tmp_path: Path
) -> None:
    _, submitted = await client.post("/api/v1/decisions", as_yaml(soon(orange_start())))
    path = f"/api/v1/broadcasts/{submitted['broadcast']}/alerts"
    assert await client.get(path) == (200, {"alerts": []})
    _, sent = await client.post(
        f"/api/v1/decisions/{submitted['id']}/launch", {"manifest": submitted["manifest"]}
    )
    status, found = await client.get(path)
    described("list_alerts", status, found)
    (alert,) = found["alerts"]
    assert (alert["kind"], alert["type"], alert["signed"]) == ("decision", "Alert", False)
    assert hashlib.sha256(alert["cap"].encode()).hexdigest() == alert["sha256"]
    assert validate(alert["cap"].encode()).faults == ()
    for form, media in (("cap", "application/cap+xml"), ("cell", "application/json")):
        path = f"/api/v1/alerts/{alert['identifier']}?format={form}"
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with client.session.get(client.url + path, headers=headers) as response:
            content = await response.read()
            assert (response.status, response.content_type) == (200, media)
        shown = await asyncio.to_thread(command, tmp_path, str(sent["id"]), form)
        assert (shown.code, shown.out.encode()) == (0, content)
        assert content == (alert["cap"].encode() if form == "cap" else content)
    assert json.loads(content) == alert["cell"]


async def test_what_was_never_released_is_said_to_be_unknown(client: Client) -> None:
    for path in ("/api/v1/broadcasts/77/alerts", "/api/v1/alerts/no-such-alert"):
        status, problem = await client.get(path)
        assert status == 404
        assert problem["error"]["code"] in ("BROADCAST_UNKNOWN", "ALERT_UNKNOWN")
