"""A form with a file in it, sent by somebody signed in: read as it comes, and no further than it may be."""

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, field
from hashlib import sha256

from aiohttp import BodyPartReader
from aiohttp.http_exceptions import HttpProcessingError

from gateway.errors import InputError
from gateway.web.people import FORM_TOKEN, Form, Person

_UPLOADS = asyncio.Semaphore(2)  # read at the same time: each may fill memory with its file
_FIELD_BYTES = 20_000
_PARTS = 40
_SECONDS = 15.0  # for the form, and one more for each `_BYTES_A_SECOND` that its file may have
_BYTES_A_SECOND = 200_000
_NAME = 100  # characters of a file's name that are kept


@dataclass(frozen=True, slots=True)
class Sent:
    """What was sent: the form's fields, the file's name and its bytes (none: no file was chosen)."""

    form: Form
    file_name: str
    content: bytes = field(repr=False)


async def sent_upload(person: Person, one: Collection[str], file: str, most: int) -> Sent:
    """A form's fields, each given once, and the file of the field `file`, of at most so many bytes.

    The proof that the form is ours comes before the file: what has none is not read. Raises `InputError`:
    FORM_TOKEN, FORM_FIELDS, DIRECTORY_TOO_LARGE, UPLOAD_TOO_SLOW.
    """
    if person.request.content_type != "multipart/form-data":
        raise _unfit()
    try:
        async with _UPLOADS, asyncio.timeout(_SECONDS + most / _BYTES_A_SECOND):
            return await _read(person, one, file, most)
    except TimeoutError:
        raise InputError(
            "UPLOAD_TOO_SLOW",
            "文件传得太慢，没有收完，请换网络或稍后再传",
            "the file came too slowly and was not taken: try again, or elsewhere",
            field=file,
        ) from None
    except (ValueError, HttpProcessingError):  # no text, or no headers of a part
        raise _unfit() from None


async def _read(person: Person, one: Collection[str], file: str, most: int) -> Sent:
    fields: dict[str, list[str]] = {}
    content, name = b"", None
    reader = await person.request.multipart()
    while (part := await reader.next()) is not None:
        if not isinstance(part, BodyPartReader) or len(fields) > _PARTS:
            raise _unfit()
        if part.name == file and name is None:
            person.refuse_unproved(fields.get(FORM_TOKEN, [""])[0])
            content, name = await _content(part, most, file), part.filename or ""
        elif part.name in (*one, FORM_TOKEN) and part.name not in fields:
            text = (await _content(part, _FIELD_BYTES, part.name)).decode()
            if "\0" in text:
                raise _unfit()
            fields[part.name] = [text.replace("\r\n", "\n")]
        else:
            raise _unfit()
    form = Form(fields)
    await person.prove(form[FORM_TOKEN], form.content + sha256(content).digest())
    return Sent(form, _printed(name or ""), content)


def _printed(name: str) -> str:
    """A file's name as it can be kept and shown: without what is no text, or turns the words beside it."""
    return "".join(each if each.isprintable() else "?" for each in name[:_NAME])


async def _content(part: BodyPartReader, most: int, name: str) -> bytes:
    content = bytearray()
    while chunk := await part.read_chunk(65_536):
        content += chunk
        if len(content) > most:
            raise InputError(
                "DIRECTORY_TOO_LARGE",
                f"文件超过 {most // 1_000_000} MB" if most > _FIELD_BYTES else "填写的内容太长",
                f"the file is larger than {most // 1_000_000} MB" if most > _FIELD_BYTES else "too long",
                field=name,
            )
    return bytes(content)


def _unfit() -> InputError:
    return InputError(
        "FORM_FIELDS",
        "表单内容不对，请返回上一页刷新后重试",
        "this is not what the form asks: go back, load the page anew and send it again",
    )
