"""Where signing in may lead, and what a browser is called."""

import pytest

from gateway.web.people import device_words, own_path


@pytest.mark.parametrize(
    "target",
    [
        *(
            "https://example.com/",
            "//example.com",
            "/\\example.com",
            "/console//example.com",
            "/console/../x",
        ),
        *("/live/1\n", "/console?x=1", "javascript:alert(1)", "/sign-out", "/live/events", "/consolex", ""),
    ],
)
def test_signing_in_leads_nowhere_but_to_pages_of_ours(target: str) -> None:
    assert own_path(target) == "/console"


def test_devices_are_named_as_their_owners_know_them() -> None:
    wechat = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0"
    assert device_words(wechat) == "微信 WeChat · iPhone"
    assert device_words("Mozilla/5.0 (Windows NT 10.0) Chrome/130 Safari/537 Edg/130") == "Edge · Windows"
    assert device_words("<script>alert(1)</script>") == "? · ?"
