import pytest

from gateway.doctor.bus import reachable
from tests.ports import free_port
from tests.redis_server import RedisServer


async def test_doctor_says_that_redis_can_be_used(redis_url: str) -> None:
    check = await reachable(redis_url)
    assert (check.code, check.outcome) == ("BUS", "ok")


@pytest.mark.parametrize("password", ["", ":the-wrong-one@"])
async def test_doctor_warns_of_a_redis_that_cannot_and_names_no_password(
    server: RedisServer, password: str
) -> None:
    async with server.client() as client:
        await client.config_set("requirepass", "invented")
    check = await reachable(f"redis://{password}127.0.0.1:{server.port}")
    assert (check.code, check.outcome) == ("BUS", "warning")
    assert "AuthenticationError" in check.message_en
    assert "wrong" not in str(check)
    assert "ConnectionError" in (await reachable(f"redis://127.0.0.1:{free_port()}")).message
