"""What a command makes of its server's answers."""

from pathlib import Path

import pytest
from aiohttp import web

from gateway.cli.client import ask
from gateway.errors import InputError


async def test_a_server_that_fails_is_said_to_have_failed(tmp_path: Path) -> None:
    async def fail(_: web.Request) -> web.Response:
        return web.json_response(
            {"type": "about:blank", "title": "internal error", "status": 500}, status=500
        )

    app = web.Application()
    app.router.add_post("/api/v1/decisions", fail)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        socket = tmp_path / "socket"
        await web.UnixSite(runner, str(socket)).start()
        with pytest.raises(InputError) as raised:
            await ask(socket, "POST", "/api/v1/decisions", b"{}")
    finally:
        await runner.cleanup()
    assert raised.value.code == "SERVER_FAILED"
    assert "日志" in raised.value.message
