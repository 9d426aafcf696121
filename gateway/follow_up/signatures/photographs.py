"""Photos from strangers: decoded within bounds and written anew, so that nothing but the picture stays."""

import io
import threading
import warnings

from PIL import Image, ImageOps

from gateway.errors import InputError

MOST_BYTES = 5 * 1024 * 1024  # of one photo as it comes
SIDE = 1600  # pixels of the longer side as it is kept
_MOST_PIXELS = 64_000_000  # more than phones take, less than a bomb needs
_QUALITY = 80
_FORMATS = ("JPEG", "PNG", "WEBP")
_one_at_a_time = threading.Lock()  # each may take 200 MB


def re_encode(content: bytes) -> bytes:
    """The photo as a JPEG of at most `SIDE` pixels, upright, without EXIF, comment or profile.

    Raises `InputError`: PHOTO_TOO_LARGE, PHOTO_UNREADABLE for what is no JPEG, PNG or WebP.
    """
    if len(content) > MOST_BYTES:
        raise too_large()
    with _one_at_a_time:
        try:
            return _written(_decoded(content))
        except (OSError, ValueError, SyntaxError, MemoryError, OverflowError, Image.DecompressionBombError):
            # what Pillow's readers raise for a file that is broken or no picture at all
            raise InputError(
                "PHOTO_UNREADABLE",
                "照片无法读取：请用 JPEG、PNG 或 WebP 格式",
                "a photo cannot be read: JPEG, PNG and WebP are taken",
                field="photos",
            ) from None


def _decoded(content: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a bomb, which is refused below; of odd metadata
        picture = Image.open(io.BytesIO(content), formats=_FORMATS)
    width, height = picture.size
    if width * height > _MOST_PIXELS:
        raise too_large()
    picture.draft("RGB", (SIDE, SIDE))
    picture.load()
    return picture


def _written(picture: Image.Image) -> bytes:
    picture.thumbnail((SIDE, SIDE))
    upright = ImageOps.exif_transpose(picture)
    clean = Image.new("RGB", upright.size, "white")
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        clean.paste(upright, mask=upright)
    else:
        clean.paste(upright.convert("RGB"))
    written = io.BytesIO()
    clean.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()


def too_large() -> InputError:
    """The refusal of a photo that is larger than any may be."""
    return InputError(
        "PHOTO_TOO_LARGE",
        f"照片太大：每张最多 {MOST_BYTES // 1024 // 1024} MB、{_MOST_PIXELS // 1_000_000}00 万像素",
        f"a photo is too large: at most {MOST_BYTES // 1024 // 1024} MB"
        f" and {_MOST_PIXELS // 1_000_000} megapixels",
        field="photos",
    )
