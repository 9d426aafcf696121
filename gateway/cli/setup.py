"""`init`: a settings file to fill in, and the token for the API."""

import os
import secrets
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from gateway.cli.output import Json, print_json, say
from gateway.errors import InputError, system_words

TOKEN_FILE = "airwarn_api_token"  # noqa: S105 - the name of the file, not the token


def init(
    folder: Annotated[
        Path, typer.Argument(metavar="[FOLDER]", help="默认当前目录 · here by default")
    ] = Path(),
    as_json: Json = False,
) -> None:
    """建立设置文件和接口令牌 · Make a settings file and an API token; overwrites nothing."""
    from gateway.settings import DEFAULT_FILE, SECRETS_FOLDER

    settings = folder / DEFAULT_FILE
    token_file = folder / SECRETS_FOLDER / TOKEN_FILE
    for path in (settings, token_file):
        if path.exists():
            raise InputError(
                "FILE_EXISTS",
                f"“{path}”已存在，未作任何改动",
                f"{str(path)!r} exists already; nothing was changed",
                str(path),
            )
    token = secrets.token_urlsafe(32)
    try:
        token_file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(token_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(token)
        example = files("gateway.cli").joinpath("airwarn.example.toml").read_bytes()
        settings.write_bytes(example)
    except OSError as error:
        raise InputError(
            "FOLDER_UNWRITABLE",
            f"目录“{folder}”不可写：{system_words(error)}",
            f"the folder {str(folder)!r} cannot be written: {error.strerror}",
        ) from None
    if as_json:
        print_json({"settings": str(settings), "token_file": str(token_file), "token": token})
        return
    say(f"已建立 {settings}：请填写签名、值班电话和通道账号")
    say(f"已建立 {token_file}：接口令牌，仅本用户可读")
    say("登录网页的管理员用 airwarn user add 建立 · make the console's administrators with airwarn user add")
    say(f"made {settings} (fill in your office and accounts) and {token_file} (the API's bearer token)")
