"""Photos from strangers."""

import io
import struct
import zlib

import pytest
from PIL import Image

from gateway.errors import InputError
from gateway.follow_up.signatures.photographs import MOST_BYTES, SIDE, re_encode
from tests.signing import picture


def read(content: bytes) -> Image.Image:
    found = Image.open(io.BytesIO(content))
    found.load()
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_becomes_a_small_jpeg(kind: str) -> None:
    found = read(re_encode(picture(kind, (4000, 3000))))
    assert (found.format, found.size) == ("JPEG", (SIDE, SIDE * 3 // 4))


def test_nothing_but_the_picture_stays() -> None:
    exif = Image.Exif()
    exif[0x010E] = "taken at a secret place"
    written = re_encode(picture(exif=exif.tobytes(), comment=b"a comment", icc_profile=b"a profile"))
    for hidden in (b"secret", b"comment", b"profile", b"Exif"):
        assert hidden not in written
    assert not read(written).getexif()


def test_a_photo_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by 90 degrees
    found = read(re_encode(picture(size=(400, 200), exif=exif.tobytes())))
    assert found.size == (200, 400)


def test_what_is_transparent_becomes_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(written, "PNG")
    assert read(re_encode(written.getvalue())).getpixel((5, 5)) == (255, 255, 255)


def test_a_picture_with_a_script_behind_it_loses_the_script() -> None:
    assert b"<script" not in re_encode(picture(size=(50, 50)) + b"<script>alert(1)</script>")


def bomb() -> bytes:
    """A PNG of 100,000 by 100,000 pixels in a few hundred bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


def large() -> bytes:
    """More pixels than are taken, less than Pillow warns of."""
    written = io.BytesIO()
    Image.new("1", (9000, 8000)).save(written, "PNG")
    return written.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + b"\0" * 100,
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0",
        picture(size=(200, 200))[:400],
        picture("PNG", (200, 200))[:120],
        picture("TIFF", (20, 20)),
        picture("BMP", (20, 20)),
        bomb(),
        large(),
        b"\xff\xd8" + b"\0" * MOST_BYTES,
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_no_photo_or_too_large_is_refused(content: bytes) -> None:
    with pytest.raises(InputError) as refused:
        re_encode(content)
    assert refused.value.code in ("PHOTO_UNREADABLE", "PHOTO_TOO_LARGE")
    assert refused.value.field == "photos"
