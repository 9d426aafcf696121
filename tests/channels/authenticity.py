"""What every channel with callbacks must withstand; each provider's test derives from it."""

from dataclasses import replace

import aiohttp
import pytest
from multidict import CIMultiDict

from channels.contract import CallbackRequest, Channel, Forged


class Authenticity:
    """Derive, and say how the provider signs. Requests carry case-insensitive headers."""

    signature_headers: tuple[str, ...]

    def channel(self, session: aiohttp.ClientSession) -> Channel:
        raise NotImplementedError

    def genuine(self) -> CallbackRequest:
        """A callback as the provider sends it, with at least one receipt."""
        raise NotImplementedError

    def signed_by_another(self) -> CallbackRequest:
        """The same callback, signed with another secret."""
        raise NotImplementedError

    def without(self, header: str) -> CallbackRequest:
        request = self.genuine()
        headers = CIMultiDict(request.headers)
        del headers[header]
        return replace(request, headers=headers)

    def changed(self, header: str, value: str) -> CallbackRequest:
        request = self.genuine()
        headers = CIMultiDict(request.headers)
        headers[header] = value
        return replace(request, headers=headers)

    async def test_a_genuine_callback_is_read(self, session: aiohttp.ClientSession) -> None:
        assert self.channel(session).callback(self.genuine()).receipts

    async def test_a_missing_signature_is_forged(self, session: aiohttp.ClientSession) -> None:
        for header in self.signature_headers:
            with pytest.raises(Forged):
                self.channel(session).callback(self.without(header))

    @pytest.mark.parametrize("signature", ["", " ", "AAAA", "签名", "=" * 28, "x" * 10_000])
    async def test_a_wrong_signature_is_forged(self, session: aiohttp.ClientSession, signature: str) -> None:
        for header in self.signature_headers:
            with pytest.raises(Forged):
                self.channel(session).callback(self.changed(header, signature))

    async def test_another_secret_is_forged(self, session: aiohttp.ClientSession) -> None:
        with pytest.raises(Forged):
            self.channel(session).callback(self.signed_by_another())

    async def test_another_address_is_forged(self, session: aiohttp.ClientSession) -> None:
        request = self.genuine()
        for target in (request.target + "x", request.target + "?x=1", "/", "", "@127.0.0.1:99999/", "//[/"):
            with pytest.raises(Forged):
                self.channel(session).callback(replace(request, target=target))

    @pytest.mark.parametrize("body", [b"", b"{}", b"\xff\xfe", b"&&&&", b"a=1&" * 5000])
    async def test_another_body_is_forged(self, session: aiohttp.ClientSession, body: bytes) -> None:
        with pytest.raises(Forged):
            self.channel(session).callback(replace(self.genuine(), body=body))

    async def test_a_body_with_something_added_is_forged(self, session: aiohttp.ClientSession) -> None:
        request = self.genuine()
        with pytest.raises(Forged):
            self.channel(session).callback(replace(request, body=request.body + b"&extra=1"))

    async def test_another_method_is_forged(self, session: aiohttp.ClientSession) -> None:
        with pytest.raises(Forged):
            self.channel(session).callback(replace(self.genuine(), method="GET"))
