"""What a resource and a link must keep beside the schema: where the content is, that it is what was sent."""

import base64
import binascii
import hashlib
import re

from gateway.exchange.validation.fault import shown
from gateway.exchange.validation.part import Part

_SHA1 = re.compile(r"[0-9a-fA-F]{40}")  # as FIPS 180-2 in hexadecimal (section 3.2.3, digest)
_MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]{1,127}/[\w!#$&^.+-]{1,127}(\s*;.*)?", re.ASCII | re.DOTALL)
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_UNSAFE = ("javascript", "data", "vbscript", "file")  # act on, or reach into, the machine of who clicks


def check_resource(resource: Part) -> None:
    """Gather the faults of a resource."""
    media_type = resource.part("mimeType")
    if media_type and media_type.text.strip() and not _MEDIA_TYPE.fullmatch(media_type.text.strip()):
        media_type.fault(
            "MIME_MALFORMED",
            "warning",
            f"“{shown(media_type.text)}”不是媒体类型（如 image/png）",
            f"{shown(media_type.text)!r} is no media type (such as image/png)",
        )
    inline = bool(resource.value("derefUri"))
    if link := resource.part("uri"):
        check_link(link, absolute=not inline)
    elif not inline:
        resource.fault(
            "RESOURCE_WITHOUT_CONTENT",
            "warning",
            "既没有网址（uri）也没有内容（derefUri）",
            "it has neither a uri nor content (derefUri)",
        )
    _check_content(resource)


def check_link(part: Part, *, absolute: bool) -> None:
    """Gather the faults of a link; `absolute`: a relative one leads nowhere."""
    link = part.text.strip()
    scheme = _SCHEME.match(link)
    if scheme and scheme[1].lower() in _UNSAFE:
        part.fault(
            "URI_UNSAFE",
            "error",
            f"不允许的网址 {shown(link)}",
            f"{shown(link)} is no address to be followed",
        )
    elif link and absolute and not scheme:
        part.fault(
            "URI_RELATIVE",
            "warning",
            "网址应完整（含 https://）",
            "the address must be a full one (https://)",
        )


def _check_content(resource: Part) -> None:
    digest = resource.part("digest")
    if digest and digest.text.strip() and not _SHA1.fullmatch(digest.text.strip()):
        digest.fault(
            "DIGEST_MALFORMED",
            "warning",
            "digest 应为 40 位十六进制的 SHA-1",
            "digest is not a SHA-1 of 40 hexadecimal digits",
        )
        digest = None
    part = resource.part("derefUri")
    if part is None or not part.text.strip():
        return
    try:
        content = base64.b64decode("".join(part.text.split()), validate=True)
    except (binascii.Error, ValueError):
        part.fault("DEREF_NOT_BASE64", "error", "derefUri 不是 Base64", "derefUri is not Base64")
        return
    size = resource.value("size")
    if size.isascii() and size.isdigit() and len(size) < 12 and int(size) != len(content):
        part.fault(
            "SIZE_DIFFERS",
            "warning",
            f"内容为 {len(content)} 字节，size 写的是 {size}",
            f"the content has {len(content)} bytes, and size says {size}",
        )
    if digest and digest.text.strip():
        # The standard prescribes SHA-1 here; it tells a damaged file, and no signature rests on it.
        found = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        if found != digest.text.strip().lower():
            digest.fault(
                "DIGEST_DIFFERS", "error", "内容与 digest 不符", "the content is not that of the digest"
            )
