"""`directory notice`: what one organisation would read of a decision."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.output import Json, SettingsFile, print_json, read_file, say
from gateway.vocabulary import AUDIENCE_WORDS, SECTOR_WORDS

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MEDIA = {
    "notice": "通知全文 · notice",
    "sms": "短信 · SMS",
    "webhook": "企业微信 · WeCom",
    "email": "邮件 · email",
    "spoken": "电话念稿 · spoken",
    "push": "系统推送 · push",
}
_LANGUAGES = {"zh-CN": "", "en": "（英文 · English）"}


def notice(
    code: Annotated[str, typer.Argument(metavar="CODE", help="单位编码 · its code")],
    file: Annotated[str, typer.Argument(metavar="FILE", help="决定文件，- 为标准输入 · the decision")],
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """一个单位将读到什么：各渠道全文、本单位措施、变化 · What one organisation would read; sends nothing."""
    from gateway import settings as settings_module
    from gateway.broadcasts.preparing.one_reader import reads
    from gateway.cli.client import desk
    from gateway.cli.organisations import read_at
    from gateway.decisions.reading import read
    from gateway.documents import decode

    content, name = read_file(file)
    decision = read(decode(content, name), name)
    at = desk(settings_module.load(settings))

    def case(connection: "Connection", now: int) -> dict[str, Any]:
        return reads(connection, at, decision, code, now)

    found = read_at(settings, case)
    if as_json:
        print_json(found)
        return
    _show(found)


def _show(found: dict[str, Any]) -> None:
    whose = found["organisation"]
    kind = SECTOR_WORDS[whose["sector"]] if whose["sector"] else AUDIENCE_WORDS[whose["audience"]]
    say(f"{whose['code']}　{whose['name']}　{kind}　{whose['area']}")
    if not found["concerned"]:
        say("这份决定不会发给它（不在区域内、已停用，或演练与正式不同）· this decision does not concern it")
    for at in found["told"]:
        way = "由人拨打 · to be called" if at["kind"] == "phone" else at["kind"]
        say(f"发到 {way} {at['address']}{_LANGUAGES[at['language']]}")
    if not found["told"]:
        say("它没有可用的地址 · it has no address")
    for each in found["notices"]:
        own = "" if each["own"] or whose["audience"] != "enterprises" else "（没有本单位清单，只有共同措施）"
        say(f"\n──── {_MEDIA[each['medium']]}{_LANGUAGES[each['language']]}{own} ────")
        for message in each["messages"]:
            say(message)
    say(f"\n有疑问联系 · whom to call：{'；'.join(found['call']) or '（设置 office.contacts 为空）'}")
