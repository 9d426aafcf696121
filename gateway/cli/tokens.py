"""`token add|list|revoke`: who else may call the API."""

from typing import Annotated

import typer

from gateway.cli.output import Json, SettingsFile, minute, print_json, say, table

Name = Annotated[str, typer.Argument(metavar="NAME", help="令牌名称，如 eoc-duty · the token's name")]
_HOLDER = "airwarn token"
STATE_WORDS = {"valid": "有效", "expired": "已过期", "revoked": "已撤销"}


def add(
    name: Name,
    scope: Annotated[
        list[str],
        typer.Option(
            "--scope",
            metavar="S",
            help="可多次：read 查看 submit 提交 approve 批准 launch 发布 directory 通讯录 operate 运维"
            " report 报送 audit 审计 · repeatable",
        ),
    ],
    expires_days: Annotated[
        int, typer.Option("--expires-days", metavar="N", help="有效天数 · days until it expires")
    ],
    person: Annotated[
        str | None, typer.Option("--person", metavar="NAME", help="持有人姓名 · whose token it is")
    ] = None,
    title: Annotated[
        list[str] | None,
        typer.Option("--title", metavar="T", help="批准时的职务，如 主任，可多次 · titles to approve under"),
    ] = None,
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="CODE", help="只限这些区域，可多次；不写为全部 · limits it to areas"),
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """新建接口令牌，只显示这一次 · Make a token for the API; it is shown this once."""
    from gateway import settings as settings_module
    from gateway.accounts.tokens import make
    from gateway.cli.client import written

    body = {
        "name": name,
        "scopes": scope,
        "days": expires_days,
        "person": person,
        "titles": title or [],
        "areas": area or [],
    }
    made = written(
        settings_module.load(settings),
        _HOLDER,
        "/private/tokens",
        body,
        lambda connection, now: make(
            connection, name, scope, expires_days, now, person, title or [], area or []
        ),
    )
    if as_json:
        print_json(made)
        return
    say(made["token"])
    scopes, until = "、".join(made["scopes"]), minute(made["expires_at"])
    where = " ".join(made["areas"]) or "全部"
    say(f"令牌“{name}”（{scopes}；区域 {where}）有效至 {until}；请立即保存，之后无法再查看")
    say("keep it now: only its hash is stored")


def list_(settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出令牌（不含令牌本身） · List the tokens, not the tokens' words."""
    from gateway import settings as settings_module
    from gateway.accounts.tokens import as_json as shown
    from gateway.cli.client import reader
    from gateway.ledger.accounts import tokens

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        now = ledger.now()
        found = [shown(each, now) for each in ledger.read_now(tokens.all_tokens)]
    if as_json:
        print_json({"tokens": found})
        return
    table(
        "接口令牌 · tokens",
        ["名称", "持有人", "权限", "区域", "状态", "有效至", "最近使用"],
        [
            [
                each["name"],
                "，".join([each["person"] or "", *each["titles"]]).strip("，"),
                " ".join(each["scopes"]),
                " ".join(each["areas"]) or "全部",
                STATE_WORDS[each["state"]],
                minute(each["expires_at"]),
                minute(each["last_used_at"]),
            ]
            for each in found
        ],
    )


def revoke(name: Name, settings: SettingsFile = None, as_json: Json = False) -> None:
    """立即撤销令牌 · End a token at once."""
    from gateway import settings as settings_module
    from gateway.accounts.tokens import end
    from gateway.cli.client import written

    ended = written(
        settings_module.load(settings),
        _HOLDER,
        "/private/tokens/revoke",
        {"name": name},
        lambda connection, now: end(connection, name, now),
    )
    if as_json:
        print_json(ended)
    else:
        say(f"令牌“{name}”已撤销 · revoked")
