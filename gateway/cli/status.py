"""`status`: what became of the broadcasts; reads the ledger beside a running server."""

from collections import Counter
from typing import Annotated, Any, cast

import typer

from gateway.cli.output import Json, SettingsFile, decided, minute, print_json, say, table
from gateway.vocabulary import AUDIENCE_WORDS, Audience

_CALLED = "由人拨打"


def status(
    broadcast: Annotated[
        int | None, typer.Argument(metavar="[BROADCAST]", help="任务号，默认全部 · all by default")
    ] = None,
    settings: SettingsFile = None,
    as_json: Json = False,
) -> None:
    """发布任务的投递情况 · Counts by audience, channel and state."""
    from gateway import settings as settings_module
    from gateway.broadcasts.launching.overview import overview, overviews
    from gateway.cli.client import reader
    from gateway.follow_up.obligations.obligations import past_end_json
    from gateway.follow_up.upkeep.lanes import working
    from gateway.ledger.follow_up import overdue

    configured = settings_module.load(settings)
    with reader(configured) as ledger:
        now = ledger.now()
        if broadcast is not None:
            found = [ledger.read_now(overview, broadcast, now)]
        else:
            found = ledger.read_now(overviews, now)
        past = [past_end_json(each) for each in ledger.read_now(overdue.past_their_end, now)]
        owing = ledger.read_now(overdue.owing, now)
        workers = ledger.read_now(working, now) if ledger.shared else []
    if as_json:
        whole: dict[str, Any] = {"broadcasts": found, "past_their_end": past}
        if workers:
            whole["workers"] = workers
        print_json(found[0] if broadcast is not None else whole)
        return
    if not found:
        say("还没有发布任务 · no broadcast yet")
    for each in found:
        show_overview(each)
    for each in workers:
        since = each["worker"] and f"{each['worker']}，自 {each['worker_since'][:19].replace('T', ' ')}"
        say(f"账号 {each['account']} 由谁发送：{since or '没有进程 · nobody'}")
    for each in past:
        say(f"注意：{past_end_words(each)}")
        say("  past its expected end: it needs a decision (lift, extend or correct)")
    if owing[0].overdue:
        say(f"逾期待办 {owing[0].overdue} 项，见 airwarn due --overdue · overdue")


def past_end_words(past: dict[str, Any]) -> str:
    """One line about a warning that stands past its expected end."""
    return (
        f"{past['plan']} · {decided(past)} · "
        f"{past['document_number'] or '无文号'}：预计 {minute(past['expected_end_at'])} 结束，"
        "时间已过，还没有新的决定"
    )


def headline(overview: dict[str, Any]) -> str:
    """One line that names a broadcast."""
    state = "已停止" if not overview["live"] else "完成" if overview["complete"] else "进行中"
    if overview["launched_at"] is None:
        state = "尚未发布"
    elif not overview["live"] and overview["superseded_by"]:
        state = f"已由任务 {overview['superseded_by']} 取代"
    return (
        f"任务 {overview['id']} · {overview['plan']} · {decided(overview)} · "
        f"{overview['document_number'] or '无文号'} · {state}"
    )


def show_overview(overview: dict[str, Any]) -> None:
    """A table by audience × channel × state."""
    from gateway.delivery.words import CHANNEL_WORDS, STATE_WORDS

    if not overview["counts"]:
        say(headline(overview))
        _progress(overview)
        return
    rows: dict[tuple[str, str], dict[str, int]] = {}
    totals: Counter[str] = Counter()
    for count in overview["counts"]:
        # no message goes to a fixed line: a person calls there
        called = count["channel"] == "phone" and count["state"] == "suppressed"
        state = _CALLED if called else STATE_WORDS[count["state"]].zh
        rows.setdefault((count["audience"], count["channel"]), {})[state] = count["deliveries"]
        totals[state] += count["deliveries"]
    states = [each for each in (*(words.zh for words in STATE_WORDS.values()), _CALLED) if totals[each]]
    lines = [
        [
            AUDIENCE_WORDS[cast(Audience, audience)],
            CHANNEL_WORDS[channel].zh,
            *(counts.get(state, "") for state in states),
        ]
        for (audience, channel), counts in rows.items()
    ]
    lines.append(["合计", "", *(totals[state] for state in states)])
    table(headline(overview), ["受众", "渠道", *states], lines)
    _progress(overview)
    if overview["no_receipt"]:
        say(f"其中 {overview['no_receipt']} 条服务商收下后没有回执 · taken, and no receipt came")
    if overview["undecided"]:
        say(
            f"结果不明 {overview['undecided']} 条待人决定，见 airwarn unknown list {overview['id']}"
            " · unknown, for a person to decide"
        )
    signatures = overview["signatures"]
    if signatures["asked"]:
        say(
            "签收 {signed}/{asked}，已打开 {opened}，异议 {objected}，完成 {done}，待签 {open}"
            " · signed, opened, objected, done, open".format_map(signatures)
        )


def _progress(overview: dict[str, Any]) -> None:
    """Where to see the rest of what has only begun."""
    if overview["live"] and not overview["complete"]:
        say(
            f"共 {overview['recipients']} 个地址，正在发送；进展见 airwarn status {overview['id']}"
            " · under way; follow it there"
        )
