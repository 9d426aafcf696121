"""`user add|list|roles|address|disable|enable|reset`: people who sign in, on the server's own machine.

Whoever owns the machine is trusted to do alone what takes two administrators elsewhere; the audit trail
names them (local).
"""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from gateway.cli.output import Json, SettingsFile, minute, print_json, say, table

if TYPE_CHECKING:
    from sqlalchemy import Connection

app = typer.Typer(help="用户 · people who sign in", no_args_is_help=True, rich_markup_mode=None)

Name = Annotated[str, typer.Argument(metavar="NAME", help="登录名，如 wang · the name to sign in with")]
Roles = Annotated[
    list[str] | None,
    typer.Option(
        "--role",
        metavar="R",
        help="可多次：viewer 查看 drafter 拟稿 approver 审批 duty_officer 值班 directory_keeper 通讯录"
        " auditor 审计 administrator 管理员 · repeatable",
    ),
]
Areas = Annotated[
    list[str] | None,
    typer.Option(
        "--area", metavar="CODE", help="限于这些区域，可多次；不写为全部 · repeatable; none: everywhere"
    ),
]
Titles = Annotated[
    list[str] | None,
    typer.Option("--title", metavar="T", help="审批时的职务，可多次 · titles to approve under"),
]
Sms = Annotated[
    str | None,
    typer.Option(
        "--sms", metavar="N", help="手机号，本人登录后用验证码核实 · mobile number, proved by its owner"
    ),
]
Email = Annotated[
    str | None, typer.Option("--email", metavar="A", help="邮箱，同上 · mailbox, proved the same way")
]
WecomUser = Annotated[
    str | None, typer.Option("--wecom-user", metavar="U", help="企业微信账号，同上 · WeCom user id")
]
STATE_WORDS = {"active": "可登录", "invited": "已邀请", "lapsed": "邀请已过期", "disabled": "已停用"}


@app.command("add")
def add(
    name: Name,
    person: Annotated[str, typer.Option("--person", metavar="NAME", help="姓名 · whose account it is")],
    role: Roles = None,
    area: Areas = None,
    title: Titles = None,
    language: Annotated[str, typer.Option("--language", metavar="L", help="zh 或 en · zh or en")] = "zh",
    sms: Sms = None,
    email: Email = None,
    wecom_user: WecomUser = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """新增用户，给出一次性邀请口令 · Add a person; prints a pass phrase that is good once, for 24 hours."""
    body = {
        "name": name,
        "person": person,
        "roles": role or [],
        "areas": area or [],
        "titles": title or [],
        "language": language,
        "addresses": _stated(sms, email, wecom_user),
    }
    _invited(_act("add", body, settings), settings, as_json)


@app.command("list")
def list_(settings: SettingsFile = None, as_json: Json = False) -> None:
    """列出用户 · List everybody who may sign in, or could once."""
    from gateway import settings as settings_module
    from gateway.accounts.roles import ROLE_WORDS
    from gateway.accounts.users import as_json as shown
    from gateway.cli.client import reader
    from gateway.ledger.accounts import users

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        now = ledger.now()
        found = [shown(each, now) for each in ledger.read_now(users.all_users)]
    if as_json:
        print_json({"users": found})
        return
    table(
        "用户 · users",
        ["登录名", "姓名", "角色", "区域", "验证码", "状态", "最近登录"],
        [
            [
                each["name"],
                "，".join([each["person"], *each["titles"]]),
                "、".join(f"{ROLE_WORDS[role].zh} {role}" for role in each["roles"]),
                " ".join(each["areas"]) or "全部",
                "有" if each["one_time_code"] else "无",
                STATE_WORDS[each["state"]],
                minute(each["signed_in_at"]),
            ]
            for each in found
        ],
    )


@app.command("roles")
def roles(
    name: Name,
    role: Roles = None,
    area: Areas = None,
    title: Titles = None,
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="不再限于某些区域 · no limits to areas any more")
    ] = False,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """修改角色、区域、职务；没写的不变 · Change what somebody may; what is not stated stays."""
    body = {"name": name, "roles": role, "areas": [] if everywhere else area, "titles": title}
    done = _act("rights", body, settings)
    if as_json:
        print_json(done)
        return
    say(f"“{done['name']}”：{' '.join(done['roles'])}；区域 {' '.join(done['areas']) or '全部'}；须重新登录")
    say("changed; they sign in anew")


@app.command("address")
def address(
    name: Name,
    sms: Sms = None,
    email: Email = None,
    wecom_user: WecomUser = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """轮到其批准或发布时通知到哪里；写 "" 为删除 · Where somebody is told of their turn; "" removes."""
    done = _act("address", {"name": name, "addresses": _stated(sms, email, wecom_user)}, settings)
    if as_json:
        print_json(done)
        return
    for each in done["addresses"]:
        say(f"{each['kind']} {each['address']} {'已核实' if each['proved'] else '待本人核实'}")
    say("请本人登录，在“我的账户”用验证码核实 · its owner proves it under “My account”")


@app.command("disable")
def disable(name: Name, settings: SettingsFile = None, as_json: Json = False) -> None:
    """停用用户：立即退出，恢复以前不能登录 · Sign somebody out at once; no way in until enabled."""
    done = _act("disable", {"name": name}, settings)
    if as_json:
        print_json(done)
    else:
        say(f"“{done['name']}”已停用 · disabled")


@app.command("enable")
def enable(name: Name, settings: SettingsFile = None, as_json: Json = False) -> None:
    """恢复停用的用户，给出新的邀请口令 · Bring a disabled account back; prints a new pass phrase."""
    _invited(_act("enable", {"name": name}, settings), settings, as_json)


@app.command("reset")
def reset(name: Name, settings: SettingsFile = None, as_json: Json = False) -> None:
    """密码和验证码作废，给出新的邀请口令 · Void password and codes; prints a new pass phrase."""
    _invited(_act("reset", {"name": name}, settings), settings, as_json)


def _invited(made: dict[str, Any], settings: Any, as_json: bool) -> None:
    from gateway import settings as settings_module

    if as_json:
        print_json(made)
        return
    configured = settings_module.load(settings)
    base = configured.public_url or f"http://{configured.host}:{configured.port}"
    say(made["phrase"])
    say(f"“{made['name']}”的邀请口令，只显示这一次，{minute(made['ends_at'])} 前有效")
    say(f"请当面或电话交给本人，在 {base}/sign-in/invitation 设置密码")
    say("hand it over face to face or by telephone: it sets the password, once")


def _stated(sms: str | None, email: str | None, wecom_user: str | None) -> dict[str, str]:
    given = {"sms": sms, "email": email, "wecom_user": wecom_user}
    return {kind: value for kind, value in given.items() if value is not None}


def _act(what: str, body: dict[str, Any], settings: Any) -> dict[str, Any]:
    from gateway import settings as settings_module
    from gateway.cli.client import written

    configured = settings_module.load(settings)

    def here(connection: "Connection", now: int) -> dict[str, Any]:
        from gateway.web.local.users import act

        return act(connection, configured.for_renderer(), what, body, now)

    done: dict[str, Any] = written(configured, "airwarn user", f"/private/users/{what}", body, here)
    return done
