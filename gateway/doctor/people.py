"""Who may sign in: whether somebody administers, who has no one-time codes, who is not told that it is their
turn, whose account nobody uses."""

from collections.abc import Container, Iterator, Sequence

from gateway.doctor.check import Check
from gateway.ledger.accounts.users import User

UNUSED_DAYS = 90
_DAY = 86_400_000  # ms
_SHOWN = 5  # of a long list
_ACTING = ("approver", "duty_officer")  # for whom a decision waits


def people(everybody: Sequence[User], told: Container[str], now: int) -> Iterator[Check]:
    """What is to be said about the accounts; `told` are the ids of those with a proved address, `now` in
    milliseconds since 1970 UTC."""
    active = [user for user in everybody if user.disabled_at is None]
    administrators = sum("administrator" in user.roles and user.password is not None for user in active)
    if not active:
        yield Check(
            "USERS",
            "ok",
            "还没有用户：网页控制台不能登录，命令和接口照常",
            "nobody may sign in to the console yet; commands and the API work",
            "用 airwarn user add 建立管理员",
            "make an administrator with airwarn user add",
        )
        return
    yield _administrators(administrators)
    without = [user.name for user in active if user.password is not None and not user.has_one_time_code]
    if without:
        yield Check(
            "USERS_WITHOUT_CODE",
            "warning",
            f"{len(without)} 个用户没有启用一次性验证码：{_few(without)}",
            f"{len(without)} users have no one-time codes: {_few(without)}",
            "请他们在“我的账户”中启用，审批人和管理员优先",
            "ask them to set up codes under “My account”, approvers and administrators first",
        )
    acting = [user for user in active if not user.roles.isdisjoint(_ACTING)]
    untold = [user.name for user in acting if user.id not in told]
    if untold:
        yield Check(
            "USERS_NOT_TOLD",
            "warning",
            f"{len(untold)} 个审批、值班用户没有核实过的通知号码，轮到时须打电话：{_few(untold)}",
            f"{len(untold)} approvers and duty officers have no proved address, and must be telephoned:"
            f" {_few(untold)}",
            "请他们在“我的账户”中登记并核实手机号",
            "ask them to state and prove a mobile number under “My account”",
        )
    since = now - UNUSED_DAYS * _DAY
    unused = [user.name for user in active if max(user.made_at, user.signed_in_at or 0) < since]
    if unused:
        yield Check(
            "USERS_UNUSED",
            "warning",
            f"{len(unused)} 个用户 {UNUSED_DAYS} 天没有登录：{_few(unused)}",
            f"{len(unused)} users have not signed in for {UNUSED_DAYS} days: {_few(unused)}",
            "不再需要的请停用：airwarn user disable，或在“用户”页提出",
            "disable those not needed: airwarn user disable, or propose it under “Users”",
        )


def _administrators(number: int) -> Check:
    if number >= 2:
        return Check("USERS", "ok", f"{number} 位管理员可登录", f"{number} administrators can sign in")
    found = ("没有管理员能登录", "no administrator can sign in")
    if number:
        found = (
            "只有一位管理员能登录，变更无人确认",
            "one administrator can sign in: nobody confirms changes",
        )
    return Check(
        "USERS",
        "warning",
        *found,
        "用 airwarn user add NAME --role administrator 增加，并请本人设置密码",
        "add one with airwarn user add NAME --role administrator, who then sets a password",
    )


def _few(names: Sequence[str]) -> str:
    return "、".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
